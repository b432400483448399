"""Results that this process keeps in memory: the last few, by a key that says all they depend on."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class RecentResults(Generic[K, V]):
    """The results that were used last; the one that was not used for longest is forgotten. Several threads may use it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._results: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._results)

    def find(self, key: K) -> V | None:
        """The result for a key, if it is still there."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def keep(self, key: K, result: V) -> V:
        """Keep a result, and return it."""
        with self._lock:
            self._results[key] = result
            self._results.move_to_end(key)
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return result

    def items(self) -> list[tuple[K, V]]:
        """All of them, the one that was used last at the end."""
        with self._lock:
            return list(self._results.items())
