"""Every field of a contract that is an id, found by walking the models: a field somebody adds is found without being told.

It knows nothing of the walk in :mod:`scheduler.names`: what one of the two overlooks, the other tells.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel

from scheduler.fields import Id

VALUES: dict[Any, Any] = {
    str: "text", int: 1, bool: True, float: 1.0, date: date(2026, 11, 30),
    AwareDatetime: datetime(2026, 11, 30, tzinfo=UTC), NoneType: None,
}  # fmt: skip


class Filled:
    """A document with one entry in every list, and a name of its own in every id.

    Attributes:
        document: Not validated: no two of its ids are the same.
        ids: Path to the id that stands there.
        kinds: Path without positions to the type of the id: :data:`Id` itself, or what it names.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self.ids: dict[str, str] = {}
        self.kinds: dict[str, Any] = {}
        self.document: Any = self._value(model, "")

    def _value(self, kind: Any, path: str) -> Any:
        if is_id(kind):
            self.kinds[pattern(path)] = kind
            return self.ids.setdefault(path, f"id{len(self.ids)}")
        origin, inner = get_origin(kind), get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            hints = get_type_hints(kind, include_extras=True)
            fields = {name: self._value(hints[name], f"{path}.{name}".lstrip(".")) for name in kind.model_fields}
            return kind.model_construct(**fields)
        if origin is Annotated:
            return self._value(inner[0], path)
        if origin is tuple:
            return (self._value(inner[0], f"{path}[0]"),)
        if origin is dict:
            key = f"id{len(self.ids)}"
            if is_id(inner[0]):
                self.ids[f"{path}.{key}"] = key
                self.kinds[pattern(f"{path}.{key}")] = inner[0]
            return {key: self._value(inner[1], f"{path}.{key}")}
        if origin is Literal:
            return inner[0]
        return VALUES[kind] if kind in VALUES else self._value(next(one for one in inner if one is not NoneType), path)


def is_id(kind: Any) -> bool:
    """Whether a type is that of ids, or of ids that name something."""
    return get_origin(kind) is Annotated and get_args(kind)[:2] == get_args(Id)


def pattern(path: str) -> str:
    """A path without positions and keys."""
    return re.sub(r"\.id\d+", "{}", path.replace("[0]", "[]"))
