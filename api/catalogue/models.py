"""Public reference data: rules, policies, examples."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from scheduler.fields import Model
from scheduler.rule import Level, Scope


class Parameter(Model):
    """A policy value that a rule reads."""

    name: str
    default: int | bool | str | list[str] | None = Field(description="Null: off.")
    unit: str
    source: str
    description: str


class RuleEntry(Model):
    """A rule of the rule book."""

    id: str
    title: str
    level: Level = Field(description="Hard rules are never broken; care is minimized before preference.")
    scope: Scope
    words: str = Field(description="The rule in words.")
    math: str = Field(description="How its amount is counted.")
    unit: str = Field(description="Of its amounts.")
    weight: int | None = Field(description="Default weight of a preference rule; null for others.")
    source: str
    parameters: tuple[Parameter, ...] = Field(description="Policy values it reads.")


class RuleBook(Model):
    """Every rule, hard ones first."""

    rules: tuple[RuleEntry, ...]


class PolicyValue(Model):
    """A policy value with where it comes from."""

    name: str
    value: int | bool | str | list[str] | None = Field(description="Null: off.")
    unit: str
    source: str


class PolicyPack(Model):
    """A named set of policy values."""

    id: str
    title: str
    is_overlay: bool = Field(description="Overlays are applied on top of a pack, in the order given in the instance.")
    values: tuple[PolicyValue, ...] = Field(description="For a pack, every value in force; for an overlay, the values it changes.")


class Policies(Model):
    """Policy packs and overlays. Not legal advice: every program must check the values against its own license and payers."""

    policies: tuple[PolicyPack, ...]


class Example(Model):
    """An example instance."""

    name: str
    about: str
    participants: int
    monday: date
    mode: Literal["hold", "rebuild"]
    bytes: int
    href: str = Field(description="URL of its body.")


class Examples(Model):
    """Instances to try things with; people, staff and rooms are invented."""

    examples: tuple[Example, ...]
