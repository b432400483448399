"""The HTTP server around the application: uvicorn, told to stop within the time the settings allow."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from api.kernel.gc_tuning import shorten_pauses
from api.kernel.settings import Settings
from scheduler.errors import StepdownError

BACKLOG = 1024


class AddressError(StepdownError):
    """The address to listen on cannot be had; the message says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is started for it.

    Raises:
        AddressError: It is taken, not allowed, or not of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise AddressError(f"{host} is no address of this machine: name another one with --host") from None
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(BACKLOG)
    except OSError as error:
        taken.close()
        raise AddressError(_advice(host, port, error)) from None
    return taken


def _advice(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {host} is taken: stop what uses it, or name another one with --port"
        case errno.EACCES:
            return f"port {port} may not be used by this account: name one above 1023 with --port, behind a proxy"
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: name another one with --host"
    return f"port {port} of {host} cannot be used ({error.strerror})"


def serve(app: FastAPI, settings: Settings, taken: socket.socket, started: Callable[[], None]) -> bool:
    """Serve until the process is told to stop; a second Ctrl-C stops it at once.

    Args:
        started: Called once requests are answered.

    Returns:
        Whether it ever began.
    """
    config = uvicorn.Config(
        app,
        # With httptools uvicorn sets headers no limit, and reads them before anybody is asked who they are.
        http="h11",
        # The application finds the address behind a proxy itself, and logs its requests itself.
        proxy_headers=False,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=settings.graceful_seconds,
    )
    server = _Server(config, app, started)
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        # uvicorn sends itself the signal again when it is done, for the handlers of before: to us it is the end, and a good one.
        server.run(sockets=[taken])
    except SystemExit:
        return False
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if server.force_exit:
        # Threads of the job engine may still be at work; it loses nothing by being killed.
        os._exit(130)
    return server.started


class _Server(uvicorn.Server):
    """Event streams are ended when the process is told to stop, not when its time is over."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, told: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._told = app, told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            shorten_pauses()
            self._told()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.streams.close()
        await super().shutdown(sockets)
