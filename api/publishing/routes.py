"""Routes to preview a roster, and to publish and unpublish a week."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.calls.store.calls import count_to_call, noting_changes
from api.database.tables import RosterRow, WeekRow
from api.kernel.errors import Place, Problem
from api.publishing import store as publishing
from api.publishing.drafts import changes_from, publish_draft
from api.web.addresses import ThatRoster
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.versions import IfMatch, check_version, etag, versions_of
from api.weeks.models.rosters import PublishedWeek, PublishRequest, RosterCheck, UnpublishRequest, judgement
from api.weeks.routes.weeks import ChangingWeek
from api.weeks.store.judging import is_same_week, week_now
from api.weeks.store.rosters import entry_of, find_roster, instance_of, lock_roster, roster_of
from api.weeks.store.weeks import find_week, published_roster
from scheduler.verify import JudgedWeek

router = APIRouter(prefix="/v1/programs/{program}/weeks/{monday}", tags=["publishing"], route_class=Repeatable)


@router.get(
    "/rosters/{roster}/check",
    summary="Preview publishing a roster",
    responses=problems("not_found", "bad_instance", "wrong_state"),
)
def check_roster(act: Annotated[Act, needs("roster:read", "roster.check")], at: ThatRoster, session: Reading, now: Now) -> RosterCheck:
    """Check a roster against the week as it is now, and list who is affected and whom to call."""
    row, week = find_roster(session, *at), find_week(session, at.program, at.monday)
    judged = JudgedWeek.of(week_now(session, at.program, at.monday, now), roster_of(session, row))
    former = published_roster(session, at.program, at.monday)
    return RosterCheck(
        week_version=week.version,
        published=None if former is None else former.id,
        is_outdated=not is_same_week(judged.case.instance, instance_of(session, row)),
        verdict=judgement(judged.verdict),
        comparison=changes_from(session, former, judged),
    )


@router.post(
    "/rosters/{roster}/publish",
    summary="Publish a roster",
    responses=problems(
        "not_found", "bad_instance", "illegal_roster", "wrong_state", "published_meanwhile", "changed_meanwhile", "no_etag", *BODY_CODES
    ),
)
def publish_roster(
    act: Annotated[Act, needs("roster:write", "roster.publish")],
    body: Annotated[PublishRequest, json_body(PublishRequest)],
    at: ThatRoster,
    session: Writing,
    settings: SettingsOf,
    request: Request,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
) -> PublishedWeek:
    """Publish a draft to participants and clinicians. Readers see the old week or the new one, never a mixture.

    `If-Match` is the ETag of the *week*. The roster is checked again against the week as it is now. It is refused if it breaks rules,
    unless the body accepts these rules by id, which is recorded. The response lists who is affected and whom to call.
    """
    week, row = lock_roster(session, *at)
    former = published_roster(session, at.program, at.monday)
    _check_nobody_published(session, week, former, body, if_match)
    publication = publish_draft(session, settings, week, row, act.caller.name, now, body.accept)
    accepted = publication.accepted
    request.state.act = act.about(**({"accepted": "+".join(accepted)} if accepted else {}))
    response.headers["ETag"] = etag(week.version)
    return PublishedWeek(
        week_version=week.version,
        published=entry_of(row),
        superseded=None if former is None else entry_of(former),
        comparison=changes_from(session, former, publication.judged),
        to_call=count_to_call(session, *at[:2], now),
    )


def _check_nobody_published(
    session: Session, week: WeekRow, former: RosterRow | None, body: PublishRequest, if_match: str | None
) -> None:  # fmt: skip
    """Refuse a stale version: say whether someone else has published the week, or whether it changed otherwise."""
    detail = "Check what is published now, then publish with the new ETag of the week."
    if "expected_published" in body.model_fields_set and body.expected_published != (None if former is None else former.id):
        raise Problem("published_meanwhile", detail, headers={"ETag": etag(week.version)})
    try:
        check_version(if_match, week.version)
    except Problem as problem:
        if problem.code == "changed_meanwhile" and publishing.is_published_after(session, week, versions_of(if_match or "")):
            raise Problem("published_meanwhile", detail, headers=problem.headers) from None
        raise


@router.post(
    "/unpublish",
    summary="Unpublish a week",
    responses=problems("not_found", "wrong_state", "changed_meanwhile", "no_etag", *BODY_CODES),
)
def unpublish_week(
    act: Annotated[Act, needs("roster:write", "week.unpublish")],
    body: Annotated[UnpublishRequest, json_body(UnpublishRequest)],
    changing: ChangingWeek,
    settings: SettingsOf,
    request: Request,
) -> PublishedWeek:
    """Remove a week from everyone's calendar; its roster becomes superseded, like the earlier ones.

    Once a session has begun, this is refused, because attendance and billing depend on it. With `force` and a reason code, sessions that
    have begun stay published, as a separate roster, and only the rest of the week is withdrawn.
    """
    session, week, now = changing.session, changing.row, changing.now
    row = published_roster(session, week.program, week.monday)
    if row is None:
        raise Problem("wrong_state", "Nothing is published this week.")
    if body.force and body.reason is None:
        raise Problem("wrong_shape", issues=[Place(code="missing", path="reason", message="give a reason code with force")])
    with noting_changes(session, week, now, act.caller.name, is_mailing=settings.mail_server is not None):
        begun_roster = _withdraw(session, week, row, body, act, now)
    request.state.act = act.about(roster=row.id, **({"reason": body.reason} if body.reason else {}))
    view = PublishedWeek(
        week_version=week.version,
        published=None if begun_roster is None else entry_of(begun_roster),
        superseded=entry_of(row),
        to_call=count_to_call(session, week.program, week.monday, now),
    )
    return changing.answer(view)


def _withdraw(session: Session, week: WeekRow, row: RosterRow, body: UnpublishRequest, act: Act, now: datetime) -> RosterRow | None:
    """Withdraw the week or its remaining part; return the roster of the sessions that have begun."""
    document = roster_of(session, row)
    begun = tuple(s for s in document.sessions if s.start <= now)
    if not begun:
        publishing.unpublish(session, week, row, act.caller.name, now, body.reason)
        return None
    if not body.force:
        raise Problem("wrong_state", "The week has begun. Publish a changed roster, or withdraw the rest with force and a reason code.")
    return publishing.keep_begun(session, week, row, document.model_copy(update={"sessions": begun}), act.caller.name, now, body.reason)
