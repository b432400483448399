"""Which participants a neighbourhood frees: by group, by clinician, by cost, by day, or at random; as many as solve in time."""

from __future__ import annotations

from scheduler.model.desk import Desk
from scheduler.terms import Visit


class Chooser:
    """Chooses neighbourhoods and learns how large they may be."""

    def __init__(self, desk: Desk) -> None:
        """Start with ten participants."""
        self.desk = desk
        self.size = 10.0
        self.kinds = (self._by_cost, self._by_group, self._by_clinician, self._by_random, self._by_day)
        self.credit = [1.0] * len(self.kinds)
        self.kind = 0

    def next(self) -> list[str]:
        """Participants to free."""
        self.kind = self.desk.random.choices(range(len(self.kinds)), self.credit)[0]
        chosen = self.kinds[self.kind]()
        everybody = list(self.desk.numbers_of)
        self.desk.random.shuffle(everybody)
        wanted = dict.fromkeys([*chosen, *everybody])
        return sorted(list(wanted)[: max(3, int(self.size))])

    def learn(self, outcome: str, improved: bool) -> None:
        """Grow what solves to optimality, shrink what does not; favour kinds that help."""
        self.size = min(len(self.desk.numbers_of), self.size * 1.05) if outcome == "optimal" else max(4.0, self.size * 0.93)
        self.credit[self.kind] = 0.9 * self.credit[self.kind] + (0.5 if improved else 0.02)

    def _shuffled(self, people: list[str]) -> list[str]:
        self.desk.random.shuffle(people)
        return people

    def _by_random(self) -> list[str]:
        return []

    def _by_cost(self) -> list[str]:
        """Half of the neighbourhood: the costliest participants, drawn with their cost as weight."""
        costs = self.desk.costs()
        people = sorted(costs)
        if not people:
            return []
        picks = self.desk.random.choices(people, [costs[p] + 1 for p in people], k=max(2, int(self.size / 2)))
        return list(dict.fromkeys(picks))

    def _booked(self) -> list[Visit]:
        best = self.desk.best
        return [] if best is None else [h for h in self.desk.chosen(best.values) if isinstance(h, Visit)]

    def _by_group(self) -> list[str]:
        """The members of one group and of its track."""
        visits = [v for v in self._booked() if v.group is not None]
        if not visits:
            return []
        picked = self.desk.random.choice(visits)
        track = self.desk.case.groups[picked.group or ""].track
        same = [v.participant for v in visits if v.group == picked.group]
        near = [v.participant for v in visits if track is not None and self.desk.case.groups[v.group or ""].track == track]
        return self._shuffled(same) + self._shuffled(near)

    def _by_clinician(self) -> list[str]:
        """The participants of one clinician's appointments, and those whose therapist that is."""
        clinician = self.desk.random.choice(list(self.desk.case.clinicians))
        seen = [v.participant for v in self._booked() if v.clinician == clinician]
        own = [p for p in self.desk.numbers_of if self.desk.case.participants[p].primary_therapist == clinician]
        return self._shuffled(seen) + self._shuffled(own)

    def _by_day(self) -> list[str]:
        """Participants who are there on one day."""
        visits = self._booked()
        if not visits:
            return []
        day = self.desk.random.choice(visits).day
        return self._shuffled(sorted({v.participant for v in visits if v.day == day}))
