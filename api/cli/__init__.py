"""The commands that the service adds to `stepdown`: `serve`, `worker`, `db`, `users`, `keys`, `settings`.

The commands that make and check rosters are in `scheduler.cli`. The service is imported only when one of its commands runs, so
`stepdown solve` starts as fast as without it.
"""

from api.cli.app import app, main

__all__ = ["app", "main"]
