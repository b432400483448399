"""A participant's day as rows: visits that exclude each other, and the cost of waits between visits.

Visits of one item that differ only in the clinician are the same *spot* of the day: they exclude each other and behave alike, so a row
combines them. This keeps the number of rows close to the number of distinct times.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from scheduler.case import Case
from scheduler.rule import Rule, overriding
from scheduler.terms import Row, Visit, total
from scheduler.timegrid import Span

Item = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class TimeOption:
    """The visits of one item at one time, place and mode."""

    visits: tuple[Visit, ...]

    @property
    def first(self) -> Visit:
        """The first of its visits, which differ only in the clinician."""
        return self.visits[0]


def day_rows(
    case: Case,
    visits_of: Mapping[str, Sequence[Visit]],
    rules: Sequence[Rule],
    booked: Collection[Visit] | None = None,
) -> Iterator[tuple[Rule, Row]]:
    """Conflict rows and gap rows of every day of the participants in ``visits_of``.

    Args:
        booked: Leave out what concerns two or more visits that are not booked: enough, and much less, for questions about adding one
            visit to a roster. None for all rows.
    """
    excluding, following = overriding(rules, "conflicts"), overriding(rules, "follows")
    for participant, visits in visits_of.items():
        for day, items in sorted(_spots_by_day(visits).items()):
            for i, j in combinations([_split(spots, booked) for spots in items.values()], 2):
                for few, many, _ in _pairs(i, j):
                    yield from _conflict_rows(case, excluding, (participant, day), few, many)
            yield from _gap_rows(case, following, (participant, day), items, booked)


class ItemSpots(NamedTuple):
    """The spots of one item on a day: those of a roster (of any, if there is none), and those that could only be added to it."""

    booked: list[TimeOption]
    added: list[TimeOption]


def _split(spots: list[TimeOption], booked: Collection[Visit] | None) -> ItemSpots:
    """The spots of booked visits, and the others."""
    if booked is None:
        return ItemSpots(spots, [])
    split = ItemSpots([], [])
    for spot in spots:
        (split.booked if any(visit in booked for visit in spot.visits) else split.added).append(spot)
    return split


def _pairs(i: ItemSpots, j: ItemSpots) -> Iterator[tuple[list[TimeOption], list[TimeOption], bool]]:
    """The spots of two items to pair, fewer first, and whether something may be added between them: only if neither is added."""
    few, many = (i, j) if sum(map(len, i)) <= sum(map(len, j)) else (j, i)
    yield few.booked, many.booked, True
    yield few.booked, many.added, False
    yield few.added, many.booked, False


def _spots_by_day(visits: Sequence[Visit]) -> dict[int, dict[Item, list[TimeOption]]]:
    by_day: dict[int, dict[Item, dict[object, list[Visit]]]] = {}
    for visit in visits:
        spot = by_day.setdefault(visit.day, {}).setdefault(visit.item, {})
        spot.setdefault((visit.span, visit.mode, visit.site, visit.out_of), []).append(visit)
    return {day: {item: [TimeOption(tuple(v)) for v in spots.values()] for item, spots in items.items()} for day, items in by_day.items()}


def _conflict_rows(
    case: Case, rules: Sequence[Rule], key: tuple[object, ...], few: list[TimeOption], many: list[TimeOption]
) -> Iterator[tuple[Rule, Row]]:
    """One row per spot of an item; it excludes every incompatible spot of the other item."""
    for spot in few:
        excluded: dict[Rule, list[Visit]] = {}
        for other in many:
            rule = _clash(case, rules, spot.first, other.first)
            if rule is not None:
                excluded.setdefault(rule, []).extend(other.visits)
        if excluded:
            rule = next(iter(excluded))
            yield rule, Row(rule.id, (*key, "conflict"), total([*spot.visits, *(v for vs in excluded.values() for v in vs)]), 1)


def _clash(case: Case, rules: Sequence[Rule], a: Visit, b: Visit) -> Rule | None:
    if _has_happened(case, a, b):
        return None
    first, second = (a, b) if a.span.start <= b.span.start else (b, a)
    return next((rule for rule in rules if rule.conflicts(case, first, second)), None)


def _has_happened(case: Case, a: Visit, b: Visit) -> bool:
    """Whether both visits are in the past, so that they were possible together, whatever a rule says."""
    return case.time.is_past(a.span.start) and case.time.is_past(b.span.start)


def _gap_rows(
    case: Case, rules: Sequence[Rule], key: tuple[object, ...], items: dict[Item, list[TimeOption]], booked: Collection[Visit] | None
) -> Iterator[tuple[Rule, Row]]:
    """Waits between two consecutive visits of a stay: forbidden, or priced by the rule's amount."""
    on_site = {
        item: _split([s for s in spots if s.first.site is not None and s.first.out_of is None], booked) for item, spots in items.items()
    }
    for i, j in combinations(on_site, 2):
        others = [split for item, split in on_site.items() if item not in (i, j)]
        there = [spot for split in others for spot in split.booked]
        anywhere = there + [spot for split in others for spot in split.added]
        for few, many, is_open in _pairs(on_site[i], on_site[j]):
            for anchor in few if many else ():
                for forward in (True, False):
                    yield from _anchored(case, rules, key, anchor, many, anywhere if is_open else there, forward)


def _anchored(
    case: Case,
    rules: Sequence[Rule],
    key: tuple[object, ...],
    anchor: TimeOption,
    spots: list[TimeOption],
    others: list[TimeOption],
    forward: bool,
) -> Iterator[tuple[Rule, Row]]:
    """The rows of one spot with all spots of another item after it (or before it), nested by amount."""
    grouped: dict[tuple[Rule, tuple[Visit, ...]], list[tuple[int | None, TimeOption]]] = {}
    for spot in spots:
        a, b = (anchor.first, spot.first) if forward else (spot.first, anchor.first)
        if a.site != b.site or a.span.end > b.span.start:
            continue
        for rule in rules:
            amount = rule.follows(case, a, b)
            if amount != 0 and not (amount is None and _has_happened(case, a, b)):
                grouped.setdefault((rule, _between(case, a, b, others)), []).append((amount, spot))
    for (rule, between), priced in grouped.items():
        relief = total(between, -1)
        forbidden = [v for amount, spot in priced if amount is None for v in spot.visits]
        if forbidden:
            yield rule, Row(rule.id, (*key, "wait"), (*total(anchor.visits), *total(forbidden), *relief), 1)
        level = 0
        for amount in sorted({amount for amount, _ in priced if amount is not None}):
            reached = [v for a, spot in priced if a is not None and a >= amount for v in spot.visits]
            terms = (*total(anchor.visits), *total(reached), *relief)
            yield rule, Row(rule.id, (*key, "gap"), terms, 1, price=amount - level, participant=anchor.first.participant)
            level = amount


def _between(case: Case, a: Visit, b: Visit, others: list[TimeOption]) -> tuple[Visit, ...]:
    """The visits of other items that would come between two visits of a stay."""
    return tuple(v for spot in others if spot.first.site == a.site and _parts(case, a, spot.first, b) for v in spot.visits)


def _parts(case: Case, a: Visit, middle: Visit, b: Visit) -> bool:
    """Whether a visit is in the wait between two others, or, if past visits overlap, comes between them in order."""
    if a.span.end <= middle.span.start and middle.span.end <= b.span.start:
        return True
    overlaps = _has_happened(case, a, middle) or _has_happened(case, middle, b)
    return overlaps and _order(a) < _order(middle) < _order(b)


def _order(visit: Visit) -> tuple[Span, str, str, int]:
    """The sort key of visits within a stay."""
    return visit.span, visit.group or "", visit.service, visit.ordinal
