"""How far behind people's calendars may be: by the feeds that were fetched lately, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.database.tables import Feed, FeedLink
from api.feeds import refresh_delay
from api.programs.person import Person

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

    A feed may be read by a telephone and by a website, and of two who read it the slower one counts. A feed that has got a new link counts
    once that was fetched.
    """
    is_link = and_(FeedLink.feed == Feed.id, FeedLink.retired_at.is_(None))
    feeds = (
        select(Feed.subject_kind, Feed.subject, Feed.clients, FeedLink.created_at)
        .join(FeedLink, is_link)
        .where(Feed.program == program, Feed.revoked_at.is_(None))
    )
    found: dict[Person, Lag] = {}
    for kind, subject, clients, linked_at in session.execute(feeds):
        since, person = max(linked_at, at - LATELY), Person.of(kind, subject)
        for client, seen in clients.items():
            seen_at, former = datetime.fromisoformat(seen["seen_at"]), found.get(person)
            if seen_at >= since:
                lag = Lag(refresh_delay(client), seen_at)
                found[person] = lag if former is None else Lag(max(lag.delay, former.delay), max(lag.seen_at, former.seen_at))
    return found
