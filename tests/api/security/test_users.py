"""Users: made, disabled, given roles, by those who may, and never more than they have themselves."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.accounts.models import RoleIn
from api.accounts.store import users as accounts
from api.database.tables import ApiKeyRow, AuditEntryRow, UserRow
from api.database.tables.base import now
from api.kernel.errors import Problem
from api.security.access import NOBODY, SYSTEM, Caller, grant_of
from api.security.callers import caller_of_user
from tests.api.security.conftest import PASSWORD

NORTH = {"program": "north", "role": "coordinator"}
ALL = {"program": None, "role": "director"}


def code(answer):
    return answer.status_code, answer.json()["code"]


def new(login="bob", *roles, password=PASSWORD):
    return {"login": login, "password": password, "roles": list(roles)}


def test_a_user_is_made_shown_and_listed(director):
    answer = director.post("/v1/users", json=new("Bob@Example.org", NORTH))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["login"], made["must_change_password"]) == ("bob@example.org", True)
    assert made["roles"] == [{"program": "north", "role": "coordinator", "clinician": None, "participant": None}]
    assert director.get(f"/v1/users/{made['id']}").json() == made
    assert made in director.get("/v1/users").json()["items"]
    assert "password" not in str(made).replace("must_change_password", "")


def test_a_password_somebody_else_gave_allows_nothing_but_to_change_it(director, signed_in):
    director.post("/v1/users", json=new("bob", ALL))
    bob = signed_in("bob")
    assert bob.get("/v1/session").json()["must_change_password"]
    assert code(bob.get("/v1/users")) == (403, "forbidden")
    assert code(bob.get("/v1/programs/north/users")) == (404, "not_found")
    bob.post("/v1/session/password", json={"password": PASSWORD, "new_password": "nine grey cranes"})
    assert bob.get("/v1/users").status_code == 200


def test_two_users_have_two_logins(director):
    assert director.post("/v1/users", json=new("bob")).status_code == 201
    assert code(director.post("/v1/users", json=new("BOB"))) == (409, "exists")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (new("two words"), "login"),
        (new("bob", {"role": "clinician", "program": "north"}), "roles[0]"),
        (new("bob", {"role": "clinician", "clinician": "c01"}), "roles[0]"),
        (new("bob", {"role": "participant", "program": "north"}), "roles[0]"),
        (new("bob", {"role": "coordinator", "program": "north", "participant": "p01"}), "roles[0]"),
        (new("bob", {"role": "king"}), "roles[0].role"),
        (new("bob", password="eleven char"), "password"),
    ],
)
def test_a_user_that_makes_no_sense_is_refused_at_its_place(director, body, path):
    answer = director.post("/v1/users", json=body)
    assert code(answer) == (422, "wrong_shape")
    assert [issue["path"] for issue in answer.json()["issues"]] == [path]


def test_one_role_in_a_program(director):
    answer = director.post("/v1/users", json=new("bob", NORTH, NORTH | {"role": "director"}))
    assert code(answer) == (422, "wrong_shape")


@pytest.mark.parametrize(
    "role",
    [
        {"program": "west", "role": "coordinator"},
        {"program": "south", "role": "clinician", "clinician": "c01"},
        {"program": "north", "role": "participant", "participant": "p02"},
    ],
)
def test_a_role_names_what_exists(director, role):
    answer = director.post("/v1/users", json=new("bob", role))
    assert code(answer) == (400, "bad_reference")
    assert answer.json()["detail"].startswith("roles[0].")


def test_keys_that_a_user_made_and_that_still_work_are_shown_in_the_program_they_are_bound_to(director, user, store):
    id = user("bob", RoleIn(program=None, role="director"))
    over = now() - timedelta(days=1)
    made = [
        ApiKeyRow(id=name, token_hash=name, scopes=["solve"], created_by=by, **more)
        for name, by, more in (
            ("everywhere", f"user:{id}", {}),
            ("of_north", f"user:{id}", {"program": "north", "expires_at": now() + timedelta(days=1)}),
            ("over", f"user:{id}", {"expires_at": over}),
            ("revoked", f"user:{id}", {"revoked_at": over}),
            ("anothers", "user:x", {}),
            ("made_with_it", "key:revoked", {}),
        )
    ]
    with store.writing() as session:
        session.add_all(made)
    assert director.get(f"/v1/users/{id}").json()["keys"] == ["everywhere", "made_with_it", "of_north"]
    assert director.post(f"/v1/users/{id}/disable").json()["keys"] == ["everywhere", "made_with_it", "of_north"]
    with store.reading() as session:
        assert accounts.keys_of(session, id, "north") == ("of_north",)


def test_disabling_ends_every_session_at_once_and_enabling_lets_in_again(director, user, signed_in, browser):
    id = user("bob", RoleIn(program="north", role="coordinator"))
    bob = signed_in("bob")
    assert director.post(f"/v1/users/{id}/disable").json()["disabled_at"] is not None
    assert code(bob.get("/v1/session")) == (401, "not_signed_in")
    assert code(browser().post("/v1/session", json={"login": "bob", "password": PASSWORD})) == (401, "wrong_login")
    assert director.post(f"/v1/users/{id}/enable").json()["disabled_at"] is None
    assert bob.get("/v1/session").status_code == 401, "the old session stays ended"
    signed_in("bob")


def test_a_reset_ends_every_session_and_gives_a_password_for_once(director, user, signed_in, browser):
    id = user("bob", RoleIn(program="north", role="coordinator"))
    bob = signed_in("bob")
    assert director.post(f"/v1/users/{id}/password", json={"password": "nine grey cranes"}).status_code == 200
    assert bob.get("/v1/session").status_code == 401
    answer = browser().post("/v1/session", json={"login": "bob", "password": "nine grey cranes"})
    assert (answer.status_code, answer.json()["must_change_password"]) == (201, True)


def test_roles_are_set_by_who_saw_the_present_ones(director, user, signed_in):
    id = user("bob", RoleIn(program="north", role="front_desk"))
    bob = signed_in("bob")
    etag = director.get(f"/v1/users/{id}").headers["etag"]
    path, body = f"/v1/users/{id}/roles", {"roles": [NORTH, {"program": "south", "role": "director"}]}
    assert code(director.put(path, json=body)) == (428, "no_etag")
    answer = director.put(path, json=body, headers={"If-Match": etag})
    assert [(r["program"], r["role"]) for r in answer.json()["roles"]] == [("north", "coordinator"), ("south", "director")]
    assert answer.headers["etag"] != etag
    assert code(director.put(path, json=body, headers={"If-Match": etag})) == (412, "changed_meanwhile")
    assert [g["program"] for g in bob.get("/v1/session").json()["grants"]].count("south") == 1, "they hold from the next request on"


def test_the_last_director_of_everything_stays(director, store):
    id = director.get("/v1/session").json()["id"]
    etag = director.get(f"/v1/users/{id}").headers["etag"]
    assert code(director.post(f"/v1/users/{id}/disable")) == (409, "wrong_state")
    assert code(director.put(f"/v1/users/{id}/roles", json={"roles": [NORTH]}, headers={"If-Match": etag})) == (409, "wrong_state")
    director.post("/v1/users", json=new("bob", ALL))
    assert director.post(f"/v1/users/{id}/disable").status_code == 200


@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_two_directors_cannot_disable_each_other_at_once(request, database):
    store, outcomes = request.getfixturevalue(database), []
    with store.writing() as session:
        ids = [accounts.create_user(session, SYSTEM, login, "no hash", [RoleIn(role="director")]).id for login in ("ada", "bob")]

    def disable(id):
        try:
            with store.writing() as session:
                accounts.disable_user(session, SYSTEM, session.get(UserRow, id))
            outcomes.append("done")
        except Problem as problem:
            outcomes.append(problem.code)

    threads = [threading.Thread(target=disable, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "wrong_state"]


class TestInsideAProgram:
    def test_its_director_makes_users_with_roles_in_it(self, north):
        made = north.post("/v1/programs/north/users", json=new("bob", NORTH))
        assert made.status_code == 201
        assert [u["login"] for u in north.get("/v1/programs/north/users").json()["items"]].count("bob") == 1
        assert north.get(f"/v1/programs/north/users/{made.json()['id']}").json() == made.json()

    def test_but_not_beyond_it(self, north):
        for role in ({"program": "south", "role": "front_desk"}, ALL, {"role": "front_desk"}):
            assert code(north.post("/v1/programs/north/users", json=new("bob", role))) == (403, "forbidden")
        assert code(north.post("/v1/programs/north/users", json=new("bob"))) == (400, "bad_reference")
        assert code(north.post("/v1/users", json=new("bob", NORTH))) == (403, "forbidden")
        assert code(north.post("/v1/programs/south/users", json=new("bob", {"program": "south", "role": "front_desk"}))) == (
            404,
            "not_found",
        )

    def test_users_of_other_programs_are_not_there(self, north, user):
        id = user("sue", RoleIn(program="south", role="coordinator"))
        assert [u["login"] for u in north.get("/v1/programs/north/users").json()["items"]] == ["nora"]
        for act in ("disable", "enable"):
            assert code(north.post(f"/v1/programs/north/users/{id}/{act}")) == (404, "not_found")
        assert code(north.get(f"/v1/programs/north/users/{id}")) == (404, "not_found")

    def test_of_a_user_who_is_elsewhere_too_only_the_roles_here_are_seen_and_set(self, north, user, store):
        id = user("sue", RoleIn(program="north", role="front_desk"), RoleIn(program="south", role="director"))
        seen = north.get(f"/v1/programs/north/users/{id}")
        assert [r["program"] for r in seen.json()["roles"]] == ["north"]
        answer = north.put(f"/v1/programs/north/users/{id}/roles", json={"roles": [NORTH]}, headers={"If-Match": seen.headers["etag"]})
        assert [r["role"] for r in answer.json()["roles"]] == ["coordinator"]
        with store.reading() as session:
            assert [(r.program, r.role) for r in accounts.roles_of(session, id)] == [("north", "coordinator"), ("south", "director")]

    @pytest.mark.parametrize("roles", [[RoleIn(program="south", role="director")], [RoleIn(role="director")]], ids=["south", "everything"])
    def test_who_may_do_more_elsewhere_is_neither_disabled_nor_given_a_password(self, north, user, roles):
        id = user("sue", RoleIn(program="north", role="front_desk"), *roles)
        assert code(north.post(f"/v1/programs/north/users/{id}/disable")) == (403, "forbidden")
        answer = north.post(f"/v1/programs/north/users/{id}/password", json={"password": "nine grey cranes"})
        assert code(answer) == (403, "forbidden")

    def test_its_own_staff_are(self, north, user):
        id = user("tom", RoleIn(program="north", role="front_desk"))
        assert north.post(f"/v1/programs/north/users/{id}/disable").status_code == 200
        assert north.post(f"/v1/programs/north/users/{id}/password", json={"password": "nine grey cranes"}).status_code == 200

    def test_a_program_that_does_not_exist_has_no_list(self, director):
        assert code(director.get("/v1/programs/west/users")) == (404, "not_found")


def test_every_act_is_in_the_audit_trail_by_id_and_without_a_login(director, store):
    id = director.post("/v1/users", json=new("bob@example.org", NORTH)).json()["id"]
    director.post(f"/v1/users/{id}/disable")
    with store.reading() as session:
        rows = [(r.action, r.target, r.outcome) for r in session.scalars(select(AuditEntryRow).where(AuditEntryRow.action.like("user.%")))]
    assert sorted(rows) == [("user.create", f"user={id}", "done"), ("user.disable", f"user={id}", "done")]


def test_pages_of_users(director):
    for i in range(4):
        director.post("/v1/users", json=new(f"user{i}"))
    seen, after = [], ""
    while after is not None:
        page = director.get("/v1/users", params={"limit": 2} | ({"after": after} if after else {})).json()
        seen += [u["login"] for u in page["items"]]
        after = page["next"]
    assert sorted(seen) == ["ada", "user0", "user1", "user2", "user3"]


def test_a_clinician_without_a_clinician_and_an_unknown_role_may_do_nothing(store, user):
    id = user("cleo", RoleIn(program="north", role="clinician", clinician="c01"))
    for change in ("clinician = NULL", "role = 'emperor'"):
        with store.writing() as session:
            session.connection().exec_driver_sql(f"UPDATE role_grants SET {change}")
        with store.reading() as session:
            assert [g.permissions for g in caller_of_user(session, session.get(UserRow, id)).grants] == [frozenset()]


@pytest.mark.parametrize("role", [{"role": "participant", "participant": "p01"}, {"role": "front_desk"}, {"role": "director"}])
def test_whoever_does_not_administer_gives_no_role_whatever_the_way(store, programs, role):
    """Asked without a route in front, which asks for `admin` as well."""
    for caller in (
        NOBODY,
        Caller("user", "x", (grant_of("coordinator", None, None),)),
        Caller("user", "x", (grant_of("director", "south", None),)),
    ):
        with pytest.raises(Problem) as refused, store.writing() as session:
            accounts.create_user(session, caller, "bob", "no hash", [RoleIn(program="north", **role)])
        assert refused.value.code == "forbidden"


def test_each_change_of_a_user_is_one_version_and_no_change_is_none(director, user, store):
    id = user("bob", RoleIn(program="north", role="front_desk"))

    def now_at():
        with store.reading() as session:
            row = session.get(UserRow, id)
            return row.version, row.changed_by

    me = f"user:{director.get('/v1/session').json()['id']}"
    assert now_at() == (1, "system")
    disabled = director.post(f"/v1/users/{id}/disable").json()
    assert now_at() == (2, me)
    assert director.post(f"/v1/users/{id}/disable").json() == disabled
    assert now_at() == (2, me)
    for _ in range(2):
        director.post(f"/v1/users/{id}/enable")
        assert now_at() == (3, me)
    director.post(f"/v1/users/{id}/password", json={"password": "nine grey cranes"})
    assert now_at() == (4, me)
    etag = director.get(f"/v1/users/{id}").headers["etag"]
    director.put(f"/v1/users/{id}/roles", json={"roles": [NORTH]}, headers={"If-Match": etag})
    assert now_at() == (5, me)
