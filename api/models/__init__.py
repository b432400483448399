"""Bodies of requests and answers, where the scheduler's own contracts are not enough."""
