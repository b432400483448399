"""Something happened: choose what, see whom it concerns, choose a remedy, publish, call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.database.tables import AbsenceRow, GroupRow, ProgramRow, ResourceRow, RoomRow, RosterRow, WeekRow
from api.weeks.store.building import build_instance, build_week
from tests.api.pages.test_plan import words
from tests.api.weeks.small import MONDAY, PROGRAM, WEEK

HAPPENED = f"/programs/{PROGRAM}/happened"
NOW = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
"""Tuesday, 6:30 am in New York: Monday has happened."""
TITLES = ("Others take over", "Move to other times", "Others take over, or other times", "Cancel what cannot take place")
DAN_OUT = {"who": "dan", "first": "2026-12-01", "start": "07:00", "last": "2026-12-02", "end": ""}


@pytest.fixture
def tuesday(clock, published):
    clock(NOW)


def hidden(form) -> dict[str, str]:
    return {e.attributes["name"]: e.attributes["value"] for e in form.all("input") if e.attributes["type"] == "hidden"}


def form_to(page, path: str):
    return next(form for form in page.all("form") if form.attributes.get("action", "").endswith(path))


def looked(browser, what: str, **fields: str):
    """The remedies for something that happened."""
    page = browser.post(f"{HAPPENED}/{what}", **fields)
    return browser.post(f"{HAPPENED}/{what}/remedies", **hidden(form_to(page, "/remedies")))


def published_remedy(browser, page, what: str, number: int = 0):
    """Choose a remedy; the call list."""
    forms = [form for form in page.all("form") if form.attributes.get("action", "").endswith("/publish")]
    return send(browser, f"{HAPPENED}/{what}/publish", **hidden(forms[number]))


def send(browser, path: str, **fields: str) -> str:
    answer = browser.client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def sessions_of(coordinator) -> dict[str, dict]:
    return {s["id"]: s for s in coordinator.get(f"{WEEK}/published").json()["sessions"]}


def count(store, table) -> int:
    with store.reading() as session:
        return session.query(table).count()


def test_nine_choices_and_a_form_for_each(desk, tuesday):
    browser = desk()
    page = browser.get(HAPPENED)
    assert [words(h) for h in page.all("h2")][:2] == ["A clinician is out", "Crisis: a clinician is busy now"]
    for what in ("clinician", "busy", "participant", "hours", "room", "closed", "resource", "merge", "split"):
        page = browser.get(f"{HAPPENED}/{what}")
        assert words(next(page.all("h1")))
    preset = browser.get(f"{HAPPENED}/clinician?who=dan")
    assert [o.attributes["value"] for o in preset.all("option") if "selected" in o.attributes] == ["dan"]
    browser.get(f"{HAPPENED}/flood", 422)


def test_a_clinician_is_out_and_another_takes_over(desk, tuesday, store, coordinator):
    browser = desk()
    before = sessions_of(coordinator)
    page = browser.post(f"{HAPPENED}/clinician", **DAN_OUT)
    assert "2 people in 2 sessions to come this week." in words(page)
    assert (count(store, AbsenceRow), count(store, RosterRow)) == (0, 1), "nothing is entered yet"
    page = looked(browser, "clinician", **DAN_OUT)
    titles = [words(h) for h in page.all("h2") if words(h) in TITLES]
    assert titles.index("Others take over") < titles.index("Cancel what cannot take place")
    assert "2 people see another therapist." in words(page)
    assert "Proven to be the best: no other answer loses less care or changes fewer people." in words(page)
    assert (count(store, AbsenceRow), count(store, RosterRow)) == (0, 1), "nor when answers were found"

    calls = published_remedy(browser, page, "clinician", titles.index("Others take over"))
    assert calls == f"{HAPPENED}/calls/{MONDAY}"
    with store.reading() as session:
        assert [(row.document["clinician"], row.document["first"]) for row in session.query(AbsenceRow)] == [
            ("dan", "2026-12-01"), ("dan", "2026-12-02"),
        ]  # fmt: skip
    after = sessions_of(coordinator)
    changed = {id for id in before | after if before.get(id) != after.get(id)}
    assert changed == {f"a.{who}.individual.{MONDAY}.1" for who in ("ben", "cid")}
    assert all(after[id]["facilitators"] == ["cora"] for id in changed)


def test_pressed_twice_it_is_published_once(desk, tuesday, store):
    browser = desk()
    page = looked(browser, "clinician", **DAN_OUT)
    assert published_remedy(browser, page, "clinician") == published_remedy(browser, page, "clinician")
    assert (count(store, AbsenceRow), count(store, RosterRow)) == (2, 2)


def test_what_someone_published_meanwhile_is_not_lost(desk, tuesday, store, coordinator):
    browser = desk()
    first, second = looked(browser, "clinician", **DAN_OUT), looked(browser, "room", **DAN_OUT | {"who": "r1"})
    published_remedy(browser, first, "clinician")
    forms = [form for form in second.all("form") if form.attributes.get("action", "").endswith("/publish")]
    page = browser.post(f"{HAPPENED}/room/publish", 412, **hidden(forms[0]))
    assert "Someone published this week in the meantime" in words(page)
    assert count(store, RosterRow) == 2
    again = browser.post(f"{HAPPENED}/room/remedies", **hidden(form_to(page, "/remedies")))
    assert published_remedy(browser, again, "room") == f"{HAPPENED}/calls/{MONDAY}"
    assert sessions_of(coordinator)[f"a.ben.individual.{MONDAY}.1"]["facilitators"] != ["dan"], "the first change is still there"


def test_calls_are_ticked_off_and_taken_back(desk, tuesday):
    browser = desk()
    page = looked(browser, "participant", who="ben", first="2026-12-01", last="2026-12-01")
    page = browser.get(published_remedy(browser, page, "participant", -1))
    tick = next(form for form in page.all("form") if "/calls/" in (act := form.attributes.get("action", "")) and not act.endswith("/undo"))
    assert "Reached: C. X." in words(page)
    assert send(browser, tick.attributes["action"], **hidden(tick), state="reached") == f"{HAPPENED}/calls/{MONDAY}"
    page = browser.get(f"{HAPPENED}/calls/{MONDAY}")
    assert "Reached" in [words(e) for e in page.all("span")]
    browser.post(tick.attributes["action"], 412, **hidden(tick), state="reached")


def test_it_is_entered_without_a_change_where_that_is_wanted(desk, tuesday, store, coordinator):
    browser = desk()
    before = sessions_of(coordinator)
    for what, who in (("clinician", "dan"), ("room", "r2"), ("closed", "s1"), ("participant", "ana")):
        page = browser.post(f"{HAPPENED}/{what}", **DAN_OUT | {"who": who})
        for _ in range(2):
            assert send(browser, f"{HAPPENED}/{what}/enter", **hidden(form_to(page, "/enter"))) == f"/programs/{PROGRAM}/today"
    assert sessions_of(coordinator) == before
    assert count(store, AbsenceRow) == 4
    with store.reading() as session:
        settings = session.get(ProgramRow, PROGRAM).document
        room = session.get(RoomRow, {"program": PROGRAM, "id": "r2"}).document
    assert [(c["date"], c["start"], c["end"], c["site"]) for c in settings["closures"]] == [
        ("2026-12-01", "07:00", "24:00", "s1"), ("2026-12-02", "00:00", "24:00", "s1"),
    ]  # fmt: skip
    assert settings["telehealth_hours"] is None, "telehealth goes on in this week, and nowhere else"
    with store.reading() as session:
        weeks = [build_instance(session, PROGRAM, monday) for monday in (MONDAY, MONDAY + timedelta(weeks=1))]
    assert [week.program.telehealth_hours is not None for week in weeks] == [True, False]
    assert len(weeks[0].program.closures) == 2
    assert [(c["first"], c["start"]) for c in room["closed"]] == [("2026-12-01", "07:00"), ("2026-12-02", "00:00")]


def test_a_missing_resource_is_kept_with_the_week(desk, tuesday, store):
    window = {"day": "tue", "start": "06:00", "end": "12:00", "capacity": 1}
    with store.writing() as session:
        document = {"id": "asl", "label": "Interpreter", "kind": "sessions", "windows": [window]}
        session.add(ResourceRow(program=PROGRAM, id="asl", document=document))
    browser = desk()
    page = browser.post(f"{HAPPENED}/resource", **DAN_OUT | {"who": "asl"})
    assert "No session to come is concerned." in words(page)
    for _ in range(2):
        send(browser, f"{HAPPENED}/resource/enter", **hidden(form_to(page, "/enter")))
    with store.reading() as session:
        weeks = [build_week(session, PROGRAM, monday) for monday in (MONDAY, MONDAY + timedelta(weeks=1))]
        assert len(session.get(WeekRow, (PROGRAM, MONDAY)).document["disruptions"]) == 1
    assert [[(w.start, w.end) for w in week.instance.resources[0].windows] for week in weeks] == [[(360, 420)], [(360, 720)]]
    assert weeks[0].dropped == ()
    with store.writing() as session:
        session.delete(session.get(ResourceRow, {"program": PROGRAM, "id": "asl"}))
    with store.reading() as session:
        assert build_week(session, PROGRAM, MONDAY).dropped == ("disruptions[0]",)


def undo(browser) -> str:
    form = form_to(browser.get(f"{HAPPENED}/calls/{MONDAY}"), "/undo")
    return send(browser, form.attributes["action"], **hidden(form))


class TestUndo:
    def test_the_week_is_published_as_it_was_and_what_was_entered_is_taken_out(self, desk, tuesday, store, coordinator):
        browser, before = desk(), sessions_of(coordinator)
        published_remedy(browser, looked(browser, "clinician", **DAN_OUT), "clinician")
        assert sessions_of(coordinator) != before
        assert undo(browser) == f"{HAPPENED}/calls/{MONDAY}"
        assert sessions_of(coordinator) == before
        with store.reading() as session:
            assert [row.archived_at is not None for row in session.query(AbsenceRow)] == [True, True]
            assert session.get(WeekRow, (PROGRAM, MONDAY)).document.get("disruptions") is None
        assert "Undo publishes" not in words(browser.get(f"{HAPPENED}/calls/{MONDAY}")), "one undo"
        browser.post(f"{HAPPENED}/calls/{MONDAY}/undo", 412, version="1")

    @pytest.mark.parametrize(("what", "who"), [("room", "r2"), ("closed", "s1")])
    def test_rooms_and_sites_are_open_again(self, desk, tuesday, store, what, who):
        browser = desk()
        published_remedy(browser, looked(browser, what, **DAN_OUT | {"who": who}), what, -1)
        with store.reading() as session:
            week = build_instance(session, PROGRAM, MONDAY)
            assert week.program.closures or any(room.closed for room in week.rooms)
        undo(browser)
        with store.reading() as session:
            week = build_instance(session, PROGRAM, MONDAY)
        assert (week.program.closures, week.program.telehealth_hours, [room.closed for room in week.rooms if room.closed]) == ((), None, [])

    def test_time_away_that_was_there_before_stays(self, desk, tuesday, store, coordinator):
        for day in ("2026-12-01", "2026-12-02"):
            absence = {"clinician": "dan", "first": day, "last": day, "start": "07:00" if day == "2026-12-01" else "00:00"}
            assert coordinator.post(f"/v1/programs/{PROGRAM}/absences", json=absence).status_code == 201
        browser = desk()
        page = looked(browser, "clinician", **DAN_OUT)
        published_remedy(browser, page, "clinician")
        with store.reading() as session:
            (noted,) = session.get(WeekRow, (PROGRAM, MONDAY)).document["disruptions"]
            assert "entered" not in noted

    def test_nothing_is_undone_over_a_later_publication(self, desk, tuesday):
        browser = desk()
        published_remedy(browser, looked(browser, "clinician", **DAN_OUT), "clinician")
        stale = form_to(browser.get(f"{HAPPENED}/calls/{MONDAY}"), "/undo")
        published_remedy(browser, looked(browser, "room", **DAN_OUT | {"who": "r1"}), "room")
        browser.post(stale.attributes["action"], 412, **hidden(stale))


def test_someone_in_crisis_is_busy_for_ninety_minutes(desk, clock, published):
    clock(datetime(2026, 12, 1, 17, 30, tzinfo=UTC))
    page = looked(desk(), "busy", who="dan", minutes="90")
    assert "Tue, Dec 1, 12:30 pm, until Tue, Dec 1, 2:00 pm" in words(page)
    assert "Others take over" in words(page)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(desk, tuesday):
    browser = desk()
    for what, fields, said in (
        ("clinician", {"who": "nobody"}, "Choose the clinician."),
        ("clinician", {"last": "2026-11-30"}, "The end is before the start."),
        ("clinician", {"first": "2026-11-30", "last": "2026-11-30"}, "That is over already."),
        ("clinician", {"last": "2027-12-01"}, "Only the next 60 days"),
        ("clinician", {"first": ""}, "Choose the first day."),
        ("clinician", {"start": "noon"}, "Write a time"),
        ("busy", {"minutes": "0"}, "Write the minutes"),
        ("busy", {"minutes": "often"}, "Write the minutes"),
    ):
        page = browser.post(f"{HAPPENED}/{what}", 422, **DAN_OUT | fields)
        assert said in words(page)
        typed = {e.attributes["name"]: e.attributes["value"] for e in page.all("main") for e in e.all("input")}
        assert typed.items() <= (DAN_OUT | fields).items()


def test_a_week_that_is_not_published_concerns_nobody(desk, clock, program):
    clock(NOW)
    page = desk().post(f"{HAPPENED}/clinician", **DAN_OUT)
    assert "is not published" in words(page)
    assert "No session to come is concerned." in words(page)


def test_what_is_no_form_of_ours_is_refused(desk, tuesday):
    browser = desk()
    browser.post(f"{HAPPENED}/clinician/publish", 400, who="dan", **{"from": "soon", "until": "later"})
    browser.post(f"{HAPPENED}/clinician/publish", 409, who="zoe")
    fields = {"who": "dan", "from": "2026-12-01T07:00:00-05:00", "until": "2026-12-02T00:00:00-05:00"}
    browser.post(f"{HAPPENED}/clinician/publish", 400, **fields)
    page = browser.post(f"{HAPPENED}/clinician", **fields)
    browser.post(f"{HAPPENED}/clinician/publish", 409, **hidden(form_to(page, "/remedies")), remedy="0" * 64)


def test_clinicians_report_only_themselves(desk, tuesday, store):
    browser = desk("clinician", "dan")
    assert [words(h) for h in browser.get(HAPPENED).all("h2")] == ["A clinician is out", "Keys"]
    assert [o.attributes["value"] for o in browser.get(f"{HAPPENED}/clinician").all("option")] == ["dan"]
    browser.get(f"{HAPPENED}/participant", 403)
    browser.post(f"{HAPPENED}/clinician", 422, **DAN_OUT | {"who": "cora"})
    page = browser.post(f"{HAPPENED}/clinician", **DAN_OUT)
    browser.post(f"{HAPPENED}/clinician/remedies", 403, **hidden(form_to(page, "/enter")))
    send(browser, f"{HAPPENED}/clinician/enter", **hidden(form_to(page, "/enter")))
    assert count(store, AbsenceRow) == 2


@pytest.mark.parametrize("role", ["front_desk"])
def test_the_front_desk_has_no_such_page(desk, tuesday, role):
    browser = desk(role)
    browser.get(HAPPENED, 403)
    browser.post(f"{HAPPENED}/participant", 403, **DAN_OUT | {"who": "ana"})
    assert "Something happened" not in words(browser.get(f"/programs/{PROGRAM}/today"))


ANA_AFTERNOONS = {"who": "ana", "first": "2026-12-01", "hours": "tue-wed 12-8pm"}


class TestGroupsAndHours:
    """What stays from a day on: each is found, published, entered, and undone."""

    def group(self, store, id: str):
        with store.reading() as session:
            return session.get(GroupRow, {"program": PROGRAM, "id": id})

    def test_new_hours_move_what_they_break_and_are_kept_for_good(self, desk, tuesday, store, coordinator):
        browser, before = desk(), sessions_of(coordinator)
        page = browser.post(f"{HAPPENED}/hours", **ANA_AFTERNOONS)
        assert "From Tue, Dec 1 on" in words(page)
        assert "Free from then on: Tuesday and Wednesday, 12:00 – 8:00 pm." in words(page)
        assert "1 person in 1 session to come this week." in words(page)
        page = looked(browser, "hours", **ANA_AFTERNOONS)
        published_remedy(browser, page, "hours")
        with store.reading() as session:
            weeks = [build_instance(session, PROGRAM, MONDAY + timedelta(weeks=n)) for n in range(3)]
        people = [next(person for person in week.participants if person.id == "ana") for week in weeks]
        assert {(w.day, w.start, w.end) for w in people[2].availability.weekly} == {("tue", 720, 1200), ("wed", 720, 1200)}
        dates = {d.date.isoformat(): [(w.start, w.end) for w in d.windows] for d in people[0].availability.dates}
        assert dates["2026-11-30"] == [(0, 1440)], "Monday is over"
        assert dates["2026-12-01"] == [(0, 390), (720, 1200)], "today, from now on"
        undo(browser)
        assert sessions_of(coordinator) == before
        with store.reading() as session:
            assert build_instance(session, PROGRAM, MONDAY).participants[0].availability.dates == ()

    def test_a_group_joins_another_for_a_week(self, desk, tuesday, store, coordinator):
        browser = desk()
        fields = {"who": "g2", "into": "g3", "first": "2026-12-01", "lasts": "week"}
        page = looked(browser, "merge", **fields)
        assert "Its people join Morning 3." in words(page)
        assert "3 people come to another session instead." in words(page)
        published_remedy(browser, page, "merge")
        after = sessions_of(coordinator)
        assert {s["group"] for s in after.values() if s["group"]} == {"g1", "g3"}
        with store.reading() as session:
            weeks = [build_instance(session, PROGRAM, MONDAY + timedelta(weeks=n)) for n in range(2)]
        assert [next(g for g in week.groups if g.id == "g2").meets_until is None for week in weeks] == [False, True]
        undo(browser)
        assert {s["group"] for s in sessions_of(coordinator).values() if s["group"]} == {"g1", "g2"}

    def test_or_for_good(self, desk, tuesday, store):
        browser = desk()
        fields = {"who": "g2", "into": "g3", "first": "2026-12-01", "lasts": "on"}
        published_remedy(browser, looked(browser, "merge", **fields), "merge")
        assert self.group(store, "g2").document["meets_until"] == "2026-11-30"
        undo(browser)
        assert self.group(store, "g2").document.get("meets_until") is None

    def test_a_group_is_split(self, desk, tuesday, store, coordinator):
        with store.writing() as session:
            row = session.get(GroupRow, {"program": PROGRAM, "id": "g3"})
            row.document = row.document | {"meets_until": "2026-11-30"}
        browser = desk()
        fields = {"who": "g2", "label": "Morning, small", "first": "2026-12-01"}
        page = looked(browser, "split", **fields)
        assert "Half of its people form a new group, Morning, small" in words(page)
        assert "Two groups, each with half of the people" in [words(h) for h in page.all("h2")]
        assert self.group(store, "g2-2") is None
        published_remedy(browser, page, "split")
        assert published_remedy(browser, page, "split") == f"{HAPPENED}/calls/{MONDAY}", "pressed twice"
        halves = [s for s in sessions_of(coordinator).values() if s["group"] in ("g2", "g2-2")]
        assert sorted(len(half["bookings"]) for half in halves) == [1, 2]
        assert self.group(store, "g2-2").document["label"] == "Morning, small"
        undo(browser)
        assert self.group(store, "g2-2").archived_at is not None
        with store.reading() as session:
            assert session.get(WeekRow, (PROGRAM, MONDAY)).document.get("released") is None

    def test_each_is_only_entered_where_that_is_wanted(self, desk, tuesday, store, coordinator):
        browser, before = desk(), sessions_of(coordinator)
        for what, fields in (
            ("hours", ANA_AFTERNOONS),
            ("merge", {"who": "g1", "into": "g3", "first": "2026-12-01", "lasts": "on"}),
            ("split", {"who": "g2", "first": "2026-12-01"}),
        ):
            page = browser.post(f"{HAPPENED}/{what}", **fields)
            for _ in range(2):
                send(browser, f"{HAPPENED}/{what}/enter", **hidden(form_to(page, "/enter")))
        assert sessions_of(coordinator) == before
        assert self.group(store, "g2-2").document["label"] == "Morning 2 2"
        assert self.group(store, "g1").document["meets_until"] == "2026-11-30"

    @pytest.mark.parametrize(
        ("what", "fields", "said"),
        [
            ("hours", {"hours": "whenever"}, "Begin with days"),
            ("hours", {"first": "2027-03-01"}, "Choose an earlier first day."),
            ("merge", {"into": "g2"}, "Choose another group than the one that ends."),
            ("merge", {"lasts": "sometimes"}, "Choose for how long."),
            ("split", {"label": "x" * 81}, "Write at most 80 letters."),
        ],
    )
    def test_what_is_wrong_is_said(self, desk, tuesday, what, fields, said):
        good = {"hours": ANA_AFTERNOONS}.get(what, {"who": "g2", "into": "g3", "first": "2026-12-01", "lasts": "on"})
        assert said in words(desk().post(f"{HAPPENED}/{what}", 422, **good | fields))
