"""Durable solve jobs. The rest of the service knows the job engine only as `engine.JobEngine`."""
