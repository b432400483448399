"""Run a job: read its input, solve in a child process, report progress, store the result."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.database import Store
from api.database.documents import document_text, keep_document
from api.database.tables import JobRow
from api.database.tables.base import now
from api.jobs.states import Attempt, begin, fail, finish, is_told_to_stop, note, notify_finished, put_back
from api.kernel.exception_logging import describe_fault
from api.kernel.settings import Settings
from api.weeks.store.rosters import add_draft
from scheduler.case import Case
from scheduler.errors import DefectError, InstanceError, NoRosterError
from scheduler.instance import Instance
from scheduler.result import Progress, SolveLimits, SolveResult, SolveStatus
from scheduler.roster import Roster
from scheduler.solve import solve
from scheduler.verify import JudgedWeek

log = logging.getLogger("stepdown.jobs")

LOOK_SECONDS = 0.25
"""How often a job's row is read and written while it runs."""
CONFLICTS_MOST = 5

T = TypeVar("T")


class AbandonedError(BaseException):
    """The process ends before the job. Not an `Exception`, so that the job engine records nothing and the job is tried again."""


class _TakenOverError(Exception):
    """Another attempt has taken over the job, or the job was deleted."""


class _LostInputError(Exception):
    """The input of the job is missing, damaged, or from another version."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the process ends: its solves are first told to stop, and later abandoned if they did not."""

    stopping: threading.Event = field(default_factory=threading.Event)
    abandoned: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Task:
    """The input of a job."""

    caller: str
    program: str | None
    monday: date | None
    instance: Instance
    limits: SolveLimits
    hint: Roster | None


@dataclass
class JobRunner:
    """Runs jobs one after another."""

    store: Store
    settings: Settings
    ending: Ending

    def do(self, job: str) -> None:
        """Run a job, unless there is nothing left to do.

        Raises:
            AbandonedError: The process is ending; the job will be tried again.
        """
        if self.ending.stopping.is_set():
            raise AbandonedError
        attempt = self._persist(lambda session: begin(session, job))
        if attempt is None:
            return
        try:
            task = self._read(attempt)
            try:
                result = self._solve(attempt, task)
            except DefectError as error:
                self._end_without_result(attempt, error, None if error.roster is None else (task, error.roster))
                return
            self._end(attempt, task, result)
        except _TakenOverError:
            return
        except Exception as error:
            self._end_without_result(attempt, error)

    def _read(self, attempt: Attempt) -> _Task:
        with self.store.reading() as session:
            row = session.get(JobRow, attempt.job)
            if row is None:
                raise _TakenOverError
            try:
                instance = Instance.model_validate_json(document_text(session, row.instance_hash or ""))
                hint = None if row.hint_hash is None else Roster.model_validate_json(document_text(session, row.hint_hash))
                return _Task(row.caller, row.program, row.monday, instance, SolveLimits.model_validate(row.limits), hint)
            except (KeyError, ValueError) as error:
                raise _LostInputError from error

    def _solve(self, attempt: Attempt, task: _Task) -> SolveResult:
        reporter = _Reporter(self.store, attempt, self.ending)
        return solve(task.instance, task.limits, on_progress=reporter.on_progress, is_cancelled=reporter.is_cancelled, hint=task.hint)

    def _end(self, attempt: Attempt, task: _Task, result: SolveResult) -> None:
        """Store the result, and a program's draft, in the transaction that finishes the job."""
        is_cut_short = result.status in (SolveStatus.STOPPED, SolveStatus.UNKNOWN)

        def keep(session: Session) -> bool:
            if is_cut_short and self.ending.stopping.is_set() and is_told_to_stop(session, attempt) is False:
                best = result.roster
                put_back(session, attempt, None if best is None else keep_document(session, "roster", best.model_dump_json()))
                return False
            was_stopped = is_cut_short and (result.status == SolveStatus.STOPPED or is_told_to_stop(session, attempt))
            self._keep(session, attempt, task, result, "stopped" if was_stopped else "completed")
            return True

        if not self._persist(keep):
            raise AbandonedError

    def _keep(self, session: Session, attempt: Attempt, task: _Task, result: SolveResult, state: str) -> None:
        values: dict[str, object] = {"result_hash": keep_document(session, "result", result.model_dump_json()), "phase": "done"}
        if result.care is not None and result.preference is not None:
            values |= {"care": result.care.objective, "care_bound": result.care.bound}
            values["care_unavoidable"] = result.care.unavoidable
            values |= {"preference": result.preference.objective, "preference_bound": result.preference.bound}
        if not finish(session, self.settings, attempt, state, **values):
            return
        if result.roster is not None:
            self._keep_draft(session, attempt, task, result.roster, result)
        notify_finished(session, attempt.job)

    def _keep_draft(self, session: Session, attempt: Attempt, task: _Task, roster: Roster, result: SolveResult | None = None) -> None:
        if task.program is not None and task.monday is not None:
            judged = JudgedWeek.of(Case(task.instance), roster)
            draft = add_draft(session, task.program, task.monday, judged, "solved", task.caller, result=result, job=attempt.job)
            session.execute(update(JobRow).where(JobRow.id == attempt.job).values(roster=draft.id))

    def _end_without_result(self, attempt: Attempt, error: Exception, roster: tuple[_Task, Roster] | None = None) -> None:
        """Record why there is no result. A solver that ended because its process is ending is not a failure of the job.

        Args:
            roster: A legal roster about which nothing is proven: not a result, but a draft of its week.
        """
        if self.ending.stopping.is_set() and isinstance(error, NoRosterError):
            self._persist(lambda session: put_back(session, attempt, None))
            raise AbandonedError
        code = _code_of(error) if roster is None else "false_proof"
        log.error("a job failed", extra={"fields": {"job": attempt.job, "code": code, "fault": describe_fault(error)}})

        def keep(session: Session) -> None:
            if fail(session, self.settings, attempt, code):
                if roster is not None:
                    self._keep_draft(session, attempt, *roster)
                notify_finished(session, attempt.job)

        self._persist(keep)

    def _persist(self, change: Callable[[Session], T]) -> T:
        """Change the database, retrying for as long as it is unavailable: a result must not be lost when the database restarts."""
        seconds, conflicts = 0.1, 0
        while True:
            try:
                with self.store.writing() as session:
                    return change(session)
            except SQLAlchemyError as error:
                conflicts += isinstance(error, IntegrityError)
                if conflicts > CONFLICTS_MOST:
                    raise
                if self.ending.abandoned.is_set():
                    raise AbandonedError from error
                log.warning("the database refused a change of a job; trying again", extra={"fields": {"fault": describe_fault(error)}})
            self.ending.abandoned.wait(seconds)
            seconds = min(2 * seconds, 5.0)


class _Reporter:
    """Connects a running solve with its job's row: writes progress and reads stop requests a few times a second."""

    def __init__(self, store: Store, attempt: Attempt, ending: Ending) -> None:
        self.store, self.attempt, self.ending = store, attempt, ending
        self._news: Progress | None = None
        self._is_stopping = False
        self._next = 0.0

    def on_progress(self, progress: Progress) -> None:
        """Keep the progress for the next write."""
        self._news = progress

    def is_cancelled(self) -> bool:
        """Whether to stop; called many times a second."""
        if self.ending.abandoned.is_set():
            raise AbandonedError
        if time.monotonic() >= self._next:
            self._look()
            self._next = time.monotonic() + LOOK_SECONDS
        return self._is_stopping or self.ending.stopping.is_set()

    def _look(self) -> None:
        news = self._news
        try:
            if news is None:
                with self.store.reading() as session:
                    is_stopping = is_told_to_stop(session, self.attempt)
            else:
                with self.store.writing() as session:
                    note(session, self.attempt, **_columns(news))
                    is_stopping = is_told_to_stop(session, self.attempt)
        except SQLAlchemyError:
            # Progress matters less than the solve: the next attempt to write it will do.
            return
        self._news = None
        if is_stopping is None:
            raise _TakenOverError
        self._is_stopping = is_stopping


def _columns(progress: Progress) -> dict[str, object]:
    """Progress as columns of a job; seconds since the start become a moment."""
    seconds = progress.next_bound_seconds
    due = None if seconds is None else now() + timedelta(seconds=seconds - progress.seconds)
    return progress.model_dump(exclude={"seconds", "next_bound_seconds"}) | {"next_bound_at": due}


def _code_of(error: Exception) -> str:
    if isinstance(error, NoRosterError):
        return "no_roster"
    if isinstance(error, DefectError):
        return "defect"
    if isinstance(error, InstanceError):
        return "bad_instance"
    return "lost_input" if isinstance(error, _LostInputError) else "failed"
