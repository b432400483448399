"""API keys: shown once, bound to scopes and a program, never more than whoever makes them."""

from datetime import timedelta
from typing import get_args

import pytest
from sqlalchemy import select

from api.accounts.store.keys import create_key
from api.database.tables import ApiKeyRow, AuditEntryRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.security.access import NOBODY, SYSTEM, Caller, Scope, grant_of
from api.security.tokens import token_hash


def code(answer):
    return answer.status_code, answer.json()["code"]


def bearer(made):
    return {"Authorization": f"Bearer {made['token']}"}


def test_the_token_is_shown_once_and_only_its_hash_is_kept(director, store):
    answer = director.post("/v1/keys", json={"label": "EHR", "scopes": ["solve"]})
    assert answer.status_code == 201
    made = answer.json()
    token = made.pop("token")
    assert answer.headers["cache-control"] == "no-store"
    assert len(token) == len("stepdown_") + 43
    assert made["hint"] == token[:13]
    assert director.get(f"/v1/keys/{made['id']}").json() == made
    assert director.get("/v1/keys").json()["items"] == [made]
    with store.reading() as session:
        assert session.scalar(select(ApiKeyRow.token_hash)) == token_hash(token)


def test_an_idempotency_key_does_not_keep_the_token(director, store):
    headers = {"Idempotency-Key": "one-key-only"}
    made = director.post("/v1/keys", json={"scopes": ["solve"]}, headers=headers).json()
    assert code(director.post("/v1/keys", json={"scopes": ["solve"]}, headers=headers)) == (409, "answer_gone")
    assert len(director.get("/v1/keys").json()["items"]) == 1
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM idempotent_answers").all()
    assert made["token"] not in str(kept)


def test_a_key_works_until_it_is_revoked(director, client):
    made = director.post("/v1/keys", json={"scopes": ["admin"]}).json()
    assert client.get("/v1/keys", headers=bearer(made)).status_code == 200
    assert director.get(f"/v1/keys/{made['id']}").json()["last_used_at"] is not None
    assert director.post(f"/v1/keys/{made['id']}/revoke").json()["revoked_at"] is not None
    assert code(client.get("/v1/keys", headers=bearer(made))) == (401, "not_signed_in")


def test_a_key_works_until_it_expires(director, client, store):
    assert code(director.post("/v1/keys", json={"scopes": ["admin"], "expires_at": (now() - timedelta(seconds=1)).isoformat()})) == (
        409,
        "wrong_state",
    )
    made = director.post("/v1/keys", json={"scopes": ["admin"], "expires_at": (now() + timedelta(hours=1)).isoformat()}).json()
    assert client.get("/v1/keys", headers=bearer(made)).status_code == 200
    with store.writing() as session:
        session.get(ApiKeyRow, made["id"]).expires_at = now()
    assert code(client.get("/v1/keys", headers=bearer(made))) == (401, "not_signed_in")


def test_a_program_bound_key_sees_its_program_only(director, client):
    made = director.post("/v1/keys", json={"scopes": ["admin"], "program": "north"}).json()
    assert client.get("/v1/programs/north/keys", headers=bearer(made)).status_code == 200
    assert code(client.get("/v1/programs/south/keys", headers=bearer(made))) == (404, "not_found")
    assert code(client.get("/v1/keys", headers=bearer(made))) == (403, "forbidden")


@pytest.mark.parametrize("scope", ["solve", "roster:read", "roster:write", "feeds"])
def test_only_admins_make_keys(client, key, programs, scope):
    assert code(client.post("/v1/keys", json={"scopes": [scope]}, headers=key(scope))) == (403, "forbidden")
    assert code(client.post("/v1/programs/north/keys", json={"scopes": [scope]}, headers=key(scope))) == (403, "forbidden")


def test_a_programs_director_makes_keys_of_that_program_only(north, client):
    made = north.post("/v1/programs/north/keys", json={"scopes": ["admin"]}).json()
    assert made["program"] == "north"
    assert code(client.get("/v1/programs/south/users", headers=bearer(made))) == (404, "not_found")
    assert code(north.post("/v1/programs/north/keys", json={"scopes": ["solve"], "program": "south"})) == (400, "bad_reference")
    assert code(north.post("/v1/programs/south/keys", json={"scopes": ["solve"]})) == (404, "not_found")
    more = client.post("/v1/programs/north/keys", json={"scopes": ["roster:read"]}, headers=bearer(made))
    assert (more.status_code, more.json()["program"]) == (201, "north")


def test_keys_of_other_programs_are_not_there(north, director):
    foreign = director.post("/v1/keys", json={"scopes": ["solve"], "program": "south"}).json()
    free = director.post("/v1/keys", json={"scopes": ["solve"]}).json()
    for made in (foreign, free):
        assert code(north.get(f"/v1/programs/north/keys/{made['id']}")) == (404, "not_found")
        assert code(north.post(f"/v1/programs/north/keys/{made['id']}/revoke")) == (404, "not_found")
    assert north.get("/v1/programs/north/keys").json()["items"] == []
    own = north.post("/v1/programs/north/keys", json={"scopes": ["solve"]}).json()
    assert north.get(f"/v1/programs/north/keys/{own['id']}").json()["id"] == own["id"]
    assert director.get(f"/v1/keys/{foreign['id']}").json() == {k: v for k, v in foreign.items() if k != "token"}


def test_a_key_needs_a_scope_that_exists_and_a_program_that_does(director):
    for scopes in ([], ["everything"]):
        assert code(director.post("/v1/keys", json={"scopes": scopes})) == (422, "wrong_shape")
    assert code(director.post("/v1/keys", json={"scopes": ["solve"], "program": "west"})) == (400, "bad_reference")


def test_the_acts_are_in_the_audit_trail_by_id(director, store):
    made = director.post("/v1/keys", json={"label": "Nurse Ratched's laptop", "scopes": ["solve"]}).json()
    with store.reading() as session:
        (row,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "key.create"))
    assert (row.target, row.outcome) == (f"key={made['id']}", "done")


@pytest.mark.parametrize("path", ["/v1/keys", "/v1/programs/north/keys"])
def test_figures_of_the_service_are_of_no_program(director, path):
    answer = director.post(path, json={"scopes": ["metrics", "solve"], "program": "north"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_reference")
    assert director.post("/v1/keys", json={"scopes": ["metrics"]}).status_code == 201


def test_the_time_of_a_key_is_noted_once_a_minute(director, client, store):
    made = director.post("/v1/keys", json={"scopes": ["admin"]}).json()

    def seen(used_at):
        with store.writing() as session:
            session.get(ApiKeyRow, made["id"]).seen_at = used_at
        assert client.get("/v1/keys", headers=bearer(made)).status_code == 200
        with store.reading() as session:
            return session.get(ApiKeyRow, made["id"]).seen_at

    begun = now()
    assert seen(None) >= begun
    assert seen(begun - timedelta(seconds=50)) == begun - timedelta(seconds=50)
    assert seen(begun - timedelta(seconds=61)) >= begun


def test_pages_of_keys(director):
    ids = [director.post("/v1/keys", json={"scopes": ["solve"]}).json()["id"] for _ in range(5)]
    seen, after = [], ""
    while after is not None:
        page = director.get("/v1/keys", params={"limit": 2} | ({"after": after} if after else {})).json()
        assert len(page["items"]) <= 2
        seen += [k["id"] for k in page["items"]]
        after = page["next"]
    assert seen == sorted(ids)


def test_revoking_twice_changes_nothing(director, store):
    made = director.post("/v1/keys", json={"scopes": ["solve"]}).json()
    first = director.post(f"/v1/keys/{made['id']}/revoke").json()
    assert director.post(f"/v1/keys/{made['id']}/revoke").json() == first
    with store.reading() as session:
        row = session.get(ApiKeyRow, made["id"])
        assert (row.version, row.changed_at) == (2, row.revoked_at)


@pytest.mark.parametrize("scope", get_args(Scope))
def test_whoever_does_not_administer_makes_no_key_whatever_the_way(store, programs, scope):
    """Asked without a route in front, which asks for `admin` as well."""
    for caller in (
        NOBODY,
        Caller("user", "x", (grant_of("coordinator", None, None),)),
        Caller("user", "x", (grant_of("director", "south", None),)),
    ):
        with pytest.raises(Problem) as refused, store.writing() as session:
            create_key(session, caller, [scope], program=None if scope == "metrics" else "north")
        assert refused.value.code == "forbidden"


def test_a_key_without_a_label_has_none(store, programs):
    with store.writing() as session:
        made, _ = create_key(session, SYSTEM, ["solve"])
        assert (made.label, made.program, made.expires_at, made.created_by) == ("", None, None, "system")


def test_a_key_is_a_bearers_and_nothing_else(client, key, programs):
    token = key("admin")["Authorization"].removeprefix("Bearer ")
    for header in (f"Bearer {token}", f"bearer {token}", f"BEARER  {token} "):
        assert client.get("/v1/keys", headers={"Authorization": header}).status_code == 200
    for header in (f"Basic {token}", f"Token {token}", token, f"Bearer{token}", f"Basic Bearer {token}", "Bearer", ""):
        assert code(client.get("/v1/keys", headers={"Authorization": header})) == (401, "not_signed_in")
