"""Time away: announced by participants, accepted or declined by staff."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from api.announcements.store import OPEN_AT_MOST
from api.database.tables import AbsenceRow, AnnouncementRow, AuditEntryRow
from tests.api.pages.conftest import ANNOUNCEMENTS
from tests.api.weeks.small import WEEK

DAYS = {"kind": "days", "first": "2026-12-01", "last": "2026-12-02"}
HOURS = {"kind": "hours", "first": "2026-12-03", "start": "14:00", "end": "16:30"}


def entries(page) -> list[str]:
    lists = [e for e in page.all("ul") if e.attributes.get("class") == "entries"]
    return [re.sub(r"\s+", " ", item.text).strip() for entry in lists for item in entry.children]


def announced(staff, **more) -> list[dict]:
    return staff.get(ANNOUNCEMENTS, params=more).json()["items"]


def test_whole_days_are_announced_and_wait(visit, staff):
    page = visit().post("/my/away", **DAYS)
    assert "Sent." in page.text
    assert [e.partition(" Withdraw")[0] for e in entries(page)] == ["Tue, Dec 1 – Wed, Dec 2, whole days Waiting for an answer"]
    shown = announced(staff)[0]
    assert {k: shown[k] for k in ("participant", "first", "last", "start", "end", "state")} == {
        "participant": "ana", "first": "2026-12-01", "last": "2026-12-02", "start": "00:00", "end": "24:00", "state": "open",
    }  # fmt: skip
    assert staff.get("/v1/programs/north/absences").json()["items"] == [], "it counts in no week yet"


def test_some_hours_of_one_day_are_announced(visit, staff):
    page = visit().post("/my/away", **HOURS)
    assert entries(page)[0].startswith("Thu, Dec 3, 2:00 pm – 4:30 pm Waiting")
    assert {k: announced(staff)[0][k] for k in ("first", "last", "start", "end")} == {
        "first": "2026-12-03", "last": "2026-12-03", "start": "14:00", "end": "16:30",
    }  # fmt: skip


def test_until_midnight_is_the_end_of_the_day(visit, staff):
    visit().post("/my/away", **HOURS | {"end": "00:00"})
    assert announced(staff)[0]["end"] == "24:00"


def test_a_date_may_be_typed_where_a_browser_has_no_field_for_it(visit, staff):
    visit().post("/my/away", kind="days", first="12/1/2026")
    assert announced(staff)[0]["first"] == "2026-12-01"


WRONG = [
    ({"first": ""}, {"kind", "first"}),
    (DAYS | {"first": ""}, {"first"}),
    (DAYS | {"first": "tomorrow"}, {"first"}),
    (DAYS | {"first": "2026-13-01"}, {"first"}),
    (DAYS | {"first": "2026-11-25"}, {"first"}),
    (DAYS | {"first": "2027-11-28", "last": ""}, {"first"}),
    (DAYS | {"last": "2026-11-30"}, {"last"}),
    (DAYS | {"last": "2027-03-03"}, {"last"}),
    (DAYS | {"last": "soon"}, {"last"}),
    (DAYS | {"kind": "years"}, {"kind"}),
    (HOURS | {"start": "", "end": ""}, {"start", "end"}),
    (HOURS | {"end": "14:00"}, {"end"}),
    (HOURS | {"start": "25:00"}, {"start"}),
    (HOURS | {"first": "2026-11-01", "end": "10:00"}, {"first", "end"}),
]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(visit, staff, store):
    browser = visit()
    for fields, wrong in WRONG:
        page = browser.post("/my/away", 422, **fields)
        said = {e.attributes["id"].removesuffix("-wrong") for e in page.all("p") if e.attributes.get("class") == "wrong"}
        assert said == wrong, fields
        assert next(page.all("title")).text == "Please check: Time away · Appointments"
        summary = next(e for e in page.all("div") if e.attributes.get("role") == "alert")
        assert {a.attributes["href"] for a in summary.all("a")} == {f"#{name}" for name in wrong}
        for name in fields.keys() - {"kind"}:
            assert page.of_id(name).attributes["value"] == fields[name]
        assert ("checked" in page.of_id("kind-hours").attributes) == (fields.get("kind") == "hours")
    assert announced(staff) == []
    with store.reading() as session:
        assert "own.announce" not in session.scalars(select(AuditEntryRow.action)).all()


def test_typed_markup_comes_back_as_text(visit):
    browser = visit()
    page = browser.post("/my/away", 422, kind="days", first='"><b>soon</b>')
    assert page.of_id("first").attributes["value"] == '"><b>soon</b>'
    assert "<b>" not in browser.answer.text


def test_the_same_announced_twice_is_one(visit, staff):
    browser = visit()
    browser.post("/my/away", **DAYS)
    page = browser.post("/my/away", 422, **DAYS)
    assert "already reported this" in page.text
    assert len(announced(staff)) == 1


def test_twenty_may_wait(visit, staff):
    browser = visit()
    for day in range(1, OPEN_AT_MOST + 1):
        browser.post("/my/away", kind="days", first=f"2026-12-{day:02d}")
    assert "Several requests" in browser.post("/my/away", 422, kind="days", first="2026-12-30").text
    assert len(announced(staff, limit=100)) == OPEN_AT_MOST


def test_accepting_makes_an_ordinary_absence_that_counts(visit, staff, store):
    browser = visit()
    browser.post("/my/away", **DAYS)
    made = announced(staff, state="open")[0]
    answer = staff.post(f"{ANNOUNCEMENTS}/{made['id']}/accept")
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    absence = staff.get(f"/v1/programs/north/absences/{answer.json()['absence']}").json()
    assert {k: absence[k] for k in ("participant", "first", "last")} == {"participant": "ana", "first": "2026-12-01", "last": "2026-12-02"}
    week = staff.get(f"{WEEK}/instance").json()
    assert next(p["availability"]["absences"] for p in week["participants"] if p["id"] == "ana")
    assert entries(browser.get("/my/away")) == [
        "Tue, Dec 1 – Wed, Dec 2, whole days Your message was seen on Thu, Nov 26, 10:00 am. Accepted"
    ]
    assert staff.post(f"{ANNOUNCEMENTS}/{made['id']}/accept").json() == answer.json(), "accepted twice is accepted once"
    with store.reading() as session:
        assert len(session.scalars(select(AbsenceRow)).all()) == 1
        row = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "announcement.accept")).first()
    assert {"participant=ana", f"announcement={made['id']}"} <= set(row.target.split())


def test_an_absence_taken_back_later_is_told(visit, staff):
    browser = visit()
    browser.post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    staff.post(f"{ANNOUNCEMENTS}/{id}/accept")
    url = f"/v1/programs/north/absences/{id}"
    assert staff.delete(url, headers={"If-Match": staff.get(url).headers["etag"]}).status_code in (200, 204)
    assert "The office cancelled it later." in entries(browser.get("/my/away"))[0]


def test_declining_says_why_in_plain_words(visit, staff):
    browser = visit()
    browser.post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    answer = staff.post(f"{ANNOUNCEMENTS}/{id}/decline", json={"reason": "call_us"})
    assert (answer.json()["state"], answer.json()["reason"]) == ("declined", "call_us")
    said = "Your message was seen on Thu, Nov 26, 10:00 am. Please call the office about it."
    assert entries(browser.get("/my/away")) == [f"Tue, Dec 1 – Wed, Dec 2, whole days {said} Not accepted"]
    assert staff.post(f"{ANNOUNCEMENTS}/{id}/accept").json()["code"] == "wrong_state"
    assert staff.post(f"{ANNOUNCEMENTS}/{id}/decline", json={"reason": "because Anna said so"}).status_code == 422


def test_what_nobody_answered_can_be_taken_back(visit, staff):
    browser = visit()
    browser.post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    assert entries(browser.post("/my/away/withdraw", announcement=id))[0].endswith("Withdrawn")
    assert staff.post(f"{ANNOUNCEMENTS}/{id}/accept").json()["code"] == "wrong_state"
    assert browser.post("/my/away", **DAYS).text.count("Waiting for an answer") == 1, "and announced again"


def test_what_was_answered_meanwhile_stays(visit, staff):
    browser = visit()
    browser.post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    staff.post(f"{ANNOUNCEMENTS}/{id}/accept")
    assert entries(browser.post("/my/away/withdraw", announcement=id))[0].endswith("Accepted")


def test_nobody_takes_back_what_others_announced(visit, staff):
    visit("ana").post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    other = visit("ben")
    assert entries(other.get("/my/away")) == []
    other.post("/my/away/withdraw", 404, announcement=id)
    other.post("/my/away/withdraw", 404, announcement="' OR 1=1")
    assert announced(staff)[0]["state"] == "open"


def test_of_accepting_and_taking_back_at_once_one_happens(visit, staff, store):
    browser = visit()
    browser.post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    with ThreadPoolExecutor(2) as threads:
        accepting = threads.submit(staff.post, f"{ANNOUNCEMENTS}/{id}/accept")
        threads.submit(browser.client.post, "/my/away/withdraw", data={"announcement": id}).result()
        is_accepted = accepting.result().status_code == 200
    with store.reading() as session:
        assert session.get_one(AnnouncementRow, id).state == ("accepted" if is_accepted else "withdrawn")
        assert len(session.scalars(select(AbsenceRow)).all()) == is_accepted


def test_announcements_are_listed_by_state_and_participant_in_pages(visit, staff):
    for person in ("ana", "ben"):
        browser = visit(person)
        browser.post("/my/away", **DAYS)
        browser.post("/my/away", **HOURS)
    staff.post(f"{ANNOUNCEMENTS}/{announced(staff, participant='ben')[0]['id']}/decline", json={"reason": "unclear"})
    assert [len(announced(staff, **q)) for q in ({}, {"state": "open"}, {"participant": "ben"}, {"state": "declined"})] == [4, 3, 2, 1]
    first = staff.get(ANNOUNCEMENTS, params={"limit": 3}).json()
    assert len(announced(staff, after=first["next"])) == 1
    assert staff.get("/v1/programs/none/announcements").status_code == 404


def test_an_announcement_of_another_program_is_none_of_ours(staff, visit, client, key):
    visit().post("/my/away", **DAYS)
    id = announced(staff)[0]["id"]
    assert client.post(f"/v1/programs/south/announcements/{id}/accept", headers=key("admin")).status_code == 404
