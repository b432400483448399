"""Operations: logs, metrics, health checks and the HTTP server."""
