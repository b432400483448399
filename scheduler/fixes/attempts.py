"""The ideas tried against one roster, until a roster that needs no exception is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from scheduler.fixes.idea import Idea, rearrange
from scheduler.fixes.refutation import Refutation
from scheduler.fixes.trial import FixTrial, TrialStart, attempt, base, repeated
from scheduler.imports import uncollected
from scheduler.model.clock import Clock
from scheduler.roster import Roster

ENOUGH = 3
"""A participant with so many fixes that leave nothing missing and move nobody needs no other one."""
LEAST_LEFT = 0.05


@dataclass
class Attempts:
    """What was tried against a roster.

    Attributes:
        tried: The ideas tried, those without an exception included.
        helpful: The trials of exceptions that helped.
        left: The ideas that were not tried in time.
        better: A verified roster with less unmet care that needs no exception; with it, nothing more is tried.
        promising: Keys of ideas to try first.
    """

    start: TrialStart
    tried: list[Idea] = field(default_factory=list)
    helpful: list[FixTrial] = field(default_factory=list)
    left: list[Idea] = field(default_factory=list)
    better: Roster | None = None
    promising: Collection[tuple[object, ...]] = ()

    def try_all(self, ideas: Iterable[Idea], clock: Clock) -> None:
        """Try ideas in order; one that would end too late is not begun."""
        waiting = [idea for idea in ideas if not self._is_known(idea)]
        waiting.sort(key=lambda idea: idea.key not in self.promising)
        with uncollected():
            self._try_waiting(waiting, clock)
        self.left = [idea for idea in waiting if not is_dispensable(idea, self.helpful)]

    def _try_waiting(self, waiting: list[Idea], clock: Clock) -> None:
        """Try ideas and take them from a list, as long as there is time for one more."""
        refutation = Refutation(self.start, waiting)
        first, number = clock.left(), 0
        while waiting and self.better is None and not clock.is_cancelled():
            idea, left = waiting[0], clock.left()
            if not is_dispensable(idea, self.helpful):
                if left <= max(LEAST_LEFT, (first - left) / max(1, number)):
                    return
                self._try(idea, refutation, clock)
                number += 1
            waiting.pop(0)

    def _try(self, idea: Idea, refutation: Refutation, clock: Clock) -> None:
        """Try an idea, and again for those of its people whom it has not helped, as long as it helps others."""
        self.tried.append(idea)
        people = tuple(person for person in self.start.able_to_join(idea) if refutation.could_help(idea, person, clock))
        while people and self.better is None and (trial := self._trial(replace(idea, wanted_by=people), clock)) is not None:
            helped = set(trial.helped)
            people = tuple(person for person in people if person not in helped) if helped else ()

    def _trial(self, idea: Idea, clock: Clock) -> FixTrial | None:
        """Try an idea once; an exception gets no credit for what its people could have without one, so if it helps, that is tried too."""
        trial = attempt(self.start, idea, clock)
        if trial is None:
            return None
        without = rearrange(idea.wanted_by)
        if trial.idea.kind != "rearrange" and not self._is_known(without):
            self.tried.append(without)
            trial = attempt(self.start, without, clock) or trial
        if trial.idea.kind == "rearrange":
            self.better = trial.roster
        else:
            self.helpful.append(trial)
        return trial

    def _is_known(self, idea: Idea) -> bool:
        """Whether the idea was tried, for these participants or more."""
        return any(_is_same(idea, other) and set(idea.people) <= set(other.people) for other in self.tried)

    def from_later(self, roster: Roster) -> Attempts:
        """The attempts against a later roster: what helped and still does, and what did not help people whom it does not move.

        Other ideas that helped are tried first.
        """
        start = base(self.start.case, roster)
        same = {p for p, visits in start.view.visits.items() if visits == self.start.view.visits[p]}
        helpful = [again for trial in self.helpful if same.issuperset(trial.idea.people) and (again := repeated(self.start, trial, start))]
        keys = {trial.idea.key for trial in helpful}
        promising = {trial.idea.key for trial in self.helpful} - keys
        tried = [idea for idea in self.tried if idea.key in keys or (idea.key not in promising and same.issuperset(idea.people))]
        return Attempts(start, tried, helpful, promising=promising)


def _is_same(idea: Idea, other: Idea) -> bool:
    return idea.kind == "rearrange" == other.kind or idea.key == other.key


def is_dispensable(idea: Idea, helpful: Sequence[FixTrial]) -> bool:
    """Whether everyone the idea serves has enough fixes that could not be better."""
    return idea.kind != "rearrange" and all(sum(trial.is_all_for(person) for trial in helpful) >= ENOUGH for person in idea.wanted_by)
