"""A new caller: schedules that are free, one held, which then nobody else is given, accepted or declined, and ended by itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.database.tables import GroupRow, HeldOfferRow, ParticipantRow, PinRow, RosterRow
from api.weeks.models.held_offers import OfferPlaces
from api.weeks.store.held_offers import held_offers, hold_offer, without_held
from api.weeks.store.judging import week_now
from tests.api.pages.reading import read_page
from tests.api.pages.test_phone_hours import section, words
from tests.api.weeks.small import MONDAY, PROGRAM, small_instance

PHONE = f"/programs/{PROGRAM}/phone"
PLAN = f"/programs/{PROGRAM}/plan/{MONDAY}"
EARLY = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
CALLER = {
    "until_day": "2026-12-01",
    "until_time": "17:00",
    "label": "N. N.",
    "hours": "mon-wed 8am-2pm",
    "track": "",
    "travel": "0",
    "payer": "Aetna",
    "language": "Spanish",
    "is_intake_done": "1",
}


@pytest.fixture(autouse=True)
def early(clock):
    """Monday at six, before the week has begun."""
    clock(EARLY)


def fields_of(page, button: str = "Offer and hold") -> dict[str, str]:
    """The fields of the first form with a button."""
    form = next(f for f in page.all("form") if any(button in b.text for b in f.all("button")))
    return {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}


def press(browser, path: str, **fields: str) -> str:
    answer = browser.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert answer.status_code == 303, words(read_page(answer.text))
    return answer.headers["location"]


@pytest.fixture
def held(desk, published):
    """An offer that is held until Tuesday at five."""
    browser = desk()
    page = browser.post(f"{PHONE}/caller", 200, **CALLER)
    assert "Can begin on Monday, November 30" in words(page)
    assert "Read as Monday, Tuesday and Wednesday, 8:00 am – 2:00 pm" in words(page)
    assert "No authorization covers" in words(page)
    assert press(browser, f"{PHONE}/caller/hold", **fields_of(page)) == f"{PHONE}#waiting"
    return browser


def offer_of(store) -> HeldOfferRow | None:
    """The offer that is held at the beginning or later."""
    with store.reading() as session:
        return session.scalar(select(HeldOfferRow).where(HeldOfferRow.until > EARLY))


def newcomer(store) -> ParticipantRow:
    with store.reading() as session:
        return session.get(ParticipantRow, {"program": PROGRAM, "id": "1001"})


def test_a_held_offer_keeps_its_seats_until_it_ends(held, store):
    page = held.get(PHONE)
    line = words(section(page, "waiting"))
    assert "N. N." in line
    assert "until Tue, Dec 1, 5:00 pm: Morning 1 on Monday at 9:00 am" in line
    row = newcomer(store)
    assert (row.status, row.document["languages"], row.document["authorizations"][0]["payer"]) == ("waiting", ["es"], "Aetna")
    with store.reading() as session:
        week = week_now(session, PROGRAM, MONDAY, EARLY)
        reserves = [week.groups.reserve(group) for group in ("g1", "g2")]
        assert reserves == [1, 1]
        later = EARLY + timedelta(days=2)
        assert held_offers(session, PROGRAM, later) == []
        assert without_held(session, PROGRAM, small_instance(), later) == small_instance()
        assert without_held(session, PROGRAM, small_instance(monday=MONDAY - timedelta(days=7)), EARLY).groups[0].reserve == 0


def test_a_form_sent_again_from_another_tab_holds_one_offer(desk, published, store):
    browser = desk()
    first = fields_of(browser.get(f"{PHONE}/caller"), "Which seats")["offer"]
    fields = fields_of(browser.post(f"{PHONE}/caller", 200, **CALLER, offer=first))
    assert fields["offer"] == first
    assert fields_of(browser.get(f"{PHONE}/caller"), "Which seats")["offer"] != first
    for _ in range(2):
        assert press(browser, f"{PHONE}/caller/hold", **fields) == f"{PHONE}#waiting"
    press(browser, f"{PHONE}/caller/hold", **fields | {"label": "O. O."})
    with store.reading() as session:
        held = held_offers(session, PROGRAM, EARLY)
        assert sorted(one.participant for one in held) == ["1001", "1002"]
        assert [one.id == first for one in sorted(held, key=lambda one: one.participant)] == [True, False]


@pytest.mark.parametrize("end", ["accept", "release", "decline"])
def test_a_form_sent_again_after_its_offer_has_ended_makes_no_second_caller(desk, published, store, clock, end):
    browser = desk()
    fields = fields_of(browser.post(f"{PHONE}/caller", 200, **CALLER, offer="a" * 32))
    press(browser, f"{PHONE}/caller/hold", **fields)
    press(browser, f"{PHONE}/offers/{'a' * 32}/{end}")
    assert press(browser, f"{PHONE}/caller/hold", **fields) == f"{PHONE}#waiting"
    with store.reading() as session:
        assert len(session.scalars(select(ParticipantRow).where(ParticipantRow.id.like("100%"))).all()) == 1
        assert held_offers(session, PROGRAM, EARLY) == []


def test_accepting_twice_leads_to_the_same_week_and_declining_afterwards_is_refused(held, store):
    offer = f"{PHONE}/offers/{offer_of(store).id}"
    assert [press(held, f"{offer}/accept") for _ in range(2)] == [PLAN, PLAN]
    with store.reading() as session:
        assert [row.state for row in session.scalars(select(RosterRow).order_by(RosterRow.number))].count("draft") == 1
    assert "no longer waiting" in words(held.post(f"{offer}/decline", 409))
    assert newcomer(store).archived_at is None


def test_an_accepted_offer_becomes_a_draft_of_the_week(held, store):
    assert press(held, f"{PHONE}/offers/{offer_of(store).id}/accept") == PLAN
    plan = held.get(PLAN)
    assert "N. N." in words(section(plan, "changes"))
    assert "Publish" in [words(b) for b in plan.all("button")]
    row = newcomer(store)
    assert (row.status, row.document["status"], row.document["admitted"]) == ("cleared", "cleared", "2026-11-30")
    assert offer_of(store) is None


def test_later_it_is_pinned_in_the_week_to_come(desk, published, store, clock):
    clock(datetime(2026, 12, 3, 20, 0, tzinfo=UTC))
    browser = desk()
    page = browser.post(f"{PHONE}/caller", 200, **(CALLER | {"until_day": "2026-12-04"}))
    assert "Can begin on Monday, December 7" in words(page)
    press(browser, f"{PHONE}/caller/hold", **fields_of(page))
    assert press(browser, f"{PHONE}/offers/{offer_of(store).id}/accept") == f"/programs/{PROGRAM}/plan/2026-12-07"
    with store.reading() as session:
        pins = session.scalars(select(PinRow)).all()
        assert {pin.document.get("group") for pin in pins} >= {"g1", "g2"}
        assert {str(pin.monday) for pin in pins} == {"2026-12-07"}


def test_an_offer_that_has_ended_is_not_accepted(held, store, clock):
    clock(EARLY + timedelta(days=2))
    page = held.post(f"{PHONE}/offers/{offer_of(store).id}/accept", 409)
    assert "The offer has ended" in words(page)
    assert newcomer(store).status == "waiting"


def test_a_declined_offer_leaves_nothing(held, store):
    assert press(held, f"{PHONE}/offers/{offer_of(store).id}/decline") == f"{PHONE}#waiting"
    assert offer_of(store) is None
    assert newcomer(store).archived_at is not None
    assert "Nobody waits." in words(held.get(PHONE))


def test_nobody_is_given_a_place_twice(held, store):
    """The page of a second caller, opened before the last seats were held, or with places that nobody has."""
    with store.writing() as session:
        for row in session.query(GroupRow).all():
            row.document = row.document | {"maximum": 4}
    fields = CALLER
    with store.reading() as session:
        taken = session.scalar(select(HeldOfferRow)).document
    again = held.post(f"{PHONE}/caller/hold", 422, **(fields | {"places": json.dumps(taken)}))
    assert "Someone else has got one of these places in the meantime." in words(again)
    assert again.of_id("label").attributes["value"] == "N. N."
    held.post(f"{PHONE}/caller/hold", 400, **(fields | {"places": "[]"}))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("label", "", "Write the initials"),
        ("hours", "", "Write days and times"),
        ("travel", "far", "Write the minutes of the way as a number."),
        ("track", "t9", "Choose a track."),
        ("language", "x y", "Write one language"),
    ],
)
def test_what_cannot_be_read_is_asked_again(desk, published, field, value, said):
    page = desk().post(f"{PHONE}/caller", 422, **(CALLER | {field: value}))
    assert said in words(page)


def test_an_offer_ends_within_two_weeks(desk, published):
    browser = desk()
    fields = fields_of(browser.post(f"{PHONE}/caller", 200, **CALLER))
    for day in ("2026-11-29", "2027-01-30"):
        for path in ("caller", "caller/hold"):
            assert "Choose a time in the next 14 days." in words(browser.post(f"{PHONE}/{path}", 422, **(fields | {"until_day": day})))


def test_without_a_published_week_no_seat_is_known(desk, program):
    browser = desk()
    browser.get(f"{PHONE}/caller")
    assert "no seat is known to be free" in words(browser.post(f"{PHONE}/caller", 200, **CALLER))
    assert "No seat is free" not in words(browser.page)
    browser.post(f"{PHONE}/offers/none/accept", 404)
    desk("front_desk").get(f"{PHONE}/caller", 403)


def test_a_held_appointment_makes_its_clinician_and_room_busy(store, program):
    place = {"service": "individual", "day": "tue", "start": "13:00", "end": "13:50", "clinicians": ["dan"], "site": "s1", "room": "r2"}
    with store.writing() as session:
        hold_offer(
            session, PROGRAM, "ana", MONDAY, EARLY + timedelta(days=1), OfferPlaces.model_validate({"places": [place]}), "user:1", EARLY
        )
        case = week_now(session, PROGRAM, MONDAY, EARLY)
        assert [list(case.time.busy(clinician)) for clinician in ("cora", "dan")] == [[], [(2220, 2270)]]
        assert [list(case.time.closed(room)) for room in ("r1", "r2")] == [[], [(2220, 2270)]]
        later = week_now(session, PROGRAM, MONDAY + timedelta(days=7), EARLY)
        assert [list(later.time.busy("dan")), list(later.time.closed("r2"))] == [[(2220, 2270)], [(2220, 2270)]]
