"""Clinicians: hours, leave, busy time, credentials, limits."""

from __future__ import annotations

from pydantic import Field

from scheduler.fields import ClockTime, Count, Id, Label, Minutes, Model, Weekday, WeekPattern
from scheduler.instance.calendar import Absence, BusySpan
from scheduler.names import SiteId, Tag


class WorkWindow(Model):
    """Weekly working hours at a site, or remotely for telehealth."""

    day: Weekday
    start: ClockTime
    end: ClockTime
    weeks: WeekPattern = "every"
    site: SiteId | None = Field(None, description="None: not on site, telehealth only.")


class ProtectedTime(Model):
    """Supervision, team meeting: no sessions then."""

    day: Weekday
    start: ClockTime
    end: ClockTime
    weeks: WeekPattern = "every"
    label: Label = ""


class ClinicianLimits(Model):
    """Limits of one clinician; None takes the policy's."""

    direct_minutes_per_day: Minutes | None = None
    direct_minutes_per_week: Minutes | None = None
    blocks_per_day: Count | None = None
    sessions_per_day: Count | None = None
    caseload: Count | None = None


class Clinician(Model):
    """A person who leads groups and sees participants."""

    id: Id
    label: Label = ""
    credentials: tuple[Tag, ...] = ()
    languages: tuple[Tag, ...] = ("en",)
    gender: Tag | None = None
    team: Tag | None = None
    licensed_states: tuple[Tag, ...] = ()
    hours: tuple[WorkWindow, ...]
    leave: tuple[Absence, ...] = ()
    busy: tuple[BusySpan, ...] = Field((), description="Imported busy time: no sessions then, and no lunch; it counts as working time.")
    protected: tuple[ProtectedTime, ...] = ()
    limits: ClinicianLimits = ClinicianLimits()
    contract_minutes: Minutes | None = Field(None, description="Contract share for a fair load; None: weekly working minutes.")
    avoids_animals: bool = False
