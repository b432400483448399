"""ODS as LibreOffice and others save it: kinds of cells, repeats, spaces, what is hidden; with the guards of XLSX."""

from pathlib import Path

import pytest

from instances.workbooks import ANSWERS, FIRST_WORKBOOK, correct, first_workbook
from scheduler.exchange.workbook import WorkbookError, example, grid, read_workbook, write_workbook, xml_events
from scheduler.exchange.workbook import ods_reader as reader
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.importing import import_source
from tests.exchange.workbook.make import EXAMPLE, refused
from tests.exchange.workbook.ods import as_ods, cell, ods, row, sheet

SAVED_BY_LIBREOFFICE = Path(__file__).with_name("first_workbook.ods")
"""The first workbook as LibreOffice 7.4.7 saves it."""

HEADING = row(cell("Room"), cell("Seats"))


def grid_of(rows: str) -> grid.Grid:
    return read_source(ods(sheet(rows))).grids[0]


def values(rows: str) -> list[tuple[int, dict]]:
    return [(one.number, {position: cell.value for position, cell in one.cells.items()}) for one in grid_of(rows).rows]


def only(one: str):
    """The single cell of a row."""
    (read,) = grid_of(row(one)).rows
    return read.cells[0]


def code_of(content: bytes) -> str:
    with pytest.raises(WorkbookError) as refusal:
        read_source(content)
    return refusal.value.issues[0].code


class TestWholeWorkbooks:
    def test_the_example_is_the_same_week(self):
        assert read_workbook(as_ods(write_workbook(example(), is_whole=True))).instance == example()

    def test_a_first_workbook_asks_what_it_asks_as_xlsx(self):
        said = []
        for file in (FIRST_WORKBOOK, SAVED_BY_LIBREOFFICE):
            with pytest.raises(WorkbookError) as questions:
                read_workbook(file)
            with pytest.raises(WorkbookError) as contradictions:
                read_workbook(file, answers=ANSWERS)
            said.append([questions.value.issues, contradictions.value.issues])
        assert said[0] == said[1]
        assert sum(issue.severity == "error" for issues in said[1] for issue in issues) <= 10

    def test_its_answers_give_the_same_week(self):
        source = read_source(SAVED_BY_LIBREOFFICE)
        correct(source)
        assert import_source(source, None, ANSWERS).instance == first_workbook()


class TestCells:
    @pytest.mark.parametrize(
        ("attributes", "value", "is_dated"),
        [
            ('office:value-type="float" office:value="12.5"', 12.5, False),
            ('office:value-type="percentage" office:value="0.5"', 0.5, False),
            ('office:value-type="currency" office:value="7"', 7.0, False),
            ('office:value-type="boolean" office:boolean-value="true"', True, False),
            ('office:value-type="boolean" office:boolean-value="false"', False, False),
            ('office:value-type="date" office:date-value="2027-01-11"', 46398.0, True),
            ('office:value-type="date" office:date-value="2027-01-11T18:00:00"', 46398.75, True),
            ('office:value-type="date" office:date-value="2027-01-11T18:00:00.000000000"', 46398.75, True),
            ('office:value-type="time" office:time-value="PT17H30M00S"', 17.5 / 24, True),
            ('office:value-type="time" office:time-value="PT24H00M00S"', 1.0, True),
            ('office:value-type="time" office:time-value="PT036H00M00S"', 1.5, True),
            ('office:value-type="time" office:time-value="P1DT6H"', 1.25, True),
            ('office:value-type="time" office:time-value="-PT06H00M00.000000000001S"', -0.25, True),
            ('office:value-type="string" office:string-value="as stated"', "as stated", False),
            ("", "shown", False),
        ],
    )
    def test_values(self, attributes, value, is_dated):
        read = only(cell("shown", f" {attributes}"))
        assert (read.value, read.is_dated, read.shift, read.fault) == (pytest.approx(value, abs=1e-12), is_dated, 0, "")

    @pytest.mark.parametrize(
        ("attributes", "fault"),
        [
            ('table:formula="of:=1+1" office:value-type="float" office:value="2"', grid.FORMULA),
            ('calcext:value-type="error" office:value-type="string"', grid.ERROR_VALUE),
            ('office:value-type="float" office:value="NaN"', grid.NO_NUMBER),
            ('office:value-type="float"', grid.NO_NUMBER),
            ('office:value-type="date" office:date-value="soon"', grid.NO_NUMBER),
            ('office:value-type="time" office:time-value="half past"', grid.NO_NUMBER),
        ],
    )
    def test_faults(self, attributes, fault):
        assert (only(cell("x", f" {attributes}")).value, only(cell("x", f" {attributes}")).fault) == ("", fault)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("  a \n\t b  ", "a b "),
            ('<text:s/>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d<text:s/>', " a   b\tc\nd "),
            ("a</text:p><text:p>b", "a\nb"),
            ("<text:span>a</text:span> <text:a>b<text:span>c</text:span></text:a>", "a bc"),
            ("a<office:annotation><text:p>note</text:p></office:annotation>b", "ab"),
            ("<text:sheet-name>Rooms</text:sheet-name>", "Rooms"),
            ("_x0041_", "_x0041_"),
        ],
    )
    def test_texts(self, text, value):
        assert only(cell(text)).value == value

    def test_a_comment_is_not_part_of_its_cell(self):
        commented = cell("Music").replace("<text:p>", "<office:annotation><text:p>mine</text:p></office:annotation><text:p>")
        assert only(commented).value == "Music"


class TestPlaces:
    def test_repeated_cells_and_rows_are_each_there(self):
        rows = (
            row(cell(), more=' table:number-rows-repeated="2"')
            + row(cell("a", ' table:number-columns-repeated="2"'), cell("", ' table:number-columns-repeated="3"'), cell("b"))
            + row(cell("c"), more=' table:number-rows-repeated="2"')
            + row(cell("", ' table:number-columns-repeated="16384"'), more=' table:number-rows-repeated="1048000"')
            + row(cell("d"))
        )
        assert values(rows) == [(3, {0: "a", 1: "a", 5: "b"}), (4, {0: "c"}), (5, {0: "c"}), (1_048_006, {0: "d"})]

    def test_what_repeats_can_be_changed_by_itself(self):
        first, second = grid_of(row(cell("c"), more=' table:number-rows-repeated="2"')).rows
        assert first.cells is not second.cells

    def test_headings_and_groups_hold_rows_too(self):
        rows = (
            f"<table:table-header-rows>{HEADING}</table:table-header-rows><table:table-row-group>{row(cell('r1'))}</table:table-row-group>"
        )
        assert values(rows) == [(1, {0: "Room", 1: "Seats"}), (2, {0: "r1"})]

    def test_numbers_of_sheets_begin_anew(self):
        source = read_source(ods(sheet(HEADING) + sheet(row(cell("x")), "Other")))
        assert [(one.title, [r.number for r in one.rows]) for one in source.grids] == [("Rooms", [1]), ("Other", [1])]

    @pytest.mark.parametrize("visibility", ["collapse", "filter"])
    def test_hidden_rows_are_known(self, visibility):
        rows = grid_of(HEADING + row(cell("r1"), more=f' table:visibility="{visibility}"')).rows
        assert [one.is_hidden for one in rows] == [False, True]

    def test_rows_of_a_closed_group_are_hidden(self):
        group = f'<table:table-row-group table:display="false">{row(cell("r1"))}</table:table-row-group>'
        assert [one.is_hidden for one in grid_of(HEADING + group + row(cell("r2"))).rows] == [False, True, False]

    def test_hidden_sheets_are_known(self):
        source = read_source(ods(sheet(HEADING) + sheet(HEADING, "Groups", "ta2")))
        assert [one.is_hidden for one in source.grids] == [False, True]

    def test_merged_cells_are_known(self):
        spanning = cell("r1", ' table:number-rows-spanned="2" table:number-columns-spanned="3"')
        assert grid_of(HEADING + row(cell(), spanning)).merged == [(2, 1, 3, 3, "B2:D3")]

    def test_what_is_merged_is_told_up_to_a_number(self):
        rows = row(*[cell("a", ' table:number-columns-spanned="2"')] * 101)
        assert len(grid_of(rows).merged) == grid.MAX_MERGED == 100

    def test_covered_cells_keep_their_values(self):
        assert values(row(cell("a"), cell("b").replace("table-cell", "covered-table-cell"))) == [(1, {0: "a", 1: "b"})]

    def test_changes_and_shapes_are_no_sheets(self):
        shape = f"<table:shapes><draw>{sheet(HEADING)}<text:p>x</text:p></draw></table:shapes>"
        changes = f"<table:tracked-changes>{sheet(HEADING, 'Old')}</table:tracked-changes>"
        source = read_source(ods(changes + sheet(shape + HEADING)))
        assert [(one.title, len(one.rows)) for one in source.grids] == [("Rooms", 1)]


class TestGuards:
    def test_a_formula_hidden_rows_and_merged_cells_are_refused_as_in_xlsx(self):
        rows = (
            row(cell("Room"), cell("Seats"))
            + row(cell("r1"), cell("", ' table:formula="of:=[.A1]"'))
            + row(cell("r2"), more=' table:visibility="collapse"')
            + row(cell("r3", ' table:number-columns-spanned="2"'))
        )
        said = {(issue.code, issue.path) for issue in refused(ods(sheet(rows))) if issue.path.startswith("Rooms")}
        assert said >= {("cell", "Rooms, row 2, Seats (B2)"), ("sheet_hidden", "Rooms, row 3"), ("cells_merged", "Rooms, row 4 (A4:B4)")}

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (ods("", kind="application/vnd.oasis.opendocument.text"), "file_type"),
            (ods("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "file_type"),
            (ods("", before="<!DOCTYPE x>"), "file_unsafe"),
            (ods("", before='<!DOCTYPE x [<!ENTITY a "a">]>'), "file_unsafe"),
            (ods("<table:table>"), "file_damaged"),
            (ods(sheet(row(cell("x", ' table:number-columns-repeated="300001"')))), "file_too_large"),
            (ods(sheet(row(cell("x"), more=' table:number-rows-repeated="50001"'))), "file_too_large"),
            (ods(sheet(row(cell("x" * 5000, ' table:number-columns-repeated="5000"')))), "file_too_large"),
            (ods(sheet(row(cell('a<text:s text:c="9999999"/>')) * 3)), "file_too_large"),
        ],
    )
    def test_each_is_refused(self, content, code):
        assert code_of(content) == code

    def test_a_password_is_named(self):
        with pytest.raises(WorkbookError, match="password"):
            read_source(ods("", **{"META-INF/manifest.xml": "encrypted-package"}))

    def test_elements_are_counted(self, monkeypatch):
        content = as_ods(EXAMPLE)
        monkeypatch.setattr(xml_events, "MAX_ELEMENTS", 20)
        assert code_of(content) == "file_too_large"

    def test_rows_and_cells_are_counted_with_their_repeats(self, monkeypatch):
        content = ods(sheet(row(cell("x", ' table:number-columns-repeated="3"'), more=' table:number-rows-repeated="2"')))
        for limit, reached in {"MAX_CELLS": 6, "MAX_ROWS": 2, "MAX_TEXT": 3}.items():
            with monkeypatch.context() as patch:
                patch.setattr(grid, limit, reached)
                assert len(read_source(content).grids[0].rows) == 2
                patch.setattr(grid, limit, reached - 1)
                assert code_of(content) == "file_too_large"

    @pytest.mark.parametrize("text", [None, "", "0", "x", "-3", "99999999"])
    def test_a_strange_repeat_counts_once(self, text):
        assert reader._count(text) == 1
