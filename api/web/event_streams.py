"""Open event streams: count them, and end them when the process stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Streams:
    """Responses that stay open until they are ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self.is_closing = False

    def __len__(self) -> int:
        """The number of open streams."""
        return len(self._tasks)

    @contextmanager
    def opened(self, task: asyncio.Task[object]) -> Iterator[None]:
        """Register a task as an open stream for the duration of the context."""
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def close(self) -> None:
        """End all streams now; clients reconnect with the id of the last event."""
        self.is_closing = True
        for task in self._tasks:
            task.cancel()
