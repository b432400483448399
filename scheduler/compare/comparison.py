"""The contents of a comparison: typed data for programs, and sentences for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import AwareDatetime, Field

from scheduler.fields import Id, Model

Kind = Literal["added", "removed", "moved", "mode", "staff", "room"]
BookingKind = Literal["added", "removed", "moved", "mode"]


class SessionChange(Model):
    """A session that is new, cancelled, or changed in time, staff, room or mode."""

    session: str
    what: str = Field(description="Group, or service and participants.")
    kinds: tuple[Kind, ...]
    before: str | None = Field(None, description="Day and time in the first roster.")
    after: str | None = Field(None, description="Day and time in the second roster.")
    participants: tuple[Id, ...] = Field((), description="Participants booked before or after.")
    clinicians: tuple[Id, ...] = Field((), description="Facilitators before or after.")


class BookingChange(Model):
    """A participant's booking that is new, cancelled, moved, or in another mode."""

    participant: Id
    what: str
    kind: BookingKind
    before: str | None = None
    after: str | None = None
    starts: AwareDatetime = Field(description="The earlier of the old and the new start.")
    notice_hours: float | None = Field(None, description="Hours from `now` to that start; None without `now`.")


class PersonHours(Model):
    """Care minutes of an affected participant."""

    participant: Id
    before: int
    after: int
    floor: int


class TierChange(Model):
    """The care or preference cost of the two rosters."""

    before: int | None = Field(description="None if the first roster is last week's, which this week's rules do not judge.")
    after: int


class Comparison(Model):
    """The comparison of two rosters."""

    sessions: tuple[SessionChange, ...] = ()
    bookings: tuple[BookingChange, ...] = ()
    participants: tuple[Id, ...] = Field((), description="Those with a changed booking.")
    clinicians: tuple[Id, ...] = Field((), description="Those with a changed session.")
    hours: tuple[PersonHours, ...] = ()
    violations_before: int = 0
    violations_after: int = 0
    care: TierChange = TierChange(before=0, after=0)
    preference: TierChange = TierChange(before=0, after=0)
    by_rule: dict[str, TierChange] = Field(default_factory=dict, description="Rules whose cost differs.")
    within_24_hours: tuple[Id, ...] = Field((), description="Participants whose changes begin within 24 hours: call them.")
    within_48_hours: tuple[Id, ...] = Field((), description="Participants whose changes begin within 48 hours, including those within 24.")
    lines: tuple[str, ...] = ()


def sentences(comparison: Comparison) -> Iterator[str]:
    """The comparison in sentences."""
    if not comparison.sessions and not comparison.bookings:
        yield "Nothing changed."
        return
    yield (
        f"{len(comparison.bookings)} bookings and {len(comparison.sessions)} sessions changed; "
        f"{len(comparison.participants)} participants and {len(comparison.clinicians)} clinicians are affected"
    )
    if comparison.violations_before or comparison.violations_after:
        yield f"Violations: {comparison.violations_before} before, {comparison.violations_after} after"
    if comparison.care.before is None:
        yield f"Care: {comparison.care.after} minutes missing this week"
    else:
        yield f"Care: {comparison.care.before} minutes missing before, {comparison.care.after} after"
        yield f"Preferences: {comparison.preference.before} before, {comparison.preference.after} after"
    yield from (f"  {rule}: {change.before} before, {change.after} after" for rule, change in comparison.by_rule.items())
    for session in comparison.sessions:
        yield f"Session {session.what}: {', '.join(session.kinds)}{_from_to(session.before, session.after)}"
    minutes = {hours.participant: hours for hours in comparison.hours}
    for person in comparison.participants:
        hours = minutes[person]
        yield f"{person}: {hours.before} minutes before, {hours.after} after (ordered {hours.floor})"
        for change in (c for c in comparison.bookings if c.participant == person):
            yield f"  {change.what} {change.kind}{_from_to(change.before, change.after)}"
    if comparison.within_24_hours:
        yield f"Will not reach calendars in time; call: {', '.join(comparison.within_24_hours)} (within 24 hours)"
    later = [person for person in comparison.within_48_hours if person not in comparison.within_24_hours]
    if later:
        yield f"May not reach calendars in time: {', '.join(later)} (within 48 hours)"


def _from_to(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return f" ({after or before})"
    return f" ({before})" if before == after else f" ({before} to {after})"
