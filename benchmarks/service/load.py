"""The other side of the connection: sends one request again and again, in a process of its own.

Reads a `Plan` as JSON from standard input, writes what it saw to standard output. Sockets, not a client library: that would measure itself.
"""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.service.pinned import pin

if TYPE_CHECKING:
    from benchmarks.service.server import Server

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, and how.

    Attributes:
        every: Seconds from one request of a connection to its next; 0: as soon as the last is answered.
        core: The only processor to run on.
        heads: Instead of `head`: each connection sends these in turn.
    """

    host: str
    port: int
    head: str
    body: str = ""
    connections: int = 8
    seconds: float = 5.0
    warm_seconds: float = 0.5
    every: float = 0.0
    core: int | None = None
    heads: tuple[str, ...] = ()


@dataclass(slots=True)
class Seen:
    """What came back: seconds of each answer, and how often each status.

    Attributes:
        all: Answers, those while warming up among them.
    """

    seconds: float = 0.0
    all: int = 0
    times: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which a share of the answers came."""
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]


def plan(server: Server, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None, **how: Any) -> Plan:
    """A request with the server's key."""
    lines = {"Host": f"{server.host}:{server.port}", "Authorization": f"Bearer {server.token}", **(headers or {})}
    if body:
        lines |= {"Content-Type": "application/json", "Content-Length": str(len(body.encode()))}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    return Plan(server.host, server.port, head, body, **how)


class Load:
    """A process that sends; begun at once, `seen` waits for its end."""

    def __init__(self, what: Plan) -> None:
        command = [sys.executable, "-m", "benchmarks.service.load"]
        self._running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps(asdict(what)))
        self._running.stdin.close()

    def seen(self) -> Seen:
        """What it saw."""
        assert self._running.stdout is not None
        with self._running.stdout as answers:
            text = answers.read()
        if self._running.wait() != 0:
            raise RuntimeError("the load ended with an error")
        return Seen(**json.loads(text))


def send(what: Plan) -> Seen:
    """Send from as many threads as there are connections; what the first moments bring is not counted."""
    contents = itertools.cycle([head.encode() + what.body.encode() for head in what.heads or (what.head,)])
    begin = time.monotonic() + what.warm_seconds
    end, times, statuses = begin + what.seconds, list[float](), Counter[str]()
    asked: list[int] = []

    def ask() -> None:
        with socket.create_connection((what.host, what.port), timeout=60) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (sent := time.monotonic()) < end:
                line.sendall(next(contents))
                status = read_answer(line)
                answered = time.monotonic()
                asked.append(1)
                if sent >= begin:
                    times.append(answered - sent)
                    statuses[status] += 1
                if (rest := sent + what.every - answered) > 0:
                    time.sleep(rest)

    threads = [threading.Thread(target=ask) for _ in range(what.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Seen(time.monotonic() - begin, len(asked), times, dict(statuses))


def read_answer(line: socket.socket) -> str:
    """Read one answer whole; its status."""
    got = b""
    while (ends := got.find(b"\r\n\r\n")) < 0:
        got += _more(line)
    head = got[:ends].lower()
    _, told, after = head.partition(b"\r\ncontent-length:")
    rest = ends + 4 + (int(after.partition(b"\r\n")[0]) if told else 0) - len(got)
    while rest > 0:
        rest -= len(_more(line))
    return head[9:12].decode()


def _more(line: socket.socket) -> bytes:
    if not (got := line.recv(1 << 16)):
        raise ConnectionError("the server closed the connection")
    return got


if __name__ == "__main__":
    wanted = Plan(**json.load(sys.stdin))
    if wanted.core is not None:
        pin(wanted.core)
    json.dump(asdict(send(wanted)), sys.stdout)
