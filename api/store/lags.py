"""How far behind people's calendars may be: by the feeds that were fetched lately, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.feeds import refresh_delay
from api.outbox.changes import Person
from api.store.tables import Feed, FeedLink

LATELY = timedelta(days=3)
"""Every calendar program fetches at least once a day; one that has not for so long does not any more."""


@dataclass(frozen=True, slots=True)
class Lag:
    """A person's calendars.

    Attributes:
        delay: How long the slowest of them may take.
        seen_at: When one of them was fetched last.
    """

    delay: timedelta
    seen_at: datetime


def lags_of(session: Session, program: str, at: datetime) -> Mapping[Person, Lag]:
    """Everybody who has a calendar that is read. Whoever is missing has none: no feed, a revoked one, one never or long not fetched.

    A feed that has got a new link counts once that was fetched.
    """
    is_link = and_(FeedLink.feed == Feed.id, FeedLink.retired_at.is_(None))
    feeds = (
        select(Feed.subject_kind, Feed.subject, Feed.seen_at, Feed.seen_client)
        .join(FeedLink, is_link)
        .where(Feed.program == program, Feed.revoked_at.is_(None), Feed.seen_at >= FeedLink.created_at)
    )
    found: dict[Person, Lag] = {}
    for kind, subject, seen_at, client in session.execute(feeds):
        if seen_at is None or seen_at < at - LATELY:
            continue
        person, delay = Person.of(kind, subject), refresh_delay(client)
        former = found.get(person)
        found[person] = Lag(delay, seen_at) if former is None else Lag(max(delay, former.delay), max(seen_at, former.seen_at))
    return found
