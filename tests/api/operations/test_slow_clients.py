"""Clients that are slow to send a request, on real sockets, with limits of a moment or of minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from api.operations.slow_clients import within

SOON, LONG = 0.2, 300.0
GET = b"GET /first HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST /first HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n"


Talk = Callable[["Application", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[Any]]


class Application:
    """Reads each request whole, and answers with its body; says when a client has gone."""

    def __init__(self) -> None:
        self.limits: dict[Any, float] = {}
        self.gone = 0
        self.read = asyncio.Event()
        self.read.set()

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        body, is_more = b"", True
        while is_more:
            await self.read.wait()
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone += 1
                return
            body, is_more = body + message["body"], message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


def run(header_seconds: float, body_seconds: float, do: Talk) -> Any:
    """What comes of talking to the application over a connection."""

    async def talk() -> Any:
        async with serving(header_seconds, body_seconds) as (application, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await asyncio.wait_for(do(application, reader, writer), 60)
            finally:
                writer.close()

    return asyncio.run(talk())


@asynccontextmanager
async def serving(header_seconds: float, body_seconds: float) -> AsyncIterator[tuple[Application, int]]:
    application = Application()
    timed = within(header_seconds, body_seconds)
    application.limits = timed.seconds
    config = uvicorn.Config(application, http=timed, ws="none", lifespan="off", log_config=None)
    config.load()
    protocol = partial(timed, config=config, server_state=ServerState(), app_state={})
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    try:
        yield application, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> None:
    """Send a byte now and then until the connection is closed. Whoever goes on sending may miss the answer."""

    async def send() -> None:
        writer.write(content)
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(SOON / 10)

    sending = asyncio.create_task(send())
    with suppress(ConnectionError):
        await reader.read()
    sending.cancel()


@pytest.mark.parametrize("begun", [b"", b"GET /first HT", b"GET /first HTTP/1.1\r\nHost: here\r\nX-More: "])
def test_headers_that_do_not_come_end_the_connection(begun: bytes) -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> bytes:
        writer.write(begun)
        return await reader.read()

    assert run(SOON, LONG, wait).startswith(b"HTTP/1.1 408 ")


def test_headers_that_trickle_end_the_connection() -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> None:
        await trickle(reader, writer, b"GET /first HTTP/1.1\r\nHost: here\r\nX-More: ")

    run(SOON, LONG, wait)


def test_a_body_that_trickles_ends_the_connection_and_the_route_hears_of_it() -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> int:
        await trickle(reader, writer, POST.replace(b"4", b"9999"))
        return application.gone

    assert run(LONG, SOON, wait) == 1


def test_a_body_that_does_not_come_is_given_up() -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> tuple[bytes, int]:
        writer.write(POST + b"abc")
        return await reader.read(), application.gone

    answer, gone = run(LONG, SOON, wait)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert gone == 1


def test_the_second_request_of_a_connection_has_limits_too() -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> bytes:
        writer.write(GET)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(GET[:-2])
        return await reader.read()

    assert run(SOON, LONG, wait).startswith(b"HTTP/1.1 408 ")


def test_one_sent_behind_another_has_limits_too() -> None:
    async def wait(application: Application, reader: Any, writer: Any) -> bytes:
        writer.write(GET + GET[:-2])
        return await reader.read()

    answer = run(SOON, LONG, wait)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 408 ") == 1


@pytest.mark.parametrize("request_", [GET, POST + b"abcd"])
def test_a_request_in_pieces_is_answered_and_so_is_a_late_answer(request_: bytes) -> None:
    """The time that an answer takes is not the client's; an idle connection is uvicorn's to close."""

    async def ask(application: Application, reader: Any, writer: Any) -> bytes:
        application.read.clear()
        writer.write(request_[:7])
        await writer.drain()
        await asyncio.sleep(0)
        writer.write(request_[7:])
        await asyncio.sleep(3 * SOON)
        application.read.set()
        first = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(3 * SOON)
        assert not reader.at_eof()
        return first

    assert run(SOON, SOON, ask).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_the_route_does_not_read_on_is_not_the_clients_fault() -> None:
    body = b"a" * 3_000_000

    async def ask(application: Application, reader: Any, writer: Any) -> tuple[bytes, int]:
        application.read.clear()
        writer.write(POST.replace(b"4", str(len(body)).encode()) + body)
        await asyncio.sleep(3 * SOON)
        # From the next deadline on, there is time again for what is still to come.
        application.limits["body"] = LONG
        await asyncio.sleep(2 * SOON)
        application.read.set()
        return await reader.readuntil(b"\r\n\r\n"), application.gone

    answer, gone = run(LONG, SOON, ask)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert gone == 0
