"""Running the service: logs, metrics, the server around the application, what the command line starts."""
