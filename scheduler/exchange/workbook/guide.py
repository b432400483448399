"""The guide to the sheets, derived from their description: the first sheet, notes on headings, and the list of all columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scheduler import policies
from scheduler.exchange.workbook.book import SHEETS, refers
from scheduler.exchange.workbook.cells import NONE, Value, plain
from scheduler.exchange.workbook.contract import REQUIRED, defaults
from scheduler.exchange.workbook.kinds import YES_NO
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.instance import PolicyValues
from scheduler.rules import RULES

USES = {"needed": "Always", "often": "Often", "seldom": "When there is such a thing"}


class Meaning(NamedTuple):
    """Whether a cell is required, and what an empty cell means."""

    is_required: bool
    empty: str


def meaning(sheet: Sheet, column: Column) -> Meaning:
    """Whether a cell in a column is required, and what an empty cell means."""
    if not column.field:
        return Meaning(len(sheet.places) == 1, "")
    if sheet.form == "map":
        return Meaning(True, "") if column.field == "key" else Meaning(False, "the default")
    if column.default is not None:
        return Meaning(False, column.default)
    value = defaults(sheet, column)
    if value is REQUIRED:
        return Meaning(True, "")
    if value in (None, ""):
        return Meaning(False, "")
    return Meaning(False, plain(column.kind.show(value)) if value != [] and value != {} else "none")


def note_of(sheet: Sheet, column: Column) -> str:
    """The note on a heading: what it means, how to write it, what an empty cell means, an example."""
    is_required, empty = meaning(sheet, column)
    lines = [column.note, f"{column.kind.how[0].upper()}{column.kind.how[1:]}."]
    other = refers(sheet, column)
    if other not in ("", sheet.title):
        lines.append(f"From the sheet {other}.")
    if is_required:
        lines.append("Must be filled in.")
    elif empty:
        lines.append(f"Empty: {empty}.")
    if column.example:
        lines.append(f"Example: {column.example}")
    return "\n".join(line for line in lines if line.strip("."))


def settings_of(sheet: Sheet) -> Iterator[tuple[Column, tuple[str, str, str]]]:
    """The rows of a sheet of settings: the meaning of each, the meaning of an empty cell, and an example."""
    values = PolicyValues().model_dump(mode="json") if sheet.title == "Policy" else {}
    for column in sheet.columns:
        is_required, empty = meaning(sheet, column)
        note, example = f"{column.note} {_first_upper(column.kind.how)}.", column.example
        if column.title in values:
            unit, value = policies.note(column.title, "unit"), values[column.title]
            note = f"{column.note} Unit: {unit}."
            empty = f"the pack's, else {'off' if value is None else plain(column.kind.show(value))}"
            example = ""
        yield column, (note.strip(), "must be filled in" if is_required else empty, example)


def weights_of(rows: Sequence[dict[str, Value]]) -> list[list[Value | None]]:
    """The rows of the sheet of weights: every preference rule with its meaning, and other weights that are set."""
    weights = {str(row["Rule"]): row["Weight"] for row in rows}
    preferences = [rule for rule in RULES if rule.level == "preference"]
    listed: list[list[Value | None]] = [[rule.id, weights.pop(rule.id, None), rule.title, rule.weight] for rule in preferences]
    return listed + [[name, weight, None, None] for name, weight in weights.items()]


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def readme_lines(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str, str]]:
    """The lines of the first sheet: style, first column and second column of each."""
    yield "title", "Stepdown workbook", ""
    for left, right in INTRODUCTION:
        yield "text", left, right
    for use, title in USES.items():
        yield "section", f"{title}:", ""
        for sheet in sheets:
            if sheet.use == use:
                yield "sheet", sheet.title, sheet.note
    yield "section", "How to write it", ""
    for left, right in WRITING:
        yield "text", left, right


INTRODUCTION = (
    ("What it is", "One program and one week. Stepdown reads it, lists all errors at once, and makes the roster."),
    ("Begin", "Fill in the sheets under Always, from left to right. Dark headings must be filled in. Point at a heading to read "
     "what it means."),
    ("Then", "stepdown import FILE.xlsx --out week.json, then stepdown solve week.json --out week. Errors name sheet, row and column."),
    ("Next week", "Put last week's real roster on the sheet Last week, change Monday on the sheet Week, and everyone keeps their places."),
    ("Privacy", "Ids are case numbers or codes, never names: messages show them. This file is health information: keep it "
     "as you keep charts."),
    ("Your own sheets", "May be added and are ignored, as are a column Notes and a row Total. Do not add other rows or columns to "
     "these sheets."),
    ("Sheets not here", "A missing sheet counts as empty. `stepdown template` writes all of them."),
)  # fmt: skip

WRITING = (
    ("Ids", "Letters, digits, dot, dash, underscore. Capitals do not matter; spaces become dashes, except in ids of people."),
    ("Dates", "As spreadsheet dates, or 2027-01-11, Jan 11, 2027. Where day and month could be confused, as in 1/11/2027, you are "
     "asked once for the column."),
    ("Times", "As spreadsheet times, or 17:30, 5:30 pm, noon. You are asked about times without am or pm outside opening hours."),
    ("Days", "mon, tue, wed, thu, fri, sat, sun, or Monday and so on."),
    ("Windows", "Days, then times: mon-thu 17:00-21:00; sat 9:00-12:00. Also MWF 9-noon, weekdays 9am-5pm except Wed, after 4pm; A or B in "
     "front for every other week: A mon 9-12. never is never; always is any time."),
    ("Minutes", "As a number, or 15 min, 1 h 30."),
    ("Lists", "With commas or semicolons between the items."),
    ("Yes and no", ", ".join(YES_NO.choices) + "."),
    ("Empty cells", "Mean the default, which the note on the heading gives."),
    (NONE, "Means none, where an empty cell would mean something else."),
    ("Formulas", "Are not evaluated: write values."),
)  # fmt: skip


def column_lines() -> Iterator[str]:
    """Every sheet and column as Markdown."""
    for sheet in SHEETS:
        yield f"### {sheet.title}"
        yield ""
        yield f"{USES[sheet.use]}. {sheet.note}"
        yield ""
        yield f"| {'setting' if sheet.form == 'settings' else 'column'} | what it means | how it is written | empty | example |"
        yield "|---|---|---|---|---|"
        for column in sheet.columns:
            is_required, empty = meaning(sheet, column)
            cells = (column.title, column.note, column.kind.how, "must be filled in" if is_required else empty, column.example)
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
        yield ""
