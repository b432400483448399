"""Programs: their settings, and who sees them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.database import Store
from scheduler.instance import Policy
from scheduler.policies import resolve
from tests.api.conftest import MakeKey
from tests.api.programs.seed import seed
from tests.build import instance

SETTINGS = {"id": "north", "label": "North", "zone": "America/Chicago", "policy": {"pack": "php_2_5"}, "weights": {"trips": 3}}


def test_a_program_is_made_read_changed_archived_and_restored(admin: TestClient) -> None:
    made = admin.post("/v1/programs", json=SETTINGS)
    assert (made.status_code, made.headers["etag"], made.headers["location"]) == (201, '"1"', "/v1/programs/north")
    assert made.json().items() >= {"label": "North", "zone": "America/Chicago", "weights": {"trips": 3}}.items()
    address = made.headers["location"]
    patched = admin.patch(address, json={"weights": {"trips": None, "idle_gap": 0}, "week_a": "2026-11-30"}, headers={"If-Match": '"1"'})
    assert (patched.status_code, patched.json()["weights"], patched.json()["week_a"]) == (200, {"idle_gap": 0}, "2026-11-30")
    settings = {key: value for key, value in SETTINGS.items() if key != "id"}
    assert admin.put(address, json=settings, headers={"If-Match": '"2"'}).json() == made.json()
    assert admin.delete(address, headers={"If-Match": '"3"'}).headers["etag"] == '"4"'
    assert "archived-at" in admin.get(address).headers
    assert admin.get("/v1/programs").json()["items"] == []
    (shown,) = admin.get("/v1/programs?include_archived=true").json()["items"]
    assert (shown["id"], shown["version"], shown["archived_at"] is None) == ("north", 4, False)
    assert admin.put(address, json=settings, headers={"If-Match": '"4"'}).json()["code"] == "wrong_state"
    assert admin.post(f"{address}/restore").headers["etag"] == '"5"'
    assert admin.post("/v1/programs", json=SETTINGS).json()["code"] == "exists"


def test_a_new_program_states_ten_minutes_of_notes_unless_it_brings_a_policy(admin: TestClient) -> None:
    """Programs stored earlier, and imported instances, keep the policy's 15."""
    for id, policy, minutes in (
        ("new", {}, 10),
        ("named", {"policy": {}}, None),
        ("own", {"policy": {"values": {"notes_after_group": 5}}}, 5),
    ):
        made = admin.post("/v1/programs", json={"id": id, "zone": "America/Chicago"} | policy)
        assert made.json()["policy"]["values"].get("notes_after_group") == minutes
    assert resolve(Policy()).notes_after_group == 15


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_says_which_version_it_changes(admin: TestClient, store: Store, method: str) -> None:
    seed(store, instance())
    body: dict[str, Any] = {} if method == "DELETE" else {"json": {"zone": "America/Chicago"}}
    headers: tuple[dict[str, str], ...] = ({}, {"If-Match": '"1"'}, {"If-Match": '"2"'})
    codes = [admin.request(method, "/v1/programs/demo", headers=header, **body).status_code for header in headers]
    assert codes == [428, 412, 200]


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"zone": "America/Nowhere"}, "bad_instance", "zone"),
        ({"policy": {"pack": "none"}}, "bad_instance", "policy.pack"),
        ({"weights": {"weekly_floor": 3}}, "bad_instance", "weights.weekly_floor"),
        ({"week_a": "2026-12-01"}, "bad_instance", "week_a"),
        ({"closures": [{"date": "2026-12-24", "site": "none"}]}, "bad_reference", "closures[0].site"),
        ({"travel": [{"a": "s1", "b": "none", "minutes": 10}]}, "bad_reference", "travel[0].b"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_their_path(
    admin: TestClient, store: Store, fields: dict[str, Any], code: str, path: str
) -> None:
    seed(store, instance())
    answer = admin.patch("/v1/programs/demo", json=fields, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"], [place["path"] for place in answer.json()["issues"]]) == (400, code, [path])


def test_callers_see_the_programs_they_may_read(client: TestClient, store: Store, key: MakeKey) -> None:
    for program in ("east", "north", "west"):
        seed(store, instance(), program)

    def seen(*scopes: str, **more: Any) -> list[str]:
        answer = client.get("/v1/programs", headers=key(*scopes, **more))
        return [entry["id"] for entry in answer.json()["items"]]

    assert seen("roster:read") == ["east", "north", "west"]
    assert seen("roster:read", program="north") == ["north"]
    assert client.get("/v1/programs", headers=key("solve")).status_code == 403
    assert client.get("/v1/programs").status_code == 401
    assert client.get("/v1/programs/east", headers=key("roster:read", program="north")).status_code == 404
    assert client.post("/v1/programs", json=SETTINGS, headers=key("admin", program="north")).status_code == 403
    page = client.get("/v1/programs?limit=2", headers=key("roster:read")).json()
    assert ([entry["id"] for entry in page["items"]], page["next"]) == (["east", "north"], "north")


def test_what_is_not_there_is_not_found(admin: TestClient) -> None:
    answers = [admin.request(m, "/v1/programs/none", headers={"If-Match": "*"}) for m in ("GET", "DELETE")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert admin.patch("/v1/programs/none", json={}, headers={"If-Match": "*"}).status_code == 404
    assert admin.post("/v1/programs/none/restore").status_code == 404
