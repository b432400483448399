"""What the service asks of a job engine. `dbos_engine` is the one it has."""

from __future__ import annotations

from typing import Protocol


class JobEngine(Protocol):
    """Runs jobs of the table `jobs`, each to its end exactly once, whatever process dies when."""

    def start(self) -> None:
        """Begin to take jobs (where this process solves), and to look after those of dead processes."""

    def stop(self, seconds: float) -> None:
        """Take no more; running solves are told to stop, and after so many seconds left to be recovered elsewhere or at the next start."""

    def submit(self, job: str, priority: int) -> None:
        """Queue a job whose row is committed. Submitting twice is submitting once.

        Args:
            job: Its id; nothing else goes into the engine's own tables.
            priority: Small is soon.
        """

    def is_ready(self) -> bool:
        """Whether jobs can be taken and submitted."""
