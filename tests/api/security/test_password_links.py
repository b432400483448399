"""A forgotten password: a link by mail, once, for half an hour, and an answer that says nothing about accounts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.accounts import mailing
from api.accounts.store.password_links import MOST_PER_DAY, VALID, is_address
from api.accounts.store.users import create_user, disable_user, get_user
from api.client import ApiError, Client
from api.database.tables import AuditEntryRow, LoginRow, PasswordLinkRow
from api.kernel.settings import Settings
from api.outbox.store import Outcome
from api.security.access import SYSTEM
from tests.api.conftest import CHEAP
from tests.api.security.conftest import PASSWORD

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
LOGIN, NEW = "ada@example.org", "lantern orbit mustard eight"
ASK, USE = "/v1/password-links", "/v1/password-links/use"


@pytest.fixture
def mails(app, settings, monkeypatch):
    """A mail server, and what it was given."""
    mail = {"smtp_url": SecretStr("smtp://127.0.0.1:2525"), "mail_from": "office@example.org", "public_url": "http://rosters.example.org"}
    app.state.settings = Settings(**settings.model_dump() | mail)
    app.state.clock = lambda: NOW
    given: list[EmailMessage] = []

    def take(server, mail):
        given.append(mail)
        return Outcome("delivered", "accepted")

    monkeypatch.setattr(mailing, "send_mail", take)
    return given


@pytest.fixture
def ada(store):
    with store.writing() as session:
        return create_user(session, SYSTEM, LOGIN, CHEAP.hash(PASSWORD), ()).id


def token_of(mail: EmailMessage) -> str:
    (token,) = re.findall(r"http://rosters\.example\.org/new-password#(\S+)", mail.get_content())
    return token


def ask(client, login=LOGIN):
    answer = client.post(ASK, json={"login": login})
    assert (answer.status_code, answer.content) == (202, b"")
    return {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "ratelimit")}


def use(client, token, password=NEW):
    return client.post(USE, json={"token": token, "new_password": password})


def test_a_link_sets_a_password_once_and_ends_all_sessions(client, store, mails, ada):
    client.post("/v1/session", json={"login": LOGIN, "password": PASSWORD})
    assert client.get("/v1/session").status_code == 200
    ask(client)
    (mail,) = mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (LOGIN, "office@example.org", "New password")
    token = token_of(mail)
    with store.reading() as session:
        assert token not in {link.token_hash for link in session.scalars(select(PasswordLinkRow))}
    assert use(client, token).status_code == 204
    with store.reading() as session:
        assert session.scalars(select(LoginRow)).all() == []
        user = get_user(session, ada)
        assert (user.is_password_temporary, user.changed_by) == (False, f"user:{ada}")
        trail = [(row.action, row.caller, row.target) for row in session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.at))]
    assert ("session.forgotten", "nobody", f"user={ada}") in trail
    assert ("session.recover", f"user:{ada}", "") in trail
    assert client.get("/v1/session").status_code == 401
    assert client.post("/v1/session", json={"login": LOGIN, "password": PASSWORD}).status_code == 401
    assert client.post("/v1/session", json={"login": LOGIN, "password": NEW}).status_code == 201
    assert use(client, token, NEW + " again").json()["code"] == "not_found"


def test_the_answer_is_the_same_for_everybody(client, store, mails, ada):
    with store.writing() as session:
        create_user(session, SYSTEM, "cora", CHEAP.hash(PASSWORD), ())
        disable_user(session, SYSTEM, create_user(session, SYSTEM, "gone@example.org", CHEAP.hash(PASSWORD), ()))
    answers = [ask(client, login) for login in (LOGIN, "nobody@example.org", "gone@example.org", "cora", LOGIN.upper())]
    assert all(answer == answers[0] for answer in answers)
    assert [mail["To"] for mail in mails] == [LOGIN, LOGIN]


def test_a_link_ends_after_half_an_hour_and_with_the_first_that_is_used(client, app, mails, ada):
    ask(client)
    ask(client)
    first, second = map(token_of, mails)
    app.state.clock = lambda: NOW + VALID
    assert use(client, first).status_code == 404
    app.state.clock = lambda: NOW + VALID - timedelta(minutes=1)
    assert use(client, first).status_code == 204
    assert use(client, second).status_code == 404
    assert use(client, "guessed").status_code == 404


def test_a_weak_password_does_not_use_the_link_up(client, mails, ada):
    ask(client)
    token = token_of(mails[0])
    assert use(client, token, "passwordpassword").json()["code"] == "weak_password"
    assert use(client, token).status_code == 204


def test_a_disabled_users_link_is_dead(client, store, mails, ada):
    ask(client)
    with store.writing() as session:
        disable_user(session, SYSTEM, get_user(session, ada, to_change=True))
    assert use(client, token_of(mails[0])).status_code == 404


def test_nobodys_mailbox_is_filled(client, app, mails, ada):
    for _ in range(MOST_PER_DAY + 2):
        ask(client)
    assert len(mails) == MOST_PER_DAY
    app.state.clock = lambda: NOW + timedelta(days=1)
    ask(client)
    assert len(mails) == MOST_PER_DAY + 1


def test_without_a_mail_server_it_says_so(client, ada):
    assert client.post(ASK, json={"login": LOGIN}).json()["code"] == "wrong_state"
    assert "This service sends no mail" in client.get("/forgotten").text
    assert "This service sends no mail" in client.post("/forgotten", data={"login": LOGIN}).text


def test_the_pages_lead_to_a_new_password(client, mails, ada):
    assert 'href="/forgotten"' in client.get("/sign-in").text
    assert 'name="login"' in client.get("/forgotten").text
    answers = [client.post("/forgotten", data={"login": login}).text for login in (LOGIN, "nobody@example.org")]
    assert answers[0] == answers[1]
    assert "a mail with a link is on its way" in answers[0]
    assert client.post("/forgotten", data={"login": "two words"}).status_code == 422
    assert 'name="token"' in client.get("/new-password").text
    form = {"token": token_of(mails[0]), "new_password": NEW, "again": NEW}
    wrong = client.post("/new-password", data=form | {"again": "different"})
    assert (wrong.status_code, NEW in wrong.text, "The two passwords are different." in wrong.text) == (422, False, True)
    assert "Paste the code" in client.post("/new-password", data=form | {"token": ""}).text
    assert "is not valid any more" in client.post("/new-password", data=form | {"token": "guessed"}).text
    done = client.post("/new-password", data=form)
    assert (done.status_code, "You have a new password." in done.text) == (200, True)
    assert client.post("/v1/session", json={"login": LOGIN, "password": NEW}).status_code == 201


def test_the_client_does_it_too(client, mails, ada):
    stepdown = Client("http://testserver", http=client)
    stepdown.forgot_password(LOGIN)
    stepdown.choose_password(token_of(mails[0]), NEW)
    with pytest.raises(ApiError, match="not valid any more"):
        stepdown.choose_password(token_of(mails[0]), NEW)


@pytest.mark.parametrize(("login", "expected"), [(LOGIN, True), ("cora", False), ("a@b", False), ("a@example.org,b@example.org", False)])
def test_only_addresses_are_written_to(login, expected):
    assert is_address(login) is expected
