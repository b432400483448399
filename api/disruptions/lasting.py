"""What stays from a day on: a participant's new hours, the end of a group that is merged, and the new half of one that is split."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from api.offers.new_hours import hours_from, windows_on
from api.offers.store import week_a_of
from api.programs.store.entities import archive_kept, create_kept, find_kept, lock_program, replace_kept
from api.programs.store.kinds import KINDS
from api.programs.store.programs import zone_of
from api.weeks.models.weeks import ReplacedEntry, WeekDisruption
from api.weeks.store.building import build_instance
from api.weeks.store.exceptions import give_up_places, take_back_places
from api.weeks.store.weeks import lock_week
from scheduler.instance import Availability, ClockWindow, DayWindows, Group, Participant, WeeklyWindow
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import disrupted


def enter_hours(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> ReplacedEntry | None:
    """Enter a participant's new hours; those of the days before, and of today until now, stay. None if they are entered already."""
    lock_program(session, program)
    row, kind = find_kept(session, program, KINDS["participants"], disruption.id or "", to_change=True), KINDS["participants"]
    person, zone = Participant.model_validate(row.document), zone_of(session, program)
    start, today = disruption.start.astimezone(zone), at.astimezone(zone).date()
    former = person.availability
    changed = _hours_from(former, disruption.free, start, today, week_a_of(session, program))
    if changed == former:
        return None
    replace_kept(session, row, kind, person.model_copy(update={"availability": changed}), by)
    return ReplacedEntry(availability=former)


def _hours_from(
    former: Availability, free: tuple[WeeklyWindow, ...], start: datetime, today: date, week_a: date | None
) -> Availability:  # fmt: skip
    """An availability with new hours from a moment on, also on later dates that had hours of their own."""
    first, minute = start.date(), start.hour * 60 + start.minute
    earlier = former.model_copy(update={"dates": tuple(entry for entry in former.dates if entry.date < first)})
    changed = hours_from(earlier, free, first, today - timedelta(days=today.weekday()), week_a)
    if minute == 0:
        return changed
    own = next((entry.windows for entry in former.dates if entry.date == first), None)
    before = own if own is not None else windows_on(former, first, week_a)
    clipped = [ClockWindow(start=w.start, end=min(w.end, minute)) for w in before if w.start < minute]
    after = windows_on(changed, first, week_a)
    clipped += [ClockWindow(start=max(w.start, minute), end=w.end) for w in after if w.end > minute]
    return changed.model_copy(update={"dates": (*changed.dates, DayWindows(date=first, windows=tuple(clipped)))})


def end_group(session: Session, program: str, disruption: Disruption, by: str) -> ReplacedEntry | None:
    """Let a group meet for the last time on the day before it is merged; None if it ends by then already."""
    lock_program(session, program)
    row = find_kept(session, program, KINDS["groups"], disruption.id or "", to_change=True)
    group = Group.model_validate(row.document)
    last = disruption.start.astimezone(zone_of(session, program)).date() - timedelta(days=1)
    if group.meets_until is not None and group.meets_until <= last:
        return None
    begins = None if group.meets_from is None else min(group.meets_from, last)
    replace_kept(session, row, KINDS["groups"], group.model_copy(update={"meets_until": last, "meets_from": begins}), by)
    return ReplacedEntry(meets_until=group.meets_until)


def open_half(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> None:
    """Enter the new half of a group that is split, and that the members of the group may leave it in that week."""
    week = build_instance(session, program, _monday(session, program, disruption), at)
    if disruption.into in {group.id for group in week.groups}:
        return
    after = disrupted(week, disruption)
    create_kept(session, program, KINDS["groups"], next(group for group in after.groups if group.id == disruption.into), by)
    releases = tuple(one for one in after.history.released if one not in week.history.released)
    give_up_places(lock_week(session, program, week.monday, by), releases, by, at)


def keep_places(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> None:
    """Take back that the members of a group that was split may leave it in that week."""
    take_back_places(lock_week(session, program, _monday(session, program, disruption), by), disruption.id or "", by, at)


def archive_half(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> None:
    """Archive the new half of a group that was split, once no published session needs it any more."""
    row = find_kept(session, program, KINDS["groups"], disruption.into or "", to_change=True)
    archive_kept(session, row, KINDS["groups"], by, at)


def restore_former(session: Session, program: str, disruption: WeekDisruption, by: str) -> None:
    """Put back what a disruption replaced for good.

    Raises:
        Problem: The participant or group does not exist any more.
    """
    if disruption.former is None:
        return
    is_group = disruption.kind == "merge"
    kind = KINDS["groups" if is_group else "participants"]
    change = disruption.former.model_dump(include={"meets_until"}) if is_group else {"availability": disruption.former.availability}
    lock_program(session, program)
    row = find_kept(session, program, kind, disruption.id or "", to_change=True)
    replace_kept(session, row, kind, kind.model.model_validate(row.document).model_copy(update=change), by)


def _monday(session: Session, program: str, disruption: Disruption) -> date:
    first = disruption.start.astimezone(zone_of(session, program)).date()
    return first - timedelta(days=first.weekday())
