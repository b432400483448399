"""The `stepdown` command with a task beside the requests that wakes every millisecond and writes down when it woke late.

Each line is the time it woke (the system's monotonic clock), the seconds since it last did, and the seconds of processor that the process
used meanwhile. On a machine with other work the system lets any process wait; only waiting in which the process itself was at work (on the
loop, or in a thread that held the interpreter) is the service's doing.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from api.cli import main
from api.operations import server

EVERY_SECONDS = 0.001
LATE_SECONDS = 0.003


async def watch(file: Path) -> None:
    """Until the loop is closed."""
    with file.open("a", buffering=1) as lines:
        while True:
            wall, used = time.monotonic(), time.process_time()
            await asyncio.sleep(EVERY_SECONDS)
            woke = time.monotonic()
            if woke - wall > LATE_SECONDS:
                lines.write(f"{woke} {woke - wall} {time.process_time() - used}\n")


def start() -> None:
    """Begin when the server begins to answer."""
    freeze()
    tasks.add(asyncio.get_running_loop().create_task(watch(Path(os.environ["BENCHMARK_PAUSES"]))))


if __name__ == "__main__":
    tasks: set[asyncio.Task[None]] = set()
    freeze, server.shorten_pauses = server.shorten_pauses, start  # type: ignore[attr-defined]
    main()
