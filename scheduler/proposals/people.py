"""Whom a step frees: people who share a group, a clinician or a day, those who cost most, or anyone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scheduler.proposals.judgement import CARE_PRICE, ProposalJudgement
from scheduler.proposals.pool import Pool
from scheduler.proposals.week_choice import WeekChoice
from scheduler.terms import Handle, Visit
from scheduler.timegrid import Span

FIRST_SIZE = 16.0
LEAST_SIZE = 8.0
GROWTH, SHRINKAGE = 1.06, 0.93
"""Factors on the number of people after a step that was solved to the end, and after another one."""
DECAY, CREDIT, NO_CREDIT = 0.92, 0.6, 0.03
"""How kinds of steps that helped lately are preferred."""
FIRST_CARE_CREDIT = 3.0
"""How much steps around unmet care are preferred at first; the others have 1."""


class PeopleSelector:
    """Chooses people around a roster, and learns how many, and how."""

    def __init__(self, pool: Pool, handles: Sequence[Handle], randomness: random.Random) -> None:
        self.pool, self.weeks, self.handles, self.random = pool, pool.weeks, handles, randomness
        least = [int(pool.weeks.care[rows].min()) * CARE_PRICE for rows in pool.rows]
        self.least_care = dict(zip(pool.weeks.participants, least, strict=True))
        self.size = FIRST_SIZE
        self.kinds: tuple[Callable[[], list[int]], ...] = (
            self._around_group,
            self._around_person,
            self._around_clinician,
            self._around_day,
            self._around_cost,
            self._around_care,
            self._anywhere,
        )
        self.credits = [FIRST_CARE_CREDIT if kind == self._around_care else 1.0 for kind in self.kinds]
        self.visits: list[list[Visit]] = []
        self.costs: Mapping[str, int] = {}
        self.unmet: Mapping[str, int] = {}

    def look_at(self, choice: WeekChoice, judgement: ProposalJudgement) -> None:
        """Choose around this roster from now on."""
        people = range(len(choice.rows))
        self.visits = [
            [visit for n in choice.visits(self.weeks, [one]).tolist() if isinstance(visit := self.handles[n], Visit)] for one in people
        ]
        self.costs, self.unmet = judgement.costs, judgement.unmet

    def next(self) -> tuple[list[int], int]:
        """Some people, and the number of the kind of step."""
        number = self.random.choices(range(len(self.kinds)), self.credits)[0]
        return self.filled(self.kinds[number]()), number

    def filled(self, first: Sequence[int], least: int = 0) -> list[int]:
        """These people, as many as a step can free, with others if there is room."""
        size = max(int(self.size), least)
        return list(dict.fromkeys([*first, *self._anywhere()]))[:size]

    def learn(self, kind: int, is_optimal: bool, is_better: bool) -> None:
        """Free more people if all was solved, and prefer what helps."""
        self.learn_size(is_optimal)
        self.credits[kind] = DECAY * self.credits[kind] + (CREDIT if is_better else NO_CREDIT)

    def learn_size(self, is_optimal: bool) -> None:
        """Free more people if all was solved, else fewer."""
        size = self.size * (GROWTH if is_optimal else SHRINKAGE)
        self.size = min(float(len(self.visits)), max(LEAST_SIZE, size))

    # --- kinds --------------------------------------------------------------------------------------------------------------

    def _anywhere(self) -> list[int]:
        return self.random.sample(range(len(self.visits)), len(self.visits))

    def _with(self, is_wanted: Callable[[Visit], bool]) -> list[int]:
        """Those with a visit of some kind, in random order."""
        return [one for one in self._anywhere() if any(map(is_wanted, self.visits[one]))]

    def _any_visit(self, is_wanted: Callable[[Visit], bool]) -> Visit | None:
        visits = [visit for visits in self.visits for visit in visits if is_wanted(visit)]
        return self.random.choice(visits) if visits else None

    def _around_group(self) -> list[int]:
        place = self._any_visit(lambda visit: visit.group is not None)
        return [] if place is None else self._with(lambda visit: visit.group == place.group)

    def _around_person(self) -> list[int]:
        """One of the people, and those who share most groups with them."""
        order = self._anywhere()
        groups = [{visit.group for visit in visits if visit.group is not None} for visits in self.visits]
        shared = {one: len(groups[one] & groups[order[0]]) + self.random.random() for one in order[1:]}
        return [*order[:1], *sorted(shared, key=lambda one: -shared[one])]

    def _around_clinician(self) -> list[int]:
        one = self._any_visit(lambda visit: visit.clinician is not None)
        return [] if one is None else self._with(lambda visit: visit.clinician == one.clinician)

    def _around_day(self) -> list[int]:
        one = self._any_visit(lambda _: True)
        return [] if one is None else self._with(lambda visit: visit.day == one.day)

    def _around_cost(self) -> list[int]:
        """Those who cost most come first, most of the time."""
        weights = {one: (self.costs.get(name, 0) + 1) * self.random.random() for one, name in enumerate(self.weeks.participants)}
        return sorted(weights, key=lambda one: -weights[one])

    def _around_care(self) -> list[int]:
        """One of those whose unmet care is no necessity, then those whom clinicians see when they could see that person."""
        unmet = [max(0, self.unmet.get(name, 0) - least) for name, least in self.least_care.items()]
        if not any(unmet):
            return self._around_cost()
        (one,) = self.random.choices(range(len(unmet)), unmet)
        times: dict[str | None, list[Span]] = {}
        for position in self.pool.times_of(self.pool.rows[one], np.zeros(0, dtype=np.int64)).tolist():
            visit = self.handles[self.weeks.entry_visits[position]]
            assert isinstance(visit, Visit)
            times.setdefault(visit.clinician, []).append(visit.span)
        return [one, *self._with(lambda visit: visit.group is None and any(map(visit.span.overlaps, times.get(visit.clinician, ()))))]
