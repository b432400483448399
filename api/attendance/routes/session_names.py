"""Sessions as callers see them: the front desk gets numbers, since the id of an appointment contains its service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.database.listing import APART, ListedRows, Listing
from api.database.tables import AttendanceRow, LateNoticeRow, WeekRow
from api.weeks.store.published import desk_number

R = TypeVar("R", AttendanceRow, LateNoticeRow)


def shown_session(act: Act, week: WeekRow, session: str) -> str:
    """A session's id as shown to the caller; the front desk gets its number, which does not reveal the service."""
    return session if _sees_ids(act, week) else desk_number(week.desk_key, session)


def list_as_shown(
    session: Session, act: Act, week: WeekRow, table: type[R], listing: Listing, read: Callable[[Listing], ListedRows[R]]
) -> ListedRows[R]:
    """A page of rows of a week by session and participant, whose ends name sessions as the caller sees them."""
    if _sees_ids(act, week):
        return read(listing)
    of_week = select(table.session).where(table.program == week.program, table.monday == week.monday).distinct()
    numbers = {id: desk_number(week.desk_key, id) for id in session.scalars(of_week)}
    rows = read(replace(listing, after=_renamed(listing.after, {number: id for id, number in numbers.items()})))
    return replace(rows, next=_renamed(rows.next, numbers))


def _sees_ids(act: Act, week: WeekRow) -> bool:
    return act.caller.may("roster:read", week.program) or act.caller.clinicians(week.program) is not None


def _renamed(place: str | None, names: Mapping[str, str]) -> str | None:
    """The end of a page with another name of its session, which is followed by a participant."""
    if place is None or APART not in place:
        return place
    *before, session, participant = place.split(APART)
    return APART.join((*before, names.get(session, session), participant))
