"""Routes for users who forgot their password: get a link by mail, and choose another password with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Request, Response

from api.accounts.mailing import send_link
from api.accounts.models import ForgottenPassword, NewPasswordByLink
from api.accounts.store.password_links import use_link, user_of_link
from api.audit.acts import Act
from api.kernel.errors import Problem
from api.security.access import Caller
from api.security.passwords import check_password, hash_password
from api.security.rates import stranger
from api.web.bodies import BODY_CODES, json_body
from api.web.callers import address_of, rates_of
from api.web.dependencies import Now, SettingsOf, StoreOf
from api.web.problems import problems

router = APIRouter(prefix="/v1/password-links", tags=["session"])

NO_MAIL = "This service sends no mail. Ask a director for a new password."


@router.post(
    "", status_code=202, summary="Ask for a link by mail", responses=problems("cross_site", "wrong_state", "too_many", *BODY_CODES)
)
def ask_for_password_link(
    body: Annotated[ForgottenPassword, json_body(ForgottenPassword)],
    request: Request,
    tasks: BackgroundTasks,
    store: StoreOf,
    settings: SettingsOf,
    now: Now,
) -> Response:
    """Mail a link for a new password to a user whose login is an e-mail address.

    The answer is the same, after the same time, whether or not there is such a user. The link works once, for 30 minutes. Requests are
    limited by address, and mails by user. Refused if the service has no mail server.
    """
    if settings.mail_server is None:
        raise Problem("wrong_state", NO_MAIL)
    rates_of(request).charge("logins", stranger(address_of(request)))
    tasks.add_task(send_link, store, settings, body.login, now, str(getattr(request.state, "request_id", "")))
    return Response(status_code=202, background=tasks)


@router.post(
    "/use",
    status_code=204,
    summary="Choose a password with a link",
    responses=problems("weak_password", "cross_site", "not_found", "too_many", *BODY_CODES),
)
def use_password_link(
    body: Annotated[NewPasswordByLink, json_body(NewPasswordByLink)], request: Request, store: StoreOf, now: Now
) -> Response:
    """Set a new password with the token of a link. All sessions of the user end, and all their links are used up."""
    rates_of(request).charge("logins", stranger(address_of(request)))
    token = body.token.get_secret_value()
    with store.reading() as session:
        login = user_of_link(session, token, now).login
    hashed = hash_password(check_password(body.new_password.get_secret_value(), login))
    with store.writing() as session:
        user = use_link(session, token, hashed, now)
        Act(Caller("user", user.id), "session.recover", request_id=str(getattr(request.state, "request_id", ""))).record(session)
    return Response(status_code=204)
