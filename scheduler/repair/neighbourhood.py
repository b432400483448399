"""A disrupted week as a model in which some participants may change, and whoever else is in their way may be moved at a price.

Tiers, each minimised before the next: the care lost, of each person against what was published; the people changed, participants and
clinicians, weighted by notice; then preferences. Someone who is not free to change is held as booked or, where a bound is asked for, may
leave a booking at the price of the change, whatever they would get instead: no roster of the whole week is better than such a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scheduler.model.lines import Lines
from scheduler.model.local_model import LocalModel, compiled
from scheduler.repair.options import Options
from scheduler.repair.prices import NOBODY, Excuses
from scheduler.rules.published_change import identity
from scheduler.terms import Housing, Row, Run, Staffing, Visit

Admits = Callable[[Visit | Run], bool]
"""Whether a kind of answer may use a visit or a run."""


@dataclass(frozen=True)
class RepairQuestion:
    """What is asked of every model of one repair.

    Attributes:
        options: What may change.
        before: By participant, the unmet care of the published week, factor included.
        excused: What happened to those who are out.
        concerned: Participants who cannot go on as published.
        rows: What else must hold.
        wishes: Visits of which one of each set should be chosen, before preferences.
    """

    options: Options
    before: Mapping[str, int]
    excused: Excuses = NOBODY
    concerned: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    wishes: tuple[tuple[Visit, ...], ...] = ()


class RepairNeighbourhood:
    """The week around some participants.

    Attributes:
        people: Those who may change, with the partners of their couple sessions.
        local: The week as lines.
    """

    def __init__(self, question: RepairQuestion, people: Iterable[str], admits: Admits | None = None) -> None:
        """Compile the rules but for preferences.

        Args:
            admits: What these people may have, and which groups may meet when; None for everything.
        """
        self.question, self.options = question, question.options
        case, self._view = self.options.case, self.options.view
        self.people = case.care.together_with(people)
        candidates = self.options.candidates(self.people)
        if admits is not None:
            candidates.visits |= {p: tuple(v for v in candidates.visits[p] if v in candidates.past or admits(v)) for p in self.people}
            candidates.runs = tuple(run for run in candidates.runs if run in candidates.past or admits(run))
        lines = Lines(case, candidates, [r for r in self.options.rules if r.level != "preference"], moving=self.people)
        lines.add(question.rows)
        self.local: LocalModel = compiled(self._view, self.people, lines)
        self._has_preferences = False

    def with_preferences(self) -> None:
        """Compile the preferences, too."""
        if not self._has_preferences:
            self.local.lines.include([rule for rule in self.options.rules if rule.level == "preference"])
            self.local, self._has_preferences = self.local.with_new_lines(), True

    @cached_property
    def _published(self) -> dict[tuple[object, ...], Visit]:
        """The published bookings to come, by identity."""
        every = (visit for visits in self._view.visits.values() for visit in visits)
        return {identity(visit): visit for visit in every if not self.options.case.time.is_past(visit.span.start)}

    def numbered(self) -> dict[int, Visit | Run | Staffing | Housing]:
        """What may change, by variable: the options of the people, and the runs with their staff and rooms."""
        candidates, past = self.local.candidates, self.local.candidates.past
        handles = [visit for person in self.people for visit in candidates.visits[person]]
        every: list[Visit | Run | Staffing | Housing] = [*handles]
        for run in candidates.runs:
            every += [run, *candidates.staffings[run], *candidates.housings[run]]
        return {self.local.number(handle): handle for handle in every if handle not in past}

    def others(self) -> dict[int, Visit]:
        """The bookings to come of everyone else, by variable."""
        return {self.local.number(visit): visit for visit in self._published.values() if visit.participant not in self.people}

    def published_of(self, participant: str) -> Iterator[Visit]:
        """The published bookings to come of a participant."""
        return (visit for visit in self._published.values() if visit.participant == participant)
