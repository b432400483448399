"""People of a cohort stay together.

Rule: A participant's group places are in groups of the home cohort. The home cohort is the participant's own (where last week's roster
stored another one since, that one), else the one the roster states, else the one that fits the week best. Groups that belong to no cohort
are open to all.
Math: amount = group places in groups that name another cohort than the home cohort.
Amount: group places.
Source: group cohesion; our judgment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import FreeVariable, Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class CohortTogether(Rule):
    """Participants are in the groups of their home cohort."""

    id = "cohort_together"
    title = "Cohorts stay together"
    level = "preference"
    scope = "week"
    unit = "group places"
    weight = 6
    source = "group cohesion; our judgment"
    sees_times = False
    price_reads = ("need",)

    def applies_to(self, case: Case) -> bool:
        """Whether groups name cohorts."""
        return any(g.cohort is not None for g in case.groups.values())

    def price(self, case: Case, visit: Visit) -> int:
        """1 for a place in a group of another cohort than the given home; without a given home the rows decide."""
        home, cohort = case.places.home(visit.participant).cohort, cohort_of(case, visit)
        return int(home is not None and cohort is not None and cohort != home)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Without a given home, at most one cohort is chosen; a place in a group of another cohort has a cost (groups meet once)."""
        for participant, visits in candidates.visits.items():
            if case.places.home(participant).cohort is not None:
                continue
            by_group: dict[tuple[str, str], list[Visit]] = {}
            for visit in visits:
                if visit.group is not None and (cohort := cohort_of(case, visit)) is not None:
                    by_group.setdefault((visit.group, cohort), []).append(visit)
            choices = {cohort: FreeVariable(("cohort", participant, cohort)) for _, cohort in by_group}
            if choices:
                yield Row(self.id, (participant,), total(choices.values()), 1)
            for (group, cohort), places in by_group.items():
                yield Row(self.id, (participant, group), (*total(places), (choices[cohort], -1)), 0, price=1)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Look at each place in a group of a cohort."""
        places = [(v, c) for v in view.visits[participant] if (c := cohort_of(case, v)) is not None]
        home = home_of(case, view, participant, Counter(cohort for _, cohort in places))
        for visit, cohort in places:
            if visit.group is not None and cohort != home:
                message = f"{participant} of cohort {home} is in {visit.group} of cohort {cohort} on {time_of(case, visit.span.start)}"
                yield self.violation(1, (participant, visit.group), message, (view.session_of[visit].id,))


def cohort_of(case: Case, visit: Visit) -> str | None:
    """The cohort a visit's group belongs to, if any."""
    return None if visit.group is None else case.groups[visit.group].cohort


def home_of(case: Case, view: View, participant: str, places: Counter[str]) -> str | None:
    """The home cohort: the given one, else the one stored in the roster, else the (first) cohort with the most places."""
    stated = view.homes.get(participant)
    home = case.places.home(participant).cohort or (stated.cohort if stated is not None else None)
    return home or max(places, key=lambda cohort: places[cohort], default=None)
