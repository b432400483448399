"""Time limits for requests: a client that sends one byte now and then must not hold a connection, or a route that waits for its body.

uvicorn ends connections that are idle between two requests, but waits for the rest of a request for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

Phase = Literal["headers", "body"]
MESSAGE = b"The request did not arrive in time."


class TimedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a time limit for the headers of a request and one for its body.

    What is late is answered with 408, unless a response has begun, and the connection is closed.

    Attributes:
        seconds: The limits; the first headers count from the connection, others from their first byte.
    """

    seconds: ClassVar[dict[Phase, float]]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._phase: Phase | None = None
        self._has_begun = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Begin to wait for the first headers."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what has arrived, and see what is missing."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Go on with a request that has arrived in the meantime."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        self._expect(None)

    def _watch(self) -> None:
        """Begin to wait for what is missing of a request, if anything is."""
        phase: Phase | None = None
        if self.conn.their_state is h11.SEND_BODY:
            phase = "body"
        elif self.conn.their_state is h11.IDLE and (not self._has_begun or self.conn.trailing_data[0]):
            phase = "headers"
        self._has_begun = self._has_begun or phase != "headers"
        if phase != self._phase:
            self._expect(phase)

    def _expect(self, phase: Phase | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._phase = phase
        self._deadline = None if phase is None else self.loop.call_later(self.seconds[phase], self._end)

    def _end(self) -> None:
        """Give up on a request, unless it was the application that did not read on."""
        if self.flow.read_paused:
            return self._expect(self._phase)
        if self.transport.is_closing():
            return None
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._refuse()
        if self._has_begun and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        return None

    def _refuse(self) -> None:
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(MESSAGE))), ("Connection", "close")]
        begin = h11.Response(status_code=408, headers=headers, reason=b"Request Timeout")
        for event in (begin, h11.Data(data=MESSAGE), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


def within(header_seconds: float, body_seconds: float) -> type[TimedProtocol]:
    """The protocol with these limits, for `uvicorn.Config.http`."""
    return type("LimitedProtocol", (TimedProtocol,), {"seconds": {"headers": header_seconds, "body": body_seconds}})
