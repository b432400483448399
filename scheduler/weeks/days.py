"""One participant's days: compatible visits, and the cost of the waits between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scheduler.columns import kinds_of
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
        first, which = kinds_of(looks)
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
        self._waits: dict[int, tuple[int, bool]] = {}

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
        cost, is_forbidden = self._wait(self.case.week.between(a.span.end, b.span.start), a, b)
        # What has happened was possible, whatever a rule says; it costs what the others say.
        return None if is_forbidden and not all(self.case.time.is_past(visit.span.start) for visit in (a, b)) else cost

    def _wait(self, minutes: int, a: Visit, b: Visit) -> tuple[int, bool]:
        """What a wait costs, as far as it does, and whether a rule forbids it; asked once for each length."""
        if minutes not in self._waits:
            amounts = [(rule, multiplier, rule.follows(self.case, a, b)) for rule, multiplier in self.following]
            cost = sum(amount * multiplier for rule, multiplier, amount in amounts if amount is not None and rule.level == "preference")
            self._waits[minutes] = cost, any(amount is None for _, _, amount in amounts)
        return self._waits[minutes]

    def entries(self, spots: Spots, combinations: Sequence[Sequence[Visit]]) -> tuple[list[VisitClass], list[VisitClass]]:
        """By combination of groups, the visits that fit next to them: as the day's only appointment, and next to others.

        Only alone are the waits known; next to another appointment they are left out.
        """
        numbers, beside = spots.numbers.astype(np.int32), _Beside(self, spots.firsts, combinations)
        fits, costs = beside.fits()[:, spots.spot_of], beside.costs()[:, spots.spot_of]
        is_exact, waits = fits & (costs < FORBIDDEN), costs.astype(np.int32)
        alone = [VisitClass(numbers[fit], of_day[fit]) for fit, of_day in zip(is_exact, waits, strict=True)]
        return alone, [VisitClass(numbers[fit], np.zeros(int(fit.sum()), dtype=np.int32)) for fit in fits]


class _Beside:
    """Some visits of one need, at one site or by telehealth, next to each combination of the groups of their day."""

    def __init__(self, days: Days, visits: Sequence[Visit], combinations: Sequence[Sequence[Visit]]) -> None:
        """Sort the groups of all combinations by time."""
        self.days, self.visits, self.combinations, self.site = days, visits, combinations, visits[0].site
        places = {id(place): place for combination in combinations for place in combination}
        self.places = sorted(places.values(), key=lambda place: place.span)
        position = {id(place): n for n, place in enumerate(self.places)}
        self.has_place = np.zeros((len(combinations), len(self.places)), dtype=np.bool_)
        for row, combination in zip(self.has_place, combinations, strict=True):
            row[[position[id(place)] for place in combination]] = True
        self.starts, self.ends = np.array([visit.span for visit in visits], dtype=np.int64).T

    def fits(self) -> Flags:
        """By combination and visit, whether the visit clashes with no group."""
        clashes = np.array([self._clashes(place) for place in self.places], dtype=np.bool_).reshape(len(self.places), len(self.visits))
        fits: Flags = self.has_place.astype(np.float32) @ clashes.astype(np.float32) == 0
        return fits

    def _clashes(self, place: Visit) -> Flags:
        """By visit, whether it and a group place cannot both happen."""
        case, clashes = self.days.case, np.zeros(len(self.visits), dtype=np.bool_)
        is_plain = all(visit.out_of is None for visit in self.visits)
        for rule in self.days.clashing:
            at_once = rule.conflicts_times(case, place, self.visits[0], self.starts) if is_plain else None
            if at_once is None:
                pairs = ((place, visit) if place.span.start < visit.span.start else (visit, place) for visit in self.visits)
                at_once = np.fromiter((rule.conflicts(case, *pair) for pair in pairs), np.bool_, len(self.visits))
            clashes |= at_once
        return clashes

    def costs(self) -> Ints:
        """By combination and visit, the preference cost of the day's waits; `FORBIDDEN` or more if one is forbidden."""
        elsewhere = [[v for v in groups if self.site is None or v.site != self.site] for groups in self.combinations]
        costs = np.array([[_amount(self.days.wait_cost(groups))] for groups in elsewhere], dtype=np.int64)
        costs = np.repeat(costs, len(self.visits), axis=1)
        return costs if self.site is None else costs + self._costs_here()

    def _costs_here(self) -> Ints:
        """The same of the waits at the visits' own site: a visit takes the place of the wait between the groups before and after it."""
        is_here = np.array([place.site == self.site and place.out_of is None for place in self.places], dtype=np.bool_)
        here, has_place = [place for place, flag in zip(self.places, is_here, strict=True) if flag], self.has_place[:, is_here]
        size, everyone = len(here), np.arange(len(self.visits))
        # The last row and column stand for no group.
        amounts, is_after = self._waits_next_to(here)
        amounts, gaps = np.vstack([amounts, np.zeros_like(everyone)]), np.zeros((size + 1, size + 1), dtype=np.int64)
        before = np.zeros((len(has_place), 1), dtype=np.int64)
        for row, picked in enumerate(has_place):
            for a, b in pairwise(np.flatnonzero(picked).tolist()):
                gaps[a, b] = _amount(self.days.after(here[a], here[b]))
                before[row] += gaps[a, b]
        # The groups are in order of time: next to a visit are the last before it and the first after it.
        numbers, is_there = np.arange(size)[:, None], has_place[:, :, None]
        previous = np.where(is_there & is_after, numbers, -1).max(axis=1, initial=-1) % (size + 1)
        following = np.where(is_there & ~is_after, numbers, size).min(axis=1, initial=size)
        is_counted = np.array([v.out_of is None for v in self.visits])
        costs: Ints = before + (amounts[previous, everyone] + amounts[following, everyone] - gaps[previous, following]) * is_counted
        return costs

    def _waits_next_to(self, groups: Sequence[Visit]) -> tuple[Ints, Flags]:
        """By group and visit, the cost of the wait between them, and whether the visit comes after the group."""
        opens, closes = np.array([group.span for group in groups], dtype=np.int64).reshape(-1, 2).T[:, :, None]
        is_after: Flags = (self.starts > opens) | ((self.starts == opens) & (self.ends >= closes))
        waits = self._minutes(np.where(is_after, closes, self.ends), np.where(is_after, self.starts, opens))
        is_past = self.days.case.time.is_past  # what has happened may wait as long as it likes
        past = 2 * np.array([[is_past(group.span.start)] for group in groups], dtype=np.int64).reshape(-1, 1)
        past = past + np.array(list(map(is_past, self.starts.tolist())), dtype=np.int64)
        first, which = kinds_of((4 * (waits - waits.min(initial=0)) + past).ravel())
        amounts = []
        for group, at in zip(*np.divmod(first, len(self.visits)), strict=True):
            pair = groups[group], self.visits[at]
            amounts.append(_amount(self.days.after(*(pair if is_after[group, at] else reversed(pair)))))
        return np.array(amounts, dtype=np.int64)[which].reshape(is_after.shape), is_after

    def _minutes(self, ends: Ints, starts: Ints) -> Ints:
        """The real minutes from each end to a start."""
        week = self.days.case.week
        if not week.seams:
            return starts - ends
        return np.array(list(map(week.between, ends.ravel().tolist(), starts.ravel().tolist())), dtype=np.int64).reshape(ends.shape)


def _amount(cost: int | None) -> int:
    return FORBIDDEN if cost is None else cost
