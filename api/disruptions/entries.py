"""What a disruption enters in the program itself: time away, new hours, closed rooms and sites, and changes of groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from api.disruptions.lasting import end_group, enter_hours, keep_places, open_half, restore_former
from api.programs.models import AbsenceEntry, ProgramSettings
from api.programs.store.absences import enter_absence
from api.programs.store.entities import archive_kept, find_kept, lock_program, replace_kept
from api.programs.store.kinds import KINDS, Rows
from api.programs.store.programs import replace_settings, zone_of
from api.weeks.models.weeks import ReplacedEntry, WeekDisruption
from scheduler.instance import Absence, Closure, Program, Room, Site
from scheduler.repair.disruption import Disruption

LONGEST_WEEK: Final = timedelta(days=8)
"""Longer than any week, also one in which the clocks go back."""

Closed = Callable[[tuple[Absence, ...], tuple[Absence, ...]], tuple[Absence, ...]]


class DisruptionEntry(NamedTuple):
    """What was entered for a disruption.

    Attributes:
        entered: Ids of the time away that is new.
        former: What was replaced.
    """

    entered: tuple[str, ...] = ()
    former: ReplacedEntry | None = None


def is_to_stay(disruption: Disruption) -> bool:
    """Whether a disruption changes the program for good: a participant's new hours, and groups merged for longer than a week."""
    return disruption.kind == "availability" or (disruption.kind == "merge" and disruption.end - disruption.start > LONGEST_WEEK)


def enter_in_program(session: Session, program: str, disruption: Disruption, by: str, at: datetime) -> DisruptionEntry:
    """Enter a disruption, except for what is there already.

    Raises:
        Problem: There is no such person, room or group, or the program's data contradicts it.
    """
    match disruption.kind:
        case "clinician" | "participant":
            return DisruptionEntry(tuple(_enter_absences(session, program, disruption, by)))
        case "availability":
            return DisruptionEntry(former=enter_hours(session, program, disruption, by, at))
        case "merge":
            return DisruptionEntry(former=end_group(session, program, disruption, by) if is_to_stay(disruption) else None)
        case "split":
            open_half(session, program, disruption, by, at)
        case "room":
            _change_room(session, program, disruption, by, lambda there, new: tuple(dict.fromkeys((*there, *new))))
        case "site":
            _change_closures(session, program, disruption, by, is_closed=True)
        case "resource":
            pass
    return DisruptionEntry()


def take_out_of_program(session: Session, program: str, disruption: WeekDisruption, by: str, at: datetime) -> None:
    """Take out what was entered for a disruption; time away that was there before it stays, and so does the new half of a split group.

    Raises:
        Problem: The room does not exist any more.
    """
    match disruption.kind:
        case "clinician" | "participant":
            for id in disruption.entered:
                row = find_kept(session, program, KINDS["absences"], id, to_change=True)
                archive_kept(session, row, KINDS["absences"], by, at)
        case "availability" | "merge":
            restore_former(session, program, disruption, by)
        case "split":
            keep_places(session, program, disruption, by, at)
        case "room":
            _change_room(session, program, disruption, by, lambda there, new: tuple(span for span in there if span not in new))
        case "site":
            _change_closures(session, program, disruption, by, is_closed=False)
        case "resource":
            pass


def _enter_absences(session: Session, program: str, disruption: Disruption, by: str) -> Iterator[str]:
    lock_program(session, program)
    there = {entry.id for entry in Rows(session, program).all(AbsenceEntry)}
    for absence in disruption.absences(zone_of(session, program).key):
        span = absence.model_dump(include={"first", "last", "start", "end"})
        id = enter_absence(session, program, AbsenceEntry.model_validate({disruption.kind: disruption.id, **span}), by)
        if id not in there:
            yield id


def _change_room(session: Session, program: str, disruption: Disruption, by: str, change: Closed) -> None:
    row = find_kept(session, program, KINDS["rooms"], disruption.id or "", to_change=True)
    room = Room.model_validate(row.document)
    spans = change(room.closed, disruption.absences(zone_of(session, program).key))
    replace_kept(session, row, KINDS["rooms"], room.model_copy(update={"closed": spans}), by)


def _change_closures(session: Session, program: str, disruption: Disruption, by: str, *, is_closed: bool) -> None:
    row = lock_program(session, program)
    settings = ProgramSettings.model_validate(row.document)
    sites = Rows(session, program).all(Site)
    new = disruption.closures(Program(id=program, zone=settings.zone, sites=sites))
    there: tuple[Closure, ...] = settings.closures
    after = tuple(dict.fromkeys((*there, *new))) if is_closed else tuple(one for one in there if one not in new)
    replace_settings(session, row, settings.model_copy(update={"closures": after}), by)
