"""Groups that leave without a leader, and closures ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.due.frame import DueFrame
from api.due.models import Concern, DueItem
from scheduler.barriers.staff import entitled
from scheduler.case import Case
from scheduler.instance import Closure, Group, History, Instance
from scheduler.roster import Session
from scheduler.timegrid import Span
from scheduler.words import joined, weekday_date


@dataclass(frozen=True, slots=True)
class LeaderlessRun:
    """A run of a group whose leaders are on leave.

    Attributes:
        on_leave: The clinicians who would lead it.
        able: Others who may lead it and are there.
    """

    day: date
    group: str
    on_leave: tuple[str, ...]
    able: tuple[str, ...]


def leaderless_runs(week: Instance) -> list[LeaderlessRun]:
    """The runs of a week that have no leader because of leave.

    Where the week is published, these are the runs whose leaders are all on leave; otherwise those that nobody who is there may lead.
    """
    bare = {"participants": (), "relations": (), "history": History(), "pins": (), "published": None, "now": None}
    slim = week.model_copy(update=bare)
    working = tuple(clinician.model_copy(update={"leave": ()}) for clinician in week.clinicians)
    staff = Staff(Case(slim), Case(slim.model_copy(update={"clinicians": working})))
    if week.published is None:
        offers = ((group, staff.able(group), staff.case.groups.spans(group.id)) for group in week.groups)
        runs = [staff.run_without_leader(*offer) for offer in offers]
    else:
        groups = {group.id: group for group in week.groups}
        sessions = [session for session in week.published.roster.sessions if session.group in groups]
        runs = [staff.run_without_leader(groups[s.group or ""], s.facilitators, (staff.span_of(s),)) for s in sessions]
    return [run for run in runs if run is not None]


@dataclass(frozen=True, slots=True)
class Staff:
    """The clinicians of a week, with and without their leave."""

    case: Case
    without_leave: Case

    def able(self, group: Group) -> tuple[str, ...]:
        """The clinicians who may lead a group."""
        return group.facilitators or tuple(entitled(self.case, group.service))

    def span_of(self, session: Session) -> Span:
        """The time of a session."""
        return Span(self.case.week.minute(session.start), self.case.week.minute(session.end))

    def run_without_leader(self, group: Group, leaders: Sequence[str], spans: Sequence[Span]) -> LeaderlessRun | None:
        """The run of a group if none of these leaders is there at any of the times, and one would be without leave."""
        if any(self.case.time.is_present(c, span, group.site) for span in spans for c in leaders):
            return None
        for span in spans:
            if gone := tuple(c for c in leaders if self.without_leave.time.is_present(c, span, group.site)):
                able = tuple(c for c in self.able(group) if self.case.time.is_present(c, span, group.site))
                return LeaderlessRun(self.case.week.date_of(span.day), group.id, gone, able)
        return None


def leave_items(frame: DueFrame, runs: Iterable[LeaderlessRun], *, is_everything: bool = False) -> Iterator[DueItem]:
    """The lines about groups without a leader.

    Args:
        is_everything: Also those that are not due yet.
    """
    for run in runs:
        if run.day >= frame.today and (is_everything or frame.is_near(run.day, frame.policy.due_warning_days)):
            message = f"{run.group} has no leader on {weekday_date(run.day)}: {joined(run.on_leave)} on leave."
            if run.able:
                message += f" {joined(run.able)} may lead it."
            concerns = [Concern(kind="group", id=run.group), *(Concern(kind="clinician", id=c) for c in run.on_leave)]
            monday = run.day - timedelta(days=run.day.weekday())
            yield frame.item("leave", f"{run.group}~{run.day}", run.day, message, f"/weeks/{monday}", concerns, None)


def closure_items(frame: DueFrame, closures: Iterable[Closure]) -> Iterator[DueItem]:
    """The lines about closures ahead."""
    for closure in closures:
        if closure.date >= frame.today and frame.is_near(closure.date, frame.policy.due_warning_days):
            where = "The program" if closure.site is None else f"Site {closure.site}"
            hours = "" if (closure.start, closure.end) == (0, 1440) else " for some hours"
            name = f" ({closure.label})" if closure.label else ""
            message = f"{where} is closed on {weekday_date(closure.date)}{hours}{name}."
            concerns = [] if closure.site is None else [Concern(kind="site", id=closure.site)]
            key = f"{closure.date}~{closure.site or 'all'}~{closure.start}"
            yield frame.item("closure", key, closure.date, message, "", concerns, None)
