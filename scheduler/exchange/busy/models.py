"""What is kept of a calendar somebody brings: when they are busy, and what was odd about it. Never a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from scheduler.errors import StepdownError
from scheduler.fields import Model
from scheduler.instance import BusySpan

MOST_BYTES = 10_000_000
MOST_DAYS = 400
MOST_SPANS = 5_000
USUAL_DAYS = 182

BUSY_ERRORS: dict[str, str] = {
    "too_large": "the file is larger than 10 MB; export a shorter time",
    "not_a_calendar": "this is no calendar file; export the calendar as .ics (iCalendar), in UTF-8, and take the file as it is",
    "truncated": "the file ends in the middle of the calendar; export or download it once more",
    "nested": "parts of the calendar lie within each other more deeply than any calendar needs; export it once more",
    "too_many_events": "more than 5,000 events concern the time that is asked for; ask for fewer days",
    "too_many_series": "more than 500 series of events concern the time that is asked for; end old series or bring part of the calendar",
    "too_many_occurrences": "the events take place too often in the time that is asked for; ask for fewer days",
    "unknown_zone": "a time zone is neither known nor described in the file; set the zone of these events in the calendar and export again",
    "defect": "reading the calendar failed by a mistake of this program; export part of it, and report the mistake",
    "too_much_work": "reading the calendar takes more time or memory than it is given; ask for fewer days, or export part of it",
}
"""Why a calendar is not read at all."""

BUSY_WARNINGS: dict[str, str] = {
    "tentative": "not certain yet (tentative, or not answered); counted as busy",
    "all_day": "whole days; counted as busy from midnight to midnight",
    "floating": "without a time zone; read in the program's",
    "rule_not_read": "repeat in a way that is not read here; only the first time counts",
    "no_end": "without an end; not counted",
    "end_before_start": "end before they start; not counted",
    "too_long": "longer than 400 days; counted up to the end of the time asked for",
    "unreadable": "cannot be read; look at them in the calendar, and enter them by hand",
    "exclusions_not_read": "have a rule for exceptions (EXRULE), which is not read; counted without it",
    "availability_not_read": "say when somebody is available (VAVAILABILITY); not read",
}
"""What was odd, in words that follow a count of events."""

LINES_TOLD = 5


class BusyError(StepdownError):
    """A calendar is not read. Says why and where, and repeats nothing of it.

    Attributes:
        code: One of `BUSY_ERRORS`.
        lines: The first few lines of the file concerned.
    """

    def __init__(self, code: str, lines: Sequence[int] = ()) -> None:
        self.code, self.lines, self.reason = code, tuple(lines[:LINES_TOLD]), BUSY_ERRORS[code]
        where = f" (line {', '.join(map(str, self.lines))}{' and more' if len(lines) > LINES_TOLD else ''})" if lines else ""
        super().__init__(self.reason + where)


@dataclass(frozen=True, slots=True)
class BusyWindow:
    """The days that are asked for, by the program's clock.

    Attributes:
        days: At most `MOST_DAYS`.
    """

    first: date
    days: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first midnight."""
        return datetime.combine(self.first, time(), tzinfo=self.zone)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return datetime.combine(self.first + timedelta(days=self.days), time(), tzinfo=self.zone)


class BusyOptions(Model):
    """What counts."""

    all_day: Literal["busy", "ignore"] = Field("busy", description="Events of whole days: busy from midnight to midnight, or left out.")
    tentative: Literal["busy", "ignore"] = Field("busy", description="Events that are not certain yet.")
    address: str = Field("", max_length=254, description="The person's e-mail address in the calendar, to know what they declined.")


class BusyWarning(Model):
    """Something odd, counted."""

    code: str = Field(description="What is odd.")
    count: int = Field(description="Of how many events.")
    lines: tuple[int, ...] = Field((), description="Where the first few begin in the file.")
    message: str = Field(description="In words.")


class Busy(Model):
    """When somebody is busy."""

    first: date
    days: int
    spans: tuple[BusySpan, ...] = Field(description="In UTC, in order; those that overlap or touch are one.")
    num_events: int = Field(description="Events that count, repetitions as one.")
    left_out: dict[str, int] = Field(description="Events that do not count: cancelled, free, declined, ...")
    warnings: tuple[BusyWarning, ...] = ()
