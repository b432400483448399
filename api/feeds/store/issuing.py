"""Issue, change, rotate and revoke feeds, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.consents.models import ConsentKind
from api.consents.store import has_consent
from api.database.tables import ClinicianRow, EntityRow, FeedLinkRow, FeedRow, ParticipantRow
from api.database.tables.base import stamps
from api.feeds.store.expiry import expiry_of, is_live
from api.feeds.warning import WARNING
from api.kernel.errors import Place, Problem
from api.kernel.settings import Settings
from api.programs.person import Person, PersonKind
from api.programs.store.entities import lock_program
from api.security.tokens import new_token, token_hash
from scheduler.exchange.options import FeedOptions

Purpose = Literal["self", "guardian", "guest", "clinician"]
PURPOSES: dict[PersonKind, tuple[Purpose, ...]] = {"participant": ("self", "guardian", "guest"), "clinician": ("clinician",)}
CONSENTS: Mapping[str, ConsentKind] = {"guardian": "guardian_feed", "guest": "guest_feed"}
"""The participant's consent that a feed for others needs, by purpose."""


class IssuedFeed(NamedTuple):
    """A new feed and its token, which cannot be shown again."""

    feed: FeedRow
    token: str


def issue_feed(
    session: Session,
    settings: Settings,
    program: str,
    person: Person,
    purpose: Purpose,
    options: FeedOptions,
    by: str,
    at: datetime,
    *,
    acknowledged: int,
) -> IssuedFeed:
    """Issue a feed for a person and a purpose.

    Args:
        acknowledged: The version of `WARNING` that the future user of the link has read.

    Raises:
        Problem: The warning was not read (`wrong_shape`); no such person exists (`bad_reference`); a feed already exists (`exists`);
            the person left, or the consent to a guardian's or guest's feed is missing (`wrong_state`).
    """
    _require_read(acknowledged)
    # If two users issue a feed at once, the second finds the first one's feed.
    lock_program(session, program)
    _require_person(session, program, person, purpose)
    _require_none(session, program, person, purpose, at)
    consent = CONSENTS.get(purpose)
    if consent is not None and not has_consent(session, program, person.id, consent, at.date(), person.guest or None):
        raise Problem("wrong_state", f"A {purpose}'s feed needs the participant's consent ({consent}), in force today: record it first.")
    feed = FeedRow(
        program=program, subject_kind=person.kind, subject=person.id, guest=person.guest, purpose=purpose,
        document=options.model_dump(mode="json"), acknowledged=acknowledged, acknowledged_at=at,
        days_after=settings.feed_days_after, **stamps(by, at),
    )  # fmt: skip
    session.add(feed)
    session.flush()
    feed.expires_at = expiry_of(session, feed)
    if not is_live(session, feed, at):
        raise Problem("wrong_state", "This person has left, and a feed would have expired: correct the discharge first.")
    return IssuedFeed(feed, _add_link(session, feed, at))


def change_options(feed: FeedRow, options: FeedOptions, by: str, at: datetime) -> None:
    """Change a feed's label and switches; its events tell calendar programs that they changed."""
    _require_active(feed)
    feed.document, feed.looks_at = options.model_dump(mode="json"), at
    feed.revision += 1
    feed.touch(by, at)


def rotate_feed(session: Session, feed: FeedRow, by: str, at: datetime) -> str:
    """Give a feed a new link; the old one states that it is no longer active.

    Raises:
        Problem: The feed is revoked, or expired.
    """
    if not is_live(session, feed, at):
        raise Problem("wrong_state", "The feed is revoked or has expired: issue a new one.")
    _retire_links(session, feed, at)
    feed.touch(by, at)
    return _add_link(session, feed, at)


def revoke_feed(session: Session, feed: FeedRow, by: str, at: datetime) -> None:
    """Revoke a feed: its link says so for some weeks, then it is unknown. Revoking twice has no further effect."""
    if feed.revoked_at is None:
        feed.revoked_at = at
        feed.revision += 1
        _retire_links(session, feed, at)
        feed.touch(by, at)


def options_of(feed: FeedRow) -> FeedOptions:
    """A feed's label and switches."""
    return FeedOptions.model_validate(feed.document)


def _require_read(acknowledged: int) -> None:
    if acknowledged != WARNING.version:
        message = f"show the current warning, then send its version, {WARNING.version}"
        raise Problem(
            "wrong_shape", "The current version of the warning was not read.", [Place(code="value", path="warning", message=message)]
        )


def _require_person(session: Session, program: str, person: Person, purpose: Purpose) -> None:
    table: type[EntityRow] = ParticipantRow if person.kind == "participant" else ClinicianRow
    row = session.get(table, {"program": program, "id": person.id})
    if row is None or row.archived_at is not None:
        message = f"name a {person.kind} of the program who is not archived"
        raise Problem("bad_reference", "", [Place(code="unknown_id", path=person.kind, message=message)])
    if purpose not in PURPOSES[person.kind]:
        message = f"for a {person.kind} write {' or '.join(PURPOSES[person.kind])}"
        raise Problem("wrong_shape", "", [Place(code="value", path="purpose", message=message)])
    if (purpose == "guest") != bool(person.guest):
        message = "write guest for a feed of a guest, and only for these"
        raise Problem("wrong_shape", "", [Place(code="value", path="purpose", message=message)])
    if person.guest and person.guest not in [guest["id"] for guest in row.document.get("guests", ())]:
        raise Problem("bad_reference", "", [Place(code="unknown_id", path="guest", message="name a guest of the participant")])


def _require_none(session: Session, program: str, person: Person, purpose: Purpose, at: datetime) -> None:
    """Refuse if this person has an active feed for this purpose; an expired one is revoked."""
    of_person = (FeedRow.program == program, FeedRow.subject_kind == person.kind, FeedRow.subject == person.id, FeedRow.purpose == purpose)
    old = session.scalar(select(FeedRow).where(*of_person, FeedRow.guest == person.guest, FeedRow.revoked_at.is_(None)))
    if old is None:
        return
    expires_at = expiry_of(session, old)
    if expires_at is None or at < expires_at:
        raise Problem("exists", "A feed for this person and purpose already exists: rotate it to get a new link, or revoke it.")
    revoke_feed(session, old, "system", expires_at)
    session.flush()


def _require_active(feed: FeedRow) -> None:
    if feed.revoked_at is not None:
        raise Problem("wrong_state", "The feed is revoked: issue a new one.")


def _add_link(session: Session, feed: FeedRow, at: datetime) -> str:
    token = new_token()
    session.add(FeedLinkRow(token_hash=token_hash(token), feed=feed.id, created_at=at))
    session.flush()
    return token


def _retire_links(session: Session, feed: FeedRow, at: datetime) -> None:
    """Retire old links: delete the appointments they served, and serve a later version next."""
    session.execute(
        update(FeedLinkRow)
        .where(FeedLinkRow.feed == feed.id, FeedLinkRow.retired_at.is_(None))
        .values(retired_at=at, body=None, fresh_until=None)
    )
