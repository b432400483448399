"""`stepdown serve` and `stepdown worker`."""

from __future__ import annotations

import gc
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.command import ServiceError, load_settings, open_store
from scheduler.cli.console import console
from scheduler.imports import uncollected

if TYPE_CHECKING:
    from api.database import Store
    from api.kernel.settings import Settings

Host = Annotated[str | None, typer.Option(help="Address to listen on; overrides STEPDOWN_HOST.", show_default=False)]
Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port to listen on; overrides STEPDOWN_PORT. 0 picks a free port.", show_default=False)
]


Demo = Annotated[
    bool,
    typer.Option(
        "--demo", help="Fill an empty folder (stepdown-demo, or STEPDOWN_DATA) with invented people, and sign in on this machine."
    ),
]
At = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%dT%H:%M"],
        help="With --demo: begin at this time, such as 2027-01-11T07:40, instead of now; the clock goes on from there.",
        show_default=False,
    ),
]


def serve(host: Host = None, port: Port = None, demo: Demo = False, at: At = None) -> None:
    """Serve the API, and solve jobs unless separate workers do. Ctrl-C or SIGTERM stops it; running jobs resume at the next start."""
    with uncollected():
        from api.accounts.store.setup import setup_link
        from api.kernel.logs import set_up_logging
        from api.operations.server import listen
        from api.operations.server import serve as run
        from api.service import make_service

    if at is not None and not demo:
        raise ServiceError("--at is for the demo only: add --demo")
    options = load_settings(host=host, port=port)
    data = _demo_folder(options) if demo else None
    options = load_settings(host=host, port=port, data=data)
    with listen(options.host, options.port) as listener, open_store(options) as store:
        settings = load_settings(host=host, port=listener.getsockname()[1], data=data)
        if at is not None:
            _set_clock(at)
        director = _prepare_demo(store, settings) if demo else None
        link = setup_link(store, settings)

        def started() -> None:
            console().print(f"Stepdown listens on http://{_as_url(settings.host)}:{settings.port} (Ctrl-C stops it)")
            if link is not None:
                console().print(f"There are no users yet. Create the first director within a day, at {link}")
            if director is not None:
                console().print(f"Open that address in a browser on this machine: you are the demo's director. Its data is in {data}.")

        set_up_logging(settings.log_level)
        service = make_service(settings, store)
        service.state.demo_director = director
        if not run(service, settings, listener, started):
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


def _demo_folder(settings: Settings) -> Path:
    """The folder of the demo, apart from that of real data unless the environment names one.

    Raises:
        ServiceError: Other machines could reach the service.
    """
    from api.web.middleware.hosts import THIS_MACHINE

    if settings.host not in THIS_MACHINE or settings.public_url or settings.allowed_hosts:
        raise ServiceError("--demo signs in whoever opens the page, so it is for this machine only: leave out the host and public address")
    return settings.data if "data" in settings.model_fields_set else Path("stepdown-demo")


def _set_clock(at: datetime) -> None:
    """Let the clock of this process begin at a time in the demo's zone."""
    from api.database.tables.base import ProcessClock, now
    from api.demo import demo_zone

    ProcessClock.ahead += at.replace(tzinfo=demo_zone()) - now()


def _prepare_demo(store: Store, settings: Settings) -> str:
    """Fill an empty database with the demo, or go on with a demo that is there; the id of its director.

    Raises:
        ServiceError: The database holds something else.
    """
    from api.accounts.store.setup import is_set_up
    from api.database.listing import Listing
    from api.database.tables.base import now
    from api.demo import add_demo_director, fill_demo, find_demo_director
    from api.programs.store.programs import list_programs

    with store.writing() as session:
        director = find_demo_director(session)
        if director is None:
            if list_programs(session, None, Listing(limit=1), include_archived=True).rows or is_set_up(session):
                raise ServiceError(f"{settings.data} is not empty: --demo needs a folder of its own; name a new one in STEPDOWN_DATA")
            fill_demo(session, settings, now())
            director = add_demo_director(session)
        return director.id


def _leave_quickly() -> None:
    """Everything is closed, so skip the search for cycles among a million objects at exit (measured: 3 s on a busy machine)."""
    gc.freeze()


def _as_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
