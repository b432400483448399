"""The published week, read from its rows: in full, for certain clinicians, or as the front desk may see it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import EntityRow, GroupRow, ParticipantRow, PublishedBookingRow, PublishedLeadRow, PublishedSessionRow
from api.programs.store.programs import zone_of
from api.weeks.models.published import DeskSession, DeskView, PublishedBookingView, PublishedSessionView, PublishedView
from api.weeks.store.weeks import find_week, published_roster
from scheduler.exchange.words import apart
from scheduler.fields import BookingMode, Mode

K = TypeVar("K", PublishedBookingRow, PublishedLeadRow)
W = TypeVar("W", PublishedSessionRow, PublishedBookingRow, PublishedLeadRow)


def published_view(session: Session, program: str, monday: date, clinicians: Collection[str] | None) -> PublishedView:
    """The published sessions of a week.

    Args:
        clinicians: Only sessions that one of these clinicians leads; None: all.
    """
    zone = zone_of(session, program)
    row = published_roster(session, program, monday)
    if row is None:
        return PublishedView(monday=monday, zone=zone.key)
    bookings, leads = bookings_of(session, program, monday), _leads_of(session, program, monday)
    rows = sessions_of(session, program, monday)
    mine = [r for r in rows if clinicians is None or any(lead.clinician in clinicians for lead in leads.get(r.session, []))]
    sessions = tuple(_session(r, zone, bookings.get(r.session, ()), leads.get(r.session, ())) for r in mine)
    return PublishedView(
        monday=monday, zone=zone.key, roster=row.id, number=row.number, published_at=row.published_at, sessions=sessions
    )  # fmt: skip


def desk_view(session: Session, program: str, monday: date, at: datetime) -> DeskView:
    """The front desk's view of a week at a time: no services, no clinicians, and session ids that do not reveal them."""
    zone, week, row = zone_of(session, program), find_week(session, program, monday), published_roster(session, program, monday)
    if row is None:
        return DeskView(monday=monday, zone=zone.key)
    bookings, labels = bookings_of(session, program, monday), _labels(session, GroupRow, program)
    sessions = tuple(
        DeskSession(
            id=desk_number(week.desk_key, r.session),
            group=r.group,
            label=labels.get(r.group or "", ""),
            start=r.start.astimezone(zone),
            end=r.end.astimezone(zone),
            mode=cast(Mode, r.mode),
            site=r.site,
            room=r.room,
            bookings=bookings.get(r.session, ()),
        )
        for r in sessions_of(session, program, monday)
    )
    return DeskView(
        monday=monday,
        zone=zone.key,
        number=row.number,
        published_at=row.published_at,
        printed_at=at.astimezone(zone),
        sessions=sessions,
    )


def desk_number(key: str, session: str) -> str:
    """A session's number at the front desk: the same in every roster of the week, and opaque.

    Args:
        key: The week's `desk_key`.
        session: The session's id, which contains an appointment's service.
    """
    return hashlib.blake2b(session.encode(), key=key.encode(), digest_size=12).hexdigest()


def sessions_of(session: Session, program: str, monday: date) -> list[PublishedSessionRow]:
    """The published sessions of a week, sorted by start."""
    return sorted(_of_week(session, PublishedSessionRow, program, monday), key=lambda row: (row.start, row.session))


def bookings_of(session: Session, program: str, monday: date) -> Mapping[str, tuple[PublishedBookingView, ...]]:
    """The bookings of a week by session, with labels that tell its participants apart."""
    labels = _labels(session, ParticipantRow, program)
    by_session = _by_session(_of_week(session, PublishedBookingRow, program, monday), lambda b: b.participant)
    booked = {row.participant for rows in by_session.values() for row in rows}
    labels = apart({id: labels.get(id, "") for id in sorted(booked)})
    return {id: tuple(_booking(row, labels) for row in rows) for id, rows in by_session.items()}


def _booking(row: PublishedBookingRow, labels: Mapping[str, str]) -> PublishedBookingView:
    return PublishedBookingView(
        participant=row.participant, label=labels.get(row.participant, ""), mode=cast(BookingMode, row.mode)
    )  # fmt: skip


def _leads_of(session: Session, program: str, monday: date) -> dict[str, list[PublishedLeadRow]]:
    return _by_session(_of_week(session, PublishedLeadRow, program, monday), lambda lead: lead.position)


def _of_week(session: Session, table: type[W], program: str, monday: date) -> Iterable[W]:
    return session.scalars(select(table).where(table.program == program, table.monday == monday))


def _by_session(rows: Iterable[K], order: Callable[[K], int | str]) -> dict[str, list[K]]:
    """Bookings or leads, grouped by session and sorted."""
    groups: dict[str, list[K]] = {}
    for row in sorted(rows, key=order):
        groups.setdefault(row.session, []).append(row)
    return groups


def _labels(session: Session, table: type[EntityRow], program: str) -> dict[str, str]:
    """Labels by id, including archived entities, which may still be in a published week."""
    rows = session.execute(select(table.id, table.document["label"].as_string()).where(table.program == program))
    return {id: label or "" for id, label in rows}


def _session(
    row: PublishedSessionRow, zone: ZoneInfo, bookings: Iterable[PublishedBookingView], leads: Iterable[PublishedLeadRow]
) -> PublishedSessionView:
    return PublishedSessionView(
        id=row.session,
        group=row.group,
        service=row.service,
        ordinal=row.ordinal,
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        mode=cast(Mode, row.mode),
        site=row.site,
        room=row.room,
        facilitators=tuple(lead.clinician for lead in leads),
        bookings=tuple(bookings),
        guests=tuple(row.guests),
    )
