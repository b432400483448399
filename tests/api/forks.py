"""Processes that tests kill: copies of a server that has imported everything once, there at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from api.kernel import process_pool
from tests.source_tree import ROOT

CONTEXT = multiprocessing.get_context("forkserver")
PRELOADED = [
    "api.cli.app",
    "api.jobs.worker",
    "api.operations.server",
    "api.service",
    "tests.api.jobs.process",
    "tests.api.outbox.sender",
    "tests.api.spreadsheets.merger",
    "tests.api.weeks.publisher",
]
"""What the server imports when it starts: everything, for there is one for all tests of a process."""

# Whoever starts it: the service adds what its own children need.
process_pool.PRELOADED.extend(PRELOADED)


def forked(target: Callable[..., None], *args: Any, daemon: bool = True) -> ForkServerProcess:
    """A process that is not started yet; it ends with this one.

    Args:
        daemon: Without it, the process may have children, and this one waits for it at its end.
    """
    # Each time: the service names what its own processes need.
    CONTEXT.set_forkserver_preload([*{*PRELOADED, *process_pool.PRELOADED}])
    return CONTEXT.Process(target=target, args=args, daemon=daemon)


class Command:
    """A command that runs in a copy of the server, as if it had been started anew; used like a `subprocess.Popen`."""

    def __init__(self, main: Callable[[], None], arguments: list[str], settings: dict[str, str], log: Path) -> None:
        """Start it.

        Args:
            main: What a Python started for it would run, the arguments in `sys.argv`.
            settings: What is in its environment beside what is in ours; of the service's settings, only these are.
            log: The end of this file is its standard output and error.
        """
        # It may be read before anything is said.
        log.touch()
        self._process = forked(_run, main, arguments, environment(settings), log, daemon=False)
        self._process.start()

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Its exit code, when it has one.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("stepdown", seconds or 0.0)
        return code

    def kill(self) -> None:
        """End it with the signal nobody can handle."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        assert self._process.pid is not None
        if self.poll() is None:
            os.kill(self._process.pid, signal.SIGTERM)


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Our environment with these settings of the service and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STEPDOWN_")} | settings


def _run(main: Callable[[], None], arguments: list[str], environment: dict[str, str], log: Path) -> None:
    """What the copy does."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    sys.argv = ["stepdown", *arguments]
    main()
