"""Consents and calendar links on the pages of a person: by form, through the acts that the API has."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow, FeedRow
from api.feeds import WARNING
from tests.api.pages.test_person import items, section, words
from tests.api.programs.seed import keep
from tests.api.weeks.small import PROGRAM

PEOPLE = f"/programs/{PROGRAM}/people"
CONSENTS, CALENDARS = f"{PEOPLE}/ana/consents", f"{PEOPLE}/ana/calendars"
V1 = f"/v1/programs/{PROGRAM}"
READ = {"acknowledged": str(WARNING.version), "reminder_minutes": "", "is_private": "1"}


@pytest.fixture(autouse=True)
def in_the_morning(published, clock):
    """Monday of the week, 9:05 in New York."""
    clock(datetime(2026, 11, 30, 14, 5, tzinfo=UTC))


def hidden(page, name: str = "version") -> str:
    return next(i.attributes["value"] for i in page.all("input") if i.attributes.get("name") == name)


def choices(page, id: str) -> list[str]:
    return [words(option) for option in page.of_id(id).all("option")]


def address(page) -> str:
    return "/cal/" + page.of_id("address").attributes["value"].partition("/cal/")[2]


class TestConsents:
    def test_one_is_recorded_shown_and_withdrawn(self, desk, store):
        browser = desk()
        browser.get(CONSENTS)
        page = browser.post(CONSENTS, kind="attendance_letter", first="2026-11-30", last="12/31/2026", reference="F-7")
        assert browser.answer.url.path == CONSENTS
        (line,) = items(page, "list")
        assert line.startswith("Attendance letter F-7 since Mon, Nov 30, until Thu, Dec 31")
        assert items(browser.get(f"{PEOPLE}/ana"), "consents") == ["Attendance letter since Mon, Nov 30, until Thu, Dec 31"]
        page = browser.get(CONSENTS)
        action = next(f.attributes["action"] for f in page.all("form") if f.attributes["action"].endswith("/withdraw"))
        page = browser.post(action, 412, version="9")
        assert "Nothing was withdrawn. Below is what is recorded now" in page.text
        page = browser.post(action, version=hidden(page))
        assert items(page, "list") == ["Attendance letter F-7 withdrawn Mon, Nov 30 Withdrawn"]
        browser.post(action, version="1")
        assert "None in force." in section(browser.get(f"{PEOPLE}/ana"), "consents").text
        with store.reading() as session:
            acts = [row.action for row in session.scalars(select(AuditEntryRow)) if row.action.startswith("consent.")]
        assert acts == ["consent.record", "consent.withdraw", "consent.withdraw"]

    @pytest.mark.parametrize(
        ("fields", "where", "message"),
        [
            ({"kind": ""}, "kind", "Choose what the participant allows."),
            ({"kind": "guest_feed:mo"}, "kind", "Choose what the participant allows."),
            ({"first": "soon"}, "first", "Choose the first day, e.g. when the form was signed."),
            ({"last": "later"}, "last", "Choose the last day, or leave it empty."),
            ({"last": "2026-11-29"}, "last", "The last day is before the first."),
            ({"reference": "form of Ana"}, "reference", "Use letters, digits, dots and dashes only, e.g. the number of the form."),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(self, desk, coordinator, fields, where, message):
        typed = {"kind": "email", "first": "2026-11-30", "last": "", "reference": "F-7"} | fields
        page = desk().post(CONSENTS, 422, **typed)
        assert words(page.of_id(f"{where}-wrong")) == message
        assert page.of_id("reference").attributes["value"] == typed["reference"]
        assert coordinator.get(f"{V1}/participants/ana/consents").json()["items"] == []

    def test_a_guest_is_named(self, desk, store):
        guests = [{"id": "mo", "label": "Mother", "availability": {"weekly": []}}]
        keep(store, PROGRAM, "participants", id="yan", label="Y.", availability={"weekly": []}, guests=guests)
        browser = desk()
        browser.get(f"{PEOPLE}/yan/consents")
        browser.post(f"{PEOPLE}/yan/consents", kind="guest_feed:mo", first="2026-12-01")
        assert items(browser.page, "list")[0].startswith("Calendar link of a guest: Mother from Tue, Dec 1")


class TestCalendarLinks:
    def test_a_link_is_made_once_the_warning_is_read_and_shown_once(self, desk, store):
        browser = desk()
        page = browser.get(CALENDARS)
        assert WARNING.text in page.text
        assert choices(page, "whose") == ["Participant"], "a guardian needs a consent"
        page = browser.post(CALENDARS, 422, whose="self", label="Gym", reminder_minutes="60")
        assert words(page.of_id("acknowledged-wrong")) == "Read the warning to them, then tick the box."
        assert page.of_id("label").attributes["value"] == "Gym"
        browser.post(CALENDARS, 422, **READ | {"whose": "guardian"})
        page = browser.post(CALENDARS, **READ | {"whose": "self", "label": "Gym"})
        link = address(page)
        assert list(page.all("svg")), "the link as a QR code"
        assert browser.client.get(link).status_code == 200
        assert link.rpartition("/")[2] not in browser.get(CALENDARS).text
        assert items(browser.page, "list")[0].startswith("Participant fetched Mon, Nov 30, 9:05 am by another program")
        with store.reading() as session:
            (row,) = session.scalars(select(FeedRow))
            audit = str([vars(entry) for entry in session.scalars(select(AuditEntryRow))])
        assert (row.subject, row.purpose, row.document["label"]) == ("ana", "self", "Gym")
        assert link.removesuffix(".ics").rpartition("/")[2] not in audit

    def test_it_is_replaced_and_ended(self, desk):
        browser = desk()
        browser.get(CALENDARS)
        first = address(browser.post(CALENDARS, **READ | {"whose": "self"}))
        page = browser.get(CALENDARS)
        renew, end = (f.attributes["action"] for f in page.all("form") if f.attributes["action"].endswith(("/renew", "/end")))
        version = hidden(page)
        second = address(browser.post(renew, version=version))
        assert second != first
        assert "The link was not replaced again" in browser.post(renew, 412, version=version).text
        assert "SUMMARY:Appointment" in browser.client.get(second).text.replace("\r\n ", "")
        browser.post(f"{PEOPLE}/ben{end.partition('/ana')[2]}", 404)
        page = browser.post(end)
        assert "None." in section(page, "list").text
        browser.post(end)
        assert choices(browser.get(CALENDARS), "whose") == ["Participant"]

    def test_its_name_and_reminder_are_changed(self, desk, store):
        browser = desk()
        link = address(browser.post(CALENDARS, **READ | {"whose": "self", "label": "Gym"}))
        path = next(a.attributes["href"] for a in browser.get(CALENDARS).all("a") if "Name, reminder" in a.text)
        page = browser.get(path)
        assert page.of_id("label").attributes["value"] == "Gym"
        fields = {"version": hidden(page), "reminder_minutes": "60", "is_private": ""}
        page = browser.post(path, 422, **fields, label="x" * 61)
        assert "at most 60" in words(page.of_id("label-wrong"))
        browser.post(path, **fields, label="Class")
        assert browser.answer.url.path == CALENDARS
        assert "SUMMARY:Class" in browser.client.get(link).text.replace("\r\n ", "")
        browser.post(path, 412, **fields, label="Course")
        browser.get(path.replace("/ana/", "/ben/"), 404)

    def test_a_guardian_has_one_with_a_consent_and_it_is_offered_once(self, desk):
        browser = desk()
        browser.get(CONSENTS)
        browser.post(CONSENTS, kind="guardian_feed", first="2026-11-30")
        assert choices(browser.get(CALENDARS), "whose") == ["Participant", "Guardian"]
        page = browser.post(CALENDARS, **READ | {"whose": "guardian"})
        assert words(section(page, "scan")).startswith("Guardian")
        assert choices(browser.get(CALENDARS), "whose") == ["Participant"]

    def test_discharge_long_ago_is_said(self, desk, store):
        keep(store, PROGRAM, "participants", id="yan", label="Y.", status="discharged", discharge="2026-01-09", availability={"weekly": []})
        browser = desk()
        browser.get(f"{PEOPLE}/yan/calendars")
        page = browser.post(f"{PEOPLE}/yan/calendars", 422, **READ | {"whose": "self"})
        assert "This person has left" in words(page.of_id("whose-wrong"))


def test_neither_is_open_to_the_front_desk_or_for_unknown_people(desk):
    for path in (CONSENTS, CALENDARS):
        desk("front_desk" if path == CONSENTS else "clinician", None if path == CONSENTS else "cora").get(path, 403)
    browser = desk()
    for path in ("consents", "calendars"):
        browser.get(f"{PEOPLE}/nobody/{path}", 404)
