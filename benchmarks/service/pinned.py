"""Run Python with everything it starts on one processor: ``python -m benchmarks.service.pinned <core> <arguments of python>``."""

from __future__ import annotations

import os
import sys


def pin(core: int) -> None:
    """Keep this process, and what it starts, on one processor, where the system knows how."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
