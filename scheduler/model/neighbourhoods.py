"""Neighbourhoods that a step frees: around a group, a clinician, a day, the costliest participants, or at random.

Sizes adapt to what can be solved in time; kinds that helped recently are chosen more often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from scheduler.model.activity import STEPS, StepKind, step_words
from scheduler.model.idle_groups import around_idle_group, idle_groups, sessions_at
from scheduler.model.sampling import FIRST_OPTIONS, MOST_PER_NEED
from scheduler.model.state import SearchState
from scheduler.model.subproblem import Neighbourhood
from scheduler.result import StepCount
from scheduler.rules._clinicians import of_visit
from scheduler.terms import Staffing, Visit
from scheduler.timegrid import DAY

FIRST_SIZE = 12.0
FIRST_GUIDED_SIZE = 18.0
"""Neighbourhoods of promising visits only may be larger, because there are fewer such visits."""
FIRST_UNMET_SIZE = 5.0
"""Neighbourhoods around unmet care start small: many are tried, and each ends when no less unmet care is possible in it."""
FIRST_TRIES = 12
"""The search begins with a step around each participant with unmet care, up to this number."""
UNMET_CREDIT = 6.0
GUIDED = 0.8
"""Share of the steps that use only promising visits, once these are known."""
IDLE = 0.3
"""Share of these that make room for a group that does not meet, if people with unmet care could join one."""
KINDS: tuple[StepKind, ...] = ("cost", "track", "clinician", "day", "anywhere", "appointments", "unmet")
"""The kinds of steps, in the order of the methods that choose what they free."""
LEAST_SIZE = 4.0
GROUPS_AROUND = 8
"""Number of further groups freed with their runs."""


class NeighbourhoodSelector:
    """Chooses neighbourhoods, and learns suitable sizes and helpful kinds."""

    def __init__(self, state: SearchState) -> None:
        self.state = state
        self.sizes = {"any": self._first_size(), "guided": FIRST_GUIDED_SIZE, "unmet": FIRST_UNMET_SIZE}
        self.kinds: tuple[Callable[[], tuple[list[str], list[str]]], ...] = (
            self._around_cost,
            self._around_track,
            self._around_clinician,
            self._around_day,
            self._anywhere,
            self._appointments,
            self._around_unmet,
        )
        self._tries: Counter[str] = Counter()
        self.tried: Counter[StepKind] = Counter()
        self.helped: Counter[StepKind] = Counter()
        self._starts: tuple[int, ...] = ()
        self.credit = [UNMET_CREDIT if kind == self._around_unmet else 1.0 for kind in self.kinds]

    def _first_size(self) -> float:
        """The first number of participants: fewer if they have many options each."""
        sampler, people = self.state.compiler.sampler, self.state.participants
        mean = sum(sampler.num_options(p, MOST_PER_NEED) for p in people) / max(1, len(people))
        return min(FIRST_SIZE, max(LEAST_SIZE, FIRST_OPTIONS / max(1.0, mean)))

    def next(self) -> tuple[Neighbourhood, int]:
        """The next neighbourhood to free, and the number of its kind."""
        number = self._next_kind()
        self._starts = ()
        kind = self.kinds[number]
        if kind == self._around_unmet and (idle := idle_groups(self.state)) and self.state.random.random() < IDLE:
            self.tried["idle_group"] += 1
            return around_idle_group(self.state, self._least_tried(idle)), number
        people, groups = kind()
        self.tried[KINDS[number]] += 1
        only_needs, is_for_care = kind == self._appointments, kind == self._around_unmet
        is_guided = not is_for_care and self.state.compiler.promising is not None and self.state.random.random() < GUIDED
        size = int(self.sizes[_size_of(is_guided, is_for_care)] * (3 if only_needs else 1))
        ranking = dict.fromkeys([*people, *self._shuffled(self.state.participants)])
        around = dict.fromkeys([*groups, *self._shuffled(list(self.state.case.groups))])
        neighbourhood = Neighbourhood(
            participants=sorted(list(ranking)[: max(3, size)]),
            groups=self.state.case.groups.with_blocks(list(around)[: len(groups) + GROUPS_AROUND]),
            frees_groups=not only_needs,
            most_per_need=MOST_PER_NEED,
            is_guided=is_guided,
            is_for_care=is_for_care,
            activity=step_words(KINDS[number], self._starts),
        )
        return neighbourhood, number

    def _next_kind(self) -> int:
        """Around unmet care first and while there is some; the kinds that helped more often."""
        unmet, around_unmet = self.state.unmet(), self.kinds.index(self._around_unmet)
        if self._tries.total() < min(FIRST_TRIES, len(unmet)):
            return around_unmet
        chances = [credit if unmet or number != around_unmet else 0.0 for number, credit in enumerate(self.credit)]
        return self.state.random.choices(range(len(self.kinds)), chances)[0]

    def learn(self, neighbourhood: Neighbourhood, kind: int, outcome: str, improved: bool) -> None:
        """Grow kinds that solve to optimality, shrink the others, and favor kinds that help."""
        key, most = _size_of(neighbourhood.is_guided, neighbourhood.is_for_care), len(self.state.participants) + 1.0
        grown, shrunk = (1.2, 0.8) if neighbourhood.is_for_care else (1.06, 0.92)
        self.sizes[key] = min(most, self.sizes[key] * grown) if outcome == "optimal" else max(LEAST_SIZE, self.sizes[key] * shrunk)
        self.helped[_kind_of(neighbourhood, kind)] += improved
        self.credit[kind] = 0.92 * self.credit[kind] + (0.6 if improved else 0.03)

    def counts(self) -> tuple[StepCount, ...]:
        """How often each kind was tried, and helped."""
        return tuple(StepCount(kind=kind, tried=tried, helped=self.helped[kind]) for kind, tried in self.tried.items())

    # --- kinds: the participants wanted first, and the groups concerned -------------------------------------------------------

    def _around_cost(self) -> tuple[list[str], list[str]]:
        """The costliest participants, drawn at random weighted by cost, and the groups they could join."""
        costs = self.state.costs()
        people = sorted(costs)
        if not people:
            return [], []
        picks = self.state.random.choices(people, [costs[p] + 1 for p in people], k=max(2, int(self.sizes["any"] / 2)))
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
        self._starts = tuple(v.span.start for v in places if v.group == picked)
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
        self._starts = (day * DAY,)
        groups = list(dict.fromkeys(run.group for run in self.state.candidates.runs if run.day == day))
        return self._shuffled(sorted({v.participant for v in booked if v.day == day})), self._shuffled(groups)[:GROUPS_AROUND]

    def _anywhere(self) -> tuple[list[str], list[str]]:
        return [], []

    def _appointments(self) -> tuple[list[str], list[str]]:
        """Appointments only, starting with those of one clinician's participants."""
        people, _ = self._around_clinician()
        return people, []

    def _around_unmet(self) -> tuple[list[str], list[str]]:
        """The participant with unmet care tried least often so far; who has the clinicians that are needed then; others with unmet care."""
        state, unmet = self.state, sorted(self.state.unmet())
        picked = self._least_tried(unmet)
        needs = state.compiler.sampler.needs[picked]
        needs = [visits for visits in needs if not any(v in state.solution for v in visits)] or needs
        in_the_way = sessions_at(state, ((v.clinician, of_visit(state.case, v).occupied) for visits in needs for v in visits))
        others = self._shuffled(list(dict.fromkeys(h.participant for h in in_the_way if isinstance(h, Visit))))
        also = self._shuffled([p for p in unmet if p != picked])[: int(self.sizes["unmet"] / 2)]
        led = self._shuffled([h.run.group for h in in_the_way if isinstance(h, Staffing)])
        groups = list(dict.fromkeys([*led[: GROUPS_AROUND // 2], *self._groups_open_to(picked)]))
        return [picked, *also, *others], groups[:GROUPS_AROUND]

    def _groups_open_to(self, participant: str) -> list[str]:
        return self._shuffled(list(dict.fromkeys(v.group for v in self.state.compiler.sampler.places[participant] if v.group is not None)))

    def _least_tried(self, names: list[str]) -> str:
        """The participant or group around which the fewest steps were taken so far."""
        picked = min(self._shuffled([*names]), key=lambda name: self._tries[name])
        self._tries[picked] += 1
        return picked

    def _shuffled(self, names: list[str]) -> list[str]:
        self.state.random.shuffle(names)
        return names


def _kind_of(neighbourhood: Neighbourhood, kind: int) -> StepKind:
    """The kind of a step; steps for groups that do not meet are taken instead of those around unmet care."""
    return "idle_group" if neighbourhood.activity == STEPS["idle_group"] else KINDS[kind]


def _size_of(is_guided: bool, is_for_care: bool) -> Literal["any", "guided", "unmet"]:
    """The name of the size that a neighbourhood adapts."""
    return "unmet" if is_for_care else "guided" if is_guided else "any"
