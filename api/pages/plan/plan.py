"""One week as it is planned: what is published, the latest draft, what it lacks and changes, and whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.calls.models import PlannedCall
from api.calls.store.calls import weeks_of
from api.calls.store.routine import same_as_last_week
from api.calls.store.views import plan_calls
from api.jobs.generating import latest_job
from api.jobs.models import Job
from api.kernel.errors import Place, Problem
from api.pages.plan.differences import ChangedPerson, care_in_words, changed_people
from api.pages.plan.generation import Generation
from api.pages.plan.names import StaffNames
from api.programs.person import Person
from api.programs.store.labels import ProgramLabels
from api.weeks.models.rosters import RosterEntry
from api.weeks.store.judging import is_same_week, week_now
from api.weeks.store.rosters import entry_of, instance_of, newest_roster, result_of, roster_of
from api.weeks.store.weeks import find_week, published_roster, settings_of_week
from scheduler.case import Case
from scheduler.compare import Comparison, compare_to
from scheduler.reasons import reasons_once
from scheduler.result import Unmet
from scheduler.roster import Roster
from scheduler.verify import JudgedWeek

MOST_FIXES: Final = 3


class TestedFix(NamedTuple):
    """A fix, tested by solving again.

    Attributes:
        sentence: As in the result; names ids.
        words: With the names and times that staff use.
    """

    sentence: str
    words: str


@dataclass(frozen=True, slots=True)
class UnmetPerson:
    """A participant who does not get all that is ordered.

    Attributes:
        what: What is missing.
        causes: Why, each cause once.
        fixes: What would help; each was tested by solving again.
    """

    id: str
    name: str
    what: tuple[str, ...]
    causes: tuple[str, ...]
    fixes: tuple[TestedFix, ...]
    fixes_summary: str


@dataclass(frozen=True, slots=True)
class EarlierDraft:
    """The draft that the newest one was generated after.

    Attributes:
        care: Whether the newest one gives more of the ordered care.
        changes: Participants whose bookings differ in the newest one.
    """

    entry: RosterEntry
    care: str
    changes: tuple[ChangedPerson, ...]


class WeekPlan:
    """A week of a program, as read by the page; each part is read when it is shown.

    Attributes:
        job: The job created last; None: there was none.
        published: What is published; None: nothing.
        draft: The newest roster, if it is a draft that is newer than the published one.
    """

    def __init__(self, session: Session, program: str, monday: date, now: datetime) -> None:
        self._session, self._program, self.monday, self._now = session, program, monday, now
        self._labels = ProgramLabels(session, program)
        self._week = find_week(session, program, monday)
        self.version = self._week.version
        self.job: Job | None = latest_job(session, program, monday)
        self._former, newest = published_roster(session, program, monday), newest_roster(session, program, monday)
        self._draft = newest if newest is not None and newest.state == "draft" else None
        self.published: RosterEntry | None = None if self._former is None else entry_of(self._former)
        self.draft: RosterEntry | None = None if self._draft is None else entry_of(self._draft)

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)

    @property
    def generation(self) -> Generation | None:
        """How far the roster that is being generated has come; None if none is."""
        return Generation(self.job, self._now) if self.job is not None and self.is_generating else None

    @property
    def is_generating(self) -> bool:
        """Whether a roster is being generated."""
        return self.job is not None and not self.job.is_finished

    @property
    def quality(self) -> str:
        """How good the draft is known to be, in a sentence."""
        draft = self.draft
        if draft is None or draft.care.bound is None:
            return ""
        if draft.care.objective > draft.care.bound:
            return "More care may be possible: generate again with more time."
        if draft.preference.bound is not None and draft.preference.objective <= draft.preference.bound:
            return "No better roster exists."
        return "No roster gives more care. Times and staff may still improve with more time."

    @cached_property
    def faults(self) -> tuple[Place, ...]:
        """What is inconsistent in the week's data; empty if a roster can be generated."""
        try:
            _ = self._case
        except Problem as problem:
            return tuple(problem.issues)
        return ()

    @cached_property
    def is_outdated(self) -> bool:
        """Whether people, orders, groups or settings have changed since the draft was made."""
        return self._draft is not None and not is_same_week(self._case.instance, instance_of(self._session, self._draft))

    @cached_property
    def violations(self) -> tuple[str, ...]:
        """Rules that the draft breaks in the week as it is now, in sentences."""
        judged = self._judged
        return () if judged is None else tuple(self._names.written(v.message) for v in judged.verdict.violations)

    @cached_property
    def unmet(self) -> tuple[UnmetPerson, ...]:
        """Participants who do not get all that is ordered, with causes and tested fixes, as found when the draft was generated."""
        result = None if self._draft is None else result_of(self._session, self._draft)
        entries = () if result is None else sorted(result.unmet, key=lambda entry: entry.participant)
        return tuple(self._unmet(id, list(group)) for id, group in groupby(entries, key=lambda entry: entry.participant))

    @property
    def is_first(self) -> bool:
        """Whether nothing is published for the week yet, so that the draft is compared with the week before."""
        return self.published is None and self._comparison is not None

    @cached_property
    def changes(self) -> tuple[ChangedPerson, ...] | None:
        """Participants whose bookings differ from the published ones, or from last week's; None if neither week is published."""
        return None if self._comparison is None else changed_people(self._comparison, self._names, self._labels)

    @cached_property
    def earlier(self) -> EarlierDraft | None:
        """The draft before the one that was generated last, and what differs; None if there is none, or the newest one was made by hand."""
        if self._draft is None or self._draft.origin != "solved":
            return None
        row = newest_roster(self._session, self._program, self.monday, before=self._draft.number)
        if row is None or row.state != "draft":
            return None
        comparison = self._since(roster_of(self._session, row))
        if comparison is None:
            return None
        return EarlierDraft(entry_of(row), care_in_words(comparison), changed_people(comparison, self._names, self._labels))

    @cached_property
    def exceptions(self) -> tuple[str, ...]:
        """What is different in this week only, in sentences; fixes that were accepted."""
        settings = settings_of_week(self._week)
        return tuple(self._names.written(exception.sentence or "a change made by another program") for exception in settings.exceptions)

    @cached_property
    def calls(self) -> tuple[PlannedCall, ...]:
        """Whom to call once the draft is published, the most urgent first, apart from `routine`."""
        routine = set(self.routine)
        return tuple(call for call in self._calls if call not in routine)

    @cached_property
    def routine(self) -> tuple[PlannedCall, ...]:
        """Calls about a new week to those who have the times and places of the week before."""
        if self._draft is None or not self.is_first:
            return ()
        same = same_as_last_week(self._session, self._program, self.monday, weeks_of(roster_of(self._session, self._draft)))
        return tuple(call for call in self._calls if Person.of(call.kind, call.subject) in same)

    @cached_property
    def _calls(self) -> tuple[PlannedCall, ...]:
        if self._draft is None:
            return ()
        return plan_calls(self._session, self._program, self.monday, roster_of(self._session, self._draft), self._now).calls

    @cached_property
    def _comparison(self) -> Comparison | None:
        """What differs from the published roster, or else from that of the week before."""
        former = self._former or published_roster(self._session, self._program, self.monday - timedelta(weeks=1))
        return None if former is None else self._since(roster_of(self._session, former))

    @cached_property
    def _case(self) -> Case:
        return week_now(self._session, self._program, self.monday, self._now)

    @cached_property
    def _judged(self) -> JudgedWeek | None:
        return None if self._draft is None else JudgedWeek.of(self._case, roster_of(self._session, self._draft))

    def _since(self, before: Roster) -> Comparison | None:
        """What differs between a roster and the draft; None without a draft."""
        return None if self._judged is None else compare_to(before, self._judged)

    @cached_property
    def _names(self) -> StaffNames:
        return StaffNames.of(self._labels)

    def _unmet(self, id: str, entries: Sequence[Unmet]) -> UnmetPerson:
        fixes = dict.fromkeys(fix.sentence for entry in entries for fix in entry.fixes)
        summaries = dict.fromkeys(entry.fixes_summary for entry in entries if entry.fixes_summary)
        return UnmetPerson(
            id=id,
            name=self._labels.name("participants", id),
            what=tuple(self._written(dict.fromkeys(entry.what for entry in entries))),
            causes=tuple(self._written(reasons_once(entries))),
            fixes=tuple(TestedFix(sentence, self._names.written(sentence)) for sentence in list(fixes)[:MOST_FIXES]),
            fixes_summary="" if fixes else self._names.written(next(iter(summaries), "")),
        )

    def _written(self, sentences: Iterable[str]) -> Iterator[str]:
        return map(self._names.written, sentences)
