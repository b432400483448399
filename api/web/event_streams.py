"""The event streams that are open: how many, and how they are ended when the process is told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Streams:
    """Answers that end only when somebody ends them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self.is_closing = False

    def __len__(self) -> int:
        """How many are open."""
        return len(self._tasks)

    @contextmanager
    def opened(self, task: asyncio.Task[object]) -> Iterator[None]:
        """A task answers with a stream as long as this lasts."""
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def close(self) -> None:
        """End all of them now; their readers come back with the id of the last event, to whoever serves then."""
        self.is_closing = True
        for task in self._tasks:
            task.cancel()
