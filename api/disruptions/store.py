"""Enter a disruption, and publish the remedy that was chosen for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from api.database.documents import document_text, keep_document
from api.database.tables import WeekRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.programs.models import AbsenceEntry, ProgramSettings
from api.programs.store.absences import enter_absence
from api.programs.store.entities import find_kept, lock_program, replace_kept
from api.programs.store.kinds import KINDS, Rows
from api.programs.store.programs import replace_settings, zone_of
from api.publishing.drafts import publish_draft
from api.weeks.store.judging import readable, week_now
from api.weeks.store.rosters import add_draft, roster_of
from api.weeks.store.weeks import published_roster
from scheduler.disruptions.disruption import Disruption, closed
from scheduler.disruptions.remedies import Remedies
from scheduler.instance import Absence, Program, Room, Site
from scheduler.roster import Roster


def keep_remedies(session: Session, remedies: Remedies) -> tuple[str, ...]:
    """Store the rosters of some remedies for the time it takes to choose one; each by its hash."""
    return tuple(keep_document(session, "roster", remedy.roster.model_dump_json()) for remedy in remedies.remedies)


def is_published(session: Session, program: str, monday: date, remedy: str) -> bool:
    """Whether a remedy is what is published, e.g. because its button was pressed twice."""
    row = published_roster(session, program, monday)
    return row is not None and row.roster_hash == remedy


def publish_remedy(session: Session, settings: Settings, week: WeekRow, remedy: str, disruption: Disruption, by: str, at: datetime) -> str:
    """Enter a disruption, and publish a remedy for it in a locked week.

    Args:
        remedy: The hash of its roster.

    Returns:
        The id of the published roster.

    Raises:
        Problem: The remedy is gone, or breaks a rule by now.
    """
    enter(session, week.program, disruption, by)
    former = published_roster(session, week.program, week.monday)
    judged = readable(week_now(session, week.program, week.monday, at), _roster(session, remedy))
    row = add_draft(session, week.program, week.monday, judged, "edited", by, parent=None if former is None else former.id)
    publish_draft(session, settings, week, row, by, at)
    return row.id


def former_roster(session: Session, program: str, monday: date) -> Roster | None:
    """The roster that the published one was made from."""
    row = published_roster(session, program, monday)
    former = None if row is None or row.parent is None else session.get(type(row), row.parent)
    return None if former is None else roster_of(session, former)


def enter(session: Session, program: str, disruption: Disruption, by: str) -> None:
    """Enter a disruption: as time away, as hours in which a room is closed, or as closures. Entering it twice has no further effect.

    A resource that is not available some day has no place in the program, so nothing is entered.

    Raises:
        Problem: There is no such person or room, or the program's data contradicts it.
    """
    zone = zone_of(session, program).key
    match disruption.kind:
        case "clinician" | "participant":
            _enter_absences(session, program, disruption, disruption.absences(zone), by)
        case "room":
            row = find_kept(session, program, KINDS["rooms"], disruption.id or "", to_change=True)
            room = Room.model_validate(row.document)
            spans = tuple(dict.fromkeys((*room.closed, *disruption.absences(zone))))
            replace_kept(session, row, KINDS["rooms"], room.model_copy(update={"closed": spans}), by)
        case "site":
            _enter_closures(session, program, disruption, by)
        case "resource":
            return


def _enter_absences(session: Session, program: str, disruption: Disruption, absences: Sequence[Absence], by: str) -> None:
    for absence in absences:
        span = absence.model_dump(include={"first", "last", "start", "end"})
        enter_absence(session, program, AbsenceEntry.model_validate({disruption.kind: disruption.id, **span}), by)


def _enter_closures(session: Session, program: str, disruption: Disruption, by: str) -> None:
    row = lock_program(session, program)
    settings = ProgramSettings.model_validate(row.document)
    sites = Rows(session, program).all(Site)
    after = closed(Program(id=program, sites=sites, **_calendar(settings)), disruption)
    changes = {"closures": tuple(dict.fromkeys(after.closures)), "telehealth_hours": after.telehealth_hours}
    replace_settings(session, row, settings.model_copy(update=changes), by)


def _calendar(settings: ProgramSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in ("zone", "travel", "telehealth_hours", "closures", "week_a")}


def _roster(session: Session, hash: str) -> Roster:
    try:
        return Roster.model_validate_json(document_text(session, hash))
    except (KeyError, ValueError):
        raise Problem("wrong_state", "These answers are too old. Go back, and look for answers again.") from None
