"""When a feed was last fetched, how often, and by which kind of client; recorded after the response, at most once a minute."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.exc import OperationalError

from api.database import Store
from api.database.tables import FeedRow

SEEN_EVERY = timedelta(minutes=1)
FEEDS = cast("Table", FeedRow.__table__)
# Built once: every feed is noted each time it is fetched.
RECORD = select(FEEDS.c.seen_at, FEEDS.c.clients, FEEDS.c.seen_count).where(FEEDS.c.id == bindparam("feed")).with_for_update()
NOTE = update(FEEDS).where(FEEDS.c.id == bindparam("feed"))


def is_to_be_noted(seen_at: datetime | None, at: datetime) -> bool:
    """Whether the last record is old enough for a new one."""
    return seen_at is None or seen_at + SEEN_EVERY <= at


def note_seen(store: Store, feed: str, client: str, at: datetime) -> None:
    """Record that a feed was fetched. A busy database fails no fetch."""
    with suppress(OperationalError), store.writing() as session:
        row = session.execute(RECORD, {"feed": feed}).one_or_none()
        if row is None or not is_to_be_noted(row.seen_at, at):
            return
        count = int(row.clients.get(client, {}).get("count", 0)) + 1
        clients = row.clients | {client: {"seen_at": at.isoformat(), "count": count}}
        session.execute(NOTE, {"feed": feed, "clients": clients, "seen_at": at, "seen_client": client, "seen_count": row.seen_count + 1})
