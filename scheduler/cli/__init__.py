"""The `stepdown` command: one module per family of commands, nothing in it the library cannot do."""

from scheduler.cli.app import app, main

__all__ = ["app", "main"]
