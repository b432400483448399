"""One-time links to participants' own pages, and the visits begun with them.

A link is for one participant. It ends when it is used, replaced, revoked or expired. A visit ends at its time limit, after being idle, on
signing out, when its link is revoked, and when the participant leaves the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.rows import find_row
from api.database.tables import PageLinkRow, PageVisitRow, ParticipantRow, ProgramRow
from api.database.tables.base import stamps
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.programs.store.entities import find_participant, lock_program
from api.visits.models import LinkState

PRESSED_TWICE = timedelta(minutes=2)
"""How long the button of a page may be pressed again: phones may send a form twice and lose the first response."""

SEEN_EVERY = timedelta(minutes=1)


class Visitor(NamedTuple):
    """A participant on their own page.

    Attributes:
        hashed: The hash of the visit's token.
        now: The time of this request, in the program's zone.
    """

    program: str
    participant: str
    hashed: str
    now: datetime
    zone: ZoneInfo
    shows_details: bool
    is_kept: bool

    @property
    def name(self) -> str:
        """The participant in `changed_by` and in the audit trail."""
        return f"participant:{self.participant}"


def make_link(session: Session, settings: Settings, program: str, participant: str, hashed: str, by: str, at: datetime) -> PageLinkRow:
    """Store a new link; an earlier unused one becomes invalid.

    Args:
        hashed: The hash of the link's token.

    Raises:
        Problem: No such participant exists (`not_found`), or they are no longer in the program (`wrong_state`).
    """
    row = lock_program(session, program)
    if not _is_here(row, find_participant(session, program, participant), at):
        raise Problem("wrong_state", "The participant is discharged or archived; their page has ended.")
    unused = (PageLinkRow.used_at.is_(None), PageLinkRow.revoked_at.is_(None), PageLinkRow.replaced_at.is_(None))
    of_participant = (PageLinkRow.program == program, PageLinkRow.participant == participant)
    replaced = {"replaced_at": at, "version": PageLinkRow.version + 1, "changed_at": at, "changed_by": by}
    session.execute(update(PageLinkRow).where(*of_participant, *unused).values(replaced))
    link = PageLinkRow(program=program, participant=participant, token_hash=hashed, **stamps(by, at))
    link.expires_at = at + timedelta(days=settings.page_link_days)
    session.add(link)
    session.flush()
    return link


def list_links(session: Session, program: str, participant: str, listing: Listing) -> ListedRows[PageLinkRow]:
    """A participant's links.

    Raises:
        Problem: No such participant exists.
    """
    find_participant(session, program, participant)
    query = select(PageLinkRow).where(PageLinkRow.program == program, PageLinkRow.participant == participant)
    return list_rows(session, query, listing, orders_of(PageLinkRow, "id"), PageLinkRow.id)


def find_link(session: Session, program: str, participant: str, id: str) -> PageLinkRow:
    """Find and lock a link.

    Raises:
        Problem: The participant has no link with this id.
    """
    return find_row(
        session, PageLinkRow, id, "This participant has no such link.", to_change=True, program=program, participant=participant
    )


def revoke_link(session: Session, link: PageLinkRow, by: str, at: datetime) -> None:
    """Revoke a link and end the visits begun with it. Revoking twice has no further effect."""
    session.execute(delete(PageVisitRow).where(PageVisitRow.link == link.id))
    if link.revoked_at is None:
        link.revoked_at = at
        link.touch(by, at)


def state_of(link: PageLinkRow, at: datetime) -> LinkState:
    """The current state of a link."""
    if link.revoked_at is not None:
        return "revoked"
    if link.used_at is not None:
        return "used"
    if link.replaced_at is not None:
        return "replaced"
    return "expired" if link.expires_at <= at else "active"


def visits_of(session: Session, links: Sequence[PageLinkRow], at: datetime) -> dict[str, tuple[int, datetime]]:
    """The number of active visits of each link, and when one was last used."""
    is_open = (PageVisitRow.link.in_([link.id for link in links]), PageVisitRow.expires_at > at)
    query = select(PageVisitRow.link, func.count(), func.max(PageVisitRow.seen_at)).where(*is_open).group_by(PageVisitRow.link)
    return {link: (count, seen_at) for link, count, seen_at in session.execute(query)}


def may_open(session: Session, hashed: str, at: datetime) -> bool:
    """Whether a link can begin a visit now. Checking changes nothing, because mail scanners and previews open links, too."""
    link = session.scalar(select(PageLinkRow).where(PageLinkRow.token_hash == hashed))
    return link is not None and state_of(link, at) == "active" and _has_page(session, link, at)


def begin_visit(
    session: Session, settings: Settings, hashed: str, pressed: str, visit: str, is_kept: bool, at: datetime
) -> PageLinkRow | None:  # fmt: skip
    """Use up a link and begin a visit with it.

    Args:
        hashed: The hash of the link's token.
        pressed: The hash of the page whose button was pressed; a second press comes from the same visitor.
        visit: The hash of a new token.
        is_kept: Whether the visit lasts long, on a device that nobody else uses.

    Returns:
        The link, or None if it is invalid for any reason.
    """
    link = session.scalar(
        select(PageLinkRow).where(PageLinkRow.token_hash == hashed).with_for_update().execution_options(populate_existing=True)
    )
    if link is None or not _has_page(session, link, at):
        return None
    is_second_press = link.used_at is not None and link.used_by == pressed and at - link.used_at <= PRESSED_TWICE
    if state_of(link, at) != "active" and not (is_second_press and state_of(link, at) == "used"):
        return None
    link.used_at, link.used_by, link.version = link.used_at or at, pressed, link.version + 1
    is_kept = is_kept and settings.visit_kept_days > 0
    lasts = timedelta(days=settings.visit_kept_days) if is_kept else timedelta(hours=settings.visit_hours)
    session.execute(delete(PageVisitRow).where((PageVisitRow.expires_at <= at) | (PageVisitRow.link == link.id)))
    session.add(PageVisitRow(token_hash=visit, link=link.id, is_kept=is_kept, created_at=at, seen_at=at, expires_at=at + lasts))
    return link


def find_visitor(session: Session, settings: Settings, hashed: str, at: datetime) -> tuple[Visitor, bool] | None:
    """The visitor with a token, and whether its use should be recorded now; None if the visit is over."""
    visit = session.get(PageVisitRow, hashed)
    if visit is None or visit.expires_at <= at or visit.seen_at <= at - _idle(settings, visit):
        return None
    link = session.get_one(PageLinkRow, visit.link)
    if link.revoked_at is not None or not _has_page(session, link, at):
        return None
    zone = ZoneInfo(session.get_one(ProgramRow, link.program).document["zone"])
    who = (link.program, link.participant, hashed, at.astimezone(zone), zone)
    return Visitor(*who, visit.shows_details, visit.is_kept), visit.seen_at < at - SEEN_EVERY


def note_seen(session: Session, hashed: str, at: datetime) -> None:
    """Record that a visit was used."""
    session.execute(update(PageVisitRow).where(PageVisitRow.token_hash == hashed).values(seen_at=at))


def show_details(session: Session, hashed: str, is_shown: bool) -> None:
    """Show or hide what appointments are for, until the visit ends."""
    session.execute(update(PageVisitRow).where(PageVisitRow.token_hash == hashed).values(shows_details=is_shown))


def end_visit(session: Session, hashed: str) -> None:
    """End a visit."""
    session.execute(delete(PageVisitRow).where(PageVisitRow.token_hash == hashed))


def _idle(settings: Settings, visit: PageVisitRow) -> timedelta:
    return timedelta(days=settings.visit_kept_days / 2) if visit.is_kept else timedelta(minutes=settings.visit_idle_minutes)


def _has_page(session: Session, link: PageLinkRow, at: datetime) -> bool:
    program = session.get(ProgramRow, link.program)
    participant = session.get(ParticipantRow, {"program": link.program, "id": link.participant})
    return program is not None and participant is not None and _is_here(program, participant, at)


def _is_here(program: ProgramRow, participant: ParticipantRow, at: datetime) -> bool:
    """Whether a participant is in the program, up to and including their last day."""
    if program.archived_at is not None or participant.archived_at is not None or participant.status == "discharged":
        return False
    last = participant.document.get("discharge")
    return last is None or at.astimezone(ZoneInfo(program.document["zone"])).date().isoformat() <= last
