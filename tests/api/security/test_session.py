"""Signing in and out: sessions that cannot be fixed, guessed, kept or revived."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from api.accounts.models import RoleIn
from api.app import create_app
from api.database.tables import AuditEntryRow, LoginRow, UserRow
from api.database.tables.base import now
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from api.web.session_cookie import COOKIE
from tests.api.security.conftest import PASSWORD

DIRECTOR = RoleIn(role="director")


def code(answer):
    return answer.status_code, answer.json()["code"]


def logins(store):
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(LoginRow))


def change_login(store, **values):
    with store.writing() as session:
        session.execute(update(LoginRow).values(values))


def test_signing_in_gives_a_cookie_that_scripts_cannot_read(user, browser):
    user("ada", DIRECTOR)
    answer = browser().post("/v1/session", json={"login": " ADA", "password": PASSWORD})
    assert answer.status_code == 201
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("stepdown_session=")
    assert len(name) == len("stepdown_session=") + 43
    assert {a.lower() for a in attributes} == {"httponly", "samesite=lax", "path=/", "max-age=43200"}
    assert answer.json()["login"] == "ada"


def test_signing_out_takes_the_same_cookie_back(user, signed_in):
    user("ada", DIRECTOR)
    name, *attributes = signed_in("ada").delete("/v1/session").headers["set-cookie"].split("; ")
    assert name in ("stepdown_session=", 'stepdown_session=""')
    kept = {a.lower() for a in attributes if not a.startswith("expires")}
    assert kept == {"httponly", "samesite=lax", "path=/", "max-age=0"}


def test_over_https_the_cookie_is_secure(settings, store, engine, user):
    user("ada", DIRECTOR)
    secure = Settings(**settings.model_dump() | {"public_url": "https://rosters.example.org"})
    client = TestClient(create_app(secure, store, engine), base_url="https://rosters.example.org")
    answer = client.post("/v1/session", json={"login": "ada", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower().split("; ")
    assert client.get("/v1/session").status_code == 200


def test_only_the_hash_of_the_token_is_kept(user, signed_in, store):
    user("ada", DIRECTOR)
    token = signed_in("ada").cookies[COOKIE]
    with store.reading() as session:
        assert session.scalars(select(LoginRow.token_hash)).all() == [token_hash(token)]


def test_who_am_i(user, signed_in):
    id = user("cleo", RoleIn(program="north", role="clinician", clinician="c01"))
    assert signed_in("cleo").get("/v1/session").json() == {
        "kind": "user",
        "id": id,
        "login": "cleo",
        "grants": [{"program": "north", "permissions": ["attendance", "own:read"], "clinician": "c01"}],
        "must_change_password": False,
    }


def test_a_key_asks_who_it_is_too(client, key):
    answer = client.get("/v1/session", headers=key("feeds")).json()
    assert (answer["kind"], answer["login"], answer["grants"]) == (
        "key",
        None,
        [{"program": None, "permissions": ["feeds"], "clinician": None}],
    )


def test_wrong_password_unknown_login_and_disabled_user_are_answered_alike(user, browser, store):
    user("ada", DIRECTOR)
    user("bob", DIRECTOR)
    with store.writing() as session:
        session.execute(update(UserRow).where(UserRow.login == "bob").values(disabled_at=now()))
    tries = [("ada", "wrong wrong wrong"), ("nobody", PASSWORD), ("bob", PASSWORD)]
    answers = [browser().post("/v1/session", json={"login": login, "password": password}) for login, password in tries]
    bodies = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in answers]
    assert bodies == [bodies[0]] * 3
    assert (answers[0].status_code, bodies[0]["code"]) == (401, "wrong_login")
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert {len(answer.headers) for answer in answers} == {len(answers[0].headers)}


def test_failed_attempts_are_in_the_audit_trail_without_what_was_typed(user, browser, store):
    id = user("ada", DIRECTOR)
    for login in ("ada", "lovelace@example.org"):
        browser().post("/v1/session", json={"login": login, "password": "wrong wrong wrong"})
    with store.reading() as session:
        rows = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "session.start").order_by(AuditEntryRow.at)).all()
    assert [(row.caller, row.target, row.outcome) for row in rows] == [("nobody", f"user={id}", "denied"), ("nobody", "", "denied")]


def test_a_token_set_by_somebody_else_is_not_taken_over(user, browser):
    user("ada", DIRECTOR)
    user_there = browser()
    user_there.cookies.set(COOKIE, "fixed-by-somebody-else")
    user_there.post("/v1/session", json={"login": "ada", "password": PASSWORD})
    other = browser()
    other.cookies.set(COOKIE, "fixed-by-somebody-else")
    assert code(other.get("/v1/session")) == (401, "not_signed_in")


def test_signing_in_again_ends_the_session_before(user, signed_in, browser):
    user("ada", DIRECTOR)
    first = signed_in("ada")
    stolen = browser()
    stolen.cookies.set(COOKIE, first.cookies[COOKIE])
    assert stolen.get("/v1/session").status_code == 200
    first.post("/v1/session", json={"login": "ada", "password": PASSWORD})
    assert code(stolen.get("/v1/session")) == (401, "not_signed_in")
    assert first.get("/v1/session").status_code == 200


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(user, signed_in, browser, store):
    user("ada", DIRECTOR)
    owner, thief = signed_in("ada"), browser()
    thief.cookies.set(COOKIE, owner.cookies[COOKIE])
    answer = owner.delete("/v1/session")
    assert answer.status_code == 204
    assert 'stepdown_session=""' in answer.headers["set-cookie"]
    assert code(thief.get("/v1/session")) == (401, "not_signed_in")
    assert logins(store) == 0


def test_signing_out_ends_one_session_or_all(user, signed_in, store):
    user("ada", DIRECTOR)
    user("bob", DIRECTOR)
    phone, desk, other = signed_in("ada"), signed_in("ada"), signed_in("bob")
    phone.delete("/v1/session")
    assert desk.get("/v1/session").status_code == 200
    phone = signed_in("ada")
    phone.delete("/v1/session?everywhere=true")
    assert desk.get("/v1/session").status_code == 401
    assert other.get("/v1/session").status_code == 200


@pytest.mark.parametrize(
    "values",
    [{"expires_at": now() - timedelta(seconds=1)}, {"seen_at": now() - timedelta(minutes=60, seconds=1)}],
    ids=["after 12 hours", "after an idle hour"],
)
def test_a_session_is_over(user, signed_in, store, values):
    user("ada", DIRECTOR)
    browser = signed_in("ada")
    change_login(store, **values)
    assert code(browser.get("/v1/session")) == (401, "not_signed_in")


def test_an_expired_cookie_does_not_keep_anybody_from_signing_in(user, signed_in, store):
    user("ada", DIRECTOR)
    browser = signed_in("ada")
    change_login(store, expires_at=now() - timedelta(seconds=1))
    assert browser.post("/v1/session", json={"login": "ada", "password": PASSWORD}).status_code == 201
    assert logins(store) == 1, "the one that was over is cleared away"


def test_the_time_of_a_session_is_noted_once_a_minute(user, signed_in, store):
    user("ada", DIRECTOR)
    browser = signed_in("ada")

    def seen():
        with store.reading() as session:
            return session.scalar(select(LoginRow.seen_at))

    begun = seen()
    browser.get("/v1/session")
    assert seen() == begun
    change_login(store, seen_at=begun - timedelta(seconds=61))
    browser.get("/v1/session")
    assert seen() >= begun


def test_a_new_password_ends_all_other_sessions_and_goes_on_here(user, signed_in, browser):
    user("ada", DIRECTOR)
    here, there = signed_in("ada"), signed_in("ada")
    former = here.cookies[COOKIE]
    answer = here.post("/v1/session/password", json={"password": PASSWORD, "new_password": "nine grey cranes"})
    assert answer.status_code == 204
    assert here.cookies[COOKIE] != former
    assert here.get("/v1/session").status_code == 200
    assert there.get("/v1/session").status_code == 401
    assert browser().post("/v1/session", json={"login": "ada", "password": PASSWORD}).status_code == 401
    assert browser().post("/v1/session", json={"login": "ada", "password": "nine grey cranes"}).status_code == 201


def test_a_thief_of_a_session_cannot_change_the_password(user, signed_in):
    user("ada", DIRECTOR)
    browser = signed_in("ada")
    body = {"password": "wrong wrong wrong", "new_password": "nine grey cranes"}
    assert code(browser.post("/v1/session/password", json=body)) == (401, "wrong_login")
    assert browser.get("/v1/session").status_code == 200


def test_a_weak_new_password_is_refused(user, signed_in):
    user("ada", DIRECTOR)
    browser = signed_in("ada")
    short = browser.post("/v1/session/password", json={"password": PASSWORD, "new_password": "short"})
    assert code(short) == (422, "wrong_shape")
    assert short.json()["issues"][0]["path"] == "new_password"
    common = browser.post("/v1/session/password", json={"password": PASSWORD, "new_password": "password1234"})
    assert code(common) == (400, "weak_password")


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_sign_in(user, signed_in, store):
    user("ada", DIRECTOR)
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with store.writing() as session:
        session.execute(update(UserRow).values(password_hash=old))
    signed_in("ada")
    with store.reading() as session:
        assert "m=8,t=1,p=1" in session.scalar(select(UserRow.password_hash))
    signed_in("ada")


def test_a_key_has_no_session_to_end(client, key):
    assert code(client.delete("/v1/session", headers=key("admin"))) == (403, "forbidden")
    body = {"password": PASSWORD, "new_password": "nine grey cranes"}
    assert code(client.post("/v1/session/password", json=body, headers=key("admin"))) == (403, "forbidden")


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic YWRhOmFkYQ==", ""])
def test_a_wrong_key_is_never_taken_for_nobody_nor_for_the_session_beside_it(director, header):
    answer = director.get("/v1/session", headers={"Authorization": header})
    assert code(answer) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_expired_and_a_revoked_key_are_wrong_keys(client, key, store):
    for column in ("expires_at", "revoked_at"):
        headers = key("solve")
        assert client.get("/v1/session", headers=headers).status_code == 200
        with store.writing() as session:
            session.connection().exec_driver_sql(f"UPDATE api_keys SET {column} = '2020-01-01 00:00:00.000000'")
        assert code(client.get("/v1/session", headers=headers)) == (401, "not_signed_in")
