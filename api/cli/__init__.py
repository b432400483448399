"""The `stepdown` command with everything the service adds: `serve`, `worker`, `db`, `users`, `keys`, `settings`.

What makes and judges rosters is in `scheduler.cli`. Nothing here imports the service before a command of it runs: `stepdown solve` starts
as fast as without it.
"""

from api.cli.app import app, main

__all__ = ["app", "main"]
