"""The choice of fixes to try, by the causes of unmet care, each participant's most promising first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.explain.binding import helpful_groups
from scheduler.explain.missing import Missing, missing_care
from scheduler.explain.unmet import binding_of, lost_causes
from scheduler.fixes.agreements import agreements
from scheduler.fixes.idea import Idea
from scheduler.fixes.near_misses import near_misses
from scheduler.fixes.offers import offers
from scheduler.model.local_model import LocalModel
from scheduler.result import Unmet


def ideas_for(nears: Sequence[LocalModel], unmet: Sequence[Unmet]) -> list[Idea]:
    """Every idea once, with all participants it serves, interleaved so that everyone gets a first try early.

    Args:
        nears: The roster around the participants who need ideas, each of whom is in one of these.
    """
    ranked: dict[tuple[object, ...], list[tuple[int, Idea]]] = {}
    missing = missing_care(nears[0].case, nears[0].view, nears[0].verdict) if nears else ()
    for near, person in _explained(nears, unmet):
        mine = [m for m in missing if m.participant == person]
        is_open = any(entry.participant == person and entry.kind == "unproven" for entry in unmet)
        for rank, idea in enumerate(_unique(_of_person(near, person, mine, is_open))):
            same = ranked.setdefault(idea.key, [])
            if same and not same[-1][1].is_full:
                same[-1] = (min(rank, same[-1][0]), same[-1][1].joined(idea))
            else:
                same.append((rank, idea))
    every = [pair for same in ranked.values() for pair in same]
    return [idea for _, idea in sorted(every, key=lambda pair: (pair[0], -len(pair[1].wanted_by)))]


def _explained(nears: Sequence[LocalModel], unmet: Sequence[Unmet]) -> Iterator[tuple[LocalModel, str]]:
    """The participants with unmet care who are in one of the `nears`."""
    for person in dict.fromkeys(entry.participant for entry in unmet):
        yield from ((near, person) for near in nears if person in near.people)


def _of_person(near: LocalModel, person: str, missing: Sequence[Missing], is_open: bool) -> Iterator[Idea]:
    """Ideas for one participant, from refused and lost options."""
    case = near.case
    causes = [cause for m in missing for cause in (*lost_causes(near, m), *binding_of(near, m))]
    helpful = list(dict.fromkeys(g for m in missing for g in helpful_groups(case, m)))
    if is_open:
        yield rearrange((person,))
    yield from near_misses(case, person, causes, helpful)
    yield from agreements(case, near.view, person, causes)
    yield from offers(case, person, causes, helpful)


def rearrange(people: Sequence[str]) -> Idea:
    """The idea without any exception: other bookings for these participants."""
    return Idea("rearrange", ("rearrange", *people), {}, tuple(people), "no exception is needed, only other bookings")


def _unique(ideas: Iterator[Idea]) -> list[Idea]:
    return list({idea.key: idea for idea in ideas}.values())
