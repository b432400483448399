"""The data kept of an imported calendar: busy times and warnings, never a title."""

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
    "too_large": "the file is larger than 10 MB; export a shorter period",
    "not_a_calendar": "this is not a calendar file; export the calendar as .ics (iCalendar) in UTF-8, and do not edit the file",
    "truncated": "the file ends in the middle of the calendar; export or download it again",
    "nested": "the calendar is nested too deeply; export it again",
    "too_many_events": "more than 5,000 events fall into the requested period; request fewer days",
    "too_many_series": "more than 500 recurring events fall into the requested period; end old series, or export part of the calendar",
    "too_many_occurrences": "too many occurrences of events fall into the requested period; request fewer days",
    "unknown_zone": "a time zone is neither known nor defined in the file; set the zone of these events in the calendar, and export again",
    "defect": "reading the calendar failed because of an error in this program; export part of the calendar, and report the error",
    "busy": "this computer is too busy to read the calendar now; try again in a moment",
    "too_much_work": "reading the calendar takes too much time or memory; request fewer days, or export part of the calendar",
}
"""The reasons why a calendar cannot be read, by code."""

BUSY_WARNINGS: dict[str, str] = {
    "tentative": "tentative or not answered; counted as busy",
    "all_day": "all-day; counted as busy from midnight to midnight",
    "floating": "without a time zone; read in the program's",
    "rule_not_read": "unsupported rule of repetition; only the first occurrence counts",
    "no_end": "without an end; not counted",
    "end_before_start": "end before the start; not counted",
    "too_long": "longer than 400 days; counted to the end of the requested period",
    "unreadable": "unreadable; check the calendar, and enter these times by hand",
    "exclusions_not_read": "rule for exceptions (EXRULE) not supported; counted without it",
    "availability_not_read": "stated availability (VAVAILABILITY), which is not supported; not read",
}
"""Warnings by code; each text follows a count of events."""

LINES_TOLD = 5


class BusyError(StepdownError):
    """A calendar cannot be read. The message says why and where, and quotes nothing from the file.

    Attributes:
        code: One of `BUSY_ERRORS`.
        lines: The line numbers of the first few problems.
    """

    def __init__(self, code: str, lines: Sequence[int] = ()) -> None:
        self.code, self.lines, self.reason = code, tuple(lines[:LINES_TOLD]), BUSY_ERRORS[code]
        where = f" (line {', '.join(map(str, self.lines))}{' and more' if len(lines) > LINES_TOLD else ''})" if lines else ""
        super().__init__(self.reason + where)


@dataclass(frozen=True, slots=True)
class BusyWindow:
    """The requested days, in the program's time zone.

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
    """Options for which events count."""

    all_day: Literal["busy", "ignore"] = Field("busy", description="All-day events: busy from midnight to midnight, or ignored.")
    tentative: Literal["busy", "ignore"] = Field("busy", description="Tentative events: busy, or ignored.")
    address: str = Field("", max_length=254, description="The person's e-mail address in the calendar, used to find declined invitations.")


class BusyWarning(Model):
    """A warning, with the number of events concerned."""

    code: str = Field(description="The code of the warning.")
    count: int = Field(description="The number of events concerned.")
    lines: tuple[int, ...] = Field((), description="The lines of the file at which the first few begin.")
    message: str = Field(description="The warning in words.")


class Busy(Model):
    """The busy time read from a calendar."""

    first: date
    days: int
    spans: tuple[BusySpan, ...] = Field(description="Busy spans in UTC, in order; those that overlap or touch are merged.")
    num_events: int = Field(description="The number of events that count; a series counts as one.")
    left_out: dict[str, int] = Field(description="The number of events that do not count, by reason: cancelled, free, declined, ...")
    warnings: tuple[BusyWarning, ...] = ()
