"""The base of every route: problem responses, dependencies, bodies, paging, idempotency, middleware."""
