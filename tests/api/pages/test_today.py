"""Today: who is expected, who has come, and what each role sees of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

TODAY = f"/programs/{PROGRAM}/today"


def at(hour: int, minute: int = 0) -> datetime:
    """A time on the Monday, in New York."""
    return datetime(2026, 11, 30, hour + 5, minute, tzinfo=UTC)


def mark(client, session: str, participant: str, **entry):
    answer = client.post(f"{WEEK}/attendance", json={"items": [{"session": session, "participant": participant} | entry]})
    assert answer.status_code < 300, answer.text


def tally(page) -> list[str]:
    return next(e for e in page.all("ul") if e.attributes.get("class") == "tally").text.split("\n")[1:-1]


def test_before_the_first_session_everyone_is_expected(desk, published, clock):
    clock(at(8))
    page = desk().get(TODAY)
    assert tally(page) == ["3 expected", "0 have come", "0 not here yet"]
    (sessions,) = [e for e in page.all("ol") if e.attributes.get("class") == "sessions"]
    assert [" ".join(h.text.replace("\xa0", " ").split()) for h in sessions.all("h3")] == [
        "9:00 am – 12:00 pm Morning 1",
        "1:00 – 1:50 pm individual",
    ]
    assert sessions.text.count("Expected") == 4
    assert "As of 8:00\xa0am, New York time" in page.text


def test_who_has_not_come_is_listed_by_name_until_marked(desk, published, clock, coordinator):
    clock(at(9, 5))
    mark(coordinator, f"g.g1.{MONDAY}", "ana", status="attended")
    mark(coordinator, f"g.g1.{MONDAY}", "ben", status="no_show")
    page = desk().get(TODAY)
    assert tally(page) == ["3 expected", "1 have come", "1 not here yet"]
    missing = next(e for e in page.all("section") if e.attributes.get("aria-labelledby") == "missing")
    assert "C. X." in missing.text
    assert "since 9:00\xa0am" in missing.text
    assert "Here" in page.text
    assert "Did not come" in page.text


def test_what_is_over_is_folded_away_and_says_what_was_not_marked(desk, published, clock):
    clock(at(15))
    page = desk().get(TODAY)
    (over,) = page.all("details")
    assert over.text.count("Not marked") == 4
    assert "Everyone who should be here by now has come." in page.text


def test_the_front_desk_sees_no_service_and_no_clinician(desk, published, clock):
    clock(at(8))
    browser = desk("front_desk")
    page = browser.get(TODAY)
    assert "Appointment" in page.text
    for hidden in ("individual", "cora", "dan"):
        assert hidden not in browser.answer.text
    assert [a.text for a in page.all("a") if a.attributes.get("data-key")] == ["Today"]


def test_a_clinician_sees_own_sessions(desk, published, clock, coordinator):
    clock(at(8))
    sessions = [s for s in coordinator.get(f"{WEEK}/published").json()["sessions"] if s["start"] < "2026-12-01"]
    for clinician in ("cora", "dan"):
        browser = desk("clinician", clinician)
        page = browser.get(TODAY)
        titles = list(page.all("h3"))
        assert len(titles) == sum(clinician in s["clinicians"] for s in sessions)
        browser.post("/sign-out")


@pytest.mark.parametrize("role", ["director", "coordinator", "front_desk"])
def test_a_day_without_sessions_and_a_week_without_a_roster_say_so(desk, published, clock, role):
    clock(datetime(2026, 12, 4, 15, tzinfo=UTC))
    browser = desk(role)
    assert "No sessions today." in browser.get(TODAY).text
    clock(datetime(2026, 12, 7, 15, tzinfo=UTC))
    assert "This week is not published yet" in browser.get(TODAY).text


def test_the_page_names_no_program_in_its_title_and_links_no_script_of_others(desk, published, clock):
    page = desk().get(TODAY)
    assert [t.text for t in page.all("title")] == ["Today"]
    assert sorted(s.attributes["src"].split(".")[0] for s in page.all("script")) == ["/static/htmx", "/static/keys"]
