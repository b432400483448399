"""Create, list, change and archive programs. Inconsistent settings are refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import ProgramRow
from api.kernel.errors import Place, Problem
from api.programs.models import ProgramSettings
from api.programs.store.kinds import KINDS, active_documents
from scheduler.instance import Instance, Site
from scheduler.instance import Program as ProgramOfInstance
from scheduler.validation import errors, validate

ANY_MONDAY = date(2026, 11, 30)


def check_program(session: Session, program: str) -> ProgramRow:
    """The program named in a path.

    Raises:
        Problem: No such program exists.
    """
    row = find_row(session, ProgramRow, program, "There is no such program.")
    # A session knows a row as long as someone holds it; this one is asked for again and again.
    session.info["program"] = row
    return row


def zone_of(session: Session, program: str) -> ZoneInfo:
    """The time zone of a program."""
    return ZoneInfo(check_program(session, program).document["zone"])


def create_program(session: Session, id: str, settings: ProgramSettings, by: str) -> ProgramRow:
    """Create an empty program.

    Raises:
        Problem: The id is taken, or the settings are inconsistent.
    """
    if session.get(ProgramRow, id) is not None:
        raise Problem("exists", "This id is taken, perhaps by an archived program: choose another one.")
    _require_sense(settings, ())
    row = ProgramRow(id=id, document=settings.model_dump(mode="json"), created_by=by, changed_by=by)
    session.add(row)
    session.flush()
    return row


def list_programs(session: Session, ids: Collection[str] | None, listing: Listing, *, include_archived: bool) -> ListedRows[ProgramRow]:
    """Programs, also archived ones if that is asked or if they were changed since a time.

    Args:
        ids: Only these; None: all.
    """
    query = select(ProgramRow)
    if ids is not None:
        query = query.where(ProgramRow.id.in_(sorted(ids)))
    if not include_archived and listing.changed_since is None:
        query = query.where(ProgramRow.archived_at.is_(None))
    return list_rows(session, query, listing, orders_of(ProgramRow, "id"), ProgramRow.id)


def replace_settings(session: Session, row: ProgramRow, settings: ProgramSettings, by: str) -> None:
    """Replace the settings of a program.

    Raises:
        Problem: The settings are inconsistent, or name sites that the program does not have.
    """
    _require_sense(settings, tuple(map(Site.model_validate, active_documents(session, row.id, KINDS["sites"]))))
    row.document = settings.model_dump(mode="json")
    row.touch(by)


def lock_any(session: Session, program: str) -> ProgramRow:
    """Lock a program's row, archived or not, in order to archive or restore it."""
    # Jobs and weeks refer to the row: `key_share` still allows them to be created.
    session.info["program"] = session.get(ProgramRow, program, with_for_update={"key_share": True}, populate_existing=True)
    return check_program(session, program)


def archive_program(row: ProgramRow, by: str, at: datetime | None) -> None:
    """Archive a program, or restore it; its entities stay as they are."""
    if (row.archived_at is None) != (at is None):
        row.archived_at = at
        row.touch(by)


def _require_sense(settings: ProgramSettings, sites: Sequence[Site]) -> None:
    """Check the settings as part of a week without people.

    Raises:
        Problem: `bad_instance`, or `bad_reference` if unknown ids are the only errors.
    """
    fields = {name: getattr(settings, name) for name in ("zone", "travel", "telehealth_hours", "closures", "week_a")}
    # Not validated, because a program may have no site yet.
    program = ProgramOfInstance.model_construct(id="program", sites=tuple(sites), **fields)
    week = Instance(
        id="settings", monday=ANY_MONDAY, program=program, policy=settings.policy, weights=settings.weights, services=(), clinicians=(),
        participants=(),
    )  # fmt: skip
    faults = errors(validate(week))
    if faults:
        places = [Place(code=i.code, path=i.path.removeprefix("program."), message=i.message) for i in faults]
        is_reference = all(place.code == "unknown_id" for place in places)
        raise Problem(
            "bad_reference" if is_reference else "bad_instance",
            "The settings are inconsistent; every error is listed with its path.",
            places,
        )
