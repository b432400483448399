"""Types shared by all contracts: frozen models, ids, labels, clock times."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from scheduler.timegrid import parse_clock


class Model(BaseModel):
    """A frozen model that rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")


def _readable(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") for char in text):
        raise ValueError("remove control characters and unassigned characters")
    return text


def _to_clock(value: object) -> object:
    if isinstance(value, str):
        return parse_clock(value)
    return value


def _from_clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


Id = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$",
        description="Opaque id: letters, digits, dot, dash, underscore; at most 64.",
    ),
]
Label = Annotated[
    str,
    Field(max_length=80),
    AfterValidator(_readable),
    Field(description="Text for people, at most 80 characters; never logged."),
]
ClockTime = Annotated[
    int,
    BeforeValidator(_to_clock),
    Field(ge=0, le=1440),
    PlainSerializer(_from_clock, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$", "examples": ["17:30"]}),
]
"""A time of day in the program's wall time, written ``HH:MM``; internally, minutes since midnight."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WeekPattern = Literal["every", "A", "B"]
Mode = Literal["in_person", "telehealth", "hybrid"]
BookingMode = Literal["in_person", "telehealth"]
AgeGroup = Literal["adult", "adolescent"]
Minutes = Annotated[int, Field(ge=0, le=10080, description="Minutes.")]
Count = Annotated[int, Field(ge=0, le=10000)]
StayWeek = Annotated[int, Field(ge=1, le=520)]
"""A week of someone's stay; 1 is the week of admission."""
