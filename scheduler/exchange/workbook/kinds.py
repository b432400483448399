"""Kinds of cells: how a value may be entered, and how it is written.

Reading is lenient (``9``, ``9 am`` and an Excel time are all 09:00); writing is uniform. Every kind reads back exactly what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from scheduler.exchange.workbook.cells import MINUTES, NONE, Cell, CellError, Json, Value, clean, number_text, plain
from scheduler.exchange.workbook.typed.lengths import HOW as LENGTH_HOW
from scheduler.exchange.workbook.typed.lengths import read_length
from scheduler.exchange.workbook.typed.readings import SPACES, ReadAs, id_from, language_from, zone_from

TEXT_FORMAT = "@"
SIGNS = re.compile(r"[/&+]|\band\b", re.IGNORECASE)
"""What also separates ids and words of a list."""

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
BECAME_DATE = "format the cell as text and write it again; the spreadsheet turned it into a date"


@dataclass(frozen=True, slots=True)
class CellKind:
    """The format of a value in a cell.

    Attributes:
        name: The name shown to users, e.g. "whole number".
        how: What to write, as an instruction.
        read: Converts a cell that is not blank to the JSON value.
        write: Converts the JSON value to the value of the cell.
        format: The number format of the cells.
        choices: All allowed words, if there are few.
        check: The check that a spreadsheet can perform.
        is_list: Whether a cell may hold several values.
        is_verbatim: Whether the text is read unchanged, white space included.
        is_id: Whether it is an id, or a list of ids.
        has_dates: Whether it is or holds a date.
    """

    name: str
    how: str
    read: Callable[[Cell], Json]
    write: Callable[[Json], Value]
    format: str = TEXT_FORMAT
    choices: tuple[str, ...] = ()
    check: Literal["", "list", "whole", "date", "time"] = ""
    is_list: bool = False
    is_verbatim: bool = False
    is_id: bool = False
    has_dates: bool = False

    def parse(self, cell: Cell) -> Json:
        """The JSON value of a cell that is not blank.

        Raises:
            CellError: The cell cannot be read as this kind.
        """
        if cell.fault:
            raise CellError(cell.fault)
        if not self.is_verbatim and isinstance(cell.value, str) and "(" in cell.value and clean(cell.value).lower() == NONE:
            return [] if self.is_list else None
        try:
            return self.read(cell)
        except CellError as error:
            # The message for the cell and that for its kind, unless they are the same.
            raise CellError(str(error) or self.how) from None

    def show(self, value: Json) -> Value:
        """The value to write for a JSON value."""
        return NONE if value is None else self.write(value)


def text_of(cell: Cell) -> str:
    """The cell as clean text.

    Raises:
        CellError: The spreadsheet turned it into a date.
    """
    if cell.is_dated:
        raise CellError(BECAME_DATE)
    if isinstance(cell.value, str):
        return clean(cell.value)
    return str(cell.value).upper() if isinstance(cell.value, bool) else number_text(cell.value)


def _code(cell: Cell) -> Json:
    text = text_of(cell)
    if not ID_PATTERN.fullmatch(text):
        raise CellError
    return text


def _id(cell: Cell) -> Json:
    """An id, also from words: ``Main St.`` is ``Main-St.``."""
    text = text_of(cell)
    if ID_PATTERN.fullmatch(text):
        return text
    id = id_from(text)
    if not id or "\n" in text:
        raise CellError
    return ReadAs(id, SPACES)


def _language(cell: Cell) -> Json:
    text = text_of(cell)
    return _code(Cell(unquoted(text))) if text[:1] == '"' else language_from(_id(cell))


def _show_language(code: Json) -> Value:
    return f'"{code}"' if language_from(code) != code else str(code)


def _zone(cell: Cell) -> Json:
    text = _word(cell)
    return text if isinstance(cell.value, str) and cell.value[:1] == '"' else zone_from(text)


def _show_zone(text: Json) -> Value:
    return '"' + text.replace('"', '""') + '"' if zone_from(text) != text else quoted(text)


def _text(cell: Cell) -> Json:
    text = cell.value if isinstance(cell.value, str) else text_of(cell)
    return text[2:] if len(text) > 1 and not text.strip('"') else text


def _show_text(text: Json) -> Value:
    """Text unchanged; empty text, or text of quotes only, gets two more quotes to distinguish it from an empty cell."""
    return f'{text}""' if len(text) != 1 and not text.strip('"') else str(text)


def _word(cell: Cell) -> Json:
    return unquoted(text_of(cell) if not isinstance(cell.value, str) or cell.value[:1] != '"' else cell.value)


def unquoted(text: str) -> str:
    """Text without enclosing quotes."""
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text


def quoted(text: str, also: str = "") -> str:
    """Text in quotes where it would not be read back unchanged.

    Args:
        also: Further characters that require quotes.
    """
    is_plain = text and text == clean(text) and text[0] != '"' and text.lower() != NONE and not any(c in text for c in also)
    return text if is_plain else '"' + text.replace('"', '""') + '"'


def _whole(cell: Cell) -> Json:
    value = cell.value
    if isinstance(value, str):
        if not re.fullmatch(r"[+-]?\d{1,9}(\.0*)?", clean(value)):
            raise CellError
        value = float(clean(value))
    if isinstance(value, bool) or cell.is_dated or not float(value).is_integer() or abs(value) >= 1e9:
        raise CellError
    return int(value)


def _minutes(cell: Cell) -> Json:
    value = cell.value
    if isinstance(value, str):
        return read_length(clean(value))
    if cell.is_dated and not isinstance(value, bool) and 0 <= value < 1:
        return round(value * MINUTES)
    return _whole(cell)


def _yes_no(cell: Cell) -> Json:
    answers = {"yes": True, "y": True, "true": True, "x": True, "1": True, "\u2713": True, "\u2714": True}
    answers |= {"no": False, "n": False, "false": False, "0": False}
    text = text_of(cell).lower()
    if text not in answers:
        raise CellError
    return answers[text]


def key_of(text: str) -> str:
    """Text normalized for comparison: ``In person``, ``in-person`` and ``in_person`` are equal."""
    return re.sub(r"[\s_\-]+", "_", clean(text).lower())


def one_of(*values: str, also: dict[str, str] | None = None) -> CellKind:
    """One of a few words; an underscore is written as a space.

    Args:
        also: Other words by their :func:`key_of`, each with the value it means.
    """
    by_key = (also or {}) | {key_of(value): value for value in values}
    words = tuple(value.replace("_", " ") for value in values)

    def read(cell: Cell) -> Json:
        choice = by_key.get(key_of(text_of(cell)))
        if choice is None:
            raise CellError
        return choice

    return CellKind("choice", f"write one of: {', '.join(words)}", read, lambda v: str(v).replace("_", " "), choices=words, check="list")


def named(names: Iterable[str], is_open: bool = False) -> Callable[[Cell], Json]:
    """The reader of ids from a list: any case, spaces for underscores, or the only one that begins so.

    Args:
        is_open: Whether other ids may be read, too.
    """
    by_key = {key_of(name): name for name in names}

    def read(cell: Cell) -> Json:
        text = text_of(cell)
        key = key_of(text)
        if key in by_key:
            return by_key[key]
        begun = [name for other, name in by_key.items() if key and other.startswith(f"{key}_")]
        if len(begun) == 1:
            return ReadAs(begun[0], f"read as {begun[0]}")
        return _id(cell) if is_open else _code(cell)

    return read


CODE_HOW = "write an id: letters, digits, dot, dash and underscore, at most 64, no spaces"
ID = CellKind("id", CODE_HOW, _id, str, is_id=True)
"""The id of a thing; also read from words."""

CODE = CellKind("id", CODE_HOW, _code, str, is_id=True)
"""The id of a person. Words with spaces are refused: they are likely to be a name."""

LANGUAGE = CellKind("language", "write the code of a language, e.g. en, or its English name", _language, _show_language, is_id=True)
ZONE = CellKind("time zone", "write an IANA time zone, e.g. America/New_York", _zone, _show_zone, is_verbatim=True)
DURATION = CellKind("minutes", LENGTH_HOW, _minutes, int, format="General")
TEXT = CellKind("text", "write text", _text, _show_text, is_verbatim=True)
WORD = CellKind("text", "write text", _word, lambda text: quoted(text), is_verbatim=True)
WHOLE = CellKind("whole number", "write a whole number", _whole, int, format="General", check="whole")
YES_NO = CellKind("yes/no", "write yes or no", _yes_no, lambda v: "yes" if v else "no", choices=("yes", "no"), check="list")


def list_of(kind: CellKind, also: dict[str, list[Json]] | None = None) -> CellKind:
    """Several of a kind, separated by commas or semicolons; ``(none)`` is the empty list.

    Args:
        also: Words for several values at once, by their :func:`key_of`.
    """
    has_signs = kind.is_id or bool(kind.choices)

    def read(cell: Cell) -> Json:
        if not isinstance(cell.value, str):
            return [kind.parse(cell)]
        if also and (several := also.get(key_of(cell.value))):
            return list(several)
        items = split(SIGNS.sub(",", cell.value) if has_signs and '"' not in cell.value else cell.value)
        if not items:
            raise CellError
        return [kind.parse(Cell(item)) for item in items]

    def write(values: Json) -> Value:
        return ", ".join(quoted(value, also=",;\n") if kind is WORD else plain(kind.show(value)) for value in values) or NONE

    name, how = f"list: {kind.name}", f"{kind.how}; several with commas between them"
    return CellKind(name, how, read, write, choices=kind.choices, is_list=True, is_id=kind.is_id, has_dates=kind.has_dates)


def split(text: str) -> list[str]:
    """The items of a list in a cell; quoted items keep their quotes, and may contain any characters."""
    if '"' not in text:
        text = text.translate({0x201C: '"', 0x201D: '"'})
    items = re.findall(r'\s*("(?:[^"]|"")*"|[^,;\n]*)\s*(?:[,;\n]|$)', text)
    return [item for item in items if clean(item)]
