"""References between contracts: each id is typed by the kind of thing it names, and one walk finds all ids named in a document.

Validation, the store and the workbook use this, so a field that names a room is declared once, at the field: ``room: RoomId``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from scheduler.fields import Id


@dataclass(frozen=True, slots=True)
class Names:
    """The annotation of an id that names something.

    Attributes:
        kind: The kind named: the field of the instance or program that lists it, or one of ``categories`` (of services), ``modules`` (of
            all curricula), ``own_modules`` (of the curriculum in the same record) and ``guests`` (of the participant).
        one: The kind in words, singular.
        is_owner: Whether the document belongs to what it names, as an order belongs to its participant: it is deleted with its owner and
            never prevents the deletion.
    """

    kind: str
    one: str
    is_owner: bool = False


SiteId = Annotated[Id, Names("sites", "site")]
RoomId = Annotated[Id, Names("rooms", "room")]
ResourceId = Annotated[Id, Names("resources", "resource")]
ClinicianId = Annotated[Id, Names("clinicians", "clinician")]
ServiceId = Annotated[Id, Names("services", "service")]
CategoryId = Annotated[Id, Names("categories", "category")]
TrackId = Annotated[Id, Names("tracks", "track")]
CohortId = Annotated[Id, Names("cohorts", "cohort")]
CurriculumId = Annotated[Id, Names("curricula", "curriculum")]
ModuleId = Annotated[Id, Names("modules", "module")]
OwnModuleId = Annotated[Id, Names("own_modules", "module")]
GroupId = Annotated[Id, Names("groups", "group")]
PhaseId = Annotated[Id, Names("phases", "phase")]
ParticipantId = Annotated[Id, Names("participants", "participant")]
GuestId = Annotated[Id, Names("guests", "guest")]

Tag = Annotated[Id, "tag"]
"""A word used by the program, such as a language: compared with other tags, never looked up."""

T = TypeVar("T")
PAST = "past"
Past = Annotated[T, PAST]
"""History, which may name things that no longer exist."""


Form = Literal["one", "many", "keys"]
FORMS: dict[Any, Form] = {tuple: "many", dict: "keys"}


class IdReference(NamedTuple):
    """An id named in a document, with its path."""

    path: str
    names: Names
    id: str
    is_past: bool


class _Step(NamedTuple):
    """A field that names something, or contains models that do.

    Attributes:
        names: What it names; None if the models inside it do.
        inside: The steps within those models.
    """

    field: str
    form: Form
    names: Names | None
    inside: tuple[_Step, ...]
    is_past: bool


def references(model: type[BaseModel], document: BaseModel | dict[str, Any]) -> list[IdReference]:
    """All references in a document, in the order of its contract.

    Args:
        model: The contract of the document.
        document: The document as a model, or as a JSON object; null and missing fields name nothing.
    """
    references: list[IdReference] = []
    _collect(document, _steps(model), "", False, references)
    return references


@cache
def names_in(model: type[BaseModel]) -> frozenset[Names]:
    """All kinds that documents of a contract may name."""
    return frozenset(_all(_steps(model)))


def names_at(model: type[BaseModel], path: Iterable[str]) -> Names | None:
    """The kind named by the field at the end of a path without positions."""
    steps, step = _steps(model), None
    for field in path:
        step = next((one for one in steps if one.field == field), None)
        steps = step.inside if step is not None else ()
    return step.names if step is not None else None


def _collect(value: Any, steps: tuple[_Step, ...], prefix: str, is_past: bool, references: list[IdReference]) -> None:
    fields = value if isinstance(value, dict) else value.__dict__
    for step in steps:
        inner = fields.get(step.field)
        if not inner:
            continue
        path, past = prefix + step.field, is_past or step.is_past
        places: Iterable[tuple[str, Any]]
        if step.form == "one":
            places = ((path, inner),)
        elif step.form == "many":
            places = ((f"{path}[{n}]", element) for n, element in enumerate(inner))
        else:
            places = ((f"{path}.{key}", key) for key in inner)
        for at, element in places:
            if step.names is not None:
                references.append(IdReference(at, step.names, element, past))
            else:
                _collect(element, step.inside, f"{at}.", past, references)


@cache
def _steps(model: type[BaseModel]) -> tuple[_Step, ...]:
    """The fields of a contract that are or contain references."""
    hints = get_type_hints(model, include_extras=True)
    steps = (_step(field, hints[field]) for field in model.model_fields)
    return tuple(step for step in steps if step.names is not None or step.inside)


def _step(field: str, kind: Any) -> _Step:
    """The step for a field, derived from its type."""
    form: Form = "one"
    marks: list[Any] = []
    while (origin := get_origin(kind)) in (Annotated, Union, UnionType, *FORMS):
        first, *others = get_args(kind)
        marks += others if origin is Annotated else ()
        form = FORMS.get(origin, form)
        kind = first if first is not NoneType else others[0]
    names = next((mark for mark in marks if isinstance(mark, Names)), None)
    is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return _Step(field, form, names, _steps(kind) if is_model else (), any(mark is PAST for mark in marks))


def _all(steps: tuple[_Step, ...]) -> Iterable[Names]:
    for step in steps:
        yield from _all(step.inside) if step.names is None else (step.names,)
