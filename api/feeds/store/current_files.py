"""The bytes of links that are current, in a single query; almost every fetch of a calendar ends here.

Whatever is not that simple (the bytes are to be made again, someone's consent is needed, or a person has left) is left to `calendar_files`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Text, and_, bindparam, case, null, select

from api.database import Store
from api.database.tables import ClinicianRow, FeedLinkRow, FeedRow, ParticipantRow
from api.database.tables.base import UtcTime
from api.feeds.store.expiry import IS_CLINICIAN, IS_PARTICIPANT
from api.feeds.store.issuing import CONSENTS

IS_CURRENT = and_(
    FeedLinkRow.revision == FeedRow.revision,
    FeedLinkRow.is_ended.is_(False),
    FeedLinkRow.retired_at.is_(None),
    FeedLinkRow.body.is_not(None),
    FeedLinkRow.fresh_until > bindparam("at", type_=UtcTime),
    FeedRow.revoked_at.is_(None),
    *(FeedRow.purpose != purpose for purpose in CONSENTS),
)
STAYS = and_(
    ParticipantRow.document["discharge"].as_string().is_(None),
    ParticipantRow.status.is_distinct_from("discharged"),
    ParticipantRow.archived_at.is_(None),
    ClinicianRow.archived_at.is_(None),
)
# Built once: building it takes longer than running it. The body is left out if the client has it.
CURRENT = (
    select(
        FeedRow.id,
        FeedRow.seen_at,
        FeedLinkRow.etag,
        FeedLinkRow.modified_at,
        case((FeedLinkRow.etag == bindparam("etag", type_=Text), null()), else_=FeedLinkRow.body).label("body"),
    )
    .join(FeedRow, FeedRow.id == FeedLinkRow.feed)
    .outerjoin(ParticipantRow, IS_PARTICIPANT)
    .outerjoin(ClinicianRow, IS_CLINICIAN)
    .where(FeedLinkRow.token_hash == bindparam("token_hash"), IS_CURRENT, STAYS)
)


class CurrentFile(NamedTuple):
    """What a link serves now.

    Attributes:
        body: None: the client has it.
    """

    feed: str
    seen_at: datetime | None
    etag: str
    modified_at: datetime
    body: bytes | None


def current_file(store: Store, token_hash: str, at: datetime, etag: str) -> CurrentFile | None:
    """The stored bytes of a link; None if they are not current, or if it takes more to know.

    Args:
        etag: Of the bytes that the client has.
    """
    for feed, seen_at, stored_etag, modified_at, body in store.ask(CURRENT, token_hash=token_hash, at=at, etag=etag):
        if stored_etag is not None and modified_at is not None:
            return CurrentFile(feed, seen_at, stored_etag, modified_at, body)
    return None
