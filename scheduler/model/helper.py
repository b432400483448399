"""What works for the end of a search on a core of its own."""

from __future__ import annotations

from typing import Protocol


class Helper(Protocol):
    """Works for the end of the search on a core of its own."""

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""

    def go_on(self, care_bound: int) -> None:
        """Use what it found, and give it more to do; called after every step."""
