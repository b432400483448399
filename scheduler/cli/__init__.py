"""The `stepdown` command, with one module per family of commands; the library can do everything it does."""

from scheduler.cli.app import app, main

__all__ = ["app", "main"]
