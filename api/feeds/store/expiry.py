"""When a feed expires: some days after its person left. Computed each time, so that a corrected discharge takes effect at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from api.database.tables import ClinicianRow, FeedRow, ParticipantRow

# A day has ended in every zone at noon UTC of the next day.
OVER = timedelta(days=1, hours=12)

IS_PARTICIPANT = and_(
    FeedRow.subject_kind == "participant", ParticipantRow.program == FeedRow.program, ParticipantRow.id == FeedRow.subject
)
IS_CLINICIAN = and_(FeedRow.subject_kind == "clinician", ClinicianRow.program == FeedRow.program, ClinicianRow.id == FeedRow.subject)
LEAVING = (
    ParticipantRow.document["discharge"].as_string(),
    ParticipantRow.status,
    ParticipantRow.changed_at,
    ParticipantRow.archived_at,
    ClinicianRow.archived_at,
)
"""The columns read about a feed's person; see `Leaving`."""


class Leaving(NamedTuple):
    """The data that determines when a person left: the first four fields for a participant, the last for a clinician."""

    discharge: str | None
    status: str | None
    changed_at: datetime | None
    archived_at: datetime | None
    clinician_archived_at: datetime | None

    def left_at(self) -> datetime | None:
        """When the person left or will leave.

        Without a discharge date, the last change of a discharged participant's row is used.
        """
        moments = [self.archived_at, self.clinician_archived_at]
        if self.discharge:
            moments.append(datetime.combine(date.fromisoformat(self.discharge), time(), UTC) + OVER)
        if self.status == "discharged":
            moments.append(self.changed_at)
        return min((moment for moment in moments if moment is not None), default=None)

    def expires_at(self, days_after: int) -> datetime | None:
        """When a feed of this person expires."""
        left = self.left_at()
        return None if left is None else left + timedelta(days=days_after)


def expiry_of(session: Session, feed: FeedRow) -> datetime | None:
    """When a feed expires; None: not known."""
    return leaving_of(session.execute(with_leaving(select(FeedRow)).where(FeedRow.id == feed.id)).one()).expires_at(feed.days_after)


def is_live(session: Session, feed: FeedRow, at: datetime) -> bool:
    """Whether a feed shows appointments: neither revoked nor expired."""
    expires_at = expiry_of(session, feed)
    return feed.revoked_at is None and (expires_at is None or at < expires_at)


def feeds_of(session: Session, program: str, kind: Literal["participant", "clinician"], subject: str) -> list[FeedRow]:
    """The feeds of a person that are not revoked, by purpose, each with its current expiry."""
    of_person = (FeedRow.program == program, FeedRow.subject_kind == kind, FeedRow.subject == subject, FeedRow.revoked_at.is_(None))
    return read_feeds(session, select(FeedRow).where(*of_person).order_by(FeedRow.purpose))


def live_feeds(session: Session, program: str, kind: Literal["participant", "clinician"], subject: str, at: datetime) -> dict[str, FeedRow]:
    """The active feeds of a person, by purpose: at most one of each, and one for each guest ("guest mother")."""
    feeds = feeds_of(session, program, kind, subject)
    return {f"{feed.purpose} {feed.guest}".rstrip(): feed for feed in feeds if feed.expires_at is None or feed.expires_at > at}


def read_feeds(session: Session, query: Select[FeedRow]) -> list[FeedRow]:
    """Feeds with their current expiry; the rows are not written."""
    feeds = []
    for row in session.execute(with_leaving(query)):
        feed: FeedRow = row[0]
        set_committed_value(feed, "expires_at", leaving_of(row).expires_at(feed.days_after))
        feeds.append(feed)
    return feeds


def with_leaving(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query for feeds that also reads, in its last columns, when their people leave."""
    return query.add_columns(*LEAVING).outerjoin(ParticipantRow, IS_PARTICIPANT).outerjoin(ClinicianRow, IS_CLINICIAN)


def leaving_of(row: Row[*tuple[Any, ...]]) -> Leaving:
    """The leaving data in a row of `with_leaving`."""
    return Leaving(*row[-len(LEAVING) :])
