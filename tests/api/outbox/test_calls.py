"""The call list over a week's life, with the hours counted by hand. Ana's individual session is on Monday 30 November at 13:00."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, CallRow, ClinicianRow, ParticipantRow
from tests.api.outbox.conftest import CALLS, PROGRAM, with_ana_at
from tests.api.weeks.small import BEFORE, WEEK, as_json, good_roster
from tests.build import at, meet

ONE = at("mon", "13:00")
AT_TWO = "Your appointment on Monday, November 30 at 1:00 pm is now at 2:00 pm."


def calls(client, state="to_do", kind="participant"):
    answer = client.get(CALLS, params={"state": state} if state else {})
    assert answer.status_code == 200, answer.text
    return [call for call in answer.json()["items"] if kind in (call["kind"], "all")]


def texts(client, **more):
    return {call["subject"]: call["text"] for call in calls(client, **more)}


def mark(client, call, state="reached", match=None):
    headers = {"If-Match": match or f'"{call["version"]}"'}
    return client.put(f"{CALLS}/{call['id']}", json={"state": state}, headers=headers)


def test_a_first_week_is_told_to_whoever_has_no_calendar_that_is_read(coordinator, subscribe, publish):
    """It is Thursday: a telephone has four days, so has Google. Ben's was last fetched four days ago, cid's never."""
    subscribe("ana", "google", BEFORE - timedelta(hours=20))
    subscribe("ben", "apple", BEFORE - timedelta(days=4))
    subscribe("cid", None, BEFORE)
    publish(good_roster())
    assert texts(coordinator) == {
        "ben": "Your new appointments: Mon, Nov 30 9:00 am-12:00 pm; Tue, Dec 1 9:00 am-12:00 pm; Tue, Dec 1 1:00-1:50 pm.",
        "cid": "Your new appointments: Mon, Nov 30 9:00 am-12:00 pm; Tue, Dec 1 9:00 am-12:00 pm; Wed, Dec 2 1:00-1:50 pm.",
    }
    assert set(texts(coordinator, kind="clinician")) == {"cora", "dan"}
    (first,) = (call for call in calls(coordinator) if call["subject"] == "ben")
    assert (first["first"], first["until"]) == ("2026-11-30T09:00:00-05:00", "2026-12-01T13:50:00-05:00")
    assert (first["subject"], first["label"], first["sms"], first["has_calendar"]) == ("ben", "B. X.", 1, False)


def test_people_with_the_same_initials_are_told_apart(coordinator, store, publish):
    """Ana and Ben are both A.B., and so is Cora, whose calls are listed among the clinicians'."""
    with store.writing() as session:
        for table, id in ((ParticipantRow, "ana"), (ParticipantRow, "ben"), (ClinicianRow, "cora")):
            row = session.get(table, {"program": "north", "id": id})
            row.document = {**row.document, "label": "A.B."}
    publish(good_roster())
    labels = {call["subject"]: call["label"] for call in calls(coordinator, kind="all")}
    assert [labels[id] for id in ("ana", "ben", "cora")] == ["A.B. ana", "A.B. ben", "A.B."]


@pytest.mark.parametrize(
    ("calendar", "hours", "is_called"),
    [
        ("apple", 4.5, False),
        ("apple", 3.5, True),
        ("google", 25, False),
        ("google", 23, True),
        ("outlook", 23, True),
        ("other", 23, True),
        (None, 60, True),
    ],
)
def test_a_change_is_told_when_it_comes_sooner_than_the_calendar(
    coordinator, everybody_subscribed, subscribe, publish, clock, calendar, hours, is_called
):
    publish(good_roster())
    now = ONE - timedelta(hours=hours)
    clock(now)
    subscribe("dan", "apple", now, "clinician")
    if calendar is not None:
        subscribe("ana", calendar, now - timedelta(hours=1))
    elif hours > 24:
        clock(BEFORE + timedelta(days=3))
    publish(with_ana_at("mon", "14:00"))
    assert texts(coordinator) == ({"ana": AT_TWO} if is_called else {})


def test_moved_to_earlier_the_new_start_counts_and_the_slower_of_two_clients(coordinator, everybody_subscribed, subscribe, publish, clock):
    """On Sunday at 10:00 Monday 13:00 is 27 hours away, 09:30 is 23.5."""
    publish(good_roster())
    sunday = at("mon", "10:00") - timedelta(days=1)
    clock(sunday)
    subscribe("ana", "google", sunday - timedelta(hours=2))
    subscribe("ana", "apple", sunday - timedelta(hours=1))
    subscribe("dan", "apple", sunday, "clinician")
    publish(with_ana_at("mon", "15:00"))
    assert texts(coordinator) == {}
    publish(with_ana_at("mon", "09:30"))
    assert texts(coordinator) == {"ana": "Your appointment on Monday, November 30 at 3:00 pm is now at 9:30 am."}
    assert calls(coordinator)[0]["first"] == "2026-11-30T09:30:00-05:00"


@pytest.fixture
def sunday(everybody_subscribed, subscribe, publish, clock):
    """It is Sunday 20:00; ana's and dan's calendars are Google's, fetched an hour ago; the good roster is published since Thursday."""
    publish(good_roster())
    now = at("mon", "20:00") - timedelta(days=1)
    clock(now)
    subscribe("ana", "google", now - timedelta(hours=1))
    for clinician in ("cora", "dan"):
        subscribe(clinician, "apple", now, "clinician")
    return now


def test_another_publication_is_told_in_the_place_of_the_first(coordinator, sunday, publish):
    assert publish(with_ana_at("mon", "14:00"))["to_call"] == 1
    (first,) = calls(coordinator)
    assert first["text"] == AT_TWO
    assert (first["version"], first["has_calendar"], first["is_fetched"], first["mail"]) == (1, True, False, None)
    publish(with_ana_at("mon", "15:00", mode="@home"))
    (second,) = calls(coordinator)
    assert second["text"] == "Your appointment on Monday, November 30 at 1:00 pm is now at 3:00 pm, online."
    assert (second["id"], second["version"]) == (first["id"], 2)
    stale = mark(coordinator, first)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"'), "what was told is not what is so"
    assert mark(coordinator, second).json()["state"] == "reached"


def test_what_is_undone_before_the_call_disappears(coordinator, sunday, publish, store):
    publish(with_ana_at("mon", "14:00"))
    (call,) = calls(coordinator)
    publish(good_roster())
    assert calls(coordinator, state=None) == []
    assert mark(coordinator, call).status_code == 404
    with store.reading() as session:
        assert session.scalars(select(CallRow)).all() == []


def test_what_is_undone_after_the_calendar_was_fetched_is_confirmed(coordinator, sunday, publish, subscribe, clock):
    publish(with_ana_at("mon", "14:00"))
    subscribe("ana", "google", sunday + timedelta(minutes=10))
    clock(sunday + timedelta(minutes=20))
    assert calls(coordinator)[0]["is_fetched"] is True
    publish(good_roster())
    (call,) = calls(coordinator)
    assert call["text"] == "Your appointment on Monday, November 30 at 1:00 pm takes place as first planned."
    assert [change["kind"] for change in call["changes"]] == ["stays"]


def test_who_was_reached_is_told_of_what_comes_after_and_nothing_is_lost(coordinator, sunday, publish, clock):
    publish(with_ana_at("mon", "14:00"))
    (call,) = calls(coordinator)
    clock(sunday + timedelta(minutes=30))
    marked = mark(coordinator, call)
    assert (marked.status_code, marked.headers["ETag"]) == (200, '"2"')
    assert marked.json()["done_by"].startswith("key:")
    assert marked.json()["done_at"] == "2026-11-29T20:30:00-05:00"
    assert calls(coordinator) == []
    publish(with_ana_at("mon", "15:00"))
    assert texts(coordinator) == {"ana": "Your appointment on Monday, November 30 at 2:00 pm is now at 3:00 pm."}
    assert [c["state"] for c in calls(coordinator, state=None)] == ["reached", "to_do"]
    # Marked by mistake: the first cannot be taken up any more, for the second says it all.
    (first,) = calls(coordinator, state="reached")
    assert mark(coordinator, first, "to_do").json()["code"] == "wrong_state"


def test_a_mark_set_by_mistake_is_taken_back_with_what_is_so_by_then(coordinator, sunday, publish):
    publish(with_ana_at("mon", "14:00"))
    (call,) = calls(coordinator)
    done = mark(coordinator, call, "not_needed").json()
    again = mark(coordinator, done, "to_do").json()
    assert (again["state"], again["text"], again["done_by"]) == ("to_do", AT_TWO, None)
    assert mark(coordinator, again, "to_do", match='"1"').status_code == 412
    assert coordinator.put(f"{CALLS}/{call['id']}", json={"state": "reached"}).status_code == 428
    assert coordinator.put(f"{CALLS}/{call['id']}", json={"state": "called"}, headers={"If-Match": "*"}).status_code == 422


def test_a_week_taken_back_is_told_and_published_again_as_it_was_is_not(coordinator, sunday, publish, withdraw):
    withdraw()
    assert texts(coordinator)["ana"] == (
        "Changes to your appointments: Mon, Nov 30 9:00 am cancelled; Mon, Nov 30 1:00 pm cancelled; Tue, Dec 1 9:00 am cancelled."
    )
    publish(good_roster())
    assert texts(coordinator) == {}
    withdraw()
    publish(with_ana_at("mon", "14:00"))
    assert texts(coordinator) == {"ana": AT_TWO}


def test_what_is_over_is_off_the_list_and_what_is_left_is_told(coordinator, sunday, publish, clock):
    publish(with_ana_at("tue", "14:00"))
    clock(at("mon", "13:50"))
    assert texts(coordinator) == {"ana": "Your appointment on Monday, November 30 at 1:00 pm is now on Tuesday, December 1 at 2:00 pm."}
    clock(at("tue", "14:50"))
    assert texts(coordinator) == {}
    assert [(c["state"], c["text"], c["sms"]) for c in calls(coordinator, state=None)] == [("to_do", "", 0)]
    assert coordinator.get(f"{PROGRAM}/calls").json()["items"] == []


def test_the_preview_is_what_publishing_makes_and_changes_nothing(coordinator, sunday, publish, subscribe):
    publish(with_ana_at("mon", "14:00"))
    (before,) = calls(coordinator)
    draft = coordinator.post(f"{WEEK}/rosters", json=as_json(with_ana_at("mon", "16:00"))).json()
    planned = coordinator.get(f"{WEEK}/rosters/{draft['id']}/calls").json()
    assert [(c["subject"], c["text"], c["call"]) for c in planned["calls"] if c["kind"] == "participant"] == [
        ("ana", "Your appointment on Monday, November 30 at 1:00 pm is now at 4:00 pm.", before["id"])
    ]
    assert calls(coordinator) == [before]
    back = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster())).json()
    assert coordinator.get(f"{WEEK}/rosters/{back['id']}/calls").json() == {"calls": [], "undone": [before["id"]]}
    publish(with_ana_at("mon", "16:00"))
    made = calls(coordinator)[0]
    shared = planned["calls"][0].keys() - {"call"}
    assert {k: made[k] for k in shared} == {k: planned["calls"][0][k] for k in shared}
    assert coordinator.get(f"{WEEK}/rosters/none/calls").status_code == 404


def test_all_weeks_are_one_list_by_the_first_start_in_pages(coordinator, publish):
    publish(good_roster())
    after, seen = None, []
    while True:
        page = coordinator.get(f"{PROGRAM}/calls", params={"limit": 2} | ({"after": after} if after else {})).json()
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
    assert [c["first"] for c in seen] == sorted(c["first"] for c in seen)
    assert {c["subject"] for c in seen} == {"ana", "ben", "cid", "cora", "dan"}
    assert len(seen) == 5
    wrong = coordinator.get(f"{PROGRAM}/calls", params={"after": "Quennell"})
    assert (wrong.status_code, "Quennell" in wrong.text) == (422, False)
    assert coordinator.get(f"{CALLS}/none").status_code == 404
    assert coordinator.get(f"/v1/programs/north/weeks/2026-12-07/calls/{seen[0]['id']}").status_code == 404


def test_an_import_calls_nobody(admin, program, store):
    exported = admin.get(f"{WEEK}/instance")
    assert exported.status_code == 200
    assert admin.post("/v1/programs", json={"id": "south", "zone": "America/New_York"}).status_code == 201
    week = exported.json() | {"published": {"roster": as_json(good_roster())}}
    answer = admin.post("/v1/programs/south/import", json=week)
    assert answer.status_code == 201, answer.text
    with store.reading() as session:
        assert session.scalars(select(CallRow)).all() == []


def test_the_audit_trail_says_who_called_and_not_whom_or_what(coordinator, sunday, publish, store):
    publish(with_ana_at("mon", "14:00"))
    mark(coordinator, calls(coordinator)[0])
    with store.reading() as session:
        (row,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "call.mark"))
        assert row.target.split()[0] == "monday=2026-11-30"
        assert "ana" not in row.target.replace("monday", "")


def test_a_change_of_staff_is_no_call_for_those_who_come(coordinator, sunday, publish):
    document = good_roster()
    sessions = [s if s.group is not None else s.model_copy(update={"facilitators": ("cora",)}) for s in document.sessions]
    publish(document.model_copy(update={"sessions": tuple(sessions)}))
    assert texts(coordinator) == {}
    assert meet("ana", "mon", "13:00")["facilitators"] == ["dan"]
