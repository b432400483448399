"""Changes in words to be read out, sent by SMS or mailed: times only, without names, programs, groups, services or clinicians.

Even a message from a clinic may disclose treatment, so nothing here says who writes or why. Every character is in GSM 03.38, so that an SMS
holds 160 of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil
from zoneinfo import ZoneInfo

from api.calls.changes import AppointmentVersion, Change
from scheduler.words import short_weekday_date, time_of_day, time_range, weekday_date

SMS, SMS_PART = 160, 153
"""Characters of an SMS, and of each part of a longer one."""
ASK = "Please ask us for the address."


def text_of(changes: Sequence[Change], zone: ZoneInfo) -> str:
    """The text about changes: full sentences if they fit into one SMS or there is only one, otherwise a list.

    Args:
        changes: In the order of the text; not empty.
    """
    sentences = [_sentence(change, zone) for change in changes]
    if any(_is_elsewhere(change) for change in changes):
        sentences.append(ASK)
    text = " ".join(sentences)
    return text if len(changes) == 1 or len(text) <= SMS else _listed(changes, zone)


def sms_parts(text: str) -> int:
    """The number of SMS parts of a text."""
    return 1 if len(text) <= SMS else ceil(len(text) / SMS_PART)


def _sentence(change: Change, zone: ZoneInfo) -> str:
    before, after = change.before, change.after
    if after is None:
        assert before is not None
        return f"Your appointment on {_long(before, zone)} is cancelled."
    if change.kind == "stays":
        return f"Your appointment on {_long(after, zone)} takes place as first planned{_how(after)}."
    if before is None:
        return f"You have a new appointment on {_day(after, zone)}, {_clock(after.start, zone)} to {_clock(after.end, zone)}{_how(after)}."
    return f"Your appointment on {_long(before, zone)} is now {', '.join(_news(before, after, zone))}."


def _news(before: AppointmentVersion, after: AppointmentVersion, zone: ZoneInfo) -> list[str]:
    """The differences, in words that follow `is now`."""
    parts = []
    if _day(before, zone) != _day(after, zone):
        parts.append(f"on {_long(after, zone)}")
    elif before.start != after.start:
        parts.append(f"at {_clock(after.start, zone)}")
    if before.end - before.start != after.end - after.start:
        parts.append(f"until {_clock(after.end, zone)}")
    if before.mode != after.mode:
        parts.append("online" if after.mode == "telehealth" else "on site" if after.mode == "in_person" else "on site and online")
    if _is_elsewhere(Change(before, after)):
        parts.append("at another address")
    return parts


def _listed(changes: Sequence[Change], zone: ZoneInfo) -> str:
    """Several changes as briefly as possible."""
    if all(change.kind == "new" for change in changes):
        return f"Your new appointments: {'; '.join(_short_span(c, zone) for c in changes)}."
    end = f" {ASK}" if any(_is_elsewhere(change) for change in changes) else ""
    return f"Changes to your appointments: {'; '.join(_item(change, zone) for change in changes)}.{end}"


def _item(change: Change, zone: ZoneInfo) -> str:
    before, after = change.before, change.after
    if after is None:
        assert before is not None
        return f"{_short(before, zone)} cancelled"
    if change.kind == "stays":
        return f"{_short(after, zone)} as first planned"
    if before is None:
        return f"new {_short_span(change, zone)}"
    news = _news(before, after, zone)
    if _day(before, zone) != _day(after, zone):
        news[0] = _short(after, zone)
    return f"{_short(before, zone)} now {', '.join(news).removeprefix('at ')}"


def _short_span(change: Change, zone: ZoneInfo) -> str:
    assert change.after is not None
    return f"{time_range(_short(change.after, zone), _clock(change.after.end, zone))}{_how(change.after)}"


def _is_elsewhere(change: Change) -> bool:
    """Whether the person has to go to another building."""
    before, after = change.before, change.after
    return before is not None and after is not None and not change.is_as_told and (
        "telehealth" not in (before.mode, after.mode) and before.site != after.site
    )  # fmt: skip


def _how(appointment: AppointmentVersion) -> str:
    return ", online" if appointment.mode == "telehealth" else ""


def _long(appointment: AppointmentVersion, zone: ZoneInfo) -> str:
    return f"{_day(appointment, zone)} at {_clock(appointment.start, zone)}"


def _short(appointment: AppointmentVersion, zone: ZoneInfo) -> str:
    return f"{short_weekday_date(appointment.start.astimezone(zone))} {_clock(appointment.start, zone)}"


def _day(appointment: AppointmentVersion, zone: ZoneInfo) -> str:
    return weekday_date(appointment.start.astimezone(zone))


def _clock(time: datetime, zone: ZoneInfo) -> str:
    """The time of day; in the repeated hour of a clock change, with the zone's abbreviation."""
    local = time.astimezone(zone)
    offsets = {local.replace(fold=fold).utcoffset() for fold in (0, 1)}
    # The other reading is real only when the clocks go back, not when they skip.
    is_twice = len(offsets) == 2 and local.replace(fold=1 - local.fold).astimezone(UTC).astimezone(zone).hour == local.hour
    return f"{time_of_day(local.hour * 60 + local.minute)}{f' ({local.tzname()})' if is_twice else ''}"
