"""The shape of preferences that judge each visit by itself: how far it is from what it would best be."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import Visit
from scheduler.view import PlacedSession


class PerVisit(Rule):
    """A preference whose amount is the sum over all visits of a distance; each rule defines the distance and its wording."""

    level = "preference"
    scope = "booking"

    def distance(self, case: Case, visit: Visit) -> int:
        """How far a visit is from what the rule asks for, in the rule's unit; 0 if the rule does not concern it."""
        # As with `check`: with a default, a rule without its own would pass everything.
        raise NotImplementedError

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """The message about a visit whose distance is above 0."""
        # Asked for only where `distance` is the rule's own; it has no sensible default.
        raise NotImplementedError

    def about(self, visit: Visit) -> tuple[str, ...]:
        """Ids of the people that a visit's violation concerns."""
        return (visit.participant,)

    def price(self, case: Case, visit: Visit) -> int:
        """The distance of a possible visit."""
        return self.distance(case, visit)

    def check_booking(self, case: Case, placed: PlacedSession, visit: Visit) -> Iterator[Violation]:
        """Look at one visit of the roster."""
        if (distance := self.distance(case, visit)) > 0:
            yield self.violation(distance, self.about(visit), self.sentence(case, visit, distance), (placed.id,))
