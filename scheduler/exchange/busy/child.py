"""The work of the child process that reads a calendar, and its limits."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from scheduler.exchange.busy.expansion import expand
from scheduler.exchange.busy.models import Busy, BusyError, BusyOptions, BusyWindow

CPU_SECONDS = 3
MEMORY_BYTES = 512_000_000
PAGE = 4096


def request_text(window: BusyWindow, options: BusyOptions, own: Iterable[str] = ()) -> str:
    """The request to the child process, as text."""
    return json.dumps([window.first.isoformat(), window.days, window.zone.key, options.model_dump(), sorted(own)])


def work(content: bytes, argument: str) -> bytes:
    """Read a calendar within limits of processor time and memory, which this process cannot lift again.

    Args:
        argument: The request, from `asked`.
    """
    set_limits()
    first, days, zone, options, own = json.loads(argument)
    window = BusyWindow(date.fromisoformat(first), days, ZoneInfo(zone))
    try:
        return b"+" + expand(content, window, BusyOptions(**options), frozenset(own)).model_dump_json().encode()
    except BusyError as error:
        return refusal(error)
    except (MemoryError, RecursionError):
        return refusal(BusyError("too_much_work"))


def refusal(error: BusyError) -> bytes:
    """An error, encoded for the parent process."""
    return b"-" + json.dumps([error.code, error.lines]).encode()


def answer(content: bytes) -> Busy:
    """Decode the answer of the child process.

    Raises:
        BusyError: The calendar could not be read.
    """
    if content.startswith(b"+"):
        return Busy.model_validate_json(content[1:])
    code, lines = TypeAdapter(tuple[str, tuple[int, ...]]).validate_json(content[1:])
    raise BusyError(code, lines)


def set_limits() -> None:
    """Limit this process from here on, where the system allows it; it is killed when it exceeds its processor time."""
    with suppress(ImportError):
        import resource

        hard = math.ceil(time.process_time()) + CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with suppress(OSError, ValueError):
            # Memory that is already mapped, mainly by libraries, does not count.
            mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
            resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY_BYTES, mapped + MEMORY_BYTES))
