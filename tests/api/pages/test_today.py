"""Today: who is expected, who has come, and what each role sees of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.database.tables import LateNoticeRow, ParticipantRow
from api.pages.words import part_of_day
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK, as_json
from tests.build import meet, roster, run

TODAY = f"/programs/{PROGRAM}/today"


def at(hour: int, minute: int = 0) -> datetime:
    """A time on the Monday, in New York."""
    return datetime(2026, 11, 30, hour + 5, minute, tzinfo=UTC)


def mark(client, session: str, participant: str, **entry):
    answer = client.post(f"{WEEK}/attendance", json={"items": [{"session": session, "participant": participant} | entry]})
    assert answer.status_code < 300, answer.text


def tally(page) -> list[str]:
    """What is expected, here and missing."""
    return next(e for e in page.all("ul") if e.attributes.get("class") == "tally").text.split("\n")[1:4]


def card(page, id: str):
    """A card of the page by its heading; None if it is not shown."""
    return next((e for e in page.all("section") if e.attributes.get("aria-labelledby") == id), None)


def form_of(page, person: str, where: str = "missing") -> dict[str, str]:
    """The hidden fields of the form that marks a person."""
    form = next(f for f in card(page, where).all("form") if person in f.text)
    return {i.attributes["name"]: i.attributes["value"] for i in form.all("input")}


def about(fields: dict[str, str], **parts: str) -> dict[str, str]:
    """The fields of a form that marks a person, about another session, participant or version."""
    booking = dict(zip(("session", "participant", "version"), fields["booking"].split("~"), strict=True)) | parts
    return fields | {"booking": "~".join(booking.values())}


def test_before_the_first_session_everyone_is_expected(desk, published, clock):
    clock(at(8))
    page = desk().get(TODAY)
    assert tally(page) == ["3 expected", "0 here", "0 not here yet"]
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
    assert tally(page) == ["3 expected", "1 here", "1 not here yet"]
    missing = card(page, "missing")
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
        assert re.search(rf"\b{hidden}\b", browser.answer.text) is None
    assert [a.text for a in page.all("a") if a.attributes.get("data-key")] == ["Today", "Attendance"]
    assert [card(page, id) for id in ("calls", "announcements")] == [None, None]


def test_a_clinician_sees_own_sessions(desk, published, clock, coordinator):
    clock(at(8))
    sessions = [s for s in coordinator.get(f"{WEEK}/published").json()["sessions"] if s["start"] < "2026-12-01"]
    for clinician in ("cora", "dan"):
        browser = desk("clinician", clinician)
        page = browser.get(TODAY)
        titles = list(page.all("h3"))
        assert len(titles) == sum(clinician in s["facilitators"] for s in sessions)
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


MARK = f"{TODAY}/mark"


def test_a_click_marks_who_came_and_undo_takes_it_back(desk, published, clock, coordinator):
    clock(at(9, 12))
    browser = desk("front_desk")
    fields = form_of(browser.get(TODAY), "C. X.")
    page = browser.post(MARK, **fields, status="attended")
    assert browser.answer.url.path == TODAY, "the form is answered with a redirect, and reloading sends nothing"
    assert tally(page) == ["3 expected", "1 here", "2 not here yet"]
    (row,) = coordinator.get(f"{WEEK}/attendance").json()["items"]
    assert (row["participant"], row["status"], row["changed_by"].partition(":")[0]) == ("cid", "attended", "user")
    undo = form_of(page, "C. X.", "sessions")
    assert undo["booking"].endswith("~1")
    assert tally(browser.post(MARK, **undo, status="none"))[1] == "0 here"
    assert coordinator.get(f"{WEEK}/attendance").json()["items"] == []


def test_a_person_takes_so_little_of_the_page_that_240_fit_into_300_kilobytes(desk, published, clock):
    """Each is listed once, and once more while they are missing."""
    sizes, browser = [], desk()
    for time in (at(8), at(9, 40)):
        clock(time)
        browser.get(TODAY)
        sizes += [len(one) for one in re.findall(r"<li>(?:<span>)?<a class=.person.*?</li>", browser.answer.text, re.DOTALL)]
    assert len(sizes) == 4 + 4 + 3
    assert max(sizes) < 1200


def test_who_comes_late_is_marked_with_the_minutes(desk, published, clock, coordinator):
    clock(at(9, 4))
    browser = desk()
    assert "min late" not in browser.get(TODAY).text
    clock(at(9, 12))
    page = browser.get(TODAY)
    assert "12 min late: A. X., Morning 1" in page.text
    assert "No-show" not in page.text
    browser.post(MARK, **form_of(page, "A. X."), status="late 12")
    (row,) = coordinator.get(f"{WEEK}/attendance").json()["items"]
    assert (row["status"], row["minutes_late"], row["minutes"]) == ("late", 12, 168)


def test_before_the_start_a_person_can_only_be_excused(desk, published, clock):
    clock(at(8))
    browser = desk()
    fields = form_of(browser.get(TODAY), "A. X.", "sessions")
    assert "has not begun" in browser.post(MARK, 409, **fields, status="attended").text
    assert "Excused" in browser.post(MARK, **fields, status="excused").text


@pytest.mark.parametrize(
    ("wrong", "status", "text"),
    [
        ({"version": "7"}, 412, "Someone else changed this"),
        ({"version": "x"}, 412, "Someone else changed this"),
        ({"session": "none"}, 404, "Page not found"),
        ({"participant": "dora"}, 404, "Page not found"),
    ],
)
def test_a_stale_or_wrong_form_changes_nothing_and_says_what_to_do(desk, published, clock, coordinator, wrong, status, text):
    clock(at(9, 12))
    browser = desk()
    fields = about(form_of(browser.get(TODAY), "A. X."), **wrong)
    assert text in browser.post(MARK, status, **fields, status="attended").text
    for unknown in ("gone", "late soon", "late -1", "late 12 34"):
        assert "reload the page" in browser.post(MARK, 422, **form_of(browser.get(TODAY), "A. X."), status=unknown).text
    assert coordinator.get(f"{WEEK}/attendance").json()["items"] == []


def test_a_second_click_in_another_tab_is_told(desk, published, clock):
    clock(at(9, 12))
    browser = desk()
    fields = form_of(browser.get(TODAY), "A. X.")
    browser.post(MARK, **fields, status="attended")
    assert "Someone else changed this" in browser.post(MARK, 412, **fields, status="no_show").text


def test_a_clinician_marks_own_sessions_only(desk, published, clock, coordinator):
    clock(at(9, 12))
    leader = next(s["facilitators"][0] for s in coordinator.get(f"{WEEK}/published").json()["sessions"] if s["group"] == "g1")
    fields = form_of(desk().get(TODAY), "A. X.") | {"status": "attended"}
    desk("clinician", "dan" if leader == "cora" else "cora").post(MARK, 404, **fields)
    desk("clinician", leader).post(MARK, **fields)


def test_calls_are_ticked_off_in_the_version_that_was_read_out(desk, published, clock):
    clock(at(8))
    browser = desk()
    calls = card(browser.get(TODAY), "calls")
    forms = list(calls.all("form"))
    assert "9:00 am" in calls.text
    action, version = forms[0].attributes["action"], next(forms[0].all("input")).attributes["value"]
    assert "Someone else changed this" in browser.post(action, 412, version="99", state="reached").text
    assert "reload the page" in browser.post(action, 422, version=version, state="gone").text
    page = browser.post(action, version=version, state="reached")
    assert len(list(card(page, "calls").all("form"))) == len(forms) - 1


def test_reported_time_away_is_accepted_or_declined(desk, visit, published, clock, staff):
    clock(at(8))
    visit("ana").post("/my/away", kind="days", first="2026-12-02")
    visit("ben").post("/my/away", kind="days", first="2026-12-02", last="2026-12-03")
    browser = desk()
    page = browser.get(TODAY)
    waiting = card(page, "announcements")
    assert ["Dec 2" in waiting.text, "Dec 2\xa0– 3" in waiting.text] == [True, True]
    actions = sorted({f.attributes["action"] for f in waiting.all("form")})
    assert "reload the page" in browser.post(actions[0], 422, answer="because").text
    browser.post(actions[0], answer="accept")
    page = browser.post(actions[1], answer="call_us")
    assert card(page, "announcements") is None
    clock(datetime(2026, 12, 2, 15, tzinfo=UTC))
    assert "all day" in card(browser.get(TODAY), "away").text


def test_a_participant_sees_that_the_message_was_seen_before_it_is_answered(desk, visit, published, clock, staff):
    clock(at(8))
    own = visit("ana")
    own.post("/my/away", kind="days", first="2026-12-02")
    assert "was seen" not in own.get("/my/away").text
    browser = desk()
    action = next(card(browser.get(TODAY), "announcements").all("form")).attributes["action"]
    waiting = card(browser.post(action, answer="seen"), "announcements")
    assert ("Seen" in waiting.text, "Seen, answer later" in waiting.text) == (True, False)
    page = own.get("/my/away")
    assert "Your message was seen on Mon, Nov 30, 8:00\xa0am." in page.text
    assert "Waiting for an answer" in page.text
    clock(at(8, 20))
    browser.post(action, answer="call_us")
    assert "was seen on Mon, Nov 30, 8:00\xa0am." in own.get("/my/away").text, "the first time counts"


def test_everyone_who_is_away_is_listed_with_the_hours(desk, published, clock, staff):
    clock(at(8))
    absences = f"/v1/programs/{PROGRAM}/absences"
    hours = {"id": "a1", "clinician": "cora", "first": "2026-11-30", "last": "2026-12-01", "start": "13:00", "end": "15:30"}
    assert staff.post(absences, json=hours).status_code == 201
    assert staff.post(absences, json={"id": "a2", "participant": "ben", "first": "2026-12-01", "last": "2026-12-01"}).status_code == 201
    away = card(desk("front_desk").get(TODAY), "away")
    assert "Clinician" in away.text
    assert "1:00\xa0pm – 3:30\xa0pm" in away.text
    assert "B. X." not in away.text


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, 1440, "all day"), (0, 1440, "all day"), (460, 1440, "from 7:40\xa0am"), (0, 930, "until 3:30\xa0pm"),
        (780, 930, "1:00\xa0pm – 3:30\xa0pm"),
    ],
)  # fmt: skip
def test_the_part_of_a_day_is_said_as_people_say_it(start, end, words):
    assert part_of_day(start, end) == words


def test_rooms_say_who_is_in_them_and_until_when(desk, published, clock):
    clock(at(9, 5))
    rooms = [li.text.replace("\xa0", " ") for li in card(desk("front_desk").get(TODAY), "rooms").all("li")]
    assert [text for text in rooms if "until" in text and "Morning 1" in text] != []
    assert any(text.endswith("Free until 1:00 pm") for text in rooms)
    clock(at(16))
    assert "Free for the rest of the day" in card(desk("director").get(TODAY), "rooms").text


def moved():
    """The good roster, but Ana's appointment of Monday is half an hour earlier."""
    times = {"ana": ("mon", "12:30"), "ben": ("tue", "13:00"), "cid": ("wed", "13:00")}
    return roster(run("g1", "mon", "09:00", tuple(times)), run("g2", "tue", "09:00", tuple(times)), *(meet(p, *times[p]) for p in times))


class TestChangedSinceYesterday:
    def republish(self, coordinator, roster) -> None:
        made = coordinator.post(f"{WEEK}/rosters", json=as_json(roster))
        assert made.status_code == 201, made.text
        week = coordinator.get(WEEK)
        path = f"{WEEK}/rosters/{made.json()['id']}/publish"
        answer = coordinator.post(path, json={}, headers={"If-Match": week.headers["ETag"]})
        assert answer.status_code == 200, answer.text

    def changed(self, page) -> list[str]:
        found = card(page, "recent")
        return [] if found is None else [" ".join(li.text.replace("\xa0", " ").split()) for li in found.all("li")]

    def test_who_what_and_whether_they_know(self, desk, published, clock, coordinator):
        browser = desk()
        clock(at(8))
        assert self.changed(browser.get(TODAY)) == [], "the first publication of a week is no change"
        self.republish(coordinator, moved())
        assert self.changed(browser.get(TODAY)) == [
            "A. X. Individual, Mon, Nov 30, 1:00 pm: now Mon, Nov 30, 12:30 pm To call",
            "dan Clinician Individual of A. X., Mon, Nov 30, 1:00 pm: now Mon, Nov 30, 12:30 pm To call",
        ]
        (call,) = [c for c in coordinator.get(f"{WEEK}/calls").json()["items"] if c["subject"] == "ana"]
        page = browser.post(f"{TODAY}/calls/{MONDAY}/{call['id']}", version=str(call["version"]), state="reached")
        assert self.changed(page)[0].endswith("Told")
        clock(at(8) + timedelta(days=2))
        assert self.changed(browser.get(TODAY)) == [], "the day before yesterday is not yesterday"

    def test_the_front_desk_is_not_shown_it(self, desk, published, clock, coordinator):
        clock(at(8))
        self.republish(coordinator, moved())
        assert card(desk("front_desk").get(TODAY), "recent") is None


LATE = f"{TODAY}/late"


class TestRunningLate:
    def note(self, browser, who: str, minutes: str, status: int = 200):
        return browser.post(LATE, status, **self.fields(browser.get(TODAY), who), minutes=minutes)

    def fields(self, page, who: str) -> dict[str, str]:
        """The hidden fields of the form that notes who will be late."""
        booking = form_of(page, who, "sessions")["booking"].rpartition("~")[0]
        forms = ({i.attributes["name"]: i.attributes["value"] for i in f.all("input")} for f in page.all("form") if "10 min" in f.text)
        return next(fields for fields in forms if fields["booking"].startswith(booking))

    def test_what_someone_else_noted_meanwhile_is_not_replaced(self, desk, published, clock):
        clock(at(8, 40))
        one, other = desk(), desk("front_desk")
        seen = self.fields(other.get(TODAY), "B. X.")
        self.note(one, "B. X.", "20")
        for minutes in ("5", "0"):
            assert "Someone else changed this" in other.post(LATE, 412, **seen, minutes=minutes).text
        assert "About 20 min late" in other.get(TODAY).text

    def test_who_calls_is_noted_before_the_start_and_the_leader_sees_it(self, desk, published, clock, coordinator):
        clock(at(8, 40))
        leader = next(s["facilitators"][0] for s in coordinator.get(f"{WEEK}/published").json()["sessions"] if s["group"] == "g1")
        front = desk("front_desk")
        assert "1 running late" in self.note(front, "A. X.", "20").text
        for browser in (desk("clinician", leader), front):
            assert browser.get(TODAY).text.count("About 20 min late") == 1
        number = form_of(front.page, "A. X.", "sessions")["booking"].partition("~")[0]
        assert front.get(f"/programs/{PROGRAM}/attendance/{MONDAY}/{number}").text.count("About 20 min late") == 1
        assert "About 20 min late" in front.post(f"/programs/{PROGRAM}/search", q="ax").text
        other = "dan" if leader == "cora" else "cora"
        browser = desk("clinician", other)
        browser.post(LATE, 404, booking=f"{number}~ana~0", minutes="10")
        assert "min late" not in browser.get(TODAY).text

    def test_a_second_call_replaces_the_first_and_not_late_after_all_takes_it_back(self, desk, published, clock):
        clock(at(8, 40))
        browser = desk()
        self.note(browser, "B. X.", "20")
        page = self.note(browser, "B. X.", "45")
        assert (page.text.count("About 45 min late"), page.text.count("About 20 min late")) == (1, 0)
        for _twice in range(2):
            assert "running late" not in self.note(browser, "B. X.", "0").text

    def test_a_mark_clears_it_and_taking_the_mark_back_does_not_bring_it_back(self, desk, published, clock, coordinator, store):
        clock(at(8, 40))
        browser = desk()
        for who in ("A. X.", "B. X.", "C. X."):
            self.note(browser, who, "20")
        clock(at(9, 12))
        assert "A. X." in card(browser.get(TODAY), "missing").text, "late, and still not here"
        for who, entry in (("ana", {"status": "attended"}), ("ben", {"status": "late", "minutes_late": 12})):
            mark(coordinator, f"g.g1.{MONDAY}", who, **entry)
        with store.reading() as session:
            assert [(row.participant, row.minutes) for row in session.scalars(select(LateNoticeRow))] == [("cid", 20)]
        assert "1 running late" in browser.get(TODAY).text
        browser.post(MARK, **form_of(browser.page, "A. X.", "sessions"), status="none")
        assert "1 running late" in browser.page.text

    def test_minutes_are_from_1_to_240(self, desk, published, clock):
        clock(at(8, 40))
        browser = desk()
        for minutes, status in (("1", 200), ("240", 200), ("241", 400), ("-1", 400), ("soon", 400), ("", 400)):
            self.note(browser, "A. X.", minutes, status)

    def test_nobody_is_late_who_is_not_booked_or_is_marked_or_whose_session_is_over(self, desk, published, clock, coordinator):
        clock(at(9, 12))
        browser = desk()
        fields = form_of(browser.get(TODAY), "A. X.")
        browser.post(LATE, 404, **about(fields, participant="dora"), minutes="10")
        mark(coordinator, f"g.g1.{MONDAY}", "ana", status="attended")
        assert "Someone else changed this" in browser.post(LATE, 412, **fields, minutes="10").text
        clock(at(11, 59))
        browser.post(LATE, **about(fields, participant="ben"), minutes="10")
        clock(at(12))
        assert "over" in browser.post(LATE, 409, **about(fields, participant="ben", version="1"), minutes="20").text
        assert "running late" not in browser.get(TODAY).text


class TestForClinicians:
    def test_who_is_new_is_marked_and_being_out_is_one_click_away(self, desk, published, clock, store, coordinator):
        clock(at(8))
        with store.writing() as session:
            for id, day in (("ana", "2026-11-20"), ("ben", "2026-11-16"), ("cid", "2026-12-01")):
                row = session.get(ParticipantRow, {"program": PROGRAM, "id": id})
                row.document = {**row.document, "admitted": day}
        leader = next(s["facilitators"][0] for s in coordinator.get(f"{WEEK}/published").json()["sessions"] if s["group"] == "g1")
        browser = desk("clinician", leader)
        page = browser.get(TODAY)
        people = {li.text.split("  ")[0].strip() for e in page.all("ul") if e.attributes.get("class") == "people" for li in e.all("li")}
        assert {text[:9] for text in people if "New" in text} == {"A. X. New"}
        out = next(a.attributes["href"] for a in page.all("a") if a.text == "I am out")
        assert "out" in browser.get(out).text

    def test_a_crisis_is_one_click_away_for_who_manages_the_week(self, desk, published, clock):
        clock(at(8))
        browser = desk()
        crisis = next(a.attributes["href"] for a in browser.get(TODAY).all("a") if a.text == "Someone is in a crisis")
        browser.get(crisis)
        assert "crisis" not in desk("front_desk").get(TODAY).text
