"""Find and show feeds, each with its current expiry."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.database.listing import ListedRows, Listing, list_rows, orders_of
from api.database.tables import FeedRow
from api.feeds.models import FeedOut, Fetches, PurposeName
from api.feeds.store.expiry import read_feeds
from api.feeds.store.issuing import options_of
from api.kernel.errors import Problem
from api.programs.store.programs import check_program


def find_feeds(
    session: Session,
    program: str,
    own: Collection[str] | None,
    participant: str | None,
    clinician: str | None,
    listing: Listing,
    *,
    include_revoked: bool = False,
) -> ListedRows[FeedRow]:
    """Feeds of a program, also revoked ones if that is asked or if they were changed since a time.

    Args:
        own: Only feeds of these clinicians; None: all.
        participant: Only this participant's; together with a clinician, those of both.
    """
    check_program(session, program)
    query = select(FeedRow).where(FeedRow.program == program)
    if own is not None:
        query = query.where(FeedRow.subject_kind == "clinician", FeedRow.subject.in_(own))
    named = [
        and_(FeedRow.subject_kind == kind, FeedRow.subject == id)
        for kind, id in (("participant", participant), ("clinician", clinician))
        if id
    ]
    if named:
        query = query.where(or_(*named))
    if not include_revoked and listing.changed_since is None:
        query = query.where(FeedRow.revoked_at.is_(None))
    return list_rows(session, query, listing, orders_of(FeedRow, "id"), FeedRow.id, read=partial(read_feeds, session))


def find_feed(session: Session, program: str, feed: str, *, to_change: bool = False) -> FeedRow:
    """Find a feed.

    Args:
        to_change: Lock it.

    Raises:
        Problem: The program has no feed with this id.
    """
    if to_change:
        session.get(FeedRow, feed, with_for_update=True)
    feeds = read_feeds(session, select(FeedRow).where(FeedRow.id == feed, FeedRow.program == program))
    if not feeds:
        raise Problem("not_found", "The program has no such feed.")
    return feeds[0]


def show_feed(feed: FeedRow, at: datetime) -> FeedOut:
    """A feed as shown in responses."""
    is_expired = feed.expires_at is not None and feed.expires_at <= at
    return FeedOut(
        id=feed.id,
        version=feed.version,
        participant=feed.subject if feed.subject_kind == "participant" else None,
        clinician=feed.subject if feed.subject_kind == "clinician" else None,
        guest=feed.guest or None,
        purpose=cast(PurposeName, feed.purpose),
        state="revoked" if feed.revoked_at is not None else "expired" if is_expired else "active",
        options=options_of(feed),
        created_at=feed.created_at,
        acknowledged=feed.acknowledged,
        acknowledged_at=feed.acknowledged_at,
        seen_at=feed.seen_at,
        seen_client=feed.seen_client,
        seen_count=feed.seen_count,
        clients={client: Fetches.model_validate(fetches) for client, fetches in feed.clients.items()},
        expires_at=feed.expires_at,
        revoked_at=feed.revoked_at,
    )
