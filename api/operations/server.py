"""The HTTP server: uvicorn, which stops within the time that the settings allow."""

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
from api.operations.slow_clients import within
from scheduler.errors import StepdownError

BACKLOG = 1024


class AddressError(StepdownError):
    """The address to listen on cannot be used; the message says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Bind the address before anything else is started.

    Raises:
        AddressError: The address is in use, not permitted, or not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise AddressError(f"{host} is not an address of this machine: choose another one with --host") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressError(_advice(host, port, error)) from None
    return listener


def _advice(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} of {host} is in use: stop the process that uses it, or choose another port with --port"
        case errno.EACCES:
            return f"this account may not use port {port}: choose one above 1023 with --port, and put a proxy in front"
        case errno.EADDRNOTAVAIL:
            return f"{host} is not an address of this machine: choose another one with --host"
    return f"port {port} of {host} cannot be used ({error.strerror})"


def serve(app: FastAPI, settings: Settings, listener: socket.socket, started: Callable[[], None]) -> bool:
    """Serve until the process receives a stop signal; a second Ctrl-C stops it immediately.

    Args:
        started: Called once requests are answered.

    Returns:
        Whether the server started.
    """
    config = uvicorn.Config(
        app,
        # Not httptools: with it, uvicorn does not limit the size of headers, and reads them before authentication.
        http=within(settings.header_seconds, settings.body_seconds),
        ws="none",
        # The application itself resolves the address behind a proxy and logs requests.
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
        # When done, uvicorn raises the signal again for the previous handlers; here it means a normal end.
        server.run(sockets=[listener])
    except SystemExit:
        return False
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if server.force_exit:
        # Threads of the job engine may still be running; killing them loses nothing.
        os._exit(130)
    return server.started


class _Server(uvicorn.Server):
    """A server that ends event streams as soon as it receives a stop signal, not when the time limit is over."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._on_ready = app, on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            shorten_pauses()
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.streams.close()
        await super().shutdown(sockets)
