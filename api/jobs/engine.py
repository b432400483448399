"""The interface of a job engine, implemented by `dbos_engine`."""

from __future__ import annotations

from typing import Protocol


class JobEngine(Protocol):
    """Runs the jobs of the table `jobs`, each to its end exactly once, whichever process dies."""

    def start(self) -> None:
        """Begin to take jobs (if this process solves), and to recover those of dead processes."""

    def stop(self, seconds: float) -> None:
        """Take no more jobs. Running solves are told to stop; those still running after the time are left to be recovered."""

    def submit(self, job: str, priority: int) -> None:
        """Queue a job whose row is committed. Submitting a job twice has no further effect.

        Args:
            job: Its id, the only thing stored in the engine's own tables.
            priority: Lower numbers start earlier.
        """

    def is_ready(self) -> bool:
        """Whether jobs can be taken and submitted."""
