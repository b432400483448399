"""What a benchmark is doing, a line for each stage, on standard error: the tables alone are on standard output."""

from __future__ import annotations

import sys
import time

_BEGAN = time.monotonic()


def note(what: str) -> None:
    """Write a line, with the seconds since the benchmark began."""
    print(f"{time.monotonic() - _BEGAN:6.1f} s  {what}", file=sys.stderr, flush=True)
