"""A real `stepdown serve` on an empty data folder, in a process of its own, with a key made by the command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.client import Client

ROOT = Path(__file__).parents[2]
COMMAND = ("-c", "from api.cli import main; main()")
WATCHED = ("-m", "benchmarks.service.lag")
ADDRESS = re.compile(r"listens on http://([\d.]+):(\d+)")
UNLIMITED = str(10**9)


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers.

    Attributes:
        pauses: Where a watched server writes how long its event loop waited.
    """

    host: str
    port: int
    token: str
    pauses: Path
    process: int

    def processor_seconds(self) -> float | None:
        """What it has used of the processor so far, in all of its threads; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self) -> Client:
        """A client that may do everything."""
        return Client(f"http://{self.host}:{self.port}", self.token, timeout=120.0)


@contextmanager
def serving(core: int | None = None, *, is_watched: bool = False, is_demo: bool = False) -> Iterator[Server]:
    """A server that is stopped at the end.

    Args:
        core: The only processor it runs on.
        is_watched: Let it write down how long its event loop waits.
        is_demo: Fill it with the demo program, which has no key.
    """
    with tempfile.TemporaryDirectory() as folder:
        pauses, log = Path(folder) / "pauses.txt", Path(folder) / "log.txt"
        environment = _environment(Path(folder), pauses)
        token = "" if is_demo else _run(environment, *COMMAND, "keys", "create", "--scope", "admin")
        prefix = [] if core is None else ["-m", "benchmarks.service.pinned", str(core)]
        arguments = [
            sys.executable,
            *prefix,
            *(WATCHED if is_watched else COMMAND),
            "serve",
            "--port",
            "0",
            *(["--demo"] if is_demo else []),
        ]
        with log.open("w") as errors:
            running = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            yield Server(*_address(running, log), token, pauses, running.pid)
        finally:
            running.terminate()
            running.communicate(timeout=60)


def _environment(folder: Path, pauses: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STEPDOWN_")}
    # One caller sends everything here: limits are not what is measured.
    limits = {f"STEPDOWN_{name}_PER_MINUTE": UNLIMITED for name in ("REQUESTS", "SOLVES", "FEED_FETCHES")}
    return kept | limits | {"STEPDOWN_DATA": str(folder / "data"), "BENCHMARK_PAUSES": str(pauses)}


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def _address(running: subprocess.Popen[str], log: Path) -> tuple[str, int]:
    assert running.stdout is not None
    said: Sequence[str] = []
    for line in running.stdout:
        if found := ADDRESS.search(line):
            return found[1], int(found[2])
        said = [*said, line]
    raise RuntimeError(f"the server does not start: {''.join(said)}{log.read_text()}")
