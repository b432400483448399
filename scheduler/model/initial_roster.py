"""Initial rosters: the caller's, or a greedy one."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.greedy import fill_week
from scheduler.model.extract import to_roster
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Solution
from scheduler.roster import Roster, Session
from scheduler.terms import Handle, Housing, Run, Staffing, Visit
from scheduler.verify import judge, shape_faults
from scheduler.view import View

MOST_CLEARINGS = 12
"""How often sessions that break a rule are removed from a roster before giving up."""


def take_initial_roster(state: SearchState, hint: Roster | None = None) -> None:
    """Take the caller's roster as incumbent, or else a greedy one: the legal part of last week's roster, completed."""
    if hint is not None and take_roster(state, hint):
        return
    if state.case.instance.pins or state.candidates.past:
        return
    roster = fill_week(state.case.instance, lambda first: take_roster(state, first))
    if not take_roster(state, roster):
        view = View(state.case, roster)
        _take_what_stands(state, (list(view.handles_of(placed)) for placed in view.placed))


def take_roster(state: SearchState, roster: Roster) -> bool:
    """Take a roster from elsewhere if it is legal and consists of candidates; return whether it was kept."""
    if any(shape_faults(state.case, roster)):
        return False
    view = View(state.case, roster)
    handles = [handle for placed in view.placed for handle in view.handles_of(placed)]
    is_known = all(handle in state.candidates.past or state.candidates.is_candidate(handle) for handle in handles)
    return is_known and state.take(state.empty() | frozenset(handles), is_guess=True)


def _take_what_stands(state: SearchState, sessions: Iterable[list[Handle]]) -> None:
    """Take sessions, each as its handles, without bookings and sessions that break a rule this week, if the result is better."""
    groups = [_still_possible(state, handles) for handles in sessions]
    for _ in range(MOST_CLEARINGS):
        solution: Solution = frozenset(handle for handles in groups for handle in handles)
        roster = to_roster(state.case, state.candidates, state.in_order(solution))
        if roster is None:
            return
        violations = judge(state.case, roster, state.rules).violations
        if not violations:
            state.take(solution)
            return
        by_id = {session.id: session for session in roster.sessions}
        broken = {by_id[id].group or id for violation in violations for id in violation.sessions if id in by_id}
        people = {name for violation in violations for name in violation.about if name in state.case.participants}
        groups = [_cleared(handles, broken, people, by_id) for handles in groups]


def _still_possible(state: SearchState, handles: Iterable[Handle]) -> list[Handle]:
    """A session without handles that are no candidates this week; empty if its run, staff or room is not."""
    possible: list[Handle] = [h for h in handles if isinstance(h, Visit | Run | Staffing | Housing) and state.candidates.is_candidate(h)]
    run = next((h for h in possible if isinstance(h, Run)), None)
    if run is None:
        return [h for h in possible if isinstance(h, Visit) and h.group is None and _is_whole(state, h, possible)]
    is_staffed = any(isinstance(h, Staffing) for h in possible)
    is_housed = run.site is None or any(isinstance(h, Housing) for h in possible)
    return possible if is_staffed and is_housed and any(isinstance(h, Visit) for h in possible) else []


def _is_whole(state: SearchState, visit: Visit, handles: Iterable[Handle]) -> bool:
    """Whether the visit of a couple still has its counterpart."""
    return visit.partner is None or any(isinstance(h, Visit) and h.participant == visit.partner for h in handles)


def _cleared(handles: list[Handle], broken: set[str], people: set[str], sessions: dict[str, Session]) -> list[Handle]:
    """A session without the people named in a violation; empty if it names none of them."""
    ids = {h.group for h in handles if isinstance(h, Visit | Run)} - {None}
    own = [h for h in handles if isinstance(h, Visit)]
    appointment = {id for id, s in sessions.items() if s.group is None and any(_is_of(s, v) for v in own)}
    if not (ids & broken or appointment & broken):
        return handles
    concerned = [v for v in own if v.participant in people]
    others = [h for h in handles if h not in concerned] if concerned else []
    return others if any(isinstance(h, Visit) for h in others) else []


def _is_of(session: Session, visit: Visit) -> bool:
    return (
        visit.group is None
        and session.service == visit.service
        and session.ordinal == visit.ordinal
        and any(b.participant == visit.participant for b in session.bookings)
    )
