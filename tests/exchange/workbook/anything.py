"""Anything the contract allows: instances drawn from its own JSON Schema, sense or nonsense, for what must hold of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from scheduler.instance import Instance

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,9}"
# What spreadsheets read as something else, or change.
TRICKY = ("", " ", "=1+1", "+1", "-1", "@x", "'", "'=x", '"', '""', '"a"', "(none)", "never", "1", "2.10", "TRUE", "1/2", "17:30", "a,b;c",
          "_x0041_", "x005F_", "_x005F_", "a\u00a0b", "\u201cq\u201d", " a ", "\u2013", "2026-11-30", "\U0001f600", "a\u0301")  # fmt: skip
IDS = st.one_of(
    st.from_regex(ID_PATTERN, fullmatch=True), st.sampled_from(["none", "never", "007", "2.1", "1-2", "break", "A", "TRUE", "mon"])
)
LABELS = st.one_of(st.sampled_from(TRICKY), st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=12))
WORDS = st.one_of(
    st.sampled_from((*TRICKY, "\t", "\r\n", "\x00", "\ufffe")), st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
CLOCKS = st.integers(0, 1440).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
DATES = st.one_of(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates()).map(date.isoformat)
OFFSETS = st.sampled_from([-300, -240, 0, 60, 345, -719, 839]).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SOON = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 1)).map(lambda when: when.replace(second=0, microsecond=0))  # noqa: DTZ001
MOMENTS = st.builds(
    lambda when, zone: when.replace(tzinfo=zone).isoformat(),
    st.one_of(SOON, st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1))),  # noqa: DTZ001
    OFFSETS,
)
ZONES = st.one_of(st.sampled_from(["America/New_York", "Europe/London", "UTC", "Pacific/Chatham"]), WORDS)


SCHEMA = Instance.model_json_schema()
ID, LONGEST_LABEL = "^[A-Za-z0-9][A-Za-z0-9_.\\-]{0,63}$", 80


def instances() -> st.SearchStrategy[Instance]:
    """Instances of any content; ids of what owns rows are there once, and no two words differ only in capitals."""
    return _of(SCHEMA).map(_with_own_ids).filter(_is_spelled_once).map(Instance.model_validate)


def _of(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a JSON Schema, as far as the contract's uses it."""
    if "$ref" in schema:
        return _of(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        return st.one_of(*(_of(part) for part in schema["anyOf"]))
    return {"string": _text, "integer": _whole, "array": _list, "object": _object}.get(schema["type"], _simple)(schema)


def _simple(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.none() if schema["type"] == "null" else st.booleans()


def _text(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "pattern" in schema:
        return IDS if schema["pattern"] == ID else CLOCKS
    if "format" in schema:
        return DATES if schema["format"] == "date" else MOMENTS
    longest = schema.get("maxLength", 12)
    return LABELS if longest == LONGEST_LABEL else st.one_of(WORDS, *([ZONES] if longest == 64 else [])).map(lambda text: text[:longest])


def _whole(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.integers(schema.get("minimum", -100), schema.get("maximum", 100_000))


def _list(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    least = schema.get("minItems", 0)
    return st.lists(_of(schema["items"]), min_size=least, max_size=max(2, least))


def _object(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        return st.dictionaries(IDS, _of(next(iter(schema["patternProperties"].values()))), max_size=2)
    fields, needed = schema["properties"], schema.get("required", ())
    return st.fixed_dictionaries(
        {name: _of(field) for name, field in fields.items() if name in needed},
        optional={name: _of(field) for name, field in fields.items() if name not in needed},
    )


def _with_own_ids(document: dict[str, Any]) -> dict[str, Any]:
    """Number what owns rows of other sheets: there an id stands for one thing."""
    for name in ("participants", "clinicians", "rooms", "resources", "phases"):
        _number(document.get(name, ()), name[0])
    for person in document["participants"]:
        _number(person.get("guests", ()), "g")
    return document


def _is_spelled_once(document: dict[str, Any]) -> bool:
    """Whether no two texts differ only in capitals: a workbook spells each word in one way."""
    texts = set(_texts(document))
    return len({text.lower() for text in texts}) == len(texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, inner in value.items() for text in (key, *_texts(inner)))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in _texts(inner))


def _number(records: Any, letter: str) -> None:
    for position, record in enumerate(records):
        record["id"] = f"{letter}{position}"
