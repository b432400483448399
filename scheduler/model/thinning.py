"""Which of a participant's appointments are worth a look in a neighbourhood: few, near the group places, with the right clinician.

A need has hundreds of possible visits that differ in a quarter of an hour or in the clinician. A neighbourhood looks at the ones that
look cheapest, with some luck; the next one looks at others. Nothing is lost for good, and every model stays small.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

from scheduler.model.lines import Lines, by_item
from scheduler.terms import Visit

TRIP = 8
"""What a visit on a day without a group is taken to cost: about the weight of a trip."""
JITTER = 6.0


class Thinner:
    """Ranks the visits of every need."""

    def __init__(self, lines: Lines, randomness: random.Random) -> None:
        """Sort everybody's visits into group places and needs."""
        self.random = randomness
        unit = lines.unit_costs["preference"]
        self.places: dict[str, list[tuple[int, Visit]]] = {}
        self.needs: dict[str, list[list[tuple[int, Visit, int]]]] = {}
        for participant, visits in lines.candidates.visits.items():
            items = by_item(visits).values()
            numbered = [[(lines.numbered(v), v) for v in options] for options in items]
            self.places[participant] = [pair for options in numbered for pair in options if pair[1].group is not None]
            self.needs[participant] = [[(n, v, unit.get(n, 0)) for n, v in options] for options in numbered if options[0][1].group is None]

    def needs_of(self, participant: str, most: int, held: Sequence[bool], open_places: Collection[int]) -> list[int]:
        """The numbers of at most so many visits per need, the held one included.

        Args:
            open_places: Numbers of the group places the participant may be in; visits near them look cheap.
        """
        by_day: dict[int, list[Visit]] = {}
        for number, visit in self.places[participant]:
            if number in open_places:
                by_day.setdefault(visit.day, []).append(visit)
        chosen: list[int] = []
        for options in self.needs[participant]:
            if len(options) > most:
                ranked = sorted(options, key=lambda o: (not held[o[0]], o[2] + _nearness(o[1], by_day) + self.random.random() * JITTER))
                options = ranked[:most]
            chosen += [number for number, _, _ in options]
        return chosen


def _nearness(visit: Visit, by_day: dict[int, list[Visit]]) -> float:
    """What a visit costs beside the groups of its day: waiting, or a day of its own."""
    beside = by_day.get(visit.day)
    if not beside:
        return TRIP
    gaps = [max(g.span.start - visit.span.end, visit.span.start - g.span.end) for g in beside]
    fitting = [gap for gap in gaps if gap >= 0]
    if len(fitting) < len(gaps) and not fitting:
        return 4 * TRIP
    return min(min(fitting) / 15, 2 * TRIP)
