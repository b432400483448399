"""Rosters of a week: what is kept of them, the verdict on them, who publishes them."""

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
    """Objective of a tier, and its proven bound where a solver proved one."""

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
    job: Id | None = Field(None, description="The job that made it.")
    violations: int = Field(description="Of hard rules, when it was made; a legal roster has none.")
    care: Tier = Field(description="Ordered minutes that are missing, factors included.")
    preference: Tier
    created_at: datetime
    created_by: str
    published_at: datetime | None = None
    published_by: str | None = None
    superseded_at: datetime | None = None
    accepted: tuple[str, ...] = Field((), description="Rules it was published against, by somebody's decision.")
    withdrawn_reason: str | None = Field(None, description="Reason code, where it was unpublished.")


class Judgement(Model):
    """What the rules say of a roster."""

    is_legal: bool
    violations: tuple[RuleFinding, ...] = ()
    care: int = 0
    preference: int = 0
    by_rule: dict[str, int] = Field(default_factory=dict, description="Cost of each care and preference rule; rules at 0 are left out.")
    not_covered: tuple[NotCovered, ...] = Field((), description="Sessions on dates that no authorization covers; legal, but ask the payer.")


class RosterView(RosterEntry):
    """A roster with its sessions, the verdict on them, and what is unmet."""

    roster: Roster
    verdict: Judgement = Field(description="By the week as it was when the roster was made (published: when it was published).")
    unmet: tuple[Unmet, ...] = Field((), description="Ordered care that is not in it, with causes and tried fixes; of solved rosters.")
    notices: tuple[str, ...] = ()


class Difference(Model):
    """One roster against another, both judged by the week as it is now."""

    broken: tuple[RuleFinding, ...] = Field((), description="Violations only the second has.")
    mended: tuple[RuleFinding, ...] = Field((), description="Violations only the first has.")
    comparison: Comparison = Field(description="What changed and who is affected; objectives before and after.")


class EditedRoster(RosterEntry):
    """The new draft an edit made, and what it did."""

    roster: Roster
    verdict: Judgement
    difference: Difference = Field(description="From the roster that was edited to the new one.")


class RosterCheck(Model):
    """What publishing a roster would mean now."""

    week_version: int = Field(description="The version to publish with (If-Match).")
    published: Id | None = Field(None, description="The roster it would supersede.")
    is_outdated: bool = Field(description="The week's people, orders, groups, pins or settings changed since the roster was made.")
    verdict: Judgement = Field(description="By the week as it is now.")
    comparison: Comparison | None = Field(None, description="Against the published roster.")


class PublishRequest(Model):
    """What a publisher decided."""

    expected_published: Id | None = Field(
        None, description="The roster the publisher believes to be published; null: none. Left out, it is not checked."
    )
    accept: tuple[Id, ...] = Field((), max_length=100, description="Hard rules the roster may break; recorded. Others refuse it.")


class UnpublishRequest(Model):
    """Why a week is taken back."""

    force: bool = Field(False, description="Also when the week has begun: what has begun stays published, the rest is withdrawn.")
    reason: Id | None = Field(None, description="Reason code; no free text. Needed with force.")


class PublishedWeek(Model):
    """What publishing or unpublishing did."""

    week_version: int
    published: RosterEntry | None = None
    superseded: RosterEntry | None = None
    comparison: Comparison | None = Field(None, description="From the former published roster: who changes, and how soon.")
    to_call: int = Field(0, description="How many people have to be called about this week now; they are listed at `.../calls`.")


def findings(violations: Iterable[Violation]) -> tuple[RuleFinding, ...]:
    """Violations as an answer writes them."""
    return tuple(RuleFinding.of(violation) for violation in violations)


def judgement(verdict: Verdict) -> Judgement:
    """A verdict as an answer writes it."""
    return Judgement(
        is_legal=not verdict.violations,
        violations=findings(verdict.violations),
        care=verdict.score.care,
        preference=verdict.score.preference,
        by_rule=verdict.score.by_rule,
        not_covered=verdict.not_covered,
    )
