"""Neighbourhoods that a step frees: around a group, a clinician, a day, the costliest participants, or at random.

Sizes adapt to what can be solved in time; kinds that helped recently are chosen more often.
"""

from __future__ import annotations

from collections.abc import Callable

from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood

FIRST_SIZE = 12.0
FIRST_GUIDED_SIZE = 18.0
"""Neighbourhoods of promising visits only may be larger, because there are fewer such visits."""
GUIDED = 0.8
"""Share of the steps that use only promising visits, once these are known."""
MOST_PER_NEED = 36
GROUPS_AROUND = 8
"""Number of further groups freed with their runs."""


class NeighbourhoodSelector:
    """Chooses neighbourhoods, and learns suitable sizes and helpful kinds."""

    def __init__(self, state: SearchState) -> None:
        self.state = state
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

    def next(self) -> tuple[Neighbourhood, int]:
        """The next neighbourhood to free, and the number of its kind."""
        kind = self.state.random.choices(range(len(self.kinds)), self.credit)[0]
        people, groups = self.kinds[kind]()
        only_needs = self.kinds[kind] == self._appointments
        is_guided = self.state.compiler.promising is not None and self.state.random.random() < GUIDED
        size = int(self.sizes[is_guided] * (3 if only_needs else 1))
        ranking = dict.fromkeys([*people, *self._shuffled(self.state.participants)])
        around = dict.fromkeys([*groups, *self._shuffled(list(self.state.case.groups))])
        neighbourhood = Neighbourhood(
            participants=sorted(list(ranking)[: max(3, size)]),
            groups=sorted(list(around)[: len(groups) + GROUPS_AROUND]),
            frees_groups=not only_needs,
            most_per_need=MOST_PER_NEED,
            is_guided=is_guided,
        )
        return neighbourhood, kind

    def learn(self, neighbourhood: Neighbourhood, kind: int, outcome: str, improved: bool) -> None:
        """Grow kinds that solve to optimality, shrink the others, and favor kinds that help."""
        size, most = self.sizes[neighbourhood.is_guided], len(self.state.participants) + 1.0
        self.sizes[neighbourhood.is_guided] = min(most, size * 1.06) if outcome == "optimal" else max(4.0, size * 0.92)
        self.credit[kind] = 0.92 * self.credit[kind] + (0.6 if improved else 0.03)

    # --- kinds: the participants wanted first, and the groups concerned -------------------------------------------------------

    def _around_cost(self) -> tuple[list[str], list[str]]:
        """The costliest participants, drawn at random weighted by cost, and the groups they could join."""
        costs = self.state.costs()
        people = sorted(costs)
        if not people:
            return [], []
        picks = self.state.random.choices(people, [costs[p] + 1 for p in people], k=max(2, int(self.sizes[False] / 2)))
        first = self._groups_open_to(picks[0])
        return list(dict.fromkeys(picks)), first[:GROUPS_AROUND]

    def _around_track(self) -> tuple[list[str], list[str]]:
        """The members of one group and of its track, and that track's groups."""
        places = [v for v in self.state.booked() if v.group is not None]
        if not places:
            return [], []
        picked = self.state.random.choice(places).group or ""
        groups = self.state.case.groups
        track = groups[picked].track
        near = [g for g in self.state.case.groups if track is not None and groups[g].track == track]
        members = [v.participant for v in places if v.group == picked]
        others = [v.participant for v in places if v.group in near]
        return self._shuffled(members) + self._shuffled(others), [picked, *near]

    def _around_clinician(self) -> tuple[list[str], list[str]]:
        """The participants of one clinician, and the groups the clinician leads."""
        clinician = self.state.random.choice(list(self.state.case.clinicians))
        patients = [v.participant for v in self.state.booked() if v.clinician == clinician]
        own = [p for p in self.state.participants if self.state.case.participants[p].primary_therapist == clinician]
        led = [s.run.group for s in self.state.candidates.facilitated.get(clinician, ())]
        return self._shuffled(list(dict.fromkeys([*patients, *own]))), self._shuffled(list(dict.fromkeys(led)))[:GROUPS_AROUND]

    def _around_day(self) -> tuple[list[str], list[str]]:
        """The participants present on one day, and that day's groups."""
        booked = self.state.booked()
        if not booked:
            return [], []
        day = self.state.random.choice(booked).day
        groups = list(dict.fromkeys(run.group for run in self.state.candidates.runs if run.day == day))
        return self._shuffled(sorted({v.participant for v in booked if v.day == day})), self._shuffled(groups)[:GROUPS_AROUND]

    def _anywhere(self) -> tuple[list[str], list[str]]:
        return [], []

    def _appointments(self) -> tuple[list[str], list[str]]:
        """Appointments only, starting with those of one clinician's participants."""
        people, _ = self._around_clinician()
        return people, []

    def _groups_open_to(self, participant: str) -> list[str]:
        return self._shuffled(list(dict.fromkeys(v.group for v in self.state.compiler.sampler.places[participant] if v.group is not None)))

    def _shuffled(self, names: list[str]) -> list[str]:
        self.state.random.shuffle(names)
        return names
