"""The contents of an explanation: typed data for programs, and lines of text for people."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scheduler.fields import Id, Model
from scheduler.result import Unmet
from scheduler.verify import NotCovered


class BookingReason(Model):
    """Why a participant has one booking."""

    session: str
    what: str = Field(description="Group or service.")
    when: str
    mode: str
    reasons: tuple[str, ...] = ()


class Alternative(Model):
    """Another time for a booking, and what prevents it."""

    session: str
    instead: str = Field(description="Group or service, day and time.")
    is_possible: bool
    rule: str | None = Field(None, description="The first rule that prevents it.")
    about: tuple[str, ...] = ()
    care_change: int = Field(0, description="If possible: change of the care objective, in minutes with factor.")
    preference_change: int = Field(0, description="If possible: change of the preference objective; more is worse.")
    sentence: str


class Hours(Model):
    """A participant's hours, sessions and days, compared with the order."""

    minutes: int
    floor: int
    target: int | None
    ceiling: int
    sessions: int
    sessions_floor: int
    days: int
    days_floor: int


class PersonCost(Model):
    """The cost of one participant's week."""

    participant: Id
    care: int = Field(description="Minutes, factor included.")
    preference: int


class Explanation(Model):
    """The explanation of a roster, or of one participant's week."""

    participant: Id | None = None
    violations: tuple[str, ...] = Field((), description="Of hard rules; a legal roster has none.")
    care: int = 0
    preference: int = 0
    by_rule: dict[str, int] = Field(default_factory=dict, description="Cost by rule, factor or weight included.")
    people: tuple[PersonCost, ...] = Field((), description="Those whose weeks cost most, the worst first.")
    hours: Hours | None = None
    bookings: tuple[BookingReason, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers.")
    notices: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


class TopicExplanation(Model):
    """The week of one group, clinician or room."""

    kind: Literal["group", "clinician", "room"]
    id: Id
    violations: tuple[str, ...] = Field((), description="Of hard rules, where it is concerned.")
    lines: tuple[str, ...] = ()
