"""Rows find their owners, and empty cells take what they take from elsewhere."""

import datetime as dt

import pytest

from scheduler.exchange.workbook import WorkbookError, example
from scheduler.exchange.workbook.cells import Cell
from scheduler.exchange.workbook.example import EXAMPLE
from scheduler.exchange.workbook.grid import Grid, GridRow, SheetSource
from scheduler.exchange.workbook.importing import WorkbookImport, import_source


def read(**sheets) -> WorkbookImport:
    """The example with other sheets; a sheet is its lines, headings first."""
    lines = EXAMPLE | {title.replace("_", " "): rows for title, rows in sheets.items()}
    grids = [
        Grid(title, [GridRow(n, {k: Cell(value) for k, value in enumerate(row) if value != ""}) for n, row in enumerate(rows, 1)])
        for title, rows in lines.items()
    ]
    return import_source(SheetSource(tuple(grids)))


def told(**sheets) -> dict[str, str]:
    with pytest.raises(WorkbookError) as refused:
        read(**sheets)
    return {issue.path: issue.message for issue in refused.value.issues if issue.severity == "error"}


def edited(title: str, row: int, column: str, value: str):
    """The lines of a sheet of the example with one other cell."""
    lines = [list(line) for line in EXAMPLE[title]]
    position = lines[0].index(column)
    lines[row - 1][position] = value
    return {title.replace(" ", "_"): tuple(map(tuple, lines))}


def with_setting(title: str, value: str):
    return {"Week": (*EXAMPLE["Week"], (title, value))}


NORTH = {
    "Sites": (*EXAMPLE["Sites"], ("north", "", "mon 9-17", "")),
    "Site_travel": (("Site", "Other site", "Minutes"), ("main", "north", "20")),
}


class TestRows:
    def test_free_times_may_stand_in_rows(self):
        rows = (("Participant", "Day", "From", "Until"), *(("p1", day, "15:30", "22:00") for day in ("mon", "tue", "wed", "thu")))
        assert read(**edited("Participants", 2, "Free", ""), Free_times=rows).instance == example()

    def test_free_times_of_guests_too(self):
        rows = (("Participant", "Guest", "Day", "From", "Until"), *(("p2", "g1", day, "14:00", "18:00") for day in ("tue", "thu")))
        assert read(**edited("Guests", 2, "Free", ""), Free_times=rows).instance == example()

    def test_working_hours_may_stand_in_rows(self):
        rows = (("Clinician", "Day", "From", "Until"), *(("c1", day, "12:00", "21:00") for day in ("mon", "tue", "thu")))
        assert read(**edited("Clinicians", 2, "Hours", ""), Working_hours=rows).instance == example()

    def test_bookings_may_stand_in_rows_by_group_or_session(self):
        rows = (("Session", "Participant"), *(("evening-mon", person) for person in ("p1", "p2", "p3", "p4")))
        assert read(**edited("Last week", 2, "Participants", ""), Last_week_bookings=rows).instance == example()

    def test_a_booking_of_no_session_is_told(self):
        errors = told(Last_week_bookings=(("Session", "Participant"), ("morning", "p1")))
        assert errors["Last week bookings, row 2, Session (A2)"] == "use one from the sheet Last week, or add it there"

    def test_none_is_not_the_same_as_nothing(self):
        ordered = (("Phase", "Participant", "Service", "Times a week"), ("intensive", "", "individual", "1"), ("", "p1", "(none)", ""))
        people = {person.id: person.order.services for person in read(Ordered_services=ordered).instance.participants}
        assert (people["p1"], people["p3"]) == ((), None)

    def test_weights_are_read_by_rule(self):
        assert read(Weights=(("Rule", "Weight"), ("trips", "0"), ("idle_gap", ""))).instance.weights == {"trips": 0}
        assert "keep one row" in told(Weights=(("Rule", "Weight"), ("trips", "0"), ("trips", "1")))["Weights, row 3"]
        assert list(told(Weights=(("Rule", "Weight"), ("tripps", "1")))) == ["Weights, row 2, Weight (B2)"]
        assert told(Weights=(("Rule", "Weight"), ("", "1"))) == {"Weights, row 2": "fill in Rule"}

    def test_policy_values_are_read_by_name(self):
        policy = (("Setting", "Value"), ("longest_wait", "30"), ("lunch start", "11:30"), ("education_categories", "(none)"))
        values = read(Policy=policy).instance.policy.values
        assert (values.longest_wait, values.lunch_start, values.education_categories) == (30, 690, ())

    def test_an_authorization_says_who_the_payer_is_and_how_far_it_has_come(self):
        headings = (
            "Participant",
            "Authorization",
            "Unit",
            "First",
            "Last",
            "State",
            "Payer",
            "Payer's number",
            "Next review",
            "Responsible",
        )
        row = ("p1", "a-1", "day", "2026-12-14", "2027-02-12", "in appeal", "Blue Plan", "AU/42", "2027-01-22", "c2")
        (person, *_) = read(Authorizations=(headings, row)).instance.participants
        (grant,) = person.authorizations
        assert (grant.state, grant.payer, grant.number, grant.responsible) == ("appeal", "Blue Plan", "AU/42", "c2")
        assert grant.next_review == dt.date(2027, 1, 22)

    def test_a_policy_that_contradicts_itself_is_told_at_its_row(self):
        errors = told(Policy=(("Setting", "Value"), ("days_floor", "5"), ("days_ceiling", "2")))
        assert any(place.startswith("Policy") or place == "" for place in errors)


class TestPlaces:
    def test_the_only_site_is_meant_where_none_is_named(self):
        assert read(**edited("Clinicians", 2, "Hours", "mon, tue, thu 12:00-21:00")).instance == example()

    def test_with_several_sites_it_must_be_named(self):
        errors = told(**edited("Clinicians", 2, "Hours", "mon 12-21"), **NORTH)
        assert errors["Clinicians, row 2, Hours (C2)"].startswith("add where")
        assert "write the minutes with their sites" in errors["Participants, rows 2-6, Travel (F2:F6)"]


class TestSessions:
    def test_what_is_left_empty_comes_from_group_room_and_week(self):
        first = read().instance.history.last_week.sessions[0]
        assert (first.id, first.service, first.site) == ("g.evening-mon.2027-01-04", "process", "main")
        assert first.start.isoformat() == "2027-01-04T17:30:00-05:00"
        last = read().instance.history.last_week.sessions[-1]
        assert last.id == "a.p4.individual.2027-01-04.1"

    def test_the_end_comes_from_the_minutes(self):
        assert read(**edited("Last week", 2, "End", "")).instance == example()
        assert read(**edited("Last week", 5, "End", "")).instance == example()

    def test_what_cannot_be_known_is_asked_for(self):
        assert told(**edited("Last week", 3, "Date", ""))["Last week, row 3, Date (C3)"] == "fill in the date"
        assert told(**edited("Last week", 3, "Start", ""))["Last week, row 3, Start (D3)"] == "fill in the start"
        gone = edited("Last week", 3, "Group", "gone")
        rows = [list(row) for row in gone["Last_week"]]
        rows[2][1], rows[2][4] = "process-2", ""
        assert "fill in the end" in told(Last_week=tuple(map(tuple, rows)))["Last week, row 3, End (E3)"]

    def test_times_with_offsets_are_taken_as_they_are(self):
        lines = edited("Last week", 2, "Start", "2027-01-04T22:30:00Z")["Last_week"]
        assert read(Last_week=lines).instance.history.last_week.sessions[0].start == dt.datetime(2027, 1, 4, 22, 30, tzinfo=dt.UTC)

    def test_telehealth_books_by_telehealth(self):
        rows = (
            ("Service", "Date", "Start", "Mode", "Facilitators", "Participants"),
            ("individual", "mon", "16:00", "telehealth", "c1", "p1"),
            ("individual", "mon", "17:00", "", "c1", "p4 (telehealth)"),
        )
        sessions = read(Last_week=rows).instance.history.last_week.sessions
        assert [session.bookings[0].mode for session in sessions] == ["telehealth", "telehealth"]

    def test_dates_beyond_the_calendar_are_told(self):
        assert "century" in told(**edited("Last week", 2, "Date", "0001-01-01"))["Last week, row 2, Date (C2)"]

    def test_a_published_roster_needs_no_monday(self):
        rows = (
            ("Group", "Date", "Start", "Room", "Facilitators", "Participants"),
            ("evening-mon", "mon", "17:30", "group-room", "c1", "p1"),
        )
        published = read(Published=rows).instance.published
        assert (published.roster.monday, published.roster.sessions[0].id) == (dt.date(2027, 1, 11), "g.evening-mon.2027-01-11")

    def test_published_at_alone_is_a_roster_of_nothing(self):
        published = read(**with_setting("Published at", "2027-01-07 16:00")).instance.published
        assert published.at.isoformat() == "2027-01-07T16:00:00-05:00"
        assert published.roster.sessions == ()


class TestClockChanges:
    def test_a_time_the_clock_skips_is_told(self):
        errors = told(**with_setting("Now", "2027-03-14 02:30"))
        assert errors == {"Week, row 9, Now (B9)": "write another time; the clocks skip this one that day"}

    def test_a_time_it_shows_twice_is_the_first_one(self):
        assert read(**with_setting("Now", "2026-11-01 01:30")).instance.now.isoformat() == "2026-11-01T01:30:00-04:00"


class TestWords:
    def test_messages_speak_of_settings_and_rows(self):
        errors = told(**edited("Participants", 2, "Free", "A mon-thu 15:30-22:00"))
        (message,) = set(errors.values())
        assert "set (Week, Monday of an A week)" in message

    @pytest.mark.unmeasured
    def test_the_first_thousand_of_many_are_told(self):
        rows = (("Participant", "Other participant", "Kind"), *((f"x{n}", f"y{n}", "apart") for n in range(1_500)))
        with pytest.raises(WorkbookError) as refused:
            read(Relations=rows)
        assert len(refused.value.issues) == 1_001
        assert refused.value.issues[-1].message == "correct these first; there are more"
