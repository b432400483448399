"""Groups that do not meet though people with unmet care could join: often because their leaders have appointments at that time.

Appointments can move or go to somebody else; a group many need cannot. A neighbourhood around such a group frees the leaders' sessions
at its times together with the people who would come, so that one step can make room and fill the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scheduler.case import Case
from scheduler.model.activity import STEPS
from scheduler.model.sampling import MOST_PER_NEED
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood
from scheduler.rules._clinicians import of_staffing, of_visit
from scheduler.terms import Run, Staffing, Visit
from scheduler.timegrid import Span

MOST_COMING = 12
"""Number of people who would come that a neighbourhood frees; a group that many need is filled by later steps."""


def idle_groups(state: SearchState) -> list[str]:
    """The groups that do not meet and that people with unmet care could join, those with the most unmet care first."""
    running = {handle.group for handle in state.solution if isinstance(handle, Run)}
    costs = Counter[str]()
    for participant, cost in state.unmet().items():
        for group in {v.group for v in state.compiler.sampler.places.get(participant, ()) if v.group is not None}:
            costs[group] += cost
    return [group for group, _ in sorted(costs.items(), key=lambda item: (-item[1], item[0])) if group not in running]


def around_idle_group(state: SearchState, group: str) -> Neighbourhood:
    """Everybody and everything that takes the leaders' time at a group's starts, and the people who would come."""
    staffings = [s for run in state.candidates.runs if run.group == group for s in state.candidates.staffings[run]]
    times = [(s.clinician, of_staffing(state.case, s).occupied) for s in staffings]
    in_the_way = sessions_at(state, times)
    unmet = state.unmet()
    open_to = [p for p, places in state.compiler.sampler.places.items() if any(v.group == group for v in places)]
    coming = sorted(open_to, key=lambda p: (-unmet.get(p, 0), p))[:MOST_COMING]
    people = state.case.care.together_with([*(h.participant for h in in_the_way if isinstance(h, Visit)), *coming])
    return Neighbourhood(
        participants=sorted(p for p in people if p in state.candidates.visits),
        groups=state.case.groups.with_blocks([group, *(h.run.group for h in in_the_way if isinstance(h, Staffing))]),
        most_per_need=MOST_PER_NEED,
        is_for_care=True,
        activity=STEPS["idle_group"],
    )


def sessions_at(state: SearchState, times: Iterable[tuple[str | None, Span]]) -> list[Staffing | Visit]:
    """The sessions of the best roster that take a clinician's time, notes included, at one of some times."""
    by_clinician: dict[str | None, set[Span]] = {}
    for clinician, span in times:
        by_clinician.setdefault(clinician, set()).add(span)
    sessions = [h for h in state.in_order(state.solution) if isinstance(h, Staffing | Visit) and h.clinician is not None]
    return [h for h in sessions if any(span.overlaps(_occupied(state.case, h)) for span in by_clinician.get(h.clinician, ()))]


def _occupied(case: Case, handle: Staffing | Visit) -> Span:
    """The time that a session takes, notes included."""
    return (of_staffing(case, handle) if isinstance(handle, Staffing) else of_visit(case, handle)).occupied
