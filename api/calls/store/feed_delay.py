"""How far behind people's calendars may be, judged by which feeds were fetched lately and by which programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from api.database.tables import FeedLinkRow, FeedRow
from api.feeds import refresh_delay
from api.programs.person import Person

LATELY = timedelta(days=3)
"""Every calendar program fetches at least once a day; after this time without a fetch, it counts as inactive."""


@dataclass(frozen=True, slots=True)
class FeedDelay:
    """A person's calendars.

    Attributes:
        delay: How long the slowest calendar may take.
        seen_at: When a calendar was last fetched.
    """

    delay: timedelta
    seen_at: datetime


def feed_delays_of(session: Session, program: str, at: datetime) -> Mapping[Person, FeedDelay]:
    """Everyone with an active calendar. Others have no feed, a revoked one, or one not fetched for a long time.

    A feed may be read by a phone and by a website; the slower one counts. A feed with a new link counts once that link has been fetched.
    Those of guests do not count.
    """
    is_link = and_(FeedLinkRow.feed == FeedRow.id, FeedLinkRow.retired_at.is_(None))
    feeds = (
        select(FeedRow.subject_kind, FeedRow.subject, FeedRow.clients, FeedLinkRow.created_at)
        .join(FeedLinkRow, is_link)
        .where(FeedRow.program == program, FeedRow.guest == "", FeedRow.revoked_at.is_(None))
    )
    lags: dict[Person, FeedDelay] = {}
    for kind, subject, clients, linked_at in session.execute(feeds):
        since, person = max(linked_at, at - LATELY), Person.of(kind, subject)
        for client, fetches in clients.items():
            seen_at, former = datetime.fromisoformat(fetches["seen_at"]), lags.get(person)
            if seen_at >= since:
                lag = FeedDelay(refresh_delay(client), seen_at)
                lags[person] = lag if former is None else FeedDelay(max(lag.delay, former.delay), max(lag.seen_at, former.seen_at))
    return lags
