"""Workbooks as people really have them: what is wrong is told by sheet, row and column, all at once, with what to write instead."""

import datetime as dt

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from scheduler.exchange.workbook import example, read_workbook
from tests.exchange.workbook.make import book, changed, refused, saved, sheet_part, told, with_cell, with_part

FREE = "Participants, row 3, Free (E3)"

CELLS = {
    "a formula": ("Participants", "E3", "=A1", FREE, "formulas are not evaluated"),
    "an array formula": ("Participants", "E3", ArrayFormula("E3", "=A1:A2"), FREE, "formulas are not evaluated"),
    "an error": ("Participants", "E3", "#N/A", FREE, "a spreadsheet error"),
    "a bad window": ("Participants", "E3", "afternoons", FREE, "mon-thu 17:00-21:00"),
    "a reversed window": ("Participants", "E3", "mon 9pm-5pm", FREE, "9am-5pm"),
    "an empty cell": ("Participants", "E3", None, FREE, "fill in Free"),
    "a name for an id": ("Participants", "A3", "Jane Doe", "Participants, row 3, Participant (A3)", "write an id"),
    "a missing id": ("Participants", "A3", None, "Participants, row 3, Participant (A3)", "fill in Participant"),
    "an unknown phase": ("Participants", "D3", "intense", "Participants, row 3, Phase (D3)", "use the id of a phase in this instance"),
    "an unknown status": ("Participants", "C3", "gone", "Participants, row 3, Status (C3)", "write one of: waiting, cleared"),
    "half a minute": ("Groups", "D2", 180.5, "Groups, row 2, Minutes (D2)", "write minutes as a number"),
    "too many minutes": ("Groups", "D2", 99_999, "Groups, row 2, Minutes (D2)", "write 10080 or less"),
    "a date for a number": ("Groups", "D2", dt.date(2027, 1, 1), "Groups, row 2, Minutes (D2)", "write minutes as a number"),
    "a date for an id": ("Groups", "A2", dt.date(2027, 1, 1), "Groups, row 2, Group (A2)", "turned it into a date"),
    "an American date": ("Absences", "E2", "1/12/2027", "Absences, row 2, First (E2)", "January 12, 2027 or December 1, 2027"),
    "no date": ("Absences", "E2", "2027-02-30", "Absences, row 2, First (E2)", "a date that exists"),
    "no time": ("Absences", "G2", "25:00", "Absences, row 2, From (G2)", "write a time of day"),
    "an unclear time": ("Absences", "G2", 930, "Absences, row 2, From (G2)", "write a time of day"),
    "an unknown participant": ("Absences", "A2", "p9", "Absences, row 2, Participant (A2)", "from the sheet Participants"),
    "no zone": ("Week", "B7", "Nowhere", "Week, row 7, Time zone (B7)", "IANA"),
    "no Monday": ("Week", "B4", dt.date(2027, 1, 12), "Week, row 4, Monday (B4)", "is not a Monday"),
    "an overlong label": ("Rooms", "B2", "x" * 81, "Rooms, row 2, Name (B2)", "at most 80 characters"),
    "an absence of nobody": ("Absences", "A2", None, "Absences, row 2", "or Participant and Guest; or Clinician; or Room"),
    "an absence of two": ("Absences", "C2", "c1", "Absences, row 2", "and nothing else of these"),
    "a guest of nobody": ("Ordered services", "G5", "g7", "Ordered services, row 5, Guests (G5)", "use the id of a guest of p2"),
    "a group that is gone": ("Last week", "A2", "morning", None, ""),
    "a room that is gone": ("Last week", "H2", "attic", None, ""),
}  # fmt: skip


@pytest.mark.unmeasured
@pytest.mark.parametrize(("sheet", "cell", "value", "place", "hint"), CELLS.values(), ids=CELLS.keys())
def test_a_bad_cell_is_told_with_its_place_and_what_to_write(sheet, cell, value, place, hint):
    content = with_cell(sheet, cell, value)
    if place is None:
        assert read_workbook(content).issues[0].code == "history_ignored"
        return
    errors = told(content)
    assert place in dict(errors), errors
    assert hint in dict(errors)[place]


@pytest.mark.unmeasured
def test_everything_is_told_at_once_in_the_order_of_the_sheets():
    def change(workbook):
        workbook["Participants"]["E3"] = "whenever"
        workbook["Participants"]["C4"] = "gone"
        workbook["Rooms"]["D2"] = "many"
        workbook["Absences"]["E2"] = "soon"

    assert [place.split(",")[0] for place, _ in told(changed(change))] == ["Rooms", "Participants", "Participants", "Absences"]


@pytest.mark.unmeasured
def test_no_message_repeats_what_may_be_a_name():
    def change(workbook):
        for sheet, cell in (("Participants", "A2"), ("Participants", "C2"), ("Participants", "E2"), ("Groups", "E2"), ("Week", "B4")):
            workbook[sheet][cell] = "Jane Roe"
        workbook["Rooms"]["H1"] = "Jane Roe"
        workbook["Tracks"]["A9"] = "Jane Roe"
        workbook.create_sheet("Jane Roe")["A1"] = "Participant"

    assert "Jane" not in str(refused(changed(change)))


@pytest.mark.unmeasured
class TestSheets:
    def test_a_missing_sheet_is_named(self):
        errors = told(changed(lambda book: book.remove(book["Participants"])))
        assert ("Participants", "add the sheet Participants; the template has it") in errors

    def test_a_renamed_sheet_is_no_empty_one(self):
        def rename(workbook):
            workbook["Absences"].title = "Absenses"

        assert any("name it Absences" in message for _, message in told(changed(rename)))

    def test_a_sheet_of_the_same_columns_is_no_sheet_of_ones_own(self):
        def rename(workbook):
            workbook["Absences"].title = "Holidays 2027"

        assert any("name it Absences" in message for _, message in told(changed(rename)))

    def test_a_sheet_of_ones_own_is_left_out_and_said(self):
        def add(workbook):
            workbook.create_sheet("Totals")["A1"] = "=SUM(1,2)"

        imported = read_workbook(changed(add))
        assert imported.instance == example()
        assert [issue.code for issue in imported.issues] == ["sheet_ignored"]

    def test_titles_are_read_generously(self):
        def rename(workbook):
            workbook["Last week"].title = " LAST_week"
            workbook["Participants"]["E1"] = " free\u00a0"

        assert read_workbook(changed(rename)).instance == example()

    def test_a_hidden_sheet_or_row_is_not_imported_in_silence(self):
        def hide(workbook):
            workbook["Rooms"].sheet_state = "hidden"
            workbook["Participants"].row_dimensions[4].hidden = True

        errors = told(changed(hide))
        assert ("Rooms", "show this sheet, or delete it; what is hidden is not imported") in errors
        assert ("Participants, row 4", "show this row, or delete it; take filters off") in errors

    def test_merged_cells_are_named(self):
        errors = told(changed(lambda book: book["Participants"].merge_cells("D2:D4")))
        assert any(place == "Participants, row 2 (D2:D4)" and "unmerge" in message for place, message in errors)

    def test_rows_above_the_headings_are_told(self):
        def insert(workbook):
            workbook["Rooms"].insert_rows(1)
            workbook["Rooms"]["A1"] = "Our rooms"

        assert any(place.startswith("Rooms, row 1") for place, _ in told(changed(insert)))


@pytest.mark.unmeasured
class TestColumns:
    def test_an_unknown_heading_is_told_with_a_guess(self):
        errors = dict(told(with_cell("Participants", "G1", "Home trak")))
        assert errors["Participants, row 1 (G1)"].startswith("write Home track if that is meant")

    def test_a_heading_that_is_there_twice(self):
        assert ("Rooms, row 1 (E1)", "keep one column Seats") in told(with_cell("Rooms", "E1", "Seats"))

    def test_a_missing_column(self):
        assert any("add the column Seats" in message for _, message in told(changed(lambda book: book["Rooms"].delete_cols(4))))

    def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing(self):
        def move(workbook):
            workbook["Rooms"].delete_cols(2)
            workbook["Rooms"].move_range("B1:C9", cols=20)

        rooms = read_workbook(changed(move)).instance.rooms
        assert [(room.id, room.label, room.seats) for room in rooms] == [("group-room", "", 14), ("office-1", "", 4), ("office-2", "", 3)]

    def test_a_cell_below_no_heading(self):
        assert any(place == "Rooms, row 3 (K3)" and "heading" in message for place, message in told(with_cell("Rooms", "K3", "?")))


@pytest.mark.unmeasured
class TestRows:
    def test_an_id_that_is_there_twice(self):
        errors = told(with_cell("Rooms", "A3", "group-room"))
        assert any(place.startswith("Rooms, row") and "group-room" in message for place, message in errors)

    def test_empty_rows_between_do_no_harm(self):
        assert read_workbook(changed(lambda book: book["Participants"].insert_rows(4, 3))).instance == example()

    def test_a_setting_that_is_there_twice(self):
        assert any(message == "keep one row Week id" for _, message in told(with_cell("Week", "A40", "Week id")))

    def test_a_second_row_of_own_orders(self):
        def add(workbook):
            for row in (2, 3):
                workbook["Own orders"].cell(row, 1, "p1")
                workbook["Own orders"].cell(row, 2, 300)

        assert ("Own orders, row 3", "keep one row of each") in told(changed(add))


@pytest.mark.unmeasured
class TestForgiven:
    def test_real_excel_values_and_text_mean_the_same(self):
        def change(workbook):
            absences = workbook["Absences"]
            absences["E2"], absences["F2"] = "12 Jan 2027", dt.datetime(2027, 1, 12)  # noqa: DTZ001
            absences["G2"], absences["H2"] = 0.5, dt.time(16, 45)
            absences["G3"], absences["H3"] = "noon".replace("noon", "12 PM"), "2:00 pm"
            workbook["Groups"]["D2"] = " 180 "
            workbook["Groups"]["E2"] = "Monday 5:30pm"
            workbook["Phases"]["C2"] = 2.1
            workbook["Participants"]["I2"] = "c1\u00a0 "
            workbook["Participants"]["E2"] = "Mon \u2013 Thu 3:30pm\u201310pm"
            workbook["Participants"]["J2"] = "In-Person; Telehealth"

        assert read_workbook(changed(change)).instance == example()

    def test_dates_count_from_1904_where_the_file_says_so(self):
        workbook = book()
        workbook.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001
        for sheet in workbook:
            for row in sheet.iter_rows():
                for cell in row:
                    cell.value = cell.value  # openpyxl writes dates by the epoch of the book
        assert b'date1904="1"' in _part(saved(workbook), "xl/workbook.xml")
        assert read_workbook(saved(workbook)).instance == example()

    def test_a_number_of_a_date_that_lost_its_format(self):
        def change(workbook):
            workbook["Absences"]["E2"], workbook["Absences"]["E2"].number_format = 46399, "General"

        assert read_workbook(changed(change)).instance.participants[0].availability.absences[0].first == dt.date(2027, 1, 12)

    def test_a_formula_is_refused_even_with_the_value_it_had(self):
        part = sheet_part("Rooms")
        content = with_part(part, lambda xml: xml.replace(b"<v>14</v>", b"<f>7*2</f><v>14</v>"))
        assert [place for place, _ in told(content)] == ["Rooms, row 2, Seats (D2)"]

    def test_monday_can_be_another(self):
        assert read_workbook(book_bytes(), dt.date(2027, 1, 18)).instance.monday == dt.date(2027, 1, 18)


def book_bytes() -> bytes:
    """The example without last week's roster."""

    def change(workbook):
        workbook.remove(workbook["Last week"])
        workbook["Week"]["B14"] = None

    return changed(change)


def _part(content: bytes, name: str) -> bytes:
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(content)).read(name)
