"""Forms sent by pages: read whole, every field judged, nothing that was typed lost.

A field is asked for by its kind; what is wrong is said once for each field, in words for whoever filled the form in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.kernel.errors import Problem
from scheduler.timegrid import parse_clock

MOST_FIELDS = 40
AS_TYPED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
MEDIA_TYPE = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it.

    Attributes:
        typed: By field; shown again when something is wrong.
        errors: By field, in the order in which they were found.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field, without white space around it."""
        return self.typed.get(name, "").strip()

    def is_on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))

    def wrong(self, name: str, message: str) -> None:
        """Say what is wrong with a field; the first message stands."""
        self.errors.setdefault(name, message)

    def one_of(self, name: str, values: Collection[str], message: str) -> str | None:
        """One of some values; None, and a message, for any other."""
        if (found := self.text(name)) in values:
            return found
        self.wrong(name, message)
        return None

    def day(self, name: str, message: str) -> date | None:
        """A date as browsers send it, or as people type it where a browser has no field for dates."""
        found = _date(self.text(name))
        if found is None or not 2000 <= found.year <= 2199:
            self.wrong(name, message)
            return None
        return found

    def clock(self, name: str, message: str) -> int | None:
        """A time of day in minutes."""
        try:
            return parse_clock(self.text(name)[:5])
        except ValueError:
            self.wrong(name, message)
            return None


def _date(text: str) -> date | None:
    typed = AS_TYPED.fullmatch(text)
    try:
        return date(int(typed[3]), int(typed[1]), int(typed[2])) if typed else date.fromisoformat(text)
    except ValueError:
        return None


async def _form(request: Request) -> Form:
    """The form of a request.

    Raises:
        Problem: It is none, or too large, or no text.
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
