"""The roster as a workbook: everybody's week, sign-in lines for every booking, ready to print."""

import io

import openpyxl
import pytest

from scheduler.case import Case
from scheduler.exchange.board import boards
from scheduler.exchange.roster_sheets import SIGN_IN, roster_workbook
from scheduler.exchange.words import version_of
from scheduler.instance import Instance
from scheduler.view import View
from tests.build import free
from tests.cli.command import good_roster, week


@pytest.fixture(scope="module")
def book():
    names = {"ana": "=A.", "ben": "B.", "cam": "C."}
    document = week()
    for person in document["participants"]:
        person["label"] = names[person["id"]]
    return openpyxl.load_workbook(io.BytesIO(roster_workbook(Instance.model_validate(document), good_roster())))


def test_it_shows_the_week_in_four_ways(book):
    assert book.sheetnames == ["By room", "By clinician", "By participant", "Sign-in"]


def test_a_participants_week_is_one_row(book):
    rows = {row[0]: row for row in book["By participant"].iter_rows(min_row=2, values_only=True)}
    assert rows["B."][1] == "9:00-12:00 g1\n   r1 \u00b7 cora"
    assert rows["B."][2] == "10:15-11:05 individual\n   r2 \u00b7 dan"
    assert rows["B."][-1] == "3 h 50"


def test_rooms_and_clinicians_show_who_comes(book):
    assert book["By room"]["B2"].value == "9:00-12:00 g1\n   cora \u00b7 3 of 12"
    assert "individual\n   r2 \u00b7 =A." in book["By clinician"]["C3"].value


def test_everybody_has_a_line_to_sign_for_every_booking(book):
    rows = list(book["Sign-in"].iter_rows(values_only=True))
    assert rows[0] == SIGN_IN
    assert len(rows) == 1 + 3 + 3
    assert [row[5] for row in rows[1:4]] == ["=A.", "B.", "C."]


def test_a_label_is_never_a_formula(book):
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_it_is_set_up_to_print(book):
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.freeze_panes == "B2"
    assert [page.id for page in book["Sign-in"].row_breaks.brk] == [4]


def test_a_sign_in_page_shows_nobody_elses_services(book):
    """A group has a page of its own; on the page of a day's appointments are times and people only."""
    rows = list(book["Sign-in"].iter_rows(min_row=2, values_only=True))
    assert [row[2:5] for row in rows] == [("g1", "r1", "cora")] * 3 + [("Appointment", None, None)] * 3
    assert [row[1] for row in rows[3:]] == ["9:00-9:50", "10:15-11:05", "11:30-12:20"]


def test_every_page_says_when_it_was_printed_and_from_which_version():
    """The spreadsheet program fills in the date and time; an ampersand in the version is text."""
    instance, roster = Instance.model_validate(week()), good_roster()
    for version, footer in (("version 3 & later", "version 3 && later"), ("", f"version {version_of(roster)}")):
        book = openpyxl.load_workbook(io.BytesIO(roster_workbook(instance, roster, version)))
        assert {sheet.oddFooter.center.text for sheet in book} == {f"Printed &D &T, {footer}"}


def test_people_with_the_same_initials_are_told_apart():
    """On every sheet, participants and clinicians alike."""
    document = week()
    for person in (*document["participants"], *document["clinicians"]):
        person["label"] = "A.B."
    book = openpyxl.load_workbook(io.BytesIO(roster_workbook(Instance.model_validate(document), good_roster())))
    assert [row[5] for row in book["Sign-in"].iter_rows(min_row=2, max_row=4, values_only=True)] == ["A.B. ana", "A.B. ben", "A.B. cam"]
    assert [row[4] for row in book["Sign-in"].iter_rows(min_row=2, max_row=2, values_only=True)] == ["A.B. cora"]
    assert [cell.value for cell in book["By participant"]["A"][1:]] == ["A.B. ana", "A.B. ben", "A.B. cam"]
    assert book["By clinician"]["A2"].value == "A.B. cora"
    assert "A.B. dan" in book["By participant"]["C3"].value
    assert "A.B. ben" in str([cell.value for row in book["By clinician"] for cell in row])
    assert "A.B. cora" in book["By room"]["B2"].value


def test_guests_of_a_group_sign_below_the_participants():
    """Ben's mother comes to the group; the board of the page counts her."""
    document = week()
    document["services"] = [service | {"guests": "welcome"} for service in document["services"]]
    group = good_roster().sessions[0]
    ben = next(p for p in document["participants"] if p["id"] == "ben")
    ben["guests"] = [{"id": "mum", "availability": free(), "required_in": [group.service]}]
    instance = Instance.model_validate(document)
    book = openpyxl.load_workbook(io.BytesIO(roster_workbook(instance, good_roster())))
    assert [row[5] for row in book["Sign-in"].iter_rows(min_row=2, max_row=5, values_only=True)] == ["A.", "B.", "C.", "guest of B."]
    [board] = boards(View(Case(instance), good_roster()))
    assert [slip.seats for day in board.days for slip in day.slips if slip.is_group] == ["3/12 +1"]
