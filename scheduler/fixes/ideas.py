"""The choice of fixes to try, by the causes of unmet care, each participant's most promising first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.explain.binding import helpful_groups
from scheduler.explain.examination import Examination
from scheduler.explain.missing import Missing
from scheduler.fixes.agreements import agreements
from scheduler.fixes.idea import Idea
from scheduler.fixes.near_misses import near_misses
from scheduler.fixes.offers import offers
from scheduler.fixes.places import ABOUT_ROOMS, other_places_to_be
from scheduler.result import Unmet


def ideas_for(examined: Examination, unmet: Sequence[Unmet]) -> list[Idea]:
    """Every idea once, with all participants it serves, interleaved so that everyone gets a first try early."""
    ranked: dict[tuple[object, ...], list[tuple[int, Idea]]] = {}
    for person in dict.fromkeys(entry.participant for entry in unmet):
        mine = [m for m in examined.missing if m.participant == person]
        for rank, idea in enumerate(_unique(_of_person(examined, person, mine))):
            same = ranked.setdefault(idea.key, [])
            if same and not same[-1][1].is_full:
                same[-1] = (min(rank, same[-1][0]), same[-1][1].joined(idea))
            else:
                same.append((rank, idea))
    every = [pair for same in ranked.values() for pair in same]
    return [idea for _, idea in sorted(every, key=lambda pair: (pair[0], -len(pair[1].wanted_by)))]


def _of_person(examined: Examination, person: str, missing: Sequence[Missing]) -> Iterator[Idea]:
    """Ideas for one participant, from refused and lost options."""
    case = examined.case
    lost, binding = [c for m in missing for c in examined.lost(m)], [c for m in missing for c in examined.binding(m)]
    causes = [*lost, *binding]
    helpful = list(dict.fromkeys(g for m in missing for g in helpful_groups(case, m)))
    yield from near_misses(case, person, binding, lost, helpful)
    yield from other_places_to_be(case, person, [*binding, *(c for c in lost if c.rule in ABOUT_ROOMS)], helpful)
    yield from agreements(case, examined.view, person, causes)
    yield from offers(case, person, causes, helpful)


def _unique(ideas: Iterator[Idea]) -> list[Idea]:
    return list({idea.key: idea for idea in ideas}.values())
