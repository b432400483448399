"""Jobs to test with, and the processes that do them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api.database import Store
from api.database.tables import JobRow, ProgramRow, RosterRow
from api.jobs.models import FINISHED, INTERACTIVE
from api.jobs.submit import create_job
from api.kernel.settings import Settings
from api.security.access import Caller
from scheduler.instance import Instance
from scheduler.result import SolveLimits
from scheduler.roster import Roster
from tests.api.forks import Command
from tests.api.jobs import process
from tests.tiny import drawn

CALLER = Caller("key", "k1")
MONDAY = date(2026, 11, 30)
QUICK = SolveLimits(seconds=5, workers=1, fix_seconds=0)


def make_program(store: Store, program: str = "p1") -> None:
    """A program that drafts can be kept in."""
    with store.writing() as session:
        session.add(ProgramRow(id=program, document={"zone": "America/New_York"}))


def make_job(
    store: Store,
    settings: Settings,
    instance: Instance | None = None,
    *,
    limits: SolveLimits = QUICK,
    priority: int = INTERACTIVE,
    program: str | None = None,
    hint: Roster | None = None,
) -> str:
    """The id of a new job that nobody has submitted."""
    monday = None if program is None else MONDAY
    with store.writing() as session:
        job = create_job(
            session, settings, CALLER, instance or drawn(4), limits, priority=priority, program=program, monday=monday, hint=hint
        )
        return job.id


def job_of(store: Store, job: str) -> JobRow:
    """The row of a job as it is now."""
    with store.reading() as session:
        row = session.get_one(JobRow, job)
        session.expunge(row)
        return row


def jobs_of(store: Store) -> list[JobRow]:
    """All jobs as they are now."""
    with store.reading() as session:
        rows = list(session.scalars(select(JobRow)))
        for row in rows:
            session.expunge(row)
        return rows


def drafts_of(store: Store) -> list[str | None]:
    """The job of every draft."""
    with store.reading() as session:
        return list(session.scalars(select(RosterRow.job)))


def wait_until(is_true: Callable[[], Any], seconds: float = 180.0, every: float = 0.05) -> None:
    """Wait for something that must become true."""
    ends = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends, "it did not become true"
        time.sleep(every)


def wait_finished(store: Store, *jobs: str, seconds: float = 180.0) -> list[JobRow]:
    """The rows of jobs once all of them are finished."""
    query = select(JobRow.state).where(JobRow.id.in_(jobs))

    def are_finished() -> bool:
        with store.reading() as session:
            return set(session.scalars(query)) <= set(FINISHED)

    wait_until(are_finished, seconds)
    return [job_of(store, job) for job in jobs]


@dataclass
class Process:
    """A process of the service that can be killed."""

    settings: Settings
    kind: str
    log: Path
    solves: str = "here"
    process: Command | None = None

    def start(self) -> Process:
        """Start it, or start it again."""
        values = self.settings.model_dump(mode="json", exclude_none=True)
        told = {f"STEPDOWN_{name.upper()}": str(value) for name, value in values.items()}
        self.process = Command(process.main, [self.kind, self.solves], told, self.log)
        return self

    def kill(self) -> None:
        """End it with the signal nobody can handle."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 60.0) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
