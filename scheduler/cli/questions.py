"""Options that answer what the import of a workbook asks, and the sentence that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from scheduler.validation import Issue

# Imported by the functions, so that commands without a workbook start without the spreadsheet library.
if TYPE_CHECKING:
    from scheduler.exchange.workbook import Answers

DateOrder = Literal["day-first", "month-first"]
Half = Literal["am", "pm"]
EachStart = Literal["each"]

Dates = Annotated[
    list[str] | None,
    typer.Option(
        "--dates",
        metavar="ORDER",
        help="Which comes first in dates such as 1/11/2027: day-first or month-first. For one column, 'Absences, First=day-first'.",
    ),
]
Times = Annotated[
    list[str] | None,
    typer.Option(
        "--times",
        metavar="HALF",
        help="What times outside opening hours mean that are written without am or pm. am: as they are written; pm: 12 hours later. "
        "For one column, 'Participants, Free=pm'.",
    ),
]
Starts = Annotated[EachStart | None, typer.Option("--starts", help="each: make one group a day of a group with starts on several days.")]


def answers_of(dates: Sequence[str] | None, times: Sequence[str] | None, starts: EachStart | None) -> Answers:
    """The answers that options give.

    Raises:
        BadParameter: One is no answer, or names no sheet or column.
    """
    from scheduler.exchange.workbook import Answers

    orders, halves = _by_place("--dates", dates or (), get_args(DateOrder)), _by_place("--times", times or (), get_args(Half))
    return Answers(orders.pop("", None), halves.pop("", None), starts, orders, halves)


def _by_place(option: str, texts: Iterable[str], words: Sequence[str]) -> dict[str, Any]:
    """The answers by place; those for the whole workbook have the empty place."""
    answers = {}
    for text in texts:
        place, _, word = (part.strip() for part in text.rpartition("="))
        if word not in words:
            raise typer.BadParameter(f"write {' or '.join(words)}", param_hint=option)
        answers[_place(option, place)] = word
    return answers


def _place(option: str, text: str) -> str:
    """The place as the workbook titles it."""
    from scheduler.exchange.workbook.book import SHEETS
    from scheduler.exchange.workbook.kinds import key_of

    title, _, heading = text.partition(",")
    if not title:
        return ""
    sheet = next((sheet for sheet in SHEETS if key_of(sheet.title) == key_of(title)), None)
    if sheet is None:
        raise typer.BadParameter(f"{title} is no sheet of the workbook", param_hint=option)
    if not heading.strip():
        return sheet.title
    column = next((column for column in sheet.columns if key_of(column.title) == key_of(heading)), None)
    if column is None:
        raise typer.BadParameter(f"the sheet {sheet.title} has no column{heading}", param_hint=option)
    return f"{sheet.title}, {column.title}"


def how_to_answer(issues: Sequence[Issue]) -> str:
    """The options that answer the questions of an import, as a sentence; empty without a question."""
    questions = [(issue, answer.split("=")) for issue in issues for answer in getattr(issue, "answers", ())]
    options = dict.fromkeys(f"--{name} {word}" for _, (name, word) in questions)
    if not options:
        return ""
    places: Mapping[str, str] = {_column_of(issue): f"--{name} '{_column_of(issue)}={word}'" for issue, (name, word) in questions}
    one = f" For one column, e.g. {next(iter(places.values()))}." if len(places) > 1 else ""
    return f"To answer for the whole workbook, add {' or '.join(options)}.{one}"


def _column_of(issue: Issue) -> str:
    place = getattr(issue, "place", None)
    return f"{place.sheet}, {place.column}" if place is not None else ""
