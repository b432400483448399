"""Kinds of cells: how a value may be entered, and how it is written.

Reading is lenient (``9``, ``9 am`` and an Excel time are all 09:00); writing is uniform. Every kind reads back exactly what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scheduler.exchange.workbook.cells import NONE, Cell, CellError, Json, Value, clean, number_text, plain

TEXT_FORMAT = "@"
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
BECAME_DATE = "format the cell as text and write it again; the spreadsheet made a date of it"


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

    def parse(self, cell: Cell) -> Json:
        """The JSON value of a cell that is not blank.

        Raises:
            CellError: The cell cannot be read as this kind.
        """
        if cell.fault:
            raise CellError(cell.fault)
        if not self.is_verbatim and isinstance(cell.value, str) and clean(cell.value).lower() == NONE:
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


def _id(cell: Cell) -> Json:
    text = text_of(cell)
    if not ID_PATTERN.fullmatch(text):
        raise CellError
    return text


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


def _yes_no(cell: Cell) -> Json:
    answers = {"yes": True, "y": True, "true": True, "x": True, "1": True, "no": False, "n": False, "false": False, "0": False}
    text = text_of(cell).lower()
    if text not in answers:
        raise CellError
    return answers[text]


def key_of(text: str) -> str:
    """Text normalized for comparison: ``In person``, ``in-person`` and ``in_person`` are equal."""
    return re.sub(r"[\s_\-]+", "_", clean(text).lower())


def one_of(*values: str, also: dict[str, str] | None = None) -> CellKind:
    """One of a few words; an underscore is written as a space."""
    by_key = {key_of(value): value for value in values} | (also or {})
    words = tuple(value.replace("_", " ") for value in values)

    def read(cell: Cell) -> Json:
        choice = by_key.get(key_of(text_of(cell)))
        if choice is None:
            raise CellError
        return choice

    return CellKind("choice", f"write one of: {', '.join(words)}", read, lambda v: str(v).replace("_", " "), choices=words, check="list")


ID = CellKind("id", "write an id: letters, digits, dot, dash and underscore, at most 64, no spaces", _id, str)
TEXT = CellKind("text", "write text", _text, _show_text, is_verbatim=True)
WORD = CellKind("text", "write text", _word, lambda text: quoted(text), is_verbatim=True)
WHOLE = CellKind("whole number", "write a whole number", _whole, int, format="General", check="whole")
YES_NO = CellKind("yes/no", "write yes or no", _yes_no, lambda v: "yes" if v else "no", choices=("yes", "no"), check="list")


def list_of(kind: CellKind) -> CellKind:
    """Several of a kind, separated by commas or semicolons; ``(none)`` is the empty list."""

    def read(cell: Cell) -> Json:
        if not isinstance(cell.value, str):
            return [kind.parse(cell)]
        items = split(cell.value)
        if not items:
            raise CellError
        return [kind.parse(Cell(item)) for item in items]

    def write(values: Json) -> Value:
        return ", ".join(quoted(value, also=",;\n") if kind is WORD else plain(kind.show(value)) for value in values) or NONE

    return CellKind(f"list: {kind.name}", f"{kind.how}; several with commas between them", read, write, choices=kind.choices, is_list=True)


def split(text: str) -> list[str]:
    """The items of a list in a cell; quoted items keep their quotes, and may contain any characters."""
    if '"' not in text:
        text = text.translate({0x201C: '"', 0x201D: '"'})
    items = re.findall(r'\s*("(?:[^"]|"")*"|[^,;\n]*)\s*(?:[,;\n]|$)', text)
    return [item for item in items if clean(item)]
