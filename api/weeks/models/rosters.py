"""Rosters of a week: what is stored, the verdict of the rules, and publishing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.tools.models import RuleFinding
from scheduler.compare import Comparison
from scheduler.fields import Id, Model
from scheduler.result import Unmet
from scheduler.roster import Roster
from scheduler.rule import Violation
from scheduler.verify import NotCovered, Verdict


class Tier(Model):
    """The objective of a tier, and its bound if a solver proved one."""

    objective: int
    bound: int | None = None


class RosterEntry(Model):
    """A roster in a list."""

    id: Id
    monday: date
    number: int = Field(description="1, 2, 3, ... in its week.")
    version: int = Field(description="Rises when its state changes or it is edited; the ETag.")
    state: Literal["draft", "published", "superseded"]
    origin: Literal["solved", "edited", "imported"]
    parent: Id | None = Field(None, description="The roster it was edited from.")
    job: Id | None = Field(None, description="The job that generated it.")
    violations: int = Field(description="Violations of hard rules when it was made; a legal roster has none.")
    care: Tier = Field(description="Unmet ordered minutes, weighted.")
    preference: Tier
    created_at: datetime
    created_by: str
    published_at: datetime | None = None
    published_by: str | None = None
    superseded_at: datetime | None = None
    accepted: tuple[str, ...] = Field((), description="Rules that it breaks and that the publisher accepted.")
    withdrawn_reason: str | None = Field(None, description="Reason code, if it was unpublished.")


class Judgement(Model):
    """The verdict of the rules on a roster."""

    is_legal: bool
    violations: tuple[RuleFinding, ...] = ()
    care: int = 0
    preference: int = 0
    by_rule: dict[str, int] = Field(
        default_factory=dict, description="Cost of each care and preference rule; rules with cost 0 are left out."
    )
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers; legal, but ask the payer.")


class RosterView(RosterEntry):
    """A roster with its sessions, its verdict, and unmet care."""

    roster: Roster
    verdict: Judgement = Field(
        description="Against the week as it was when the roster was made (or, once published, when it was published)."
    )
    unmet: tuple[Unmet, ...] = Field((), description="Unmet ordered care with causes and tested fixes; only for solved rosters.")
    notices: tuple[str, ...] = ()


class Difference(Model):
    """One roster compared with another, both checked against the week as it is now."""

    broken: tuple[RuleFinding, ...] = Field((), description="Violations that only the second roster has.")
    mended: tuple[RuleFinding, ...] = Field((), description="Violations that only the first roster has.")
    comparison: Comparison = Field(description="What changed and who is affected; objectives before and after.")


class EditedRoster(RosterEntry):
    """The new draft that an edit created, and what changed."""

    roster: Roster
    verdict: Judgement
    difference: Difference = Field(description="From the edited roster to the new one.")


class RosterCheck(Model):
    """What publishing a roster now would change."""

    week_version: int = Field(description="The version to publish with (If-Match).")
    published: Id | None = Field(None, description="The roster it would supersede.")
    is_outdated: bool = Field(description="The week's people, orders, groups, pins or settings changed since the roster was made.")
    verdict: Judgement = Field(description="Against the week as it is now.")
    comparison: Comparison | None = Field(None, description="Compared with the published roster.")


class PublishRequest(Model):
    """The publisher's decisions."""

    expected_published: Id | None = Field(
        None, description="The roster that the publisher believes to be published; null: none. Not checked if omitted."
    )
    accept: tuple[Id, ...] = Field(
        (), max_length=100, description="Hard rules that the roster may break; recorded. Violations of other rules are refused."
    )


class UnpublishRequest(Model):
    """Why a week is unpublished."""

    force: bool = Field(
        False, description="Allow this after the week has begun: sessions that have begun stay published, the rest are withdrawn."
    )
    reason: Id | None = Field(None, description="Reason code, not free text. Required with force.")


class PublishedWeek(Model):
    """The result of publishing or unpublishing."""

    week_version: int
    published: RosterEntry | None = None
    superseded: RosterEntry | None = None
    comparison: Comparison | None = Field(None, description="Compared with the previously published roster: who is affected, and how soon.")
    to_call: int = Field(0, description="How many people now have to be called about this week; `.../calls` lists them.")


def findings(violations: Iterable[Violation]) -> tuple[RuleFinding, ...]:
    """Convert violations to the form used in responses."""
    return tuple(RuleFinding.of(violation) for violation in violations)


def judgement(verdict: Verdict) -> Judgement:
    """Convert a verdict to the form used in responses."""
    return Judgement(
        is_legal=not verdict.violations,
        violations=findings(verdict.violations),
        care=verdict.score.care,
        preference=verdict.score.preference,
        by_rule=verdict.score.by_rule,
        not_covered=verdict.not_covered,
    )
