"""One participant's days: compatible visits, and the cost of the waits between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.model.lines import Lines
from scheduler.rule import overriding
from scheduler.terms import Visit


@dataclass(slots=True)
class VisitClass:
    """A class of visits next to given groups of its day: visit numbers, and the cost of the day's waits."""

    visits: list[int]
    waits: list[int]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Visits that differ only in the clinician, and so are compatible with the same visits."""

    first: Visit
    numbers: tuple[int, ...]


def spots_of(lines: Lines, visits: Sequence[Visit]) -> list[LookAlikes]:
    """Visits of one item by time, mode and place."""
    by_look: dict[object, list[Visit]] = {}
    for visit in visits:
        by_look.setdefault((visit.span, visit.mode, visit.site, visit.out_of), []).append(visit)
    return [LookAlikes(same[0], tuple(lines.numbered(v) for v in same)) for same in by_look.values()]


class Days:
    """Compatibility and costs of visits on one day; the rules are asked once for each pair.

    Visits are compared by identity: each is a candidate, kept alive by the candidates.
    """

    def __init__(self, lines: Lines, participant: str) -> None:
        self.case = lines.case
        self.clashing = overriding(lines.rules, "conflicts")
        self.following = [(rule, lines.multiplier(rule, participant)) for rule in overriding(lines.rules, "follows")]
        self._clashes: dict[tuple[int, int], bool] = {}
        self._follows: dict[tuple[int, int], int | None] = {}

    def is_clash(self, a: Visit, b: Visit) -> bool:
        """Whether two visits cannot both happen."""
        if a.day != b.day:
            return False
        key = (id(a), id(b))
        if key not in self._clashes:
            first, second = (a, b) if a.span.start <= b.span.start else (b, a)
            self._clashes[key] = any(rule.conflicts(self.case, first, second) for rule in self.clashing)
        return self._clashes[key]

    def wait_cost(self, day: Sequence[Visit]) -> int | None:
        """Preference cost of the waits of one day; None if a wait is forbidden."""
        on_site = sorted((v for v in day if v.site is not None and v.out_of is None), key=lambda v: v.span)
        if len(on_site) < 2:
            return 0
        cost = 0
        for site in {v.site: None for v in on_site}:
            for a, b in pairwise([v for v in on_site if v.site == site]):
                amount = self._after(a, b)
                if amount is None:
                    return None
                cost += amount
        return cost

    def _after(self, a: Visit, b: Visit) -> int | None:
        key = (id(a), id(b))
        if key not in self._follows:
            self._follows[key] = self._follow_cost(a, b)
        return self._follows[key]

    def _follow_cost(self, a: Visit, b: Visit) -> int | None:
        cost = 0
        for rule, multiplier in self.following:
            amount = rule.follows(self.case, a, b)
            if amount is None:
                return None
            if rule.level == "preference":
                cost += amount * multiplier
        return cost

    def entry(self, spots: Sequence[LookAlikes], beside: Sequence[Visit], is_alone: bool) -> VisitClass:
        """The visits that fit next to the groups of their day.

        Args:
            is_alone: Whether no other appointment is on that day, so that the waits are known; otherwise they are left out.
        """
        entry = VisitClass([], [])
        for spot in spots:
            if any(self.is_clash(spot.first, other) for other in beside):
                continue
            cost = self.wait_cost((*beside, spot.first)) if is_alone else 0
            if cost is not None:
                entry.visits += spot.numbers
                entry.waits += [cost] * len(spot.numbers)
        return entry
