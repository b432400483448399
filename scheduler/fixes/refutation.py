"""Ideas that cannot help, refuted together: where everything that clinicians could give helps a participant nothing, no part does."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.case import Case
from scheduler.fixes.idea import Idea
from scheduler.fixes.placement import can_have_more_care
from scheduler.fixes.trial import MOST_SECONDS_EACH, TrialStart
from scheduler.instance.change import merged
from scheduler.model.clock import Clock

TABLES = ("clinicians", "participants")
"""The lists of an instance whose changes are asked about together, as newcomers of groups are; one question mostly answers many."""
LEAST_IDEAS = 2
"""Fewer ideas are tried at once."""


class Refutation:
    """Answers whether ideas could help a participant, with everyone else held as booked; asked once about all lists, then about each."""

    def __init__(self, start: TrialStart, ideas: Iterable[Idea]) -> None:
        self._start = start
        self._ideas: dict[tuple[str, str], list[Idea]] = {}
        self._everyone: dict[str, list[Idea]] = {}
        self._cases: dict[str, Case | None] = {}
        self._answers: dict[tuple[str, str], bool] = {}
        for idea in ideas:
            for subject in _subjects(idea):
                self._everyone.setdefault(subject, []).append(idea)
            for person in idea.wanted_by:
                for subject in _subjects(idea):
                    self._ideas.setdefault((subject, person), []).append(idea)

    def could_help(self, idea: Idea, person: str, clock: Clock) -> bool:
        """Whether an idea may help a participant; false only if it was decided that no idea of the same subject does."""
        wider: list[Idea] = []
        for subject in _subjects(idea):
            ideas = self._ideas.get((subject, person), [])
            if len(ideas) >= LEAST_IDEAS and ideas != wider:
                wider = ideas
                if not self._is_possible(subject, person, clock):
                    return False
        return True

    def _is_possible(self, subject: str, person: str, clock: Clock) -> bool:
        if (subject, person) not in self._answers:
            start, case = self._start, self._case_of(subject, person)
            self._answers[subject, person] = case is None or can_have_more_care(
                case, start.roster, [person], clock, MOST_SECONDS_EACH, start.candidates.near
            )
        return self._answers[subject, person]

    def _case_of(self, subject: str, person: str) -> Case | None:
        """The case of all ideas of a subject, or of those for one participant where these contradict others; None if these do, too."""
        if subject not in self._cases:
            every = merged([idea.change for idea in self._everyone[subject]])
            self._cases[subject] = None if every is None else self._start.case_with(every)
        if (case := self._cases[subject]) is not None:
            return case
        mine = merged([idea.change for idea in self._ideas[subject, person]])
        return None if mine is None else self._start.case_with(mine)


def _subjects(idea: Idea) -> tuple[str, ...]:
    """What an idea is about, wider before narrower, if others about the same can be asked about together with it."""
    if idea.kind == "intake":
        return ("intake",)
    table, *others = idea.change or ("",)
    return ("people", table) if table in TABLES and not others else ()
