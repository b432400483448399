"""Walking an instance: every part of it with its path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel

from scheduler.instance import Instance, OrderSpec, Participant
from scheduler.roster import Roster, Session


class Part(NamedTuple):
    """A model or a date inside an instance.

    Attributes:
        path: Where, e.g. ``participants[3].availability``.
        owner: Id of the nearest thing around it that has one.
    """

    path: str
    owner: str
    value: BaseModel | date


def parts(value: object, path: str = "", owner: str = "") -> Iterator[Part]:
    """Every model, date and datetime inside a value, in the order of the document."""
    if isinstance(value, BaseModel):
        # The id of a session is free text, so it is never named.
        if not isinstance(value, Session):
            owner = getattr(value, "id", owner)
        yield Part(path, owner, value)
        for name, inner in value:
            if isinstance(inner, (BaseModel, tuple, date)):
                yield from parts(inner, f"{path}.{name}" if path else name, owner)
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from parts(inner, f"{path}[{position}]", owner)
    elif isinstance(value, date):
        yield Part(path, owner, value)


class Spec(NamedTuple):
    """What a phase or a participant orders.

    Attributes:
        path: Of the order.
        owner: Id of the phase or participant.
        person: The participant; None for a phase.
    """

    path: str
    owner: str
    person: Participant | None
    order: OrderSpec


def specs(instance: Instance) -> Iterator[Spec]:
    """Every order, of phases and then of participants."""
    for n, phase in enumerate(instance.phases):
        yield Spec(f"phases[{n}].order", phase.id, None, phase.order)
    for n, person in enumerate(instance.participants):
        yield Spec(f"participants[{n}].order", person.id, person, person.order)


def rosters(instance: Instance) -> Iterator[tuple[str, Roster]]:
    """Last week's and the published roster, each with its path, where given."""
    if instance.history.last_week is not None:
        yield "history.last_week", instance.history.last_week
    if instance.published is not None:
        yield "published.roster", instance.published.roster
