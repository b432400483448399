"""Why a group that has a leader does not meet, or an appointment is not possible: what clinicians have at that time."""

from __future__ import annotations

from scheduler.barriers import all_of, available
from scheduler.rules._clinicians import of_staffing, of_visit, sessions_of
from scheduler.terms import Run, Staffing, Visit
from scheduler.timegrid import DAY, Span, clock
from scheduler.view import PlacedSession, View
from scheduler.words import day_name

MOST_NAMED = 3


def leaders_taken(view: View, group: str) -> tuple[tuple[str, ...], str] | None:
    """The leaders of a group that does not meet, and what takes their time, as a sentence; None if that is not the reason.

    Of several starts, the one at which the fewest sessions are in the way is looked at.
    """
    case, offer = view.case, view.case.groups[group]
    by_start: list[dict[str, list[PlacedSession]]] = []
    for span in case.groups.spans(group):
        run = Run(group, span, offer.mode, None if offer.mode == "telehealth" else offer.site)
        by_leader = {c: _in_the_way(view, Staffing(run, c)) for c in available(case, run)}
        if by_leader and all(by_leader.values()) and not case.time.is_past(span.start):
            by_start.append(by_leader)
        elif by_leader:
            return None
    if not by_start or any(placed.session.group == group for placed in view.runs):
        return None
    nearest = min(by_start, key=lambda by_leader: sum(map(len, by_leader.values())))
    return tuple(nearest), _sentence(group, nearest)


def clinician_taken(view: View, visit: Visit) -> str | None:
    """What takes the time of a clinician whom an appointment needs, as a sentence; None if that is not the reason."""
    if visit.clinician is None:
        return None
    in_the_way = _overlapping(view, visit.clinician, of_visit(view.case, visit).occupied)
    return f"{visit.clinician} has {all_of([_named(placed) for placed in in_the_way])} then" if in_the_way else None


def _in_the_way(view: View, staffing: Staffing) -> list[PlacedSession]:
    """The sessions of a clinician that overlap a run, notes included."""
    return _overlapping(view, staffing.clinician, of_staffing(view.case, staffing).occupied)


def _overlapping(view: View, clinician: str, occupied: Span) -> list[PlacedSession]:
    return [placed for task, placed in sessions_of(view, clinician) if task.occupied.overlaps(occupied)]


def _sentence(group: str, by_leader: dict[str, list[PlacedSession]]) -> str:
    by_id = {placed.id: placed for of_one in by_leader.values() for placed in of_one}
    sessions = sorted(by_id.values(), key=lambda placed: (placed.span, placed.id))
    is_only = len(by_leader) == 1
    leaders = f"its only leader, {next(iter(by_leader))}," if is_only else f"its leaders {all_of([*by_leader])}"
    groups = [placed for placed in sessions if placed.session.group is not None]
    kind = "other sessions" if groups and len(groups) < len(sessions) else "other groups" if groups else "individual sessions"
    names = all_of([_named(placed) for placed in sessions], most=MOST_NAMED)
    return f"{group} does not run: {leaders} {'has' if is_only else 'have'} {kind} then ({names})"


def _named(placed: PlacedSession) -> str:
    """A session in words: what, of whom, and when."""
    session, when = placed.session, f"{day_name(placed.day)} {clock(placed.span.start % DAY)}"
    if session.group is not None:
        return f"{session.group}, {when}"
    return f"{session.service} of {all_of(placed.participants())}, {when}"
