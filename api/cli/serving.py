"""`stepdown serve` and `stepdown worker`."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from api.cli.command import ServiceError, load_settings, open_store
from scheduler.cli.console import console
from scheduler.imports import uncollected

Host = Annotated[str | None, typer.Option(help="Address to listen on; overrides STEPDOWN_HOST.", show_default=False)]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port to listen on; overrides STEPDOWN_PORT. 0 picks a free port.", show_default=False)
]


def serve(host: Host = None, port: Port = None) -> None:
    """Serve the API, and solve jobs unless separate workers do. Ctrl-C or SIGTERM stops it; running jobs resume at the next start."""
    with uncollected():
        from api.accounts.store.setup import setup_link
        from api.kernel.logs import set_up_logging
        from api.operations.server import listen
        from api.operations.server import serve as run
        from api.service import make_service

    options = load_settings(host=host, port=port)
    with listen(options.host, options.port) as listener, open_store(options) as store:
        settings = load_settings(host=host, port=listener.getsockname()[1])
        link = setup_link(store, settings)

        def started() -> None:
            console().print(f"Stepdown listens on http://{_as_url(settings.host)}:{settings.port} (Ctrl-C stops it)")
            if link is not None:
                console().print(f"There are no users yet. Create the first director within a day, at {link}")

        set_up_logging(settings.log_level)
        if not run(make_service(settings, store), settings, listener, started):
            raise ServiceError("the service did not start; the log above says why")
    _leave_quickly()


def worker() -> None:
    """Run jobs for `stepdown serve` processes that do not solve (STEPDOWN_SOLVES_HERE=false). SIGTERM stops it; its jobs pass to others."""
    with uncollected():
        from api.jobs.worker import run
        from api.kernel.logs import set_up_logging

    settings = load_settings()
    with open_store(settings):
        pass
    set_up_logging(settings.log_level)
    run(settings)
    _leave_quickly()


def _leave_quickly() -> None:
    """Everything is closed, so skip the search for cycles among a million objects at exit (measured: 3 s on a busy machine)."""
    gc.freeze()


def _as_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
