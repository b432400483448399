"""Ctrl-C during a solve."""

from __future__ import annotations

import signal
from types import TracebackType

from rich.console import Console


class Interrupt:
    """The first Ctrl-C asks the solve to stop and keep its best roster; the second aborts the command."""

    def __init__(self, to: Console) -> None:
        """Prepare to listen; the first Ctrl-C is reported on ``to``."""
        self._to = to
        self._is_pressed = self._is_told = False

    def __enter__(self) -> Interrupt:
        """Start listening."""
        self._previous = signal.signal(signal.SIGINT, self._press)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop listening."""
        signal.signal(signal.SIGINT, self._previous)

    def is_cancelled(self) -> bool:
        """Whether to stop. The message is printed here, once: a signal handler must not print."""
        if self._is_pressed and not self._is_told:
            self._is_told = True
            self._to.print("Stopping; the best roster so far is kept. Press Ctrl-C again to abort without it.")
        return self._is_pressed

    def _press(self, *_: object) -> None:
        if self._is_pressed:
            raise KeyboardInterrupt
        self._is_pressed = True
