"""Rows that follow from several rules together, and from no rule by itself: they exclude no roster, only mixtures of rosters."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.rules._clinicians import occupied
from scheduler.rules.clinician_balance import ClinicianBalance, evenings
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.rules.group_size import places
from scheduler.terms import Row, total
from scheduler.timegrid import DAY


def cuts(case: Case, candidates: Candidates, rules: Collection[str]) -> Iterator[Row]:
    """All cuts.

    Args:
        rules: The ids of the rules in force.
    """
    yield from _last_facilitators(case, candidates)
    if {ClinicianBalance.id, ClinicianConflict.id} <= set(rules):
        yield from _evenings(case, candidates)


def _last_facilitators(case: Case, candidates: Candidates) -> Iterator[Row]:
    """The last facilitator of a full group is needed as a whole.

    With 12 places and a ratio of 10, mixtures would lead 11 participants with 1.1 facilitators. A second facilitator allows 2 more, not
    10: ``participants <= 10 x open + 2 x (facilitators - open)``. With 10 or fewer that says nothing, and with all 12 both are needed.
    """
    for run, visits in candidates.visits_in.items():
        most, ratio = min(places(case, run.group), len({visit.participant for visit in visits})), case.groups.ratio(run.group)
        before, last = divmod(most - 1, ratio)
        if run not in candidates.past and before > 0 and last + 1 < ratio:
            facilitators = total(candidates.staffings[run], -(last + 1))
            key = (run.group, run.span.start, "last facilitator")
            yield Row("facilitator_ratio", key, (*total(visits), *facilitators, (run, -before * (ratio - last - 1))), 0)


def _evenings(case: Case, candidates: Candidates) -> Iterator[Row]:
    """Whoever gives one session at a time works in the evening as much as all that share a minute of it together.

    Each session by itself makes it an evening, so mixtures would share one group out among three clinicians and pay a third of an
    evening each; but a clinician who gives a third of each of three groups at once is there for all of it.
    """
    late, start_of_evening = evenings(case, candidates), case.policy.evening_start
    of_day = {evening.key: evening for evening in late}
    for clinician in dict.fromkeys(late.values()):
        sessions = occupied(case, candidates, clinician)
        for start, crowd, _ in sessions.at((sessions.start % DAY >= start_of_evening) & ~sessions.is_past).crowds(least=2):
            evening = of_day[ClinicianBalance.id, clinician, start // DAY]
            yield Row(ClinicianConflict.id, (clinician, start, "evening"), crowd.terms(1, ((evening, -1),)), 0)
