"""Documents in and out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scheduler import reading
from scheduler.errors import ReadError
from scheduler.reading import dump_json, json_schema, read_instance, read_roster
from scheduler.validation import CODES
from tests.build import instance, instance_json, meet, participant, roster, run

REFUSED: tuple[tuple[str, bytes | str | Path], ...] = (
    ("unreadable", Path("no", "such", "file.json")),
    ("unreadable", Path("tests")),
    ("unreadable", Path("a\x00b")),
    ("not_utf8", b'{"label": "\xff"}'),
    ("not_utf8", '{"label": "half a character: \ud83d"}'),
    ("not_json", ""),
    ("not_json", "{'id': 1}"),
    ("not_json", "{} {}"),
    ("not_finite", '{"monday": NaN}'),
    ("not_finite", "[-Infinity]"),
    ("not_finite", "[1e999]"),
    ("duplicate_key", '{"id": "a", "id": "a"}'),
    ("shape", "[]"),
    ("shape", "null"),
    ("shape", "{}"),
    ("too_many_issues", json.dumps({"weights": {f"{n} ": 1 for n in range(1001)}})),
)


@pytest.mark.parametrize(("code", "source"), REFUSED, ids=[f"{n}-{code}" for n, (code, _) in enumerate(REFUSED)])
def test_what_cannot_be_read_is_refused_with_its_code(code: str, source: bytes | str | Path) -> None:
    """A ReadError with documented codes; the message is never empty."""
    with pytest.raises(ReadError) as refused:
        read_instance(source)
    assert code in {issue.code for issue in refused.value.issues} <= set(CODES)
    assert str(refused.value)
    assert len(refused.value.issues) <= 1001


def code_of(source: bytes | str | Path) -> str:
    """How reading ends: the first code of a refusal, or empty."""
    try:
        read_instance(source)
    except ReadError as refused:
        return refused.issues[0].code
    return ""


def test_bytes_and_values_are_counted_before_anything_is_parsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each limit lowered to what an honest document just keeps, then by one more."""
    assert (reading.MAX_BYTES, reading.MAX_COMMAS, reading.MAX_TOLD, reading.MAX_LISTED) == (10_000_000, 400_000, 1_000, 100_000)
    text = dump_json(instance())
    (tmp_path / "week.json").write_text(text, encoding="utf-8")
    for name, reached in (("MAX_BYTES", len(text.encode())), ("MAX_COMMAS", text.count(","))):
        with monkeypatch.context() as patch:
            patch.setattr(reading, name, reached)
            assert (code_of(text), code_of(tmp_path / "week.json")) == ("", "")
            patch.setattr(reading, name, reached - 1)
            patch.setattr(reading, "_parse", lambda _: pytest.fail("parsed"))
            assert (code_of(text), code_of(tmp_path / "week.json")) == ("too_large", "too_large")


def test_of_a_large_file_no_more_is_read_than_shows_that_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Stream(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    monkeypatch.setattr(Path, "open", lambda *_: Stream(b" " * 1_000))
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert (code_of(Path("week.json")), asked) == ("too_large", [101])


@pytest.mark.parametrize(("fault", "code"), [(RecursionError, "too_deep"), (ValueError, "not_finite")])
def test_what_python_refuses_to_parse_is_told(fault: type[Exception], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists in lists beyond its depth, whole numbers of thousands of digits."""

    def refuse(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(json, "loads", refuse)
    assert code_of("{}") == code


def test_of_very_many_mistakes_only_the_number_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LISTED", 5)
    five, six = (json.dumps(instance_json(rooms=[1] * number)) for number in (5, 6))
    assert code_of(five) == "shape"
    with pytest.raises(ReadError, match="6") as refused:
        read_instance(six)
    assert [issue.code for issue in refused.value.issues] == ["too_many_issues"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"id":\n "a",\n}', "line 2, column 5: remove this comma: nothing follows it"),
        ('{"groups": [1, 2 , ]}', "line 1, column 18: remove this comma: nothing follows it"),
        ('{"a": [{"b": 1},\n\n  ]}', "line 1, column 16: remove this comma: nothing follows it"),
        ('{"a": 1,', "line 1, column 9: Expecting property name enclosed in double quotes"),
        ('{"a": 1,, "b": 2}', "line 1, column 9: Expecting property name enclosed in double quotes"),
        ("[,]", "line 1, column 2: remove this comma: nothing follows it"),
        ('{"a" 1}', "line 1, column 6: Expecting ':' delimiter"),
        ('{"a": ",}', "line 1, column 7: Unterminated string starting at"),
    ],
)
def test_the_place_of_a_json_mistake_is_told(text: str, told: str) -> None:
    """In the same words, whichever Python reads it."""
    with pytest.raises(ReadError) as refused:
        read_instance(text)
    assert str(refused.value) == f"correct the JSON at {told}"


def issues(**more: object) -> dict[str, str]:
    """Path to message of a document of the wrong shape."""
    with pytest.raises(ReadError) as refused:
        read_instance(json.dumps(instance_json(**more)))
    assert {issue.code for issue in refused.value.issues} == {"shape"}
    return {issue.path: issue.message for issue in refused.value.issues}


def test_every_mistake_of_shape_is_told_with_path_and_remedy() -> None:
    """Ten kinds in one document."""
    ana = participant(
        "ana", status="Active", travel={"s1": -1}, languages="en", may_wait_longer="perhaps", admitted="1.12.2026", surprise=1
    )
    ana["availability"] = {"weekly": [{"day": "mon", "start": "8:00"}], "busy": [{"start": "2026-12-01T08:00:00", "end": 7}]}
    found = issues(participants=[ana, 7], label="x" * 81, id="a b", weights={"trips": 1.5})
    assert found.pop("participants[0].availability.busy[0].start") == "write date and time with an offset, e.g. 2026-11-30T09:00:00-05:00"
    assert found == {
        "id": "write an id: letters, digits, dot, dash and underscore, at most 64, a letter or digit first",
        "label": "write at most 80 characters",
        "weights.trips": "write a whole number",
        "participants[0].status": "write one of 'waiting', 'cleared', 'active', 'on_hold' or 'discharged'",
        "participants[0].travel.s1": "write 0 or more",
        "participants[0].languages": "write a list in square brackets",
        "participants[0].may_wait_longer": "write true or false",
        "participants[0].admitted": "write a date as YYYY-MM-DD",
        "participants[0].surprise": "remove this field: it is not part of the contract",
        "participants[0].availability.weekly[0].start": "write a time of day as HH:MM, 00:00 to 24:00",
        "participants[0].availability.weekly[0].end": "add this field: it is required",
        "participants[1]": "write an object in curly brackets",
    }


def test_no_value_of_the_document_comes_back() -> None:
    """Neither in messages nor in paths, not even as the name of a field."""
    name = "Beatrice Example-Name"
    ana = participant("ana", gender=name, label=name * 9, admitted=name, modes=[name], age_group=name, home_track=name, phase=name)
    ana |= {name: name, "travel": {name: name}, "availability": {"weekly": [{"day": name, "start": name, "end": name}]}, "order": name}
    found = issues(participants=[ana], now=name, weights={name: name})
    assert len(found) > 10
    assert not any("Beatrice" in text for pair in found.items() for text in pair)


def test_an_instance_survives_writing_and_reading(tmp_path: Path) -> None:
    """As text, as bytes with a byte order mark, and from a file; policy clock times included."""
    made = instance(label="Zoë 😀", policy={"values": {"lunch_start": "11:30"}})
    text = dump_json(made)
    (tmp_path / "week.json").write_text(text, encoding="utf-8")
    assert read_instance(text) == read_instance(b"\xef\xbb\xbf" + text.encode()) == read_instance(tmp_path / "week.json") == made
    assert dump_json(read_instance(text)) == text
    assert text.endswith("}\n")
    assert text.startswith('{\n  "version": 2,\n  "id": "tiny",\n')


def test_a_roster_survives_writing_and_reading() -> None:
    """Sessions keep their instants."""
    made = roster(run("g", "mon", "09:00", ("ana",)), meet("ben@home", "tue", "10:00"))
    assert read_roster(dump_json(made)) == made
    with pytest.raises(ReadError, match="not a valid roster"):
        read_roster("{}")


@pytest.mark.parametrize("kind", ["instance", "roster"])
def test_the_schema_says_what_it_describes(kind: str) -> None:
    """Title, description, dialect, required fields; no address of its own."""
    schema = json_schema(kind)  # type: ignore[arg-type]
    assert schema["title"] == f"Stepdown {kind}"
    assert schema["description"]
    assert "$id" not in json.dumps(schema)
    assert schema["additionalProperties"] is False
    assert "monday" in schema["required"]
