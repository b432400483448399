"""A process of our own beside this one: it reads lines, answers with lines, and ends with its input."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("stepdown.processes")


class LineProcess:
    """Runs a module; one thread may send lines while another one reads.

    What it writes to its standard error is kept apart. If it ends by itself, where it failed goes to the log: its exit code, the
    type of its error and the place in our code, but no message, because a message can contain data of the week.
    """

    def __init__(self, module: str) -> None:
        self._module, self._is_closed = module, False
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        command = [sys.executable, "-m", module]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True)

    def send(self, line: str) -> bool:
        """Send a line; False if the process no longer reads."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            return False
        return True

    def lines(self) -> Iterator[str]:
        """Its answers, until it ends."""
        while line := self.line():
            yield line

    def line(self) -> str:
        """Its next answer; empty when it has ended."""
        assert self._process.stdout is not None
        # When it is closed meanwhile, the stream may be closed first.
        with suppress(ValueError):
            if (line := self._process.stdout.readline()).endswith("\n"):
                return line  # a line that is cut off by its end is no answer
            self._report()
        return ""

    def close(self) -> None:
        """End the process at once."""
        self._is_closed = True
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                # What was not sent is no longer needed.
                with suppress(OSError):
                    stream.close()

    def _report(self) -> None:
        code = self._process.wait()
        if not self._is_closed and code:
            self._errors.seek(0)
            log.error("%s ended by itself, exit code %d%s", self._module, code, place_of_failure(self._errors.read()))


def place_of_failure(errors: str) -> str:
    """The type of the error and the last place in our code that a traceback names, as `` (KeyError, table.py line 20)``; or nothing."""
    places = re.findall(r'^  File "([^"]+)", line (\d+)', errors, re.MULTILINE)
    kinds = re.findall(r"^([A-Za-z_][\w.]*)(?::|$)", errors, re.MULTILINE)
    if not places or not kinds:
        return ""
    path, line = places[-1]
    return f" ({kinds[-1]}, {Path(path).name} line {line})"
