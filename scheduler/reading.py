"""Reading and writing documents: JSON to instances and rosters, with all errors of shape reported at once in plain words.

No message or path quotes a value of the document: it could be a person's name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scheduler.errors import ReadError
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.validation import Issue

MAX_BYTES = 10_000_000
"""The maximum size of a document; a participant takes about 2,500 bytes."""

MAX_COMMAS = 400_000
"""Commas bound the number of values, and so the memory, before a document is parsed; a participant takes about 80."""

MAX_TOLD = 1_000
"""The maximum number of shape issues listed; the others are only counted."""

MAX_LISTED = 100_000
"""Above this number of shape issues, only their number is reported: listing them would take too much memory."""

FIELD_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}")

SENTENCES = {
    "union_tag_invalid": "write one of {expected_tags} in {discriminator}",
    "union_tag_not_found": "add the field {discriminator}: it says of which kind this is",
    "missing": "add this field: it is required",
    "extra_forbidden": "remove this field: it is not part of the contract",
    "literal_error": "write one of {expected}",
    "string_pattern_mismatch": "write an id: letters, digits, dot, dash and underscore, at most 64, a letter or digit first",
    "string_too_long": "write at most {max_length} characters",
    "string_unicode": "write valid Unicode text",
    "string_type": "write text in quotes",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_parsing_size": "write a smaller whole number",
    "int_from_float": "write a whole number",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "too_short": "give {min_length} or more entries",
    "too_long": "give at most {max_length} entries",
    "tuple_type": "write a list in square brackets",
    "dict_type": "write an object in curly brackets",
    "model_type": "write an object in curly brackets",
    "model_attributes_type": "write an object in curly brackets",
    "timezone_aware": "write date and time with an offset, e.g. 2026-11-30T09:00:00-05:00",
    "value_error": "{error}",
}
"""What to do about each type of pydantic error; names in braces come from the contract, never from the document."""

FAMILIES = {
    "date_": "write a date as YYYY-MM-DD",
    "datetime_": "write date and time with an offset, e.g. 2026-11-30T09:00:00-05:00",
    "int_": "write a whole number",
}

M = TypeVar("M", bound=BaseModel)


class _DuplicateKeyError(ValueError):
    """A field appears twice in an object."""


class _NotFiniteError(ValueError):
    """A number is not finite."""


def read_instance(source: bytes | str | Path) -> Instance:
    """Read an instance from JSON.

    Args:
        source: The document as bytes or text, or the path of its file.

    Raises:
        ReadError: The document cannot be read; the error carries every issue.
    """
    return read_model(Instance, source)


def read_roster(source: bytes | str | Path) -> Roster:
    """Read a roster from JSON; see :func:`read_instance`."""
    return read_model(Roster, source)


def dump_json(model: BaseModel) -> str:
    """A model as JSON: fields in the order of the contract, indented by two, with a newline at the end."""
    return model.model_dump_json(indent=2) + "\n"


def json_schema(kind: Literal["instance", "roster"]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document."""
    model: type[BaseModel] = Instance if kind == "instance" else Roster
    schema = model.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Stepdown {kind}"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def read_model(model: type[M], source: bytes | str | Path) -> M:
    """Read a document of any contract; see :func:`read_instance`."""
    # Bytes to text to JSON to the model; each step may reject the document.
    return read_object(model, _parse(_text(_bytes(source))))


def read_object(model: type[M], document: object) -> M:
    """Read a document of any contract that has been parsed.

    Raises:
        ReadError: The document cannot be read; the error carries every issue.
    """
    try:
        return model.model_validate(document)
    except ValidationError as refused:
        words = f"the document is not a valid {model.__name__.lower()}; number of issues: {refused.error_count()}"
        raise ReadError(words, _issues(refused, document)) from None


def _refuse(code: str, message: str) -> NoReturn:
    """Reject the whole document."""
    raise ReadError(message, [Issue(code, "error", "", message)]) from None


def _bytes(source: bytes | str | Path) -> bytes:
    """The document's bytes; a file is read no further than needed to see that it is too large."""
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                source = file.read(MAX_BYTES + 1)
        except (OSError, ValueError):
            _refuse("unreadable", "name a file that exists and can be read")
    elif isinstance(source, str):
        try:
            source = source.encode("utf-8")
        except UnicodeEncodeError:
            _refuse("not_utf8", "save the document as UTF-8 text")
    if len(source) > MAX_BYTES or source.count(b",") > MAX_COMMAS:
        _refuse("too_large", f"send a smaller document: at most {MAX_BYTES} bytes and {MAX_COMMAS} values")
    return source


def _text(content: bytes) -> str:
    """The document's text; a byte order mark is accepted."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        _refuse("not_utf8", f"save the document as UTF-8 text: byte {refused.start} is not valid UTF-8")


def _parse(text: str) -> object:
    """The document as JSON, stricter than Python reads it."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except RecursionError:
        _refuse("too_deep", "nest lists and objects less deeply")
    except _DuplicateKeyError as refused:
        _refuse("duplicate_key", f"a field appears twice in one object ({refused}); keep one")
    except _NotFiniteError:
        _refuse("not_finite", "write finite numbers: NaN and Infinity are not allowed")
    except json.JSONDecodeError as refused:
        _refuse("not_json", _json_mistake(refused))
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits.
        _refuse("not_finite", "write shorter numbers")


def _json_mistake(refused: json.JSONDecodeError) -> str:
    """Where the JSON is invalid. For an extra comma, Python 3.13 reports the comma, and earlier versions what follows it."""
    text = refused.doc
    comma = refused.pos if text[refused.pos : refused.pos + 1] == "," else len(text[: refused.pos].rstrip()) - 1
    if comma >= 0 and text[comma] == "," and text[comma + 1 :].lstrip()[:1] in ("}", "]"):
        refused = json.JSONDecodeError("remove this comma: nothing follows it", text, comma)
    return f"correct the JSON at line {refused.lineno}, column {refused.colno}: {refused.msg}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; duplicate fields are rejected."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise _DuplicateKeyError(_name(name))
        fields[name] = value
    return fields


def _constant(name: str) -> NoReturn:
    raise _NotFiniteError(name)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _NotFiniteError
    return number


def _issues(refused: ValidationError, document: object) -> Sequence[Issue]:
    """Pydantic's errors as issues; an absurd number of errors is only counted."""
    count = refused.error_count()
    details = refused.errors(include_url=False, include_input=False) if count <= MAX_LISTED else []
    # Pydantic takes a list for too short when none of its entries is right.
    wrong = {detail["loc"][:length] for detail in details for length in range(len(detail["loc"]))}
    needless = [detail for detail in details if detail["type"] == "too_short" and detail["loc"] in wrong]
    details, count = [detail for detail in details if detail not in needless], count - len(needless)
    issues = [shape_issue(detail, document) for detail in details[:MAX_TOLD]]
    if count > len(issues):
        issues.append(Issue("too_many_issues", "error", "", f"correct these first; there are {count - len(issues)} more issues"))
    return issues


def shape_issue(detail: ErrorDetails, document: object = None) -> Issue:
    """A pydantic error in plain words, with its path in the document."""
    return Issue("shape", "error", _path(_in_document(detail["loc"], document)), _sentence(detail))


def _in_document(location: Sequence[int | str], document: object) -> Sequence[int | str]:
    """Pydantic's location without the kinds of objects (``move`` of ``{"do": "move", ...}``), which are no fields."""
    steps: list[int | str] = []
    for number, step in enumerate(location, start=1):
        is_kind = isinstance(document, dict) and step not in document and step in document.values() and number < len(location)
        if not is_kind:
            steps.append(step)
            document = _child(document, step)
    return steps


def _child(document: object, step: int | str) -> object:
    if isinstance(document, dict):
        return document.get(step)
    return document[step] if isinstance(document, list) and isinstance(step, int) and step < len(document) else None


def _path(location: Sequence[int | str]) -> str:
    """A location as a path, e.g. ``participants[3].home_track``."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{_name(step)}" for step in location if step != "[key]"]
    return "".join(steps).removeprefix(".")


def _name(key: str) -> str:
    """A field's name, or a question mark for anything that does not look like one."""
    return key if FIELD_NAME.fullmatch(key) else "?"


def _sentence(detail: ErrorDetails) -> str:
    """What to do about a pydantic error."""
    context: Mapping[str, Any] = detail.get("ctx", {})
    sentence = SENTENCES.get(detail["type"])
    if sentence is not None:
        return sentence.format_map(context)
    return next((text for start, text in FAMILIES.items() if detail["type"].startswith(start)), "write a value of the right kind")
