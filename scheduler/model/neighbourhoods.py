"""Which part of the program a step frees: around a group, a clinician, a day, the costliest people, or at random.

The size follows what solves in time; kinds that helped lately are chosen more often.
"""

from __future__ import annotations

from collections.abc import Callable

from scheduler.model.desk import Desk
from scheduler.model.parts import Part

FIRST_SIZE = 12.0
FIRST_GUIDED_SIZE = 18.0
"""Parts of promising visits alone may be larger: there are fewer of them."""
GUIDED = 0.8
"""Share of the steps that look at promising visits alone, once it is known which these are."""
MOST_PER_NEED = 36
GROUPS_AROUND = 8
"""Groups freed with their runs, besides those the neighbourhood is about."""


class Chooser:
    """Chooses parts and learns how large they may be."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sizes = {False: FIRST_SIZE, True: FIRST_GUIDED_SIZE}
        self.kinds: tuple[Callable[[], tuple[list[str], list[str]]], ...] = (
            self._around_cost,
            self._around_track,
            self._around_clinician,
            self._around_day,
            self._anywhere,
            self._appointments,
        )
        self.credit = [1.0] * len(self.kinds)

    def next(self) -> tuple[Part, int]:
        """A part to free, and the number of its kind."""
        kind = self.desk.random.choices(range(len(self.kinds)), self.credit)[0]
        people, groups = self.kinds[kind]()
        only_needs = self.kinds[kind] == self._appointments
        is_guided = self.desk.workshop.promising is not None and self.desk.random.random() < GUIDED
        size = int(self.sizes[is_guided] * (3 if only_needs else 1))
        wanted = dict.fromkeys([*people, *self._shuffled(self.desk.participants)])
        around = dict.fromkeys([*groups, *self._shuffled(list(self.desk.case.groups))])
        part = Part(
            participants=sorted(list(wanted)[: max(3, size)]),
            groups=sorted(list(around)[: len(groups) + GROUPS_AROUND]),
            frees_groups=not only_needs,
            most_per_need=MOST_PER_NEED,
            is_guided=is_guided,
        )
        return part, kind

    def learn(self, part: Part, kind: int, outcome: str, improved: bool) -> None:
        """Grow what solves to optimality, shrink what does not; favour kinds that help."""
        size, most = self.sizes[part.is_guided], len(self.desk.participants) + 1.0
        self.sizes[part.is_guided] = min(most, size * 1.06) if outcome == "optimal" else max(4.0, size * 0.92)
        self.credit[kind] = 0.92 * self.credit[kind] + (0.6 if improved else 0.03)

    # --- kinds: the participants first wanted, the groups it is about ---------------------------------------------------------

    def _around_cost(self) -> tuple[list[str], list[str]]:
        """The costliest participants, drawn with their cost as weight, and the groups they could be in."""
        costs = self.desk.costs()
        people = sorted(costs)
        if not people:
            return [], []
        picks = self.desk.random.choices(people, [costs[p] + 1 for p in people], k=max(2, int(self.sizes[False] / 2)))
        first = self._groups_open_to(picks[0])
        return list(dict.fromkeys(picks)), first[:GROUPS_AROUND]

    def _around_track(self) -> tuple[list[str], list[str]]:
        """The members of one group and of its track, and that track's groups."""
        places = [v for v in self.desk.booked() if v.group is not None]
        if not places:
            return [], []
        picked = self.desk.random.choice(places).group or ""
        groups = self.desk.case.groups
        track = groups[picked].track
        near = [g for g in self.desk.case.groups if track is not None and groups[g].track == track]
        members = [v.participant for v in places if v.group == picked]
        others = [v.participant for v in places if v.group in near]
        return self._shuffled(members) + self._shuffled(others), [picked, *near]

    def _around_clinician(self) -> tuple[list[str], list[str]]:
        """The participants of one clinician, and the groups the clinician leads."""
        clinician = self.desk.random.choice(list(self.desk.case.clinicians))
        patients = [v.participant for v in self.desk.booked() if v.clinician == clinician]
        own = [p for p in self.desk.participants if self.desk.case.participants[p].primary_therapist == clinician]
        led = [s.run.group for s in self.desk.candidates.facilitated.get(clinician, ())]
        return self._shuffled(list(dict.fromkeys([*patients, *own]))), self._shuffled(list(dict.fromkeys(led)))[:GROUPS_AROUND]

    def _around_day(self) -> tuple[list[str], list[str]]:
        """Participants who are there on one day, and that day's groups."""
        booked = self.desk.booked()
        if not booked:
            return [], []
        day = self.desk.random.choice(booked).day
        groups = list(dict.fromkeys(run.group for run in self.desk.candidates.runs if run.day == day))
        return self._shuffled(sorted({v.participant for v in booked if v.day == day})), self._shuffled(groups)[:GROUPS_AROUND]

    def _anywhere(self) -> tuple[list[str], list[str]]:
        return [], []

    def _appointments(self) -> tuple[list[str], list[str]]:
        """Appointments only, of one clinician's participants first."""
        people, _ = self._around_clinician()
        return people, []

    def _groups_open_to(self, participant: str) -> list[str]:
        return self._shuffled(list(dict.fromkeys(v.group for v in self.desk.workshop.thinner.places[participant] if v.group is not None)))

    def _shuffled(self, names: list[str]) -> list[str]:
        self.desk.random.shuffle(names)
        return names
