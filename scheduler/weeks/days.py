"""One participant's days: compatible visits, and the cost of the waits between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.model.lines import Lines
from scheduler.rule import overriding
from scheduler.terms import Visit

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]
FORBIDDEN = 1 << 27
"""Cost of a wait that is forbidden."""


@dataclass(slots=True)
class VisitClass:
    """A class of visits next to given groups of its day: visit numbers, and the cost of the day's waits."""

    visits: Small
    waits: Small


@dataclass(frozen=True, slots=True)
class Spots:
    """Visits of one need on one day and at one site, by what decides which other visits they are compatible with: all but the clinician.

    Attributes:
        firsts: The first visit of each spot.
        numbers: All visits, spot by spot.
        spot_of: By position in the numbers, the spot.
    """

    firsts: list[Visit]
    numbers: Ints
    spot_of: Ints

    @classmethod
    def of(cls, visits: Sequence[Visit], numbers: Ints, looks: Ints) -> Spots:
        """The spots of some visits, in order of their first.

        Args:
            numbers: The numbers of the visits.
            looks: Numbers that are equal for visits of one spot.
        """
        first, which = np.unique(looks, return_index=True, return_inverse=True)[1:]
        rank = np.argsort(np.argsort(first))[which]
        order = np.argsort(rank, kind="stable")
        return cls([visits[at] for at in np.sort(first).tolist()], numbers[order], rank[order])


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
                amount = self.after(a, b)
                if amount is None:
                    return None
                cost += amount
        return cost

    def after(self, a: Visit, b: Visit) -> int | None:
        """Preference cost of the wait between two visits at one site; None if it is forbidden."""
        key = (id(a), id(b))
        if key not in self._follows:
            self._follows[key] = self._follow_cost(a, b)
        return self._follows[key]

    def _follow_cost(self, a: Visit, b: Visit) -> int | None:
        cost = 0
        for rule, multiplier in self.following:
            amount = rule.follows(self.case, a, b)
            if amount is None:
                # What has happened was possible, whatever a rule says; it costs what the others say.
                if not all(self.case.time.is_past(visit.span.start) for visit in (a, b)):
                    return None
            elif rule.level == "preference":
                cost += amount * multiplier
        return cost

    def entries(self, spots: Spots, combinations: Sequence[Sequence[Visit]]) -> tuple[list[VisitClass], list[VisitClass]]:
        """By combination of groups, the visits that fit next to them: as the day's only appointment, and next to others.

        Only alone are the waits known; next to another appointment they are left out.
        """
        numbers, spot_of = spots.numbers.astype(np.int32), spots.spot_of
        places = list({id(place): place for combination in combinations for place in combination}.values())
        column = {id(place): n for n, place in enumerate(places)}
        starts = np.array([visit.span.start for visit in spots.firsts], dtype=np.int64)
        clashes = np.array([self._clashes_of(place, spots.firsts, starts) for place in places], dtype=np.bool_)
        clashes = clashes.reshape(len(places), len(starts))
        inserted = _Inserted(self, spots.firsts)
        alone, beside = [], []
        for combination in combinations:
            fits: Flags = np.logical_not(clashes[np.array([column[id(place)] for place in combination], dtype=np.int64)].any(axis=0))
            costs = inserted.costs(combination)
            is_exact: Flags = np.logical_and(fits, costs < FORBIDDEN)
            loose, exact = fits[spot_of], is_exact[spot_of]
            beside.append(VisitClass(numbers[loose], np.zeros(int(loose.sum()), dtype=np.int32)))
            alone.append(VisitClass(numbers[exact], costs[spot_of[exact]].astype(np.int32)))
        return alone, beside

    def _clashes_of(self, place: Visit, visits: Sequence[Visit], starts: Ints) -> Flags:
        """By visit of one need on the day of a group place, whether both cannot happen."""
        clashes, is_plain = np.zeros(len(visits), dtype=np.bool_), all(visit.out_of is None for visit in visits)
        for rule in self.clashing:
            at_once = rule.conflicts_times(self.case, place, visits[0], starts) if is_plain else None
            if at_once is None:
                pairs = ((place, visit) if place.span.start < visit.span.start else (visit, place) for visit in visits)
                at_once = np.fromiter((rule.conflicts(self.case, *pair) for pair in pairs), np.bool_, len(visits))
            clashes |= at_once
        return clashes


class _Inserted:
    """The waits of days when one of some visits at one site, or by telehealth, comes between the groups."""

    def __init__(self, days: Days, visits: Sequence[Visit]) -> None:
        self.days, self.visits = days, visits
        self.site = visits[0].site
        self._pairs: dict[int, tuple[Ints, Flags]] = {}

    def costs(self, groups: Sequence[Visit]) -> Ints:
        """By visit, the preference cost of the day's waits; `FORBIDDEN` or more if one is forbidden."""
        cost = self.days.wait_cost([v for v in groups if self.site is None or v.site != self.site])
        rest = np.full(len(self.visits), FORBIDDEN if cost is None else cost)
        if self.site is None:
            return rest
        here = sorted((v for v in groups if v.site == self.site and v.out_of is None), key=lambda v: v.span)
        gaps = [0, *(_amount(self.days.after(a, b)) for a, b in pairwise(here)), 0]
        pairs = [self._pair(group) for group in here]
        is_after = np.array([after for _, after in pairs], dtype=np.int64).reshape(len(here), len(self.visits))
        position = is_after.sum(axis=0)
        amounts = np.zeros((len(here) + 2, len(self.visits)), dtype=np.int64)
        amounts[1:-1] = np.array([amount for amount, _ in pairs], dtype=np.int64).reshape(is_after.shape)
        everyone = np.arange(len(self.visits))
        between = amounts[position, everyone] + amounts[position + 1, everyone]
        with_it = sum(gaps) - np.array(gaps)[position] + between
        is_counted = np.array([v.out_of is None for v in self.visits])
        return np.asarray(rest + np.where(is_counted, with_it, sum(gaps)))

    def _pair(self, group: Visit) -> tuple[Ints, Flags]:
        """The cost of the wait between a group and each visit, and whether the visit comes after the group."""
        if id(group) not in self._pairs:
            is_after = [group.span <= visit.span for visit in self.visits]
            waits = [
                self.days.after(group, v) if after else self.days.after(v, group) for v, after in zip(self.visits, is_after, strict=True)
            ]
            self._pairs[id(group)] = np.array([_amount(wait) for wait in waits], dtype=np.int64), np.array(is_after)
        return self._pairs[id(group)]


def _amount(cost: int | None) -> int:
    return FORBIDDEN if cost is None else cost
