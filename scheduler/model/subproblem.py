"""The subproblem of a step: a compiled neighbourhood of the roster, with everything else held.

Compiling only the neighbourhood keeps models small: in a large program, a step has a few hundred options, not a hundred thousand.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.line_index import LineIndex
from scheduler.model.lines import Lines
from scheduler.model.sampling import AppointmentSampler
from scheduler.rule import Rule
from scheduler.terms import Handle, Housing, Run, Staffing, Visit

Solution = frozenset[Handle]
"""The visits, runs, staffings and housings of a roster."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The options that a step frees.

    Attributes:
        participants: Participants whose visits are free; None for everyone.
        groups: Groups whose runs, facilitators and rooms are free; None for all.
        frees_groups, frees_needs: Whether group places and runs are free, and whether appointments are.
        most_per_need: Maximum number of visits per need; None for all.
        is_guided: Whether to use only promising visits, and all of them, once these are known.
        is_for_care: Whether the step ends as soon as no less unmet care is possible, whatever the preferences.
        activity: What the step tries, in words.
    """

    participants: Collection[str] | None = None
    groups: Collection[str] | None = None
    frees_groups: bool = True
    frees_needs: bool = True
    most_per_need: int | None = None
    is_guided: bool = False
    is_for_care: bool = False
    activity: str = ""


@dataclass(slots=True)
class Subproblem:
    """A neighbourhood as lines, with the free variables and the values of the others."""

    index: LineIndex
    free: list[int]
    held: list[bool]

    @property
    def lines(self) -> Lines:
        """Its lines."""
        return self.index.lines


class SubproblemCompiler:
    """Compiles neighbourhoods of one case."""

    def __init__(self, case: Case, candidates: Candidates, rules: list[Rule], randomness: random.Random) -> None:
        self.case, self.candidates, self.rules = case, candidates, rules
        self.sampler = AppointmentSampler(case, candidates, rules, randomness)
        self.only: frozenset[Visit] | None = None
        """The visits that a better roster can still contain, once proven; None for all."""
        self.promising: frozenset[Visit] | None = None
        """The visits of the weeks that look best at the prices of the bound; None if not known."""

    def compile(self, neighbourhood: Neighbourhood, solution: Solution) -> Subproblem:
        """Compile a neighbourhood around the chosen roster."""
        everybody = self.candidates.visits
        people = dict.fromkeys(everybody if neighbourhood.participants is None else neighbourhood.participants)
        groups = set(self.case.groups if neighbourhood.groups is None else neighbourhood.groups) if neighbourhood.frees_groups else set()
        staffings, housings = self._runs(groups, solution)
        spots = {(run.group, run.span) for run in staffings}
        visits: dict[str, tuple[Visit, ...]] = {}
        booked = _booked(solution)
        for participant in everybody:
            if participant in people:
                visits[participant] = self._visits(participant, neighbourhood, solution, spots)
            else:
                visits[participant] = booked.get(participant, ())
        lines = Lines(self.case, self.candidates.part(visits, staffings, housings), self.rules, people)
        index = LineIndex(lines)
        held = index.values([handle in solution for handle in lines.handles])
        return Subproblem(index, _free(lines, people, groups), held)

    def _runs(self, groups: Collection[str], solution: Solution) -> tuple[dict[Run, tuple[Staffing, ...]], dict[Run, tuple[Housing, ...]]]:
        """All runs of the free groups, and the chosen runs of the others."""
        staffings: dict[Run, tuple[Staffing, ...]] = {}
        housings: dict[Run, tuple[Housing, ...]] = {}
        for run in self.candidates.runs:
            if run.group in groups:
                staffings[run], housings[run] = self.candidates.staffings[run], self.candidates.housings[run]
            elif run in solution:
                staffings[run] = tuple(s for s in self.candidates.staffings[run] if s in solution)
                housings[run] = tuple(h for h in self.candidates.housings[run] if h in solution)
        return staffings, housings

    def _visits(
        self, participant: str, neighbourhood: Neighbourhood, solution: Solution, spots: Collection[tuple[str, object]]
    ) -> tuple[Visit, ...]:
        """The visits of a participant whose week is free: group places in possible runs, and a sample of appointments."""
        places, needs = self.sampler.places[participant], self.sampler.needs[participant]
        places = [v for v in places if ((v.group, v.span) in spots if neighbourhood.frees_groups else v in solution)]
        promising = self.promising if neighbourhood.is_guided else None
        if promising is not None:
            places = [v for v in places if v in promising or v in solution]
        choice = dict.fromkeys(places)
        if not neighbourhood.frees_needs:
            choice |= dict.fromkeys(v for options in needs for v in options if v in solution)
        elif promising is not None:
            choice |= dict.fromkeys(v for options in needs for v in options if v in promising or v in solution)
        else:
            choice |= dict.fromkeys(self.sampler.choose(participant, neighbourhood.most_per_need, solution, places))
        choice |= dict.fromkeys(v for v in self.candidates.past_visits(participant))
        if self.only is not None:
            choice = {v: None for v in choice if v in self.only or v in solution}
        return tuple(v for v in self.candidates.visits[participant] if v in choice)


def _free(lines: Lines, people: Collection[str], groups: Collection[str]) -> list[int]:
    """The variables of visits of some people, and of what some groups decide."""
    return [
        number
        for number, handle in enumerate(lines.handles)
        if (isinstance(handle, Visit) and handle.participant in people)
        or (isinstance(handle, Run | Staffing | Housing) and group_of(handle) in groups)
    ]


def _booked(solution: Solution) -> dict[str, tuple[Visit, ...]]:
    """The visits of a roster by participant, in order of time."""
    by_participant: dict[str, list[Visit]] = {}
    for handle in solution:
        if isinstance(handle, Visit):
            by_participant.setdefault(handle.participant, []).append(handle)
    return {participant: tuple(sorted(visits, key=lambda v: v.span)) for participant, visits in by_participant.items()}


def group_of(handle: Run | Staffing | Housing) -> str:
    """The group of a run, staffing or housing."""
    return handle.group if isinstance(handle, Run) else handle.run.group
