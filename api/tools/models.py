"""Questions and answers of the stateless tools."""

from __future__ import annotations

from pydantic import Field

from api.kernel.errors import Place
from scheduler.fields import Id, Model
from scheduler.instance import Instance
from scheduler.offers import MakeUpQuestion, Offers, OffersQuestion, Openings, WaitingList
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.verify import NotCovered
from scheduler.whatif import WhatifQuestion


class Validation(Model):
    """The errors and warnings of an instance."""

    is_valid: bool = Field(description="Whether it can be solved: there may be warnings, but no errors.")
    issues: tuple[Place, ...] = Field(description="Errors and warnings in the order of the document.")


class RosterOfInstance(Model):
    """A roster, made here or by hand, and the instance it is for."""

    instance: Instance
    roster: Roster


class RosterToExplain(RosterOfInstance):
    """A roster to be explained, as a whole or for one participant."""

    participant: Id | None = Field(None, description="Explain this participant's week; if omitted, everything unmet.")


class RosterToChange(RosterOfInstance):
    """A roster, and a question about where something of it may go."""

    question: WhatifQuestion


class RosterToOffer(RosterOfInstance):
    """A roster, and the question which weeks somebody could have."""

    question: OffersQuestion


class RosterToMakeUp(RosterOfInstance):
    """A roster, and what happened in its week."""

    question: MakeUpQuestion = MakeUpQuestion()


class OffersReply(Model):
    """What a child process says about a question: the answer, or what is wrong with it."""

    answer: Offers | Openings | WaitingList | None = None
    errors: tuple[str, ...] = ()


class TwoRosters(Model):
    """Two rosters of one instance."""

    instance: Instance
    a: Roster = Field(description="Before, e.g. the published roster.")
    b: Roster = Field(description="After.")


class RuleFinding(Model):
    """A finding of a rule in a roster."""

    rule: str = Field(description="Rule id; `roster_shape` is what keeps a roster from being read at all.")
    amount: int = Field(description="In the rule's unit, before factor or weight.")
    about: tuple[str, ...] = Field(description="Ids of participants, clinicians, rooms, groups concerned; participants first.")
    message: str = Field(description="One sentence for people; names ids only.")
    sessions: tuple[str, ...] = Field(description="Ids of the sessions involved.")
    participant: str | None = Field(description="The participant whose care it is; null for other rules.")

    @classmethod
    def of(cls, violation: Violation) -> RuleFinding:
        """A rule's finding as an answer writes it."""
        return cls(
            rule=violation.rule,
            amount=violation.amount,
            about=violation.about,
            message=violation.message,
            sessions=violation.sessions,
            participant=violation.participant,
        )


class Objective(Model):
    """The cost of a roster: care is compared first, then preference; lower is better."""

    care: int = Field(description="Unmet ordered care: the sum of minutes times care factors.")
    preference: int = Field(description="The sum of amounts times weights.")
    by_rule: dict[str, int] = Field(description="Cost by rule id, factor or weight included; rules that cost nothing are left out.")


class Verification(Model):
    """The verdict of every rule on a roster."""

    is_legal: bool = Field(description="No hard rule is broken.")
    violations: tuple[RuleFinding, ...] = Field(description="Of hard rules.")
    amounts: tuple[RuleFinding, ...] = Field(description="Of care and preference rules.")
    objective: Objective | None = Field(description="Null when the roster cannot be read at all (`roster_shape`).")
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers; legal, but ask the payer.")
    not_applicable: tuple[str, ...] = Field(description="Rules that this instance has no data for.")
