"""The mark of a participant in a session, worked out from what is recorded: minutes late, minutes early, and the care minutes delivered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api.attendance.models import CAME, AttendanceRecord
from api.database.tables import PublishedSessionRow
from api.kernel.errors import Place, Problem

MARK = ("status", "minutes", "minutes_late", "minutes_early", "joined_at", "left_at", "is_walk_in")
"""The columns of a mark."""
MINUTE = timedelta(minutes=1)
SEND_MINUTES = Place(
    code="missing", path="minutes", message="send this, or `minutes_late`, `minutes_early`, `joined_at` or `left_at` for what was missed"
)


def mark_of(row: PublishedSessionRow, entry: AttendanceRecord) -> dict[str, Any]:
    """The columns of the mark for an entry.

    Raises:
        Problem: The minutes or times do not fit the session.
    """
    late = _missed(entry.minutes_late, row.start, entry.joined_at)
    early = _missed(entry.minutes_early, entry.left_at, row.end)
    _check(row, entry, late, early)
    is_part = entry.status in ("late", "left_early")
    return {
        "status": entry.status,
        "minutes": _minutes(row, entry, late, early),
        "minutes_late": late if is_part else None,
        "minutes_early": early if is_part else None,
        "joined_at": entry.joined_at,
        "left_at": entry.left_at,
        "is_walk_in": entry.is_walk_in,
    }


def _missed(minutes: int | None, since: datetime | None, until: datetime | None) -> int | None:
    """The minutes missed: as recorded, otherwise between two times; None if one of these is not known."""
    if minutes is not None or since is None or until is None:
        return minutes
    return max(0, (until - since) // MINUTE)


def _check(row: PublishedSessionRow, entry: AttendanceRecord, late: int | None, early: int | None) -> None:
    if (entry.joined_at is not None and entry.joined_at >= row.end) or (entry.left_at is not None and entry.left_at <= row.start):
        path = "joined_at" if entry.joined_at is not None and entry.joined_at >= row.end else "left_at"
        words = "Joining must be before the end of the session, and leaving after its start."
        raise Problem("bad_reference", words, (Place(code="outside", path=path, message="send a time in the session"),))
    length = (row.end - row.start) // MINUTE
    if (late or 0) + (early or 0) > length:
        most = Place(code="too_many", path="minutes_late", message=f"send at most {length}, together with `minutes_early`")
        raise Problem("bad_reference", f"The session has {length} minutes; no more can be missed.", (most,))
    if entry.minutes is not None and entry.minutes > row.care_minutes:
        most = Place(code="too_many", path="minutes", message=f"send at most {row.care_minutes}")
        raise Problem("bad_reference", f"The session has {row.care_minutes} care minutes; record at most that many.", (most,))


def _minutes(row: PublishedSessionRow, entry: AttendanceRecord, late: int | None, early: int | None) -> int:
    """The care minutes of an entry; omitted minutes follow from status, session and the minutes missed."""
    if entry.minutes is not None:
        return entry.minutes
    if entry.status not in ("late", "left_early"):
        return row.care_minutes if entry.status in CAME else 0
    if late is None and early is None and row.care_minutes:
        words = f"Say how many of the session's {row.care_minutes} care minutes were delivered or missed."
        raise Problem("bad_reference", words, (SEND_MINUTES,))
    return max(0, row.care_minutes - (late or 0) - (early or 0))
