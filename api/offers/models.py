"""The question about one participant's week, and its answer, as they cross to a child process."""

from __future__ import annotations

from api.tools.models import RosterOfInstance
from scheduler.fields import Id, Model
from scheduler.roster import Roster


class OfferQuestion(RosterOfInstance):
    """A week, its roster, and whose week is asked for."""

    participant: Id


class OfferedWeek(Model):
    """A week that the participant could have.

    Attributes:
        broken: What the roster breaks because the participant leaves a group, in sentences.
    """

    roster: Roster
    broken: tuple[str, ...] = ()


class OfferedWeeks(Model):
    """The weeks, the best first."""

    weeks: tuple[OfferedWeek, ...] = ()
