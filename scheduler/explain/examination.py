"""What is found out about the missing care of a roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.barriers import OwnWeek
from scheduler.case import Case
from scheduler.explain.missing import Missing
from scheduler.explain.unmet import binding_of, lost_causes
from scheduler.model.local_model import LocalModel, local_model
from scheduler.result import Cause
from scheduler.roster import Roster
from scheduler.view import View


@dataclass
class Examination:
    """What was found out about the missing care of a roster.

    Attributes:
        missing: All missing care, in the order of the verdict.
        nears: By participant, the roster around those who were looked at closely.
        causes: What is in the way, by participant, rule, key and kind of question.
        own_weeks: By participant, the week as if nobody else were in the program.
    """

    case: Case
    roster: Roster
    view: View
    missing: tuple[Missing, ...]
    nears: dict[str, LocalModel] = field(default_factory=dict)
    causes: dict[tuple[object, ...], tuple[Cause, ...]] = field(default_factory=dict)
    own_weeks: dict[str, OwnWeek] = field(default_factory=dict)

    def binding(self, missing: Missing) -> tuple[Cause, ...]:
        """What binds in the participant's own week, looked for once."""
        return binding_of(self, missing)

    def lost(self, missing: Missing) -> tuple[Cause, ...]:
        """What the bookings of others prevent; nothing if the participant was not looked at closely."""
        near = self.nears.get(missing.participant)
        return () if near is None else lost_causes(near, missing)

    def look_closely(self, people: Sequence[str]) -> LocalModel:
        """Compile the roster around some participants."""
        near = local_model(self.case, self.roster, people)
        near.causes, near.own_weeks = self.causes, self.own_weeks
        self.nears |= dict.fromkeys(people, near)
        return near
