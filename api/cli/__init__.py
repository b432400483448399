"""The commands that the service adds to `stepdown`: `serve`, `worker`, `db`, `users`, `keys`, `settings`.

The commands that make and check rosters are in `scheduler.cli`. The service is imported only when one of its commands runs, so
`stepdown solve` starts as fast as without it.
"""

from scheduler.imports import uncollected


def main() -> None:
    """Run the command. A child of the command imports this package, too, and needs no commands."""
    with uncollected():
        from api.cli.app import main as run
    run()
