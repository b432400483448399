"""Forms sent by pages: all fields are validated together, and no input is lost.

Each field is read by its kind; it gets at most one error message, worded for the person who filled in the form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.kernel.errors import Problem
from api.web.multipart import MOST_FIELDS
from scheduler.timegrid import parse_clock

MOST_DIGITS = 9
AS_TYPED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
MEDIA_TYPE = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Form:
    """The input of a form, and its errors.

    Attributes:
        typed: The input by field; shown again if there are errors.
        errors: Messages by field, in the order in which they were found.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a field, without surrounding whitespace."""
        return self.typed.get(name, "").strip()

    def number(self, name: str) -> int | None:
        """A whole number of at most nine digits, e.g. a version; None if the field holds anything else."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None

    def check_version(self, version: int) -> None:
        """Check that the page showed this version of what is to be changed; 0 is none yet.

        Raises:
            Problem: It showed another one, so the change could undo someone else's.
        """
        if self.number("version") != version:
            raise Problem("changed_meanwhile")

    def is_on(self, name: str) -> bool:
        """Whether a checkbox is ticked."""
        return bool(self.text(name))

    def wrong(self, name: str, message: str) -> None:
        """Add an error message to a field; the first one is kept."""
        self.errors.setdefault(name, message)

    def one_of(self, name: str, values: Collection[str], message: str) -> str | None:
        """The field's value if it is one of the given values; otherwise None, with an error message."""
        if (value := self.text(name)) in values:
            return value
        self.wrong(name, message)
        return None

    def day(self, name: str, message: str) -> date | None:
        """A date as sent by browsers, or as typed in browsers without date fields."""
        day = _date(self.text(name))
        if day is None or not 2000 <= day.year <= 2199:
            self.wrong(name, message)
            return None
        return day

    def clock(self, name: str, message: str) -> int | None:
        """A time of day in minutes."""
        try:
            return parse_clock(self.text(name)[:5])
        except ValueError:
            self.wrong(name, message)
            return None


class Conflict(NamedTuple):
    """A field that someone else changed, or that the form changes: what is typed, and what is stored now."""

    label: str
    yours: str
    theirs: str


def conflicts(form: Form, stored: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Conflict, ...]:
    """The fields in which a form differs from what is stored now.

    Args:
        stored: What the form would show now, by field.
        labels: What each field is called.
    """
    pairs = ((label, form.text(name), stored.get(name, "")) for name, label in labels.items())
    return tuple(Conflict(*pair) for pair in pairs if pair[1] != pair[2])


def _date(text: str) -> date | None:
    typed = AS_TYPED.fullmatch(text)
    try:
        return date(int(typed[3]), int(typed[1]), int(typed[2])) if typed else date.fromisoformat(text)
    except ValueError:
        return None


async def form_of(request: Request) -> Form | None:
    """The form of a request that was not answered as asked; None if it sent none that can be read."""
    try:
        return await _form(request)
    except Problem:
        return None


async def _form(request: Request) -> Form:
    """Read the form of a request.

    Raises:
        Problem: The body is not a form, is too large, or is not text.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        raise Problem("wrong_media_type", "Send a form.")
    body = await request.body()
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem("malformed") from None
    if any("\0" in text for pair in fields for text in pair):
        raise Problem("malformed")
    return Form(dict(fields))


SentForm = Annotated[Form, Depends(_form)]
