"""What every route stands on: problems as answers, dependencies, bodies, paging, idempotency, middleware."""
