"""Availability of people and places: weekly windows, A/B weeks, dated exceptions, absences, busy time."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from scheduler.fields import ClockTime, Label, Model, Weekday, WeekPattern


class WeeklyWindow(Model):
    """A window that recurs every week or every other week."""

    day: Weekday
    start: ClockTime = Field(description="Start, program wall time.")
    end: ClockTime = Field(description="End, program wall time; after start.")
    weeks: WeekPattern = Field("every", description="'A' and 'B' alternate from program.week_a.")


class ClockWindow(Model):
    """A window of one day."""

    start: ClockTime
    end: ClockTime


class DayWindows(Model):
    """The windows of one date; they replace the weekly windows of that date (rotating shifts, exceptions)."""

    date: date
    windows: tuple[ClockWindow, ...] = Field((), description="Free (or working) time on that date; an empty list means none.")


class Absence(Model):
    """An absence on consecutive dates, for whole days or the same hours of each day."""

    first: date
    last: date = Field(description="Last date, included.")
    start: ClockTime = 0
    end: ClockTime = 1440
    note: Label | None = Field(None, description="Never leaves the program.")


class BusySpan(Model):
    """Imported busy time, without a title."""

    start: AwareDatetime
    end: AwareDatetime


class Availability(Model):
    """When a person is free: weekly windows or dated windows, minus absences, minus imported busy time."""

    weekly: tuple[WeeklyWindow, ...] = Field(description="Free windows; an empty list means never free.")
    dates: tuple[DayWindows, ...] = Field((), description="Dates whose windows replace the weekly ones (rotating shifts).")
    absences: tuple[Absence, ...] = ()
    busy: tuple[BusySpan, ...] = ()
