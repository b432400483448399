"""Wishes: ranked times and mode, kept in the participant's document as comfort."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, ParticipantRow
from tests.api.pages.conftest import PEOPLE

CHOSEN = {"time-1": "evening", "time-2": "morning", "time-3": ""}


@pytest.fixture
def ana(store, program):
    """Ana may come either way, and wishes for a group already."""
    with store.writing() as session:
        row = session.get_one(ParticipantRow, {"program": "north", "id": "ana"})
        wish = {"attribute": "group", "ranked": ["g1"]}
        row.document = {**row.document, "modes": ["in_person", "telehealth"], "preferences": [wish]}


def kept(staff, person="ana"):
    answer = staff.get(f"{PEOPLE}/{person}")
    return [(p["attribute"], p["ranked"]) for p in answer.json()["preferences"]], answer.headers["etag"]


def chosen(page) -> dict[str, str]:
    options = {s.attributes["name"]: [o for o in s.all("option") if "selected" in o.attributes] for s in page.all("select")}
    return {name: found[0].attributes["value"] if found else "" for name, found in options.items()}


def test_wishes_are_ranked_and_shown_again(ana, visit, staff):
    page = visit().post("/my/wishes", **CHOSEN, mode="telehealth")
    assert "Saved." in page.text
    assert chosen(page) == {**CHOSEN, "mode": "telehealth"}
    wishes, _ = kept(staff)
    assert wishes == [("time", ["evening", "morning"]), ("mode", ["telehealth", "in_person"]), ("group", ["g1"])]


def test_a_gap_closes_and_no_wish_takes_one_back(ana, visit, staff):
    browser = visit()
    browser.post("/my/wishes", **{"time-1": "", "time-2": "", "time-3": "evening"}, mode="")
    assert kept(staff)[0] == [("time", ["evening"]), ("group", ["g1"])]
    browser.post("/my/wishes", **{"time-1": "", "time-2": "", "time-3": ""}, mode="")
    assert kept(staff)[0] == [("group", ["g1"])]


def test_saving_the_same_changes_no_version(ana, visit, staff):
    browser = visit()
    browser.post("/my/wishes", **CHOSEN, mode="telehealth")
    _, etag = kept(staff)
    browser.post("/my/wishes", **CHOSEN, mode="telehealth")
    assert kept(staff)[1] == etag


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({**CHOSEN, "time-2": "evening"}, "time-2"),
        ({**CHOSEN, "time-1": "midnight"}, "time-1"),
        ({**CHOSEN, "mode": "<b>"}, "mode"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(ana, visit, staff, store, fields, wrong):
    before = kept(staff)
    page = visit().post("/my/wishes", 422, **{"mode": "", **fields})
    assert page.of_id(wrong).attributes["aria-invalid"] == "true"
    assert [e for e in page.all("p") if e.attributes.get("id") == f"{wrong}-wrong"]
    assert kept(staff) == before
    with store.reading() as session:
        assert "own.wish" not in session.scalars(select(AuditEntryRow.action)).all()


def test_who_consented_to_one_mode_is_not_asked_for_it(visit, staff):
    browser = visit("ben")
    assert set(chosen(browser.get("/my/wishes"))) == {"time-1", "time-2", "time-3"}
    browser.post("/my/wishes", **CHOSEN, mode="telehealth")
    assert kept(staff, "ben")[0] == [("time", ["evening", "morning"])]


def test_whoever_edits_the_participant_meanwhile_is_told(ana, visit, staff):
    _, etag = kept(staff)
    visit().post("/my/wishes", **CHOSEN, mode="")
    answer = staff.patch(f"{PEOPLE}/ana", json={"label": "A."}, headers={"If-Match": etag})
    assert answer.status_code == 412
    assert staff.patch(f"{PEOPLE}/ana", json={"label": "A."}, headers={"If-Match": kept(staff)[1]}).status_code == 200
    assert kept(staff)[0][0] == ("time", ["evening", "morning"])
