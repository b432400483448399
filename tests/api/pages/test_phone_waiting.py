"""The waiting list: what each waits for, in order of need, who could take which free seat, and an offer to someone who waits."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, GroupRow, HeldOfferRow, ParticipantRow
from scheduler.whatif import Whatif
from tests.api.pages.test_phone_caller import EARLY, PHONE, fields_of, offer_of, press
from tests.api.pages.test_phone_hours import section, words
from tests.api.weeks.small import PROGRAM
from tests.build import participant

WAITING = f"{PHONE}/waiting"
WHOLE = f"{WAITING}?wait=true"
"""With what takes seconds after a change."""
UNTIL = {"until_day": "2026-12-01", "until_time": "17:00"}
ORDER = {
    "minutes": {"floor": 180, "target": 360, "ceiling": 600},
    "services": [{"service": "process", "per_week": 2}, {"service": "individual", "per_week": 1}],
}
MORNINGS = [{"day": day, "start": "08:00", "end": "14:00"} for day in ("mon", "tue")]


def waiting(id: str, **more) -> dict:
    return participant(id, label=f"{id[0].upper()}. W.", status="waiting", order=ORDER, availability={"weekly": MORNINGS}) | more


@pytest.fixture
def three_wait(published, clock, store):
    """Wes is at risk, Ula is due first of the others, and Vic is never free."""
    clock(EARLY)
    people = (
        waiting("vic", availability={"weekly": []}),
        waiting("ula", first_session_due="2026-12-01"),
        waiting("wes", has_risk_flag=True),
    )
    with store.writing() as session:
        for one in people:
            session.add(ParticipantRow(program=PROGRAM, id=one["id"], status="waiting", document=one))


def seats(store, maximum: int) -> None:
    """Let every group have so many people."""
    with store.writing() as session:
        for row in session.scalars(select(GroupRow)).all():
            row.document = row.document | {"maximum": maximum}


@pytest.mark.usefixtures("three_wait")
class TestWaitingList:
    def test_it_is_in_order_of_need_with_what_each_waits_for_and_who_comes_first_for_a_seat(self, desk, store):
        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "vic"})
            row.document = row.document | {"primary_therapist": "dan"}
        page = desk().get(WHOLE)
        lines = [words(li) for li in section(page, "people").all("li")]
        assert [line[:5] for line in lines] == ["W. W.", "U. W.", "V. W."]
        assert "At risk" in lines[0]
        assert "Seat free Morning 1, Monday 9:00 am; Morning 2, Tuesday 9:00 am" in lines[0]
        assert "hours with cora and dan" in lines[0]
        assert "First session due by Tuesday, December 1" in lines[1]
        assert "No group fits the free hours and the order" in lines[2]
        assert "waits for an hour with dan" in lines[2]
        taken = [words(li) for li in section(page, "seats").all("li")]
        assert [line.rpartition("seats ")[2] for line in taken] == ["W. W., then U. W."] * 2
        assert "Morning 1, Monday 9:00 am" in taken[0]

    def test_who_waits_is_there_at_once_and_the_rest_when_it_is_worked_out(self, desk, store, monkeypatch):
        browser, made = desk(), []
        prepare = Whatif.__init__
        monkeypatch.setattr(Whatif, "__init__", lambda self, *of: (made.append("roster"), prepare(self, *of))[1])
        page = browser.get(WAITING)
        assert made == []
        assert [words(li)[:5] for li in section(page, "people").all("li")] == ["W. W.", "U. W.", "V. W."]
        assert "is being worked out" in words(page)
        link = next(a for a in page.all("a") if words(a) == "Show it when it is done").attributes["href"]
        whole = browser.get(link)
        assert (words(whole.of_id("main")), made) == (words(browser.get(WAITING).of_id("main")), ["roster"])
        assert "Seat free" in words(whole)
        assert "is being worked out" not in words(whole)
        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "wes"})
            row.document = row.document | {"availability": {"weekly": []}}
        assert "is being worked out" in words(browser.get(WAITING))

    def test_nothing_is_judged_again_until_something_changes(self, desk, store, monkeypatch):
        browser, made = desk(), []
        prepare, judge = Whatif.__init__, Whatif.judge
        monkeypatch.setattr(Whatif, "__init__", lambda self, *of: (made.append("roster"), prepare(self, *of))[1])
        monkeypatch.setattr(Whatif, "judge", lambda self, *edits: (made.append("edits"), judge(self, *edits))[1])
        first = words(section(browser.get(WHOLE), "people"))
        assert made.count("roster") == 1
        assert "edits" in made
        made.clear()
        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "ula"})
            row.document = row.document | {"first_session_due": "2026-12-02"}
        second = words(section(browser.get(WHOLE), "people"))
        assert not made
        assert second == first.replace("Tuesday, December 1", "Wednesday, December 2")
        with store.writing() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "wes"})
            row.document = row.document | {"availability": {"weekly": []}}
        third = words(section(browser.get(WHOLE), "people"))
        assert made.count("roster") == 1
        assert third.count("No group fits the free hours and the order") == 2

    def test_a_full_group_is_waited_for_and_so_is_an_hour(self, desk, store):
        seats(store, 3)
        page = desk().get(WHOLE)
        lines = [words(li) for li in section(page, "people").all("li")]
        assert "Waits for a seat Morning 1, Monday 9:00 am; Morning 2, Tuesday 9:00 am" in lines[0]
        assert "nobody has an hour that fits" in lines[2]
        assert "Seat free" not in words(page)
        assert "No group has a free seat." in words(section(page, "seats"))

    def test_it_is_reached_from_due_and_people_and_the_telephone_by_who_plans(self, desk):
        browser = desk()
        for path, offered in (("due", True), ("people?status=waiting", False), ("people/ula", True), ("phone", True)):
            page = browser.get(f"/programs/{PROGRAM}/{path}")
            targets = {a.attributes["href"] for a in page.all("a")}
            assert (f"{WAITING}/ula" in targets) is offered, path
            assert WAITING in targets or path == "people/ula", path
        desk("front_desk").get(WAITING, 403)
        desk("clinician", "cora").get(f"{WAITING}/ula", 403)


@pytest.mark.usefixtures("three_wait")
class TestOffer:
    def ask(self, browser, who: str = "ula"):
        browser.get(f"{WAITING}/{who}")
        return browser.post(f"{WAITING}/{who}", **UNTIL)

    def test_it_is_held_for_who_waits_already_and_accepted(self, desk, store):
        browser = desk()
        page = self.ask(browser)
        assert "Can begin on Monday, November 30" in words(page)
        assert "ordered are 3 h to 10 h" in words(page)
        assert press(browser, f"{WAITING}/ula/hold", **fields_of(page)) == f"{PHONE}#waiting"
        assert "Held until Tue, Dec 1, 5:00 pm" in words(section(browser.get(WHOLE), "people"))
        assert "release it first" in words(browser.get(f"{WAITING}/ula", 409))
        press(browser, f"{PHONE}/offers/{offer_of(store).id}/accept")
        with store.reading() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "ula"})
            assert (row.status, row.document["admitted"], row.document["label"]) == ("cleared", "2026-11-30", "U. W.")
            acts = session.scalars(select(AuditEntryRow.target).where(AuditEntryRow.action == "offer.hold")).all()
        assert "participant=ula" in acts[-1]

    def test_who_declines_goes_on_waiting_and_may_be_offered_another(self, desk, store):
        browser = desk()
        fields = fields_of(self.ask(browser))
        press(browser, f"{WAITING}/ula/hold", **fields)
        assert press(browser, f"{PHONE}/offers/{offer_of(store).id}/release") == f"{PHONE}#waiting"
        with store.reading() as session:
            row = session.get(ParticipantRow, {"program": PROGRAM, "id": "ula"})
            assert (row.status, row.archived_at) == ("waiting", None)
        press(browser, f"{WAITING}/ula/hold", **fields)

    def test_the_last_seat_is_held_for_one(self, desk, store):
        seats(store, 4)
        browser = desk()
        first, second = (fields_of(self.ask(browser, who)) for who in ("ula", "wes"))
        press(browser, f"{WAITING}/ula/hold", **first)
        page = browser.post(f"{WAITING}/wes/hold", 422, **second)
        assert "Someone else has got one of these places in the meantime." in words(page)
        assert "No group has a free seat" in words(browser.get(WHOLE))

    def test_what_full_groups_leave_is_said_and_who_could_move(self, desk, store):
        seats(store, 3)
        browser = desk()
        page = self.ask(browser)
        assert "180 of 180" not in words(page), "minutes are told as hours"
        assert "group sessions missing" in words(section(page, "why"))
        assert "Because" in words(section(page, "why"))
        page = browser.post(f"{WAITING}/ula", **UNTIL, may_move="1")
        first = section(page, "schedule-1")
        assert " moves: no longer Morning" in words(first)
        assert "; now also Morning 3 (Wednesday 9:00 am in person)." in words(first)
        assert "Move them, publish, and hold until" in words(first)

    def ask_with_moves(self, browser):
        """The form of the first schedule, for which someone moves."""
        page = browser.post(f"{WAITING}/ula", **UNTIL, may_move="1")
        return fields_of(section(page, "schedule-1"), "Move them")

    def test_one_act_moves_others_and_holds_the_offer_and_one_undoes_both(self, desk, store, coordinator):
        seats(store, 3)
        browser, path = desk(), f"/v1/programs/{PROGRAM}/weeks/2026-11-30/published"
        before = coordinator.get(path).json()["sessions"]
        fields = self.ask_with_moves(browser)
        calls = press(browser, f"{WAITING}/ula/hold", **fields)
        assert calls == f"/programs/{PROGRAM}/happened/calls/2026-11-30"
        after = coordinator.get(path).json()["sessions"]
        assert before != after
        assert "ula" not in json.dumps(after), "an offer is in no roster"
        assert "Held until Tue, Dec 1, 5:00 pm" in words(section(browser.get(WHOLE), "people"))
        page = browser.get(calls)
        assert "releases the offer for which others moved" in words(page)
        undo = next(form for form in page.all("form") if form.attributes.get("action", "").endswith("/undo"))
        press(browser, undo.attributes["action"], version=next(undo.all("input")).attributes["value"])
        assert coordinator.get(path).json()["sessions"] == before
        assert "Held until" not in words(section(browser.get(WHOLE), "people"))
        assert "Undo publishes" not in words(browser.get(calls)), "one undo"

    def test_nobody_is_moved_over_someone_elses_change(self, desk, store, coordinator):
        seats(store, 3)
        browser, path = desk(), f"/v1/programs/{PROGRAM}/weeks/2026-11-30/published"
        before, fields = coordinator.get(path).json()["sessions"], self.ask_with_moves(browser)
        moves = json.loads(fields["moves"])
        page = browser.post(f"{WAITING}/ula/hold", 422, **fields | {"moves": json.dumps(moves | {"version": moves["version"] - 1})})
        assert "Someone else has got one of these places" in words(page)
        again = self.ask_with_moves(browser)
        page = browser.post(f"{WAITING}/ula/hold", 422, **again | {"moves": again["moves"].replace("g.g1.", "g.g9.")})
        assert "They cannot move like this any more" in words(page)
        browser.post(f"{WAITING}/ula/hold", 400, **again | {"moves": "{}"})
        assert coordinator.get(path).json()["sessions"] == before
        assert offer_of(store) is None

    def test_until_when_is_asked_again(self, desk, store):
        browser = desk()
        places = json.dumps({"places": [{"service": "process", "group": "g1", "day": "mon", "start": "09:00", "end": "12:00"}]})
        for until in ({"until_day": "2026-11-29"}, {"until_day": "2026-12-20"}, {"until_day": ""}, {"until_time": "x"}):
            browser.post(f"{WAITING}/ula", 422, **UNTIL | until)
            browser.post(f"{WAITING}/ula/hold", 422, places=places, **UNTIL | until)
        browser.post(f"{WAITING}/ula/hold", 400, places="[]", **UNTIL)
        assert offer_of(store) is None
        assert "Only a participant who is waiting for a place is offered one." in words(browser.get(f"{WAITING}/ana", 409))
        browser.get(f"{WAITING}/none", 404)


def test_without_a_published_week_no_seat_is_known(desk, program, store, clock):
    clock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    one = waiting("ula")
    with store.writing() as session:
        session.add(ParticipantRow(program=PROGRAM, id="ula", status="waiting", document=one))
    browser = desk()
    page = browser.get(WHOLE)
    assert "no seat is known to be free" in words(page)
    assert "U. W." in words(section(page, "people"))
    assert "no seat is known to be free" in words(browser.post(f"{WAITING}/ula", until_day="2026-11-24", until_time="17:00"))
    with store.reading() as session:
        assert session.scalar(select(HeldOfferRow)) is None
