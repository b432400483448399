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
def serving(core: int | None = None, *, is_watched: bool = False) -> Iterator[Server]:
    """A server that is stopped at the end.

    Args:
        core: The only processor it runs on.
        is_watched: Let it write down how long its event loop waits.
    """
    with tempfile.TemporaryDirectory() as name:
        environment = _environment(folder := Path(name))
        token = _run(environment, *COMMAND, "keys", "create", "--scope", "admin")
        prefix = [] if core is None else ["-m", "benchmarks.service.pinned", str(core)]
        with _running([*prefix, *(WATCHED if is_watched else COMMAND), "serve", "--port", "0"], environment, folder, token) as server:
            yield server


@contextmanager
def serving_build(build: Path, folder: Path, core: int) -> Iterator[Server]:
    """Another build's server on a database that is there already, for requests without a key.

    Args:
        build: The folder with its packages.
        folder: Where its `data` is.
    """
    environment = _environment(folder) | modules_of(build)
    command = ["-m", "benchmarks.service.pinned", str(core), *COMMAND, "serve", "--port", "0"]
    with _running(command, environment, folder, "", build) as server:
        yield server


def modules_of(build: Path) -> dict[str, str]:
    """The environment in which a process started in a build's folder has its modules, and these benchmarks."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(build), str(ROOT), os.environ.get("PYTHONPATH"))))}


@contextmanager
def serving_demo(folder: Path, at: str | None = None, database: str | None = None) -> Iterator[Server]:
    """The demo program, which has no key; what is done in it stays in the folder, and another start goes on with it.

    Args:
        at: The time at which its clock begins, such as `2027-01-11T07:40`; without it, now.
        database: Another database than the folder's, as in the settings.
    """
    environment = _environment(folder) | ({} if database is None else {"STEPDOWN_DATABASE": database})
    arguments = [*COMMAND, "serve", "--port", "0", "--demo", *([] if at is None else ["--at", at])]
    with _running(arguments, environment, folder, "") as server:
        yield server


@contextmanager
def _running(arguments: Sequence[str], environment: dict[str, str], folder: Path, token: str, build: Path = ROOT) -> Iterator[Server]:
    with (log := folder / "log.txt").open("w") as errors:
        command = [sys.executable, *arguments]
        running = subprocess.Popen(command, cwd=build, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        yield Server(*_address(running, log), token, folder / "pauses.txt", running.pid)
    finally:
        running.terminate()
        running.communicate(timeout=60)


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STEPDOWN_")}
    # One caller sends everything here: limits are not what is measured.
    limits = {f"STEPDOWN_{name}_PER_MINUTE": UNLIMITED for name in ("REQUESTS", "SOLVES", "FEED_FETCHES")}
    return kept | limits | {"STEPDOWN_DATA": str(folder / "data"), "BENCHMARK_PAUSES": str(folder / "pauses.txt")}


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
