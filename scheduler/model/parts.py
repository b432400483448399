"""What a step of the search looks at: a part of the candidates, compiled, with everything else held as it is.

Compiling only the part keeps every model small: in a large program a step reads a few hundred options, not a hundred thousand.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.model.lines import Lines
from scheduler.model.piece import Index
from scheduler.model.thinning import Thinner
from scheduler.rule import Rule
from scheduler.terms import Handle, Housing, Run, Staffing, Visit

Chosen = frozenset[Handle]
"""The visits, runs, staffings and housings of a roster."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a step frees.

    Attributes:
        participants: Whose visits; None: everybody's.
        groups: Whose runs, facilitators and rooms; None: all groups.
        frees_groups, frees_needs: Group places and runs, appointments, or both.
        most_per_need: Visits looked at per need; None: all.
        is_guided: Only promising visits, all of them, where it is known which ones are.
    """

    participants: Collection[str] | None = None
    groups: Collection[str] | None = None
    frees_groups: bool = True
    frees_needs: bool = True
    most_per_need: int | None = None
    is_guided: bool = False


@dataclass(slots=True)
class Compiled:
    """A part as lines, with the numbers that are free and the values of the rest."""

    index: Index
    free: list[int]
    held: list[bool]

    @property
    def lines(self) -> Lines:
        """The lines of the part."""
        return self.index.lines


class Workshop:
    """Compiles parts of one case."""

    def __init__(self, case: Case, candidates: Candidates, rules: list[Rule], randomness: random.Random) -> None:
        self.case, self.candidates, self.rules = case, candidates, rules
        self.thinner = Thinner(case, candidates, rules, randomness)
        self.only: frozenset[Visit] | None = None
        """The visits a better roster can still contain, once that is proven; None: all."""
        self.promising: frozenset[Visit] | None = None
        """The visits of the weeks that look best by the prices of the bound; None: not known."""

    def compile(self, part: Part, chosen: Chosen) -> Compiled:
        """Compile a part around the chosen roster."""
        everybody = self.candidates.visits
        people = dict.fromkeys(everybody if part.participants is None else part.participants)
        groups = set(self.case.groups if part.groups is None else part.groups) if part.frees_groups else set()
        staffings, housings = self._runs(groups, chosen)
        spots = {(run.group, run.span) for run in staffings}
        visits: dict[str, tuple[Visit, ...]] = {}
        booked = _booked(chosen)
        for participant in everybody:
            if participant in people:
                visits[participant] = self._visits(participant, part, chosen, spots)
            else:
                visits[participant] = booked.get(participant, ())
        lines = Lines(self.case, self.candidates.part(visits, staffings, housings), self.rules, people)
        free, held = self._split(lines, people, groups, chosen)
        index = Index(lines)
        for number, members in index.members:
            held[number] = any(held[m] for m in members)
        return Compiled(index, free, held)

    def _runs(self, groups: Collection[str], chosen: Chosen) -> tuple[dict[Run, tuple[Staffing, ...]], dict[Run, tuple[Housing, ...]]]:
        """All runs of the free groups, and of the others the chosen ones."""
        staffings: dict[Run, tuple[Staffing, ...]] = {}
        housings: dict[Run, tuple[Housing, ...]] = {}
        for run in self.candidates.runs:
            if run.group in groups:
                staffings[run], housings[run] = self.candidates.staffings[run], self.candidates.housings[run]
            elif run in chosen:
                staffings[run] = tuple(s for s in self.candidates.staffings[run] if s in chosen)
                housings[run] = tuple(h for h in self.candidates.housings[run] if h in chosen)
        return staffings, housings

    def _visits(self, participant: str, part: Part, chosen: Chosen, spots: Collection[tuple[str, object]]) -> tuple[Visit, ...]:
        """The visits of a participant whose week is open: group places in runs that could meet, and a choice of appointments."""
        places, needs = self.thinner.places[participant], self.thinner.needs[participant]
        places = [v for v in places if ((v.group, v.span) in spots if part.frees_groups else v in chosen)]
        promising = self.promising if part.is_guided else None
        if promising is not None:
            places = [v for v in places if v in promising or v in chosen]
        kept = dict.fromkeys(places)
        if not part.frees_needs:
            kept |= dict.fromkeys(v for options in needs for v, _ in options if v in chosen)
        elif promising is not None:
            kept |= dict.fromkeys(v for options in needs for v, _ in options if v in promising or v in chosen)
        else:
            kept |= dict.fromkeys(self.thinner.choose(participant, part.most_per_need, chosen, places))
        kept |= dict.fromkeys(v for v in self.candidates.past_visits(participant))
        if self.only is not None:
            kept = {v: None for v in kept if v in self.only or v in chosen}
        return tuple(v for v in self.candidates.visits[participant] if v in kept)

    def _split(self, lines: Lines, people: Collection[str], groups: Collection[str], chosen: Chosen) -> tuple[list[int], list[bool]]:
        """Free numbers, and the value of every number in the chosen roster."""
        free: list[int] = []
        held = [handle in chosen for handle in lines.handles]
        for number, handle in enumerate(lines.handles):
            if isinstance(handle, Visit):
                is_free = handle.participant in people
            else:
                is_free = isinstance(handle, Run | Staffing | Housing) and group_of(handle) in groups
            if is_free:
                free.append(number)
        return free, held


def _booked(chosen: Chosen) -> dict[str, tuple[Visit, ...]]:
    """The visits of a roster by participant, in order of time."""
    by_participant: dict[str, list[Visit]] = {}
    for handle in chosen:
        if isinstance(handle, Visit):
            by_participant.setdefault(handle.participant, []).append(handle)
    return {participant: tuple(sorted(visits, key=lambda v: v.span)) for participant, visits in by_participant.items()}


def group_of(handle: Run | Staffing | Housing) -> str:
    """The group of a run, staffing or housing."""
    return handle.group if isinstance(handle, Run) else handle.run.group
