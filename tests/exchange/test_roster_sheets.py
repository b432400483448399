"""The roster as a workbook: everybody's week, sign-in lines for every booking, ready to print."""

import io

import openpyxl
import pytest

from scheduler.exchange.roster_sheets import SIGN_IN, roster_workbook
from scheduler.instance import Instance
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
    assert len(book["Sign-in"].row_breaks.brk) == 1
