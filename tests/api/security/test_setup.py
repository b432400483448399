"""The first start: one link, one director, once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from api.accounts.models import RoleIn
from api.accounts.store.setup import setup_link
from api.database.tables import LoginRow, RoleGrantRow, SetupLinkRow, UserRow
from api.database.tables.base import now
from api.security.tokens import token_hash
from tests.api.security.conftest import PASSWORD


@pytest.fixture
def token(store, settings):
    return setup_link(store, settings).partition("#")[2]


def body(token, **other):
    return {"token": token, "login": "Ada", "password": PASSWORD} | other


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_the_link_holds_the_token_where_no_server_logs_it(store, settings):
    link = setup_link(store, settings)
    assert link.startswith("http://127.0.0.1:8000/setup#")
    with store.reading() as session:
        assert session.scalars(select(SetupLinkRow.token_hash)).all() == [token_hash(link.partition("#")[2])]


def test_the_first_director_is_made_and_signed_in(client, token, store):
    answer = client.post("/v1/setup", json=body(token))
    assert answer.status_code == 201
    assert client.get("/v1/session").json()["login"] == "ada"
    assert client.get("/v1/users").status_code == 200
    with store.reading() as session:
        assert [(g.program, g.role) for g in session.scalars(select(RoleGrantRow))] == [(None, "director")]


def test_it_works_once(client, browser, token):
    assert client.post("/v1/setup", json=body(token)).status_code == 201
    assert code(browser().post("/v1/setup", json=body(token, login="eve"))) == (409, "wrong_state")


def test_a_link_of_an_earlier_start_is_void_once_there_is_a_user(client, browser, token, store, settings):
    other = setup_link(store, settings).partition("#")[2]
    assert client.post("/v1/setup", json=body(other)).status_code == 201
    assert code(browser().post("/v1/setup", json=body(token, login="eve"))) == (409, "wrong_state")


def test_a_wrong_token_makes_nobody(client, token, store):
    assert code(client.post("/v1/setup", json=body(token[:-1] + "~"))) == (404, "not_found")
    assert code(client.post("/v1/setup", json=body(token_hash(token)))) == (404, "not_found")
    with store.reading() as session:
        assert session.scalar(select(UserRow)) is None


def test_a_link_is_void_after_a_day(client, token, store):
    with store.writing() as session:
        session.execute(update(SetupLinkRow).values(created_at=now() - timedelta(hours=24, seconds=1)))
    assert code(client.post("/v1/setup", json=body(token))) == (404, "not_found")


def test_a_link_works_for_a_day(client, token, store):
    with store.writing() as session:
        session.execute(update(SetupLinkRow).values(created_at=now() - timedelta(hours=23, minutes=59)))
    assert client.post("/v1/setup", json=body(token)).status_code == 201


def test_every_link_is_used_up_with_the_first_director_whatever_becomes_of_the_users(client, token, store, settings):
    other = setup_link(store, settings).partition("#")[2]
    assert client.post("/v1/setup", json=body(token)).status_code == 201
    with store.writing() as session:
        for table in (LoginRow, RoleGrantRow, UserRow):
            session.execute(delete(table))
    for each in (token, other):
        assert code(client.post("/v1/setup", json=body(each))) == (404, "not_found")


def test_a_weak_password_does_not_use_the_link_up(client, token):
    assert code(client.post("/v1/setup", json=body(token, password="password1234"))) == (400, "weak_password")
    assert client.post("/v1/setup", json=body(token)).status_code == 201


def test_there_is_no_link_where_there_are_users(user, store, settings):
    user("ada", RoleIn(role="director"))
    assert setup_link(store, settings) is None
