"""The bytes that a link serves, stored with it: regenerated on request when their content may have changed.

They are made from one consistent view, and only replace older ones. So all processes serve the same bytes under the same ETag, a restart
changes nothing, and nobody sees a half-published week.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.consents.store import has_consent
from api.database import Store
from api.database.tables import FeedLinkRow, FeedRow, ProgramRow
from api.feeds.store.calendar_events import events_around
from api.feeds.store.expiry import leaving_of, with_leaving
from api.feeds.store.issuing import CONSENTS, revoke_feed
from api.programs.person import Person
from api.security.access import SYSTEM
from scheduler.exchange.events import opaque
from scheduler.exchange.ical import write_calendar, write_ended
from scheduler.exchange.options import FeedOptions
from scheduler.exchange.stamps import WINDOW_AHEAD, WINDOW_BACK, events_in_view, next_change

ENDED_DAYS = 30
"""How long an ended link states that it is no longer active; afterwards it is unknown."""

# Changes without a notification (the program's zone) are noticed within a day.
LONGEST_FRESH = timedelta(days=1)
MARGIN = timedelta(days=2)
SECOND = timedelta(seconds=1)
TRIES = 3

# Built once: building it takes as long as running it.
LINK_AND_FEED = with_leaving(select(FeedLinkRow, FeedRow).join(FeedRow, FeedRow.id == FeedLinkRow.feed)).where(
    FeedLinkRow.token_hash == bindparam("token_hash")
)


class CalendarFile(NamedTuple):
    """The content that a link serves.

    Attributes:
        modified_at: When the bytes last changed, whole seconds.
        is_ended: The content says that the link is no longer active.
    """

    feed: str
    body: bytes
    etag: str
    modified_at: datetime
    is_ended: bool
    seen_at: datetime | None


class _LinkedFeed(NamedTuple):
    """A link with its feed, from one view of the database."""

    link: FeedLinkRow
    feed: FeedRow
    ended_at: datetime | None

    @property
    def is_fresh(self) -> bool:
        """Whether the stored bytes match the feed's revision and state."""
        return self.link.revision == self.feed.revision and self.link.is_ended == (self.ended_at is not None)

    def served(self, at: datetime) -> CalendarFile | None:
        """The stored bytes, if they are still current."""
        link = self.link
        if not self.is_fresh or link.body is None or link.etag is None or link.modified_at is None:
            return None
        if link.fresh_until is None or at >= link.fresh_until:
            return None
        return CalendarFile(self.feed.id, link.body, link.etag, link.modified_at, link.is_ended, self.feed.seen_at)


class _Content(NamedTuple):
    revision: int
    is_ended: bool
    body: bytes
    fresh_until: datetime

    @property
    def etag(self) -> str:
        return etag_of(self.body)

    def served(self, link_and_feed: _LinkedFeed, at: datetime) -> CalendarFile:
        """The bytes served without being stored."""
        before = link_and_feed.link.modified_at
        modified_at = at if before is None else max(at, before + SECOND)
        return CalendarFile(link_and_feed.feed.id, self.body, self.etag, modified_at, self.is_ended, link_and_feed.feed.seen_at)


def etag_of(body: bytes) -> str:
    """A strong ETag: the hash of the bytes."""
    return f'"{hashlib.sha256(body).hexdigest()}"'


def serve(store: Store, token_hash: str, at: datetime) -> CalendarFile | None:
    """The content that a link serves now; None if it is unknown or no longer valid."""
    unkept = None
    for _ in range(TRIES):
        with store.reading() as session:
            link_and_feed = _find(session, token_hash, at)
            if link_and_feed is None:
                return None
            is_consented = _is_consented(session, link_and_feed, at)
            if is_consented and (served := link_and_feed.served(at)) is not None:
                return served
            content = _make(session, link_and_feed, at)
        if not is_consented:
            _revoke(store, link_and_feed.feed.id, at)
            continue
        unkept = content.served(link_and_feed, at)
        try:
            _keep(store, token_hash, content, at)
        except OperationalError:
            # The database is busy with a write; a read does not wait for it.
            break
    return unkept


def copy(store: Store, token_hash: str, at: datetime) -> bytes | None:
    """The calendar as a file that will not update; always marked private, because others may see an imported file without a class."""
    with store.reading() as session:
        link_and_feed = _find(session, token_hash, at)
        if link_and_feed is None or link_and_feed.ended_at is not None or not _is_consented(session, link_and_feed, at):
            return None
        return _calendar(session, link_and_feed.feed, at, is_copy=True)[0]


def _find(session: Session, token_hash: str, at: datetime) -> _LinkedFeed | None:
    row = session.execute(LINK_AND_FEED, {"token_hash": token_hash}).one_or_none()
    if row is None:
        return None
    link: FeedLinkRow = row[0]
    feed: FeedRow = row[1]
    ends = [link.retired_at, feed.revoked_at, leaving_of(row).expires_at(feed.days_after)]
    ended_at = min((end for end in ends if end is not None and end <= at), default=None)
    if ended_at is not None and at >= ended_at + timedelta(days=ENDED_DAYS):
        return None
    return _LinkedFeed(link, feed, ended_at)


def _is_consented(session: Session, link_and_feed: _LinkedFeed, at: datetime) -> bool:
    """Whether a guardian or guest may see the calendar."""
    feed = link_and_feed.feed
    if feed.purpose not in CONSENTS or link_and_feed.ended_at is not None:
        return True
    return has_consent(session, feed.program, feed.subject, CONSENTS[feed.purpose], at.date(), feed.guest or None)


def _revoke(store: Store, feed: str, at: datetime) -> None:
    """Revoke a guardian's or guest's feed whose consent is withdrawn or has expired."""
    with store.writing() as session:
        row = session.get_one(FeedRow, feed, with_for_update=True)
        revoke_feed(session, row, SYSTEM.name, at)
        Act(SYSTEM, "feed.revoke", row.program, f"feed={feed}").record(session)


def _make(session: Session, link_and_feed: _LinkedFeed, at: datetime) -> _Content:
    """The current bytes, and how long they stay current."""
    feed, until = link_and_feed.feed, at + LONGEST_FRESH
    if link_and_feed.ended_at is not None:
        body = write_ended(opaque(feed.id.encode(), "ended"), _zone(session, feed.program), link_and_feed.ended_at, ENDED_DAYS)
        return _Content(feed.revision, True, body, until)
    body, change = _calendar(session, feed, at)
    return _Content(feed.revision, False, body, until if change is None else min(until, change))


def _calendar(session: Session, feed: FeedRow, at: datetime, *, is_copy: bool = False) -> tuple[bytes, datetime | None]:
    """A feed's calendar, and when the passing of time next changes it."""
    options = FeedOptions.model_validate(feed.document)
    if is_copy:
        options = options.model_copy(update={"is_private": True})
    person = Person.of(feed.subject_kind, feed.subject, feed.guest)
    events = events_around(session, feed.program, person, at, WINDOW_BACK + MARGIN, WINDOW_AHEAD + MARGIN)
    body = write_calendar(events_in_view(events, at), _zone(session, feed.program), options, at.year, feed.looks_at)
    return body, next_change(events, at)


def _zone(session: Session, program: str) -> ZoneInfo:
    return ZoneInfo(session.get_one(ProgramRow, program).document["zone"])


def _keep(store: Store, token_hash: str, content: _Content, at: datetime) -> None:
    """Store new bytes with their link, never over newer ones and never with an earlier modification time."""
    with store.writing() as session:
        link = session.get(FeedLinkRow, token_hash, with_for_update=True, populate_existing=True)
        if link is None or link.revision > content.revision:
            return
        if link.etag != content.etag:
            link.modified_at = at if link.modified_at is None else max(at, link.modified_at + SECOND)
            link.etag = content.etag
        link.revision, link.is_ended, link.body, link.fresh_until = content.revision, content.is_ended, content.body, content.fresh_until
