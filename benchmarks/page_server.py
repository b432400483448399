"""Serves a few pages from memory, as a server would that lets browsers keep its scripts.

Playwright can answer requests itself, but then the browser keeps nothing of any server, and each request waits for Playwright.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Final, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HTML: Final = "text/html"
SCRIPT: Final = "text/javascript"


class ServedFile(NamedTuple):
    """What is served at a path."""

    body: str
    kind: str = HTML


@contextmanager
def serving_pages(files: Mapping[str, ServedFile]) -> Iterator[str]:
    """A server of these files, by path; its address."""

    def answer(request: Request) -> Response:
        file = files.get(request.url.path)
        if file is None:
            return Response(status_code=404)
        caching = "public, max-age=31536000, immutable" if file.kind == SCRIPT else "no-store"
        return Response(file.body, media_type=file.kind, headers={"Cache-Control": caching})

    app = Starlette(routes=[Route("/{path:path}", answer)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="error"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
