"""Letters: numbers worked out by hand, consent asked for, nothing said that must not be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from api.letters.words import clock_hours
from tests.api.programs.seed import change, keep, publish_week
from tests.api.weeks.small import WEEK, good_roster
from tests.api.weeks.test_attendance import ANA, G1
from tests.api.weeks.test_attendance import record as came
from tests.build import MONDAY, at
from tests.build import participant as participant_json

LETTERS = "/v1/programs/north/participants/ana/letters"
ATTENDANCE, HAND_OFF = f"{LETTERS}/attendance", f"{LETTERS}/hand-off"
G2 = f"g.g2.{MONDAY}"
DAYS = f"from={MONDAY}&to={MONDAY + timedelta(days=6)}"
NAME = "Quennell"


def text_of(page: str) -> str:
    """What can be read on a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).strip()


@pytest.fixture
def friday(published, clock):
    """It is Friday evening of the published week."""
    clock(at("fri", "18:00"))


@pytest.fixture
def attended(coordinator, friday):
    """Ana came late to the group on Monday and left her appointment early; on Tuesday she was there."""
    came(coordinator, G1, "ana", status="late", minutes=140)
    came(coordinator, ANA, "ana", status="left_early", minutes=39)
    came(coordinator, G2, "ana", status="attended")


@pytest.mark.usefixtures("attended")
class TestAttendance:
    def test_it_adds_up_what_was_delivered_by_date(self, coordinator, record):
        record()
        letter = coordinator.get(f"{ATTENDANCE}?{DAYS}&format=json").json()
        assert letter["days"] == [
            {"date": "2026-11-30", "sessions": 2, "minutes": 179},  # 140 + 39
            {"date": "2026-12-01", "sessions": 1, "minutes": 180},
        ]
        assert (letter["minutes"], letter["sessions"], letter["unrecorded"]) == (359, 3, 0)
        minutes = coordinator.get(f"{WEEK}/minutes").json()["items"][0]
        assert (minutes["participant"], minutes["delivered"]["minutes"]) == ("ana", letter["minutes"]), "the same number everywhere"

    def test_the_page_says_dates_and_hours_and_appointments(self, coordinator, record):
        record()
        answer = coordinator.get(f"{ATTENDANCE}?{DAYS}")
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("text/html; charset=utf-8", "no-store")
        text = text_of(answer.text)
        assert "Mon, November 30, 2026 2:59 Tue, December 1, 2026 3:00 2 days, 3 appointments 5:59" in text
        assert "Period November 30, 2026 to December 6, 2026" in text

    def test_it_says_nothing_of_treatment_program_or_people(self, coordinator, record, store):
        record(reference="file-7")
        change(store, "north", "participants", "ana", label=f"{NAME}, A.")
        for kind in ("groups", "services", "sites", "clinicians", "rooms"):
            for thing in coordinator.get(f"/v1/programs/north/{kind}").json()["items"]:
                change(store, "north", kind, thing["id"], label=f"{NAME} {kind}")
        coordinator.patch("/v1/programs/north", json={"label": f"{NAME} House"}, headers={"If-Match": "*"})
        answer = coordinator.get(f"{ATTENDANCE}?{DAYS}")
        assert NAME.lower() not in (answer.text + str(answer.headers)).lower()
        words = set(re.findall(r"[a-z]+", text_of(answer.text.partition("<main")[2]).lower()))
        telling = {
            "ana", "north", "treatment", "therapy", "group", "process", "individual", "program", "clinic", "health", "medical", "patient",
            "participant", "session", "sessions", "service", "disorder", "substance", "recovery", "file", "g", "mental", "outpatient",
        }  # fmt: skip
        assert words & telling == set()

    def test_the_sender_is_the_neutral_name_of_the_settings(self, coordinator, record):
        record()
        assert 'aria-label="Sender"' in coordinator.get(f"{ATTENDANCE}?{DAYS}").text, "a line to fill in"
        assert (
            coordinator.patch("/v1/programs/north", json={"letter_sender": "Riverside <b>"}, headers={"If-Match": "*"}).status_code == 200
        )
        page = coordinator.get(f"{ATTENDANCE}?{DAYS}").text
        assert "Riverside &lt;b&gt;" in page
        assert 'aria-label="Sender"' not in page

    @pytest.mark.parametrize(
        ("first", "last", "withdrawn", "why"),
        [
            (None, None, False, "No consent is recorded"),
            ("2026-11-01", "2026-12-03", False, "has expired"),
            ("2026-12-05", None, False, "is not in force yet"),
            ("2026-11-01", None, True, "has withdrawn"),
        ],
    )
    def test_without_a_consent_in_force_today_there_is_none(self, coordinator, record, first, last, withdrawn, why):
        record("hand_off"), record("email")
        if first is not None:
            made = record(first=first, last=last)
            if withdrawn:
                coordinator.delete(f"{LETTERS.replace('letters', 'consents')}/{made['id']}", headers={"If-Match": '"1"'})
        for format in ("html", "json"):
            refused = coordinator.get(f"{ATTENDANCE}?{DAYS}&format={format}")
            assert (refused.status_code, refused.json()["code"]) == (409, "no_consent")
            assert why in refused.json()["detail"]
            assert "Record a consent of kind attendance_letter" in refused.json()["detail"]

    def test_whoever_was_discharged_or_archived_may_have_one(self, coordinator, record, store, clock):
        record()
        clock(datetime(2027, 3, 1, 15, tzinfo=UTC))
        change(store, "north", "participants", "ana", status="discharged", discharge="2026-12-20")
        assert coordinator.delete("/v1/programs/north/participants/ana", headers={"If-Match": "*"}).status_code == 200
        letter = coordinator.get(f"{ATTENDANCE}?format=json").json()
        assert (letter["first"], letter["last"], letter["issued"]) == ("2026-11-30", "2026-12-20", "2027-03-01")
        assert letter["minutes"] == 359

    def test_only_the_dates_that_were_asked_for_are_in_it(self, coordinator, record):
        record()
        assert coordinator.get(f"{ATTENDANCE}?from=2026-12-01&to=2026-12-01&format=json").json()["minutes"] == 180
        nothing = coordinator.get(f"{ATTENDANCE}?from=2026-12-02&to=2026-12-06")
        assert "No attendance of the person named above is recorded for this period." in text_of(nothing.text)

    @pytest.mark.parametrize("query", ["from=2026-12-02&to=2026-12-01", "from=2025-11-01&to=2026-12-01", "from=yesterday", "format=pdf"])
    def test_dates_that_are_no_span_are_refused(self, coordinator, record, query):
        record()
        assert coordinator.get(f"{ATTENDANCE}?{query}").status_code == 422

    def test_the_audit_trail_says_who_wrote_it_and_on_which_consent(self, coordinator, record, store):
        made = record()
        page = coordinator.get(f"{ATTENDANCE}?{DAYS}").text
        with store.reading() as session:
            entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "letter.attendance")).one()
        assert entry.target == f"participant=ana from={MONDAY} to={MONDAY + timedelta(days=6)} consent={made['id']}"
        assert entry.request_id[:8] in page, "the paper leads to the entry"


def test_what_is_not_recorded_yet_is_told_before_printing_and_is_not_in_the_letter(coordinator, record, friday):
    record()
    came(coordinator, G1, "ana", status="attended")
    answer = coordinator.get(f"{ATTENDANCE}?{DAYS}")
    assert "2 appointments of this time have no attendance recorded yet." in text_of(answer.text.partition("<main")[0])
    assert "2 appointments" not in text_of(answer.text.partition("<main")[2])
    assert coordinator.get(f"{ATTENDANCE}?{DAYS}&format=json").json()["minutes"] == 180


def test_who_did_not_come_did_not_attend(coordinator, record, friday):
    record()
    for session, status in ((G1, "no_show"), (G2, "excused"), (ANA, "cancelled")):
        came(coordinator, session, "ana", status=status)
    letter = coordinator.get(f"{ATTENDANCE}?{DAYS}&format=json").json()
    assert (letter["days"], letter["unrecorded"]) == ([], 0)


def test_nobody_who_is_not_there_has_letters(coordinator, record):
    for letter in (ATTENDANCE, HAND_OFF):
        assert coordinator.get(letter.replace("ana", "dan")).json()["detail"] == "The program has no such participant."


def test_hours_are_exact():
    assert [clock_hours(n) for n in (0, 5, 59, 60, 359, 6000)] == ["0:00", "0:05", "0:59", "1:00", "5:59", "100:00"]


def later(weeks: int):
    """The legal roster, some weeks later."""
    shift, roster = timedelta(weeks=weeks), good_roster()
    sessions = tuple(
        s.model_copy(update={"id": s.id.replace(str(MONDAY), str(MONDAY + shift)), "start": s.start + shift, "end": s.end + shift})
        for s in roster.sessions
    )
    return roster.model_copy(update={"monday": MONDAY + shift, "sessions": sessions})


@pytest.fixture
def stay(store, program, coordinator, clock, attended):
    """Ana is in the first phase for a week, in the second for two more; one week between them is not published, then she leaves."""
    for id, label, level, floor in (("one", "First phase", "2.1", 360), ("two", "Second phase", "1", 120)):
        order = {"minutes": {"floor": floor, "ceiling": 600}}
        keep(store, program, "phases", id=id, label=label, level=level, order=order)
    change(store, program, "participants", "ana", phase="one", admitted=str(MONDAY))
    published = coordinator.get(WEEK).json()["published"]["id"]
    publish_week(store, program, MONDAY, good_roster())
    assert published
    order = {
        "services": [{"service": "process", "per_week": 2}],
        "sessions": {"floor": 1, "ceiling": 4},
        "days": {"floor": 1, "ceiling": 3},
    }
    change(store, program, "participants", "ana", phase="two", order=order)
    for weeks in (1, 3):
        publish_week(store, program, MONDAY + timedelta(weeks=weeks), later(weeks))
    change(store, program, "participants", "ana", status="discharged", discharge=str(MONDAY + timedelta(days=25)))
    publish_week(store, program, MONDAY + timedelta(weeks=4), later(4).model_copy(update={"sessions": ()}))
    clock(datetime(2027, 1, 4, 15, tzinfo=UTC))
    third = MONDAY + timedelta(weeks=3)
    week = f"/v1/programs/north/weeks/{third}"
    answer = coordinator.put(
        f"{week}/attendance/g.g1.{third}/ana", json={"status": "attended"}, headers={"If-None-Match": "*"}
    )  # fmt: skip
    assert answer.status_code < 300, answer.text


def test_the_hand_off_tells_each_week_with_its_phase_and_adds_up(coordinator, stay):
    found = coordinator.get(f"{HAND_OFF}?format=json").json()
    assert (found["first"], found["last"], found["admitted"], found["discharge"]) == (
        "2026-11-30",
        "2026-12-25",
        "2026-11-30",
        "2026-12-25",
    )
    rows = [
        (w["monday"], w["phase"], w["ordered"]["floor"], w["scheduled"]["minutes"], w["delivered"]["minutes"], w["billable"]["days"])
        for w in found["weeks"]
    ]
    assert rows == [
        ("2026-11-30", "one", 360, 410, 359, 1),  # 180 + 180 + 50 scheduled; 140 + 39 + 180 delivered
        ("2026-12-07", "two", 120, 410, 0, 0),
        ("2026-12-21", "two", 120, 410, 180, 1),
    ]
    assert found["left_out"] == ["2026-12-14"], "nothing is published of it"
    assert found["totals"] == {
        "weeks": 3, "ordered": 600, "unrecorded": 5, "billable_days": 2,
        "scheduled": {"minutes": 1230, "sessions": 9, "service_days": 6},
        "delivered": {"minutes": 539, "sessions": 4, "service_days": 3},
    }  # fmt: skip
    phases = [
        (p["phase"], p["label"], p["level"], p["first"], p["last"], p["weeks"], p["ordered"], p["delivered"]) for p in found["phases"]
    ]
    assert phases == [
        ("one", "First phase", "2.1", "2026-11-30", "2026-12-06", 1, 360, 359),
        ("two", "Second phase", "1", "2026-12-07", "2026-12-27", 2, 240, 180),
    ]
    own = coordinator.get("/v1/programs/north/participants/ana/minutes?first=2026-11-30&last=2026-12-21").json()["items"]
    by_week = {w["monday"]: w["delivered"]["minutes"] for w in own}
    assert all(by_week[w["monday"]] == w["delivered"]["minutes"] for w in found["weeks"]), "the same numbers everywhere"


def test_the_sheet_says_the_same_as_the_data(coordinator, stay):
    text = text_of(coordinator.get(HAND_OFF).text)
    assert "First phase 2.1 Nov 30, 2026 Dec 6, 2026 1 6:00 5:59" in text
    assert "Nov 30, 2026 First phase 6:00 10:00 6:50 3 5:59 3 2 1" in text
    assert "3 weeks 10:00 20:30 9 8:59 4 3 2" in text
    assert "No published roster for this week: Dec 14, 2026." in text
    assert "Last day December 25, 2026" in text


def test_the_sheet_says_whether_it_may_be_handed_on(coordinator, stay, record):
    assert "Not to be handed on: no consent is in force." in text_of(coordinator.get(HAND_OFF).text.partition("<main")[2])
    assert coordinator.get(f"{HAND_OFF}?format=json").json()["may_be_given"] is False
    record("hand_off", "2026-12-01", "2027-06-30")
    text = text_of(coordinator.get(HAND_OFF).text)
    assert "Not to be handed on" not in text
    assert "Given with the written consent of the person named above, which ends on June 30, 2027." in text


def test_a_stay_without_any_published_week_is_told_so(coordinator, store, record):
    keep(store, "north", "participants", **participant_json("new"))
    page = coordinator.get(HAND_OFF.replace("ana", "new"))
    assert page.status_code == 200
    assert "No published week in this period includes care for this participant" in text_of(page.text)


def test_labels_are_escaped_on_the_sheet(coordinator, stay, store):
    change(store, "north", "participants", "ana", label="<b>Ana</b>")
    change(store, "north", "phases", "one", label="<i>First</i>")
    page = coordinator.get(HAND_OFF).text
    assert "<b>" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("role", ["clinician", "front_desk"])
def test_who_does_not_read_rosters_writes_no_letters(signed_in, role):
    browser = signed_in(role, **({"clinician": "cora"} if role == "clinician" else {}))
    assert [browser.get(path).status_code for path in (ATTENDANCE, HAND_OFF)] == [403, 403]


class TestOthers:
    """Letters for an employer and for a court."""

    @pytest.fixture(autouse=True)
    def on_tuesday(self, published, coordinator, clock, record):
        """Tuesday noon: ana did not come on Monday morning, and her appointment was cancelled; each letter has its consent."""
        clock(at("tue", "12:30"))
        came(coordinator, G1, "ana", status="no_show")
        came(coordinator, ANA, "ana", status="cancelled")
        for kind in ("employer_letter", "court_letter"):
            record(kind=kind)

    def test_a_court_reads_what_was_missed_and_an_employer_what_is_ahead(self, coordinator):
        court, employer = (coordinator.get(f"{ATTENDANCE}?format=json&{DAYS}&purpose={one}").json() for one in ("court", "employer"))
        assert court["missed"] == [{"date": str(MONDAY), "is_excused": False}], "what was cancelled, nobody missed"
        assert employer["missed"] == court["ahead"] == employer["ahead"] == []
        page = text_of(coordinator.get(f"{ATTENDANCE}?{DAYS}&purpose=court").text)
        assert "Missed appointments Mon, November 30, 2026 not excused" in page

    def test_appointments_ahead_are_those_of_the_weeks_named(self, coordinator, clock):
        clock(at("mon", "12:30"))
        ahead = coordinator.get(f"{ATTENDANCE}?format=json&purpose=employer").json()["ahead"]
        assert [one["start"][:16] for one in ahead] == ["2026-11-30T13:00", "2026-12-01T09:00"]
        assert len(coordinator.get(f"{ATTENDANCE}?format=json&purpose=employer&to={MONDAY}").json()["ahead"]) == 1
        page = text_of(coordinator.get(f"{ATTENDANCE}?purpose=employer").text)
        assert "Tue, December 1, 2026 9:00 am – 12:00 pm" in page
        assert "Missed" not in page

    def test_each_needs_its_own_consent(self, coordinator):
        assert coordinator.get(f"{ATTENDANCE}?{DAYS}").json()["code"] == "no_consent"
        assert coordinator.get(f"{ATTENDANCE}?{DAYS}&purpose=friend").status_code == 422
