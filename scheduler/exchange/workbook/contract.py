"""Fields of the contract: whether they are required, and their defaults."""

from __future__ import annotations

import re
import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.instance import Instance


class _Required:
    """The type of :data:`REQUIRED`."""


REQUIRED = _Required()
"""Marks a required field, which has no default."""


@cache
def default_of(place: str, field: str) -> Json:
    """The default, as JSON, of a field in the rows of a place; ``REQUIRED`` if it has none."""
    return _default(record_model(place), tuple(field.split(".")))


def defaults(sheet: Sheet, column: Column) -> Json:
    """The value of an empty cell, as JSON; places that share a sheet agree on it."""
    return None if column.is_derived else default_of(sheet.places[0] if sheet.places else "", column.field)


@cache
def record_model(place: str) -> type[BaseModel]:
    """The model of one row of a place."""
    model: type[BaseModel] = Instance
    for name in re.findall(r"[a-z_]+", re.sub(r"\[[^\]]*\]", "", place)):
        model = model_in(model.model_fields[name].annotation)
    return model


def model_in(annotation: Any) -> type[BaseModel]:
    """The model inside a type: the element type of a list, or the non-None type of an optional.

    Raises:
        TypeError: The type contains no model.
    """
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, types.UnionType, Annotated):
        for inner in get_args(annotation):
            try:
                return model_in(inner)
            except TypeError:
                continue
    raise TypeError(f"{annotation} holds no model")


def _default(model: type[BaseModel], path: tuple[str, ...]) -> Json:
    field = model.model_fields.get(path[0])
    if field is None:
        return None
    if field.is_required():
        return REQUIRED if len(path) == 1 else _default(model_in(field.annotation), path[1:])
    value = _json(field)
    for name in path[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _json(field: FieldInfo) -> Json:
    """The default of a field, as in a document."""
    value = field.get_default(call_default_factory=True)
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind).dump_python(value, mode="json")
