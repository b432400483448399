"""Clinicians' hours are not used without need.

Rule: A group the solver may open costs the hours of its run; every facilitator beyond the first costs hours, too. The weight is the
lowest on purpose: no small group is closed to save hours.
Math: amount of a run = 10 if its group is not standing, plus 4 for each facilitator beyond the first.
Amount: points of staff time.
Source: our judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, total
from scheduler.view import PlacedSession
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

OPENED = 10
CO_FACILITATOR = 4


class ClinicianTime(Rule):
    """As few opened groups and co-facilitators as possible."""

    id = "clinician_time"
    title = "Staff time is used where it is needed"
    level = "preference"
    scope = "shared"
    unit = "points of staff time"
    weight = 1
    source = "our judgment, no published source"

    def applies_to(self, case: Case) -> bool:
        """Whether there are groups."""
        return bool(case.groups)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per run, a priced row for opening it and one for its facilitators beyond the first."""
        for run in candidates.runs:
            key = (run.group, run.span.start)
            if not case.groups[run.group].is_standing:
                yield Row(self.id, (*key, "opened"), ((run, 1),), 0, price=OPENED)
            staffings = candidates.staffings[run]
            if len(staffings) > 1:
                yield Row(self.id, (*key, "facilitators"), (*total(staffings), (run, -1)), 0, price=CO_FACILITATOR)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look at each run."""
        if placed.session.group is None:
            return
        group = placed.run.group
        if not case.groups[group].is_standing:
            yield self.violation(OPENED, (group,), f"{group} is opened on {time_of(case, placed.span.start)}", (placed.id,))
        extra = placed.session.facilitators[1:]
        if extra:
            message = f"{group} has {counted(len(extra), 'facilitator')} beyond the first on {time_of(case, placed.span.start)}"
            yield self.violation(CO_FACILITATOR * len(extra), (*extra, group), message, (placed.id,))
