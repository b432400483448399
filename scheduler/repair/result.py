"""What a repair answers: a few rosters that are really different, each with its price."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.compare import Comparison
from scheduler.fields import Id, Model
from scheduler.instance import Instance
from scheduler.result import TierResult
from scheduler.roster import Roster

AnswerKind = Literal["same_time", "online", "other_time", "any", "cancel"]
"""At the same times with others or in other rooms; online at the same times; at other times; some of each; not at all."""


class PersonNotice(Model):
    """Someone who has to be told.

    Attributes:
        why: One sentence; names ids only.
    """

    id: Id
    role: Literal["participant", "clinician", "resource"]
    why: str
    what: tuple[str, ...] = Field((), description="What changes for them, in sentences.")


class Answer(Model):
    """One roster that answers the disruptions."""

    kind: AnswerKind
    roster: Roster
    care_lost: TierResult = Field(description="Minutes of ordered care lost, with factors; no roster loses less than the bound.")
    people_changed: TierResult = Field(description="People changed, weighted by notice, given the care lost.")
    preference: TierResult = Field(description="The preference objective, given the other two.")
    tell: tuple[PersonNotice, ...] = ()
    comparison: Comparison

    @property
    def is_proven(self) -> bool:
        """Whether no other roster is better in any tier."""
        return self.care_lost.is_proven and self.people_changed.is_proven and self.preference.is_proven

    @property
    def rank(self) -> tuple[int, int, int]:
        """The sort key; less is better."""
        return self.care_lost.objective, self.people_changed.objective, self.preference.objective


class StuckSession(Model):
    """A session that no answer keeps, and why nobody else may lead it."""

    session: str
    title: str
    reasons: tuple[str, ...]


class Repair(Model):
    """The answers to some disruptions of a published week, the best first; none where even cancelling breaks a rule."""

    message: str = Field("", description="One sentence; names the next step where there is one.")
    answers: tuple[Answer, ...] = ()
    broken: tuple[str, ...] = Field((), description="Sentences of the rules that even cancelling would break.")
    stuck: tuple[StuckSession, ...] = ()
    instance: Instance | None = Field(None, description="The week with the disruptions entered, of which the rosters are.")
