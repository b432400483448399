"""What a program keeps, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.database import Store
from api.database.tables import AuditEntryRow
from api.programs.store.kinds import KINDS
from tests.api.programs.seed import AT, publish_week, seed
from tests.build import MONDAY, at, clinician, free, group, instance, meet, participant, roster, run

ROOT = "/v1/programs/demo"
PHASE = {"id": "p1", "level": "2.1", "rank": 0}

AUTHORIZATION = {
    "id": "a1", "unit": "day", "first": "2026-11-30", "last": "2027-01-29", "state": "appeal", "payer": "Blue Plan", "number": "AU/42",
    "next_review": "2026-12-18", "responsible": "cora",
}  # fmt: skip
NEW: dict[str, dict[str, Any]] = {
    "sites": {"id": "new", "hours": []},
    "rooms": {"id": "new", "site": "s1", "seats": 4},
    "resources": {"id": "new", "kind": "stay", "site": "s1"},
    "services": {"id": "new", "kind": "individual", "category": "medical", "minutes": 15},
    "phases": {"id": "new", "level": "1"},
    "plans": {"id": "new", "phases": ["p1"]},
    "curricula": {"id": "new", "modules": ["m1", "m2"]},
    "tracks": {"id": "new"},
    "cohorts": {"id": "new", "track": "t"},
    "groups": group("new", "fri", track="t"),
    "clinicians": clinician("new"),
    "participants": participant("new", phase="p1", authorizations=[AUTHORIZATION]),
    "relations": {"a": "ana", "b": "ben", "kind": "apart"},
    "orders": {"participant": "ana", "first": "2026-11-30", "order": {"minutes": {"floor": 300}}},
    "phase_decisions": {"participant": "ana", "first": "2026-12-01", "phase": "p1"},
    "absences": {"clinician": "cora", "first": "2026-12-01", "last": "2026-12-02"},
}
COUPLE = [{"service": "couple", "per_week": 1, "partner": "no"}]
FAMILY = [{"service": "family", "per_week": 1, "guests": ["no"]}]
LABELLED = ("sites", "rooms", "services", "phases", "plans", "tracks", "cohorts", "groups", "clinicians", "participants", "resources")


@pytest.fixture
def api(admin: TestClient, store: Store) -> TestClient:
    """Somebody who may do everything, and a small program."""
    week = instance(groups=[group("g1", track="t")], tracks=[{"id": "t"}], phases=[PHASE])
    assert seed(store, week) == "demo"
    return admin


def issues(answer: Any) -> dict[str, str]:
    """Path and code of everything a problem lists."""
    return {place["path"]: place["code"] for place in answer.json()["issues"]}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_added_listed_read_replaced_archived_and_restored(api: TestClient, kind: str) -> None:
    made = api.post(f"{ROOT}/{kind}", json=NEW[kind])
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    document = made.json()
    whole = KINDS[kind].model.model_validate({**NEW[kind], "id": document["id"]})
    assert document == whole.model_dump(mode="json")
    address = f"{ROOT}/{kind}/{document['id']}"
    assert made.headers["location"] == address
    assert api.get(address).json() == document
    assert document in [entry["document"] for entry in api.get(f"{ROOT}/{kind}").json()["items"]]

    replaced = api.put(address, json=document, headers={"If-Match": '"1"'})
    assert (replaced.status_code, replaced.headers["etag"], replaced.json()) == (200, '"2"', document)
    archived = api.delete(address, headers={"If-Match": '"2"'})
    assert (archived.status_code, archived.headers["etag"]) == (200, '"3"')
    assert api.get(address).headers["archived-at"] == archived.headers["archived-at"]
    assert document["id"] not in [entry["id"] for entry in api.get(f"{ROOT}/{kind}").json()["items"]]
    shown = {e["id"]: e["archived_at"] for e in api.get(f"{ROOT}/{kind}?include_archived=true").json()["items"]}
    assert shown[document["id"]] is not None

    assert api.put(address, json=document, headers={"If-Match": '"3"'}).json()["code"] == "wrong_state"
    assert api.post(f"{ROOT}/{kind}", json=document).json()["code"] == "exists"
    restored = api.post(f"{address}/restore")
    assert (restored.status_code, restored.headers["etag"], "archived-at" in restored.headers) == (200, '"4"', False)
    assert api.post(f"{address}/restore").headers["etag"] == '"4"'


@pytest.mark.parametrize("kind", LABELLED)
def test_every_kind_with_a_label_is_changed_by_a_merge_patch(api: TestClient, kind: str) -> None:
    api.post(f"{ROOT}/{kind}", json=NEW[kind])
    address, patch = f"{ROOT}/{kind}/new", {"Content-Type": "application/merge-patch+json"}
    changed = api.patch(address, content='{"label": "x"}', headers={"If-Match": '"1"', **patch})
    assert (changed.status_code, changed.json()["label"], changed.headers["etag"]) == (200, "x", '"2"')
    assert api.patch(address, json={"label": None}, headers={"If-Match": '"2"'}).json()["label"] == ""


def test_a_merge_patch_merges_objects_and_replaces_lists(api: TestClient) -> None:
    address, minutes = f"{ROOT}/participants/ana", {"floor": 0, "target": None, "ceiling": 700}
    answer = api.patch(address, json={"order": {"minutes": {"ceiling": 700}}, "languages": ["es"]}, headers={"If-Match": '"1"'}).json()
    assert (answer["order"]["minutes"], answer["order"]["days"]["floor"], answer["languages"]) == (minutes, 0, ["es"])


class TestVersions:
    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
    def test_a_change_says_which_version_it_changes(self, api: TestClient, method: str) -> None:
        def send(**headers: str) -> tuple[int, str | None]:
            body = {} if method == "DELETE" else {"json": {"id": "new"}}
            answer = api.request(method, f"{ROOT}/tracks/new", headers=headers, **body)
            return answer.status_code, answer.headers.get("etag")

        api.post(f"{ROOT}/tracks", json={"id": "new"})
        assert send() == (428, None)
        assert send(**{"If-Match": '"0"'}) == (412, '"1"')
        assert send(**{"If-Match": '"1"'}) == (200, '"2"')

    def test_an_id_does_not_change(self, api: TestClient) -> None:
        for method in ("PUT", "PATCH"):
            answer = api.request(method, f"{ROOT}/tracks/t", json={"id": "other"}, headers={"If-Match": '"1"'})
            assert (answer.status_code, issues(answer)) == (422, {"id": "id_differs"})

    def test_a_dated_thing_is_replaced_without_repeating_its_id(self, api: TestClient) -> None:
        made = api.post(f"{ROOT}/absences", json=NEW["absences"]).json()
        longer = {**NEW["absences"], "last": "2026-12-09"}
        answer = api.put(f"{ROOT}/absences/{made['id']}", json=longer, headers={"If-Match": '"1"'}).json()
        assert answer == made | {"last": "2026-12-09"}


class TestReferences:
    @pytest.mark.parametrize(
        ("kind", "document", "path"),
        [
            ("rooms", {"id": "x", "site": "no", "seats": 1}, "site"),
            ("plans", {"id": "x", "phases": ["p1", "no"]}, "phases[1]"),
            ("groups", group("x", facilitators=["cora", "no"]), "facilitators[1]"),
            ("groups", group("x", module="m1"), "module"),
            ("phases", {"id": "x", "level": "1", "order": {"mix": [{"category": "no"}]}}, "order.mix[0].category"),
            ("clinicians", {"id": "x", "hours": [{"day": "mon", "start": "09:00", "end": "10:00", "site": "no"}]}, "hours[0].site"),
            ("participants", participant("x", travel={"no": 5}), "travel.no"),
            ("participants", participant("x", order={"services": COUPLE}), "order.services[0].partner"),
            ("orders", {**NEW["orders"], "order": {"services": FAMILY}}, "order.services[0].guests[0]"),
            ("relations", {"a": "ana", "b": "no", "kind": "apart"}, "b"),
            ("absences", {"participant": "no", "first": "2026-12-01", "last": "2026-12-01"}, "participant"),
        ],
    )  # fmt: skip
    def test_what_is_named_must_be_there(self, api: TestClient, kind: str, document: dict[str, Any], path: str) -> None:
        answer = api.post(f"{ROOT}/{kind}", json=document)
        assert (answer.status_code, answer.json()["code"], issues(answer)) == (400, "bad_reference", {path: "unknown_id"})
        assert '"no"' not in answer.text

    def test_a_guest_of_the_participant_may_come_to_an_ordered_session(self, api: TestClient) -> None:
        guests = [{"id": "mum", "availability": free()}]
        assert api.patch(f"{ROOT}/participants/ana", json={"guests": guests}, headers={"If-Match": '"1"'}).status_code == 200
        ordered = {"services": [{"service": "family", "per_week": 1, "guests": ["mum"]}]}
        assert api.post(f"{ROOT}/orders", json={**NEW["orders"], "order": ordered}).status_code == 201

    def test_what_is_archived_cannot_be_named_and_what_names_it_not_restored(self, api: TestClient) -> None:
        api.post(f"{ROOT}/tracks", json={"id": "new"})
        api.post(f"{ROOT}/cohorts", json={"id": "c", "track": "new"})
        for address in ("cohorts/c", "tracks/new"):
            assert api.delete(f"{ROOT}/{address}", headers={"If-Match": '"1"'}).status_code == 200
        assert issues(api.post(f"{ROOT}/cohorts", json={"id": "d", "track": "new"})) == {"track": "unknown_id"}
        assert issues(api.post(f"{ROOT}/cohorts/c/restore")) == {"track": "unknown_id"}


class TestInUse:
    def refused(self, api: TestClient, address: str) -> dict[str, str]:
        answer = api.delete(f"{ROOT}/{address}", headers={"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        return issues(answer)

    def test_every_place_that_names_it_is_listed(self, api: TestClient) -> None:
        assert sorted(self.refused(api, "sites/s1")) == [
            *(f"clinicians/{id}.hours[{n}].site" for id in ("cora", "dan") for n in range(5)),
            "groups/g1.site", "rooms/r1.site", "rooms/r2.site", "rooms/r3.site",
        ]  # fmt: skip
        assert self.refused(api, "tracks/t") == {"groups/g1.track": "in_use"}
        api.patch(ROOT, json={"closures": [{"date": "2026-12-24", "site": "s1"}]}, headers={"If-Match": "*"})
        assert "programs/demo.closures[0].site" in self.refused(api, "sites/s1")

    def test_what_belongs_to_a_person_does_not_hold_them_back(self, api: TestClient) -> None:
        for kind in ("relations", "orders", "phase_decisions"):
            api.post(f"{ROOT}/{kind}", json=NEW[kind])
        assert api.delete(f"{ROOT}/participants/ana", headers={"If-Match": '"1"'}).status_code == 200

    @pytest.mark.parametrize("address", ["participants/ana", "clinicians/cora", "groups/g1", "rooms/r1", "services/process"])
    def test_a_published_session_to_come_holds_it_until_it_is_over(self, app: FastAPI, api: TestClient, store: Store, address: str) -> None:
        publish_week(store, "demo", MONDAY, roster(run("g1", "mon", "09:00", ("ana",)), meet("ben", "tue", "13:00"), monday=MONDAY))
        app.state.clock = lambda: at("mon", "11:59")
        assert self.refused(api, address)["weeks/2026-11-30"] == "in_use"
        app.state.clock = lambda: at("mon", "12:00")
        answer = api.delete(f"{ROOT}/{address}", headers={"If-Match": '"1"'})
        # The group still names its service; nothing else is held by a session that is over.
        assert (answer.status_code, issues(answer) if answer.is_error else {}) == (
            (409, {"groups/g1.service": "in_use"}) if address == "services/process" else (200, {})
        )

    def test_a_pin_holds_what_it_names(self, app: FastAPI, admin: TestClient, store: Store) -> None:
        seed(store, instance(groups=[group("g1")], pins=[{"kind": "facilitator", "group": "g1", "clinician": "dan"}]))
        app.state.clock = lambda: AT
        (path,) = self.refused(admin, "clinicians/dan")
        assert path.startswith("weeks/2026-11-30/pins/")


class TestLists:
    def test_pages_follow_each_other(self, api: TestClient) -> None:
        first = api.get(f"{ROOT}/services?limit=3").json()
        second = api.get(f"{ROOT}/services?limit=10&after={first['next']}").json()
        ids = [entry["id"] for page in (first, second) for entry in page["items"]]
        assert (len(first["items"]), second["next"]) == (3, None)
        assert ids == ["couple", "education", "family", "individual", "medication", "peer", "process", "skills"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [("", ["ana", "ben", "cem"]), ("?status=waiting", ["cem"]), ("?status=active&status=waiting", ["ana", "ben", "cem"]),
         ("?status=discharged", [])],
    )  # fmt: skip
    def test_people_by_status(self, api: TestClient, query: str, found: list[str]) -> None:
        api.post(f"{ROOT}/participants", json=participant("cem", status="waiting"))
        assert [entry["id"] for entry in api.get(f"{ROOT}/participants{query}").json()["items"]] == found

    def test_dated_things_by_whom_they_are_about(self, api: TestClient) -> None:
        for kind, person in (("absences", {"clinician": "cora"}), ("absences", {"participant": "ben"}), ("relations", {})):
            document = {"first": "2026-12-01", "last": "2026-12-02", **person} if person else NEW["relations"]
            assert api.post(f"{ROOT}/{kind}", json=document).status_code == 201
        counts = {query: len(api.get(f"{ROOT}/{query}").json()["items"]) for query in (
            "absences", "absences?clinician=cora", "absences?participant=ben", "absences?participant=cora",
            "relations?participant=ben", "relations?participant=cora",
        )}  # fmt: skip
        assert list(counts.values()) == [2, 1, 1, 0, 1, 0]


class TestShape:
    @pytest.mark.parametrize(
        ("kind", "document", "path"),
        [
            ("rooms", {"id": "x", "site": "s1"}, "seats"),
            ("rooms", {"id": "x", "site": "s1", "seats": 1, "colour": "red"}, "colour"),
            ("orders", {**NEW["orders"], "first": "2026-12-01"}, "first"),
            ("phase_decisions", {"participant": "ana", "first": "2026-12-01"}, ""),
            ("absences", {"participant": "ana", "clinician": "cora", "first": "2026-12-01", "last": "2026-12-01"}, ""),
            ("absences", {"participant": "ana", "first": "2026-12-02", "last": "2026-12-01"}, ""),
            ("absences", {"participant": "ana", "first": "2026-12-01", "last": "2026-12-01", "start": "12:00", "end": "09:00"}, ""),
            ("relations", {"a": "ana", "b": "ana", "kind": "apart"}, ""),
        ],
    )  # fmt: skip
    def test_a_wrong_shape_is_told_with_its_path(self, api: TestClient, kind: str, document: dict[str, Any], path: str) -> None:
        answer = api.post(f"{ROOT}/{kind}", json=document)
        assert (answer.status_code, list(issues(answer))) == (422, [path])

    def test_a_patch_that_leads_to_a_wrong_shape_is_refused(self, api: TestClient) -> None:
        answer = api.patch(f"{ROOT}/rooms/r1", json={"seats": None}, headers={"If-Match": '"1"'})
        assert (answer.status_code, issues(answer)) == (422, {"seats": "shape"})
        answer = api.patch(f"{ROOT}/rooms/r1", json={"colour": "red"}, headers={"If-Match": '"1"'})
        assert (answer.status_code, list(issues(answer))) == (422, ["colour"])


@pytest.mark.parametrize("path", ["/sites/none", "/participants/none", "/orders/none"])
def test_what_is_not_there_is_not_found(api: TestClient, path: str) -> None:
    assert api.get(f"{ROOT}{path}").status_code == 404
    assert api.get(f"/v1/programs/none{path}").status_code == 404
    assert api.delete(f"{ROOT}{path}", headers={"If-Match": "*"}).status_code == 404


def test_nothing_changes_in_an_archived_program(api: TestClient) -> None:
    assert api.delete(ROOT, headers={"If-Match": "*"}).status_code == 200
    assert api.post(f"{ROOT}/tracks", json={"id": "new"}).json()["code"] == "wrong_state"
    assert api.get(f"{ROOT}/tracks/t").status_code == 200
    assert api.post(f"{ROOT}/restore").status_code == 200
    assert api.post(f"{ROOT}/tracks", json={"id": "new"}).status_code == 201


def test_every_act_is_in_the_audit_trail_with_ids_and_without_content(api: TestClient, store: Store) -> None:
    api.post(f"{ROOT}/participants", json=participant("cem", label="Planted Name"))
    api.get(f"{ROOT}/participants/cem")
    api.get(f"{ROOT}/participants")
    api.patch(f"{ROOT}/participants/cem", json={"label": "Planted Name"}, headers={"If-Match": '"1"'})
    api.delete(f"{ROOT}/participants/cem", headers={"If-Match": '"2"'})
    with store.reading() as session:
        rows = [(row.action, row.target) for row in session.scalars(select(AuditEntryRow).where(AuditEntryRow.program == "demo"))]
    assert sorted(rows) == [
        ("participant.archive", "participant=cem"), ("participant.change", "participant=cem"), ("participant.create", "participant=cem"),
        ("participant.list", ""), ("participant.view", "participant=cem"),
    ]  # fmt: skip


def test_a_new_thing_sent_twice_with_one_key_is_made_once(api: TestClient) -> None:
    answers = [api.post(f"{ROOT}/absences", json=NEW["absences"], headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(api.get(f"{ROOT}/absences").json()["items"]) == 1


def test_every_operation_has_an_id_and_a_contract_of_its_own(openapi_document: dict[str, Any]) -> None:
    operations = {o["operationId"]: o for methods in openapi_document["paths"].values() for o in methods.values()}
    for kind in KINDS.values():
        one, name = kind.one, kind.model.__name__
        for operation in (f"get_{one}", f"replace_{one}", f"change_{one}", f"archive_{one}", f"restore_{one}"):
            schema = operations[operation]["responses"]["200"]["content"]["application/json"]["schema"]
            assert schema["$ref"].rpartition("/")[2] in (name, f"{name}-Output"), operation
        assert f"create_{one}" in operations
        assert f"EntryOf{name}" in str(operations[f"list_{kind.name}"]["responses"]["200"])
