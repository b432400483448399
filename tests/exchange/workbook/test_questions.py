"""What an import asks about, what it reads without asking, and what it leaves out: the example with cells as people type them."""

import pytest

from scheduler.exchange.workbook import Answers, WorkbookError, example
from scheduler.exchange.workbook.cells import Cell
from scheduler.exchange.workbook.example import EXAMPLE
from scheduler.exchange.workbook.grid import Grid, GridRow, SheetSource
from scheduler.exchange.workbook.importing import WorkbookImport, import_source
from tests.exchange.workbook.test_draft import edited


def source(**sheets) -> SheetSource:
    lines = EXAMPLE | {title.replace("_", " "): rows for title, rows in sheets.items()}
    return SheetSource(
        tuple(
            Grid(title, [GridRow(n, {k: Cell(value) for k, value in enumerate(row) if value != ""}) for n, row in enumerate(rows, 1)])
            for title, rows in lines.items()
        )
    )


def read(answers=Answers(), **sheets) -> WorkbookImport:  # noqa: B008 - immutable
    return import_source(source(**sheets), None, answers)


def asked(code: str, **sheets) -> list[tuple[str, str]]:
    """The place and message of each question of a code."""
    with pytest.raises(WorkbookError) as refused:
        read(**sheets)
    return [(issue.path, issue.message) for issue in refused.value.issues if issue.code == code]


class TestHalvesOfTheDay:
    @pytest.mark.parametrize(
        ("title", "row", "column", "value", "later"),
        [
            ("Participants", 2, "Free", "mon 5-9", "17:00-21:00"),
            ("Participants", 3, "Free", "Mon-Thu 4-10", "16:00-22:00"),
            ("Participants", 2, "Free", "mon after 4", "16:00-24:00"),
            ("Participants", 2, "Free", "mon 5-1", "17:00-24:00"),
            ("Participants", 2, "Free", "until 3", "00:00-15:00"),
            ("Clinicians", 2, "Hours", "Mon-Thu 1-9", "13:00-21:00"),
            ("Clinicians", 2, "Hours", "mon 1-9 at main", "13:00-21:00"),
            ("Sites", 2, "Hours", "mon, tue, thu 5-9", "17:00-21:00"),
            ("Sites", 2, "Hours", "mon, tue, thu 8-9", "08:00-21:00"),
            ("Sites", 2, "Front desk", "mon 1-9", "13:00-21:00"),
            ("Groups", 2, "Starts", "mon 5:30", "17:30"),
            ("Groups", 2, "Starts", "mon 5:30-8:30", "17:30-20:30"),
            ("Guests", 2, "Free", "tue, thu 2-6", "14:00-18:00"),
        ],
    )
    def test_times_outside_opening_hours_are_asked_about(self, title, row, column, value, later):
        ((place, message),) = asked("half_day", **edited(title, row, column, value))
        assert place.startswith(f"{title}, row {row}, {column} (")
        assert f"; {later} may be meant" in message
        assert message.startswith("write am or pm: ")

    @pytest.mark.parametrize(
        "value", ["mon 5 pm-9 pm", "mon 5-9pm", "mon 17-21", "mon 05:00-09:00", "mon 12-9", "mon 1-2pm", "mon 9-12", "mon 10:00-12:00"]
    )
    def test_other_times_are_read(self, value):
        assert not [issue for issue in read(**edited("Participants", 5, "Free", value)).issues if issue.code == "half_day"]

    def test_rows_of_times_are_asked_about_too(self):
        rows = (("Clinician", "Day", "From", "Until", "Name"), ("c1", "tue", "1", "2", ""), ("c2", "tue", "12", "1", ""))
        ((place, message),) = asked("half_day", Protected_time=rows)
        assert (place, "13:00-14:00 may be meant" in message) == ("Protected time, row 2, From (C2)", True)

    def test_an_end_before_its_start_is_in_the_other_half(self):
        rows = (("Clinician", "Day", "From", "Until", "Name"), ("c1", "tue", "12", "1", ""), ("c2", "tue", "12:30 pm", "2:00", ""))
        protected = [c.protected for c in read(Protected_time=rows).instance.clinicians]
        assert [(w.start, w.end) for (w,) in protected[:2]] == [(720, 780), (750, 840)]

    def test_an_answer_is_taken_for_all_and_said_back(self):
        cells = edited("Participants", 2, "Free", "mon 5-9")
        for answer, start in (("pm", 17), ("am", 5)):
            imported = read(Answers(times=answer), **cells)
            assert imported.instance.participants[0].availability.weekly[0].start == start * 60
            (said,) = [issue.message for issue in imported.issues if issue.code == "read_as"]
            assert said == f"read as {start:02d}:00-{start + 4:02d}:00, as you answered"


class TestOrderOfDates:
    ROWS = ("Participant", "Clinician", "First", "Last")

    def test_it_is_asked_once_for_a_column(self):
        rows = (self.ROWS, *(("p1", "", f"{day}/2/2027", "2027-02-12") for day in range(3, 12)))
        ((place, message),) = asked("date_order", Absences=rows)
        assert place == "Absences, rows 2-10, First (C2:C10)"
        assert message == "write YYYY-MM-DD, since this could be March 2, 2027 or February 3, 2027"

    @pytest.mark.parametrize(("other", "month", "words"), [("2/13/2027", 1, "month first"), ("13/2/2027", 2, "day first")])
    def test_another_date_of_the_column_shows_it(self, other, month, words):
        rows = (self.ROWS, ("p1", "", "1/2/2027", "2027-03-12"), ("p2", "", other, "2027-03-12"))
        imported = read(Absences=rows)
        assert imported.instance.participants[0].availability.absences[0].first.month == month
        assert f"read {words}, as another date of the column shows" in [issue.message for issue in imported.issues]

    def test_dates_that_show_both_orders_show_none(self):
        rows = (self.ROWS, *(("p1", "", day, "2027-03-12") for day in ("1/2/2027", "2/13/2027", "13/2/2027")))
        assert len(asked("date_order", Absences=rows)) == 1

    def test_clear_dates_need_no_answer(self):
        rows = (self.ROWS, ("p1", "", "1/13/2027", "5/5/2027"), ("p2", "", "2027-01-11", "Jan 12, 2027"))
        assert not [issue for issue in read(Absences=rows).issues if issue.code == "read_as"]


class TestStarts:
    def test_a_window_is_a_start_where_the_group_is_as_long(self):
        assert read(**edited("Groups", 2, "Starts", "mon 5:30pm-8:30pm")).instance == example()

    def test_another_length_is_asked_about(self):
        ((place, message),) = asked("cell", **edited("Groups", 2, "Starts", "mon 5:30pm-8pm"))
        assert (place, "a window of 150 minutes does not fit a group of 180" in message) == ("Groups, row 2, Starts (E2)", True)

    def test_several_days_are_warned_about_and_can_become_groups(self):
        cells = edited("Groups", 2, "Starts", "mon, tue, thu 5:30pm") | {"Last_week": (("Group", "Date"),)}
        (warning,) = [issue for issue in read(**cells).issues if issue.code == "one_run_a_week"]
        assert (warning.severity, warning.answers) == ("warning", ("starts=each",))
        groups = read(Answers(starts="each"), **cells).instance.groups
        assert [group.id for group in groups[:3]] == ["evening-mon-mon", "evening-mon-tue", "evening-mon-thu"]
        assert [[start.day for start in group.starts] for group in groups[:3]] == [["mon"], ["tue"], ["thu"]]


class TestSpelling:
    def test_capitals_do_not_matter(self):
        cells = edited("Participants", 2, "Therapist", "C1")
        assert read(**cells).instance == example()
        assert read(**edited("Participants", 2, "Home track", "EVENING")).instance == example()
        assert read(**edited("Services", 3, "Credentials", "LPC/lcsw")).instance.clinicians[0].credentials == ("LPC",)

    def test_two_ids_that_differ_only_in_capitals_are_an_error(self):
        assert asked("id_differs_in_case", **edited("Rooms", 4, "Room", "Office-1"))

    def test_languages_have_names(self):
        assert read(**edited("Clinicians", 2, "Languages", "English, Spanish")).instance == example()

    def test_things_may_have_spaces_and_people_may_not(self):
        cells = edited("Rooms", 3, "Room", "Office 1") | {"Last_week": (("Group", "Date"),)}
        imported = read(**cells)
        assert imported.instance.rooms[1].id == "Office-1"
        assert [issue.path for issue in imported.issues if issue.code == "read_as"] == ["Rooms, row 3, Room (A3)"]
        assert asked("cell", **edited("Participants", 2, "Participant", "Jane Doe"))


class TestLeftOut:
    def test_notes_and_totals(self):
        rows = [(*line, "My notes" if n == 0 else "call" if n == 2 else "") for n, line in enumerate(EXAMPLE["Rooms"])]
        rows.append(("Total", "", "", "21"))
        imported = read(Rooms=tuple(rows))
        assert imported.instance == example()
        assert [issue.code for issue in imported.issues] == ["column_ignored", "row_ignored"]

    def test_an_id_total_with_more_is_no_row_of_totals(self):
        assert len(read(Rooms=(*EXAMPLE["Rooms"], ("total", "Hall", "main", "30"))).instance.rooms) == 4


def test_equal_corrections_are_one_line():
    lines = [EXAMPLE["Participants"][0]]
    position = lines[0].index("Status")
    for n, line in enumerate(EXAMPLE["Participants"][1:]):
        lines.append(line if n == 3 else (*line[:position], "gone", *line[position + 1 :]))
    assert asked("cell", Participants=tuple(lines)) == [
        ("Participants, rows 2-4 and 6, Status (C2:C4, C6)", "write one of: waiting, cleared, active, on hold, discharged")
    ]
