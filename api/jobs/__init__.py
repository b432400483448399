"""Durable solve jobs. `engine.JobEngine` is all the rest of the service knows of the job engine."""

from api.jobs.engine import JobEngine

__all__ = ["JobEngine"]
