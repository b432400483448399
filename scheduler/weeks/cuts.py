"""Rows that follow from several rules together, and from no rule by itself: they exclude no roster, only mixtures of rosters."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.rules.group_size import places
from scheduler.terms import Row, total


def cuts(case: Case, candidates: Candidates) -> Iterator[Row]:
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
