"""Several real processes of the service on one PostgreSQL, as in production: started, stopped and killed by a test."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from api.accounts.store.keys import create_key
from api.cli import main
from api.database import Store
from api.security.access import SYSTEM
from tests.api.forks import Command, environment
from tests.source_tree import ROOT

GRACEFUL_SECONDS = 3


@dataclass
class Process:
    """A `stepdown` process, its log beside it: a copy of one that has imported everything, or one that starts from nothing."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    log: Path
    is_copy: bool = True
    running: Command | subprocess.Popen[bytes] | None = None
    begun: int = 0

    def start(self) -> None:
        """Start it, or start it again."""
        self.log.touch()
        self.begun = self.log.stat().st_size
        if self.is_copy:
            self.running = Command(main, self.arguments, self.environment, self.log)
            return
        command = [sys.executable, "-c", "from api.cli import main; main()", *self.arguments]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(command, cwd=ROOT, env=environment(self.environment), stdout=log, stderr=log)

    def kill(self) -> None:
        """End it with the signal nobody can handle."""
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def is_ready(self) -> bool:
        """Whether it says so since it was started."""
        return b"the job engine runs" in self.log.read_bytes()[self.begun :]

    def wait_ready(self, seconds: float = 120) -> None:
        """Wait until it can work."""
        ends = time.monotonic() + seconds
        while not self.is_ready():
            assert self.running is not None
            is_hopeless = self.running.poll() is not None or time.monotonic() > ends
            assert not is_hopeless, f"{self.name} is not ready ({self.running.poll()}):\n{self.log.read_text()[self.begun :][-3000:]}"
            time.sleep(0.1)

    def terminate(self) -> None:
        """Ask it to end."""
        assert self.running is not None
        self.running.terminate()

    def wait(self, seconds: float) -> tuple[int, float]:
        """Its exit code, and the seconds until it ended."""
        assert self.running is not None
        begun = time.monotonic()
        return self.running.wait(seconds), time.monotonic() - begun


@dataclass
class Api(Process):
    """A `stepdown serve` process."""

    port: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def client(self) -> httpx2.Client:
        """A client of this process, whoever else serves."""
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=self.headers, timeout=120)

    def is_ready(self) -> bool:
        """Whether it says so."""
        try:
            with self.client() as client:
                return client.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False


@dataclass
class Installation:
    """All processes on one database."""

    database: str
    folder: Path
    apis: list[Api] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Two that serve, two that solve, and a key for them."""
        store = Store(self.database)
        with store.writing() as session:
            _, token = create_key(session, SYSTEM, ["admin"])
        store.close()
        told = {
            "STEPDOWN_DATABASE": self.database,
            "STEPDOWN_GRACEFUL_SECONDS": str(GRACEFUL_SECONDS),
            "STEPDOWN_SOLVES_HERE": "false",
            "STEPDOWN_SOLVE_WORKERS": "1",
        }
        for n in (1, 2):
            port = free_port()
            headers = {"Authorization": f"Bearer {token}"}
            arguments = ["serve", "--port", str(port)]
            self.apis.append(Api(f"api{n}", arguments, told, self.folder / f"api{n}.log", port=port, headers=headers))
            environment = told | {"STEPDOWN_WORKER_NAME": f"w{n}"}
            self.workers.append(Process(f"w{n}", ["worker"], environment, self.folder / f"w{n}.log"))

    def start(self) -> None:
        """Start those that are not running and wait until all can work."""
        for process in (*self.apis, *self.workers):
            if process.running is None or process.running.poll() is not None:
                process.start()
        for process in (*self.apis, *self.workers):
            process.wait_ready()

    def close(self) -> None:
        """Leave nothing behind."""
        for process in (*self.apis, *self.workers):
            if process.running is not None and process.running.poll() is None:
                process.kill()

    def logs(self) -> list[str]:
        """The lines they logged; not of those killed, whose children complain in words of their own."""
        alive = [process for process in (*self.apis, *self.workers) if process.running is not None and process.running.poll() != -9]
        return [line for process in alive for line in process.log.read_text().splitlines()]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(is_true: Callable[[], Any], seconds: float = 180.0) -> None:
    """Wait for something that must become true."""
    ends = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends, "it did not become true"
        time.sleep(0.1)


@contextlib.contextmanager
def installed(database: str, folder: Path) -> Iterator[Installation]:
    """An installation that runs."""
    made = Installation(database, folder)
    try:
        made.start()
        yield made
    finally:
        made.close()


def events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Server-sent events: their fields."""
    event: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "event" in event:
            yield event
            event = {}
