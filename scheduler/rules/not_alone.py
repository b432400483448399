"""Nobody is the only one of a kind in a group who should not be.

Rule: Participants may carry a mark for company in gender, age group or language. In every group run they are in, somebody else shares
that gender, that age group, or one of their languages. People in the room and by telehealth are company; facilitators are not. An
attribute that is not recorded has no amount.
Math: amount = 1 per run, booked participant and mark without another participant of the run who shares the value.
Amount: participants alone in a run, by attribute.
Source: trauma-informed practice; our judgment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import AnyOf, Row, Run, Visit, total
from scheduler.view import PlacedSession

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

ATTRIBUTES = ("gender", "age_group", "language")


class NotAlone(Rule):
    """Marked participants are not the only one of their kind in a group."""

    id = "not_alone"
    title = "No one who needs company is alone in a group"
    level = "preference"
    scope = "shared"
    unit = "participants"
    weight = 6
    source = "trauma-informed practice; our judgment"
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether any participant is marked."""
        return any(p.company for p in case.participants.values())

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Priced rows per run, attribute and value."""
        for run, visits in candidates.visits_in.items():
            for attribute in ATTRIBUTES:
                yield from self._rows(case, run, visits, attribute)

    def _rows(self, case: Case, run: Run, visits: Sequence[Visit], attribute: str) -> Iterator[Row]:
        """One row for all marked participants with the same values.

        They share the values with each other, so at most one of them is alone: when one is there and exactly one shares the values.
        Hence 2 x [some marked one is there] - number of sharing ones is 1 exactly then, and 0 or less otherwise.
        """
        by_values: dict[tuple[str, ...], list[Visit]] = {}
        for visit in visits:
            by_values.setdefault(values(case, visit.participant, attribute), []).append(visit)
        for own, same in by_values.items():
            marked = tuple(v for v in same if attribute in case.participants[v.participant].company)
            if own and marked:
                sharing = [v for other, theirs in by_values.items() if set(own) & set(other) for v in theirs]
                key = (run.group, run.span.start, attribute, own)
                yield Row(self.id, key, ((AnyOf((self.id, *key), marked), 2), *total(sharing, -1)), 0, price=1)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Look for company for each marked participant of each run."""
        if placed.session.group is None:
            return
        people = [p for p in placed.participants() if p in case.participants]
        for participant in people:
            for attribute in case.participants[participant].company:
                own = values(case, participant, attribute)
                if own and not any(set(own).intersection(values(case, p, attribute)) for p in people if p != participant):
                    where = f"in {placed.run.group} on {time_of(case, placed.span.start)}"
                    message = f"{participant} is the only one of this {attribute.replace('_', ' ')} {where}"
                    yield self.violation(1, (participant, placed.run.group), message, (placed.id,))


def values(case: Case, participant: str, attribute: str) -> tuple[str, ...]:
    """The values that a participant may share with others: gender, age group, or languages; empty if not recorded."""
    person = case.participants[participant]
    if attribute == "language":
        return tuple(sorted(set(person.languages)))
    value = person.gender if attribute == "gender" else person.age_group
    return () if value is None else (value,)
