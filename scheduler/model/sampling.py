"""Sample of a participant's appointments for a step: few, near the group places, with the right clinician.

A need has hundreds of possible visits that differ by a quarter of an hour or in the clinician. Each step uses those that look cheapest,
with some randomness, and later steps use others. So no visit is excluded for good, and every model stays small.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.lines import by_item, weight
from scheduler.rule import Rule, overriding
from scheduler.terms import Handle, Visit

MOST_PER_NEED = 36
"""Number of visits per need that a step toward a better roster offers."""
FIRST_OPTIONS = 600
"""Number of options that the first steps free: in a program of single hours, where everyone has many, those of fewer people."""
TRIP = 8
"""Assumed cost of a visit on a day without a group: about the weight of a trip."""
JITTER = 6.0


class AppointmentSampler:
    """Samples appointments.

    Attributes:
        places: By participant, the group places.
        needs: By participant and need, the appointments.
    """

    def __init__(self, case: Case, candidates: Candidates, rules: Sequence[Rule], randomness: random.Random) -> None:
        self.case, self.random = case, randomness
        self.places: dict[str, list[Visit]] = {}
        self.needs: dict[str, list[list[Visit]]] = {}
        for participant, visits in candidates.visits.items():
            items = by_item(visits).values()
            self.places[participant] = [v for options in items for v in options if v.group is not None]
            self.needs[participant] = [options for options in items if options[0].group is None]
        self._pricing = [(rule, weight(case, rule)) for rule in overriding(rules, "price") if rule.level == "preference"]
        self._priced: dict[str, list[list[tuple[Visit, int]]]] = {}

    def num_options(self, participant: str, most: int) -> int:
        """How many visits a step offers a participant, with at most a number per need."""
        return len(self.places[participant]) + sum(min(most, len(options)) for options in self.needs[participant])

    def choose(self, participant: str, most: int | None, solution: frozenset[Handle], places: Sequence[Visit]) -> list[Visit]:
        """At most a number of visits per need (None for all), including the chosen one.

        Args:
            places: The group places available to the participant; visits near them look cheap.
        """
        by_day: dict[int, list[Visit]] = {}
        for place in places:
            by_day.setdefault(place.day, []).append(place)
        choice: list[Visit] = []
        for options in self._options(participant):
            if most is not None and len(options) > most:
                draw = self.random.random
                options = sorted(options, key=lambda o: (o[0] not in solution, o[1] + nearness(o[0], by_day) + draw() * JITTER))[:most]
            choice += [visit for visit, _ in options]
        return choice

    def _options(self, participant: str) -> list[list[tuple[Visit, int]]]:
        """By need, the appointments and their prices, which are worked out for those who are in a step."""
        if participant not in self._priced:
            self._priced[participant] = [[(v, self._price(v)) for v in options] for options in self.needs[participant]]
        return self._priced[participant]

    def _price(self, visit: Visit) -> int:
        return sum(rule.price(self.case, visit) * factor for rule, factor in self._pricing)


def nearness(visit: Visit, by_day: dict[int, list[Visit]]) -> float:
    """The cost of a visit next to the groups of its day: waiting, or a separate day."""
    beside = by_day.get(visit.day)
    if not beside:
        return TRIP
    gaps = [max(g.span.start - visit.span.end, visit.span.start - g.span.end) for g in beside]
    fitting = [gap for gap in gaps if gap >= 0]
    return min(min(fitting) / 15, 2 * TRIP) if fitting else 4 * TRIP
