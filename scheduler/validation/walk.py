"""Walking an instance: every part with its path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import NoneType
from typing import NamedTuple

from pydantic import BaseModel

from scheduler.instance import Instance, OrderSpec, Participant
from scheduler.roster import Roster, Session

SCALARS = (str, int, bool, NoneType)
"""The types of most fields, skipped first for speed."""


class InstancePart(NamedTuple):
    """A model or a date inside an instance.

    Attributes:
        path: Where it is, e.g. ``participants[3].availability``.
        owner: The id of the nearest enclosing part that has one.
    """

    path: str
    owner: str
    value: BaseModel | date


def parts(value: BaseModel) -> list[InstancePart]:
    """Every model, date and datetime inside a model, itself first, in the order of the document."""
    collected: list[InstancePart] = []
    _collect(value, "", "", collected)
    return collected


def _collect(value: object, path: str, owner: str, collected: list[InstancePart]) -> None:
    if isinstance(value, tuple):
        for position, inner in enumerate(value):
            if type(inner) not in SCALARS:
                _collect(inner, f"{path}[{position}]", owner, collected)
    elif isinstance(value, date):
        collected.append(InstancePart(path, owner, value))
    elif isinstance(value, BaseModel):
        fields = value.__dict__
        # The id of a session is free text, so messages never quote it.
        if "id" in fields and not isinstance(value, Session):
            owner = fields["id"]
        collected.append(InstancePart(path, owner, value))
        for name, inner in fields.items():
            if type(inner) not in SCALARS:
                _collect(inner, f"{path}.{name}" if path else name, owner, collected)


class Spec(NamedTuple):
    """The order of a phase or a participant.

    Attributes:
        path: The path of the order.
        owner: The id of the phase or participant.
        person: The participant; None for a phase.
    """

    path: str
    owner: str
    person: Participant | None
    order: OrderSpec


def specs(instance: Instance) -> Iterator[Spec]:
    """All orders, first of phases, then of participants."""
    for n, phase in enumerate(instance.phases):
        yield Spec(f"phases[{n}].order", phase.id, None, phase.order)
    for n, person in enumerate(instance.participants):
        yield Spec(f"participants[{n}].order", person.id, person, person.order)


def rosters(instance: Instance) -> Iterator[tuple[str, Roster]]:
    """Last week's roster and the published roster, each with its path, if given."""
    if instance.history.last_week is not None:
        yield "history.last_week", instance.history.last_week
    if instance.published is not None:
        yield "published.roster", instance.published.roster
