"""The description of the sheets: complete, free of contradictions, and what the template and its notes say."""

import io
import re
from functools import cache

import openpyxl
import pytest

from scheduler.exchange.workbook import column_lines, example, read_workbook, template, write_workbook
from scheduler.exchange.workbook.book import README_TITLE, SHEETS, sheet_of
from scheduler.exchange.workbook.cells import Cell
from scheduler.exchange.workbook.contract import REQUIRED, default_of, defaults
from scheduler.exchange.workbook.guide import meaning, note_of
from scheduler.exchange.workbook.kinds import key_of
from scheduler.exchange.workbook.sheet import way_to
from scheduler.exchange.workbook.times import DATE_FORMAT
from scheduler.instance import Instance, Policy
from scheduler.policies import resolve
from tests.exchange.workbook.make import refused

SCHEMA = Instance.model_json_schema()
COLUMNS = [(sheet, column) for sheet in SHEETS for column in sheet.columns]
VIRTUAL = {"day", "from", "until", "key", "value"}


def held() -> set[str]:
    """Paths of the contract that some column holds, or a part of."""
    found = set()
    for sheet in SHEETS:
        for place in sheet.places or ("",):
            way = way_to(place)
            base = ".".join([*(path for path, _ in way.hops), *([way.tail] if way.tail else [])])
            for column in sheet.fields:
                for field in (column.field, *column.also):
                    found.add(f"{base}.{field}".strip("."))
    return found


def leaves(schema, path=""):
    """Every leaf of the contract, lists of models walked into."""
    if "$ref" in schema:
        yield from leaves(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    elif "anyOf" in schema:
        for part in schema["anyOf"]:
            yield from leaves(part, path)
    elif schema.get("type") == "array" and ("$ref" in schema["items"] or "anyOf" in schema["items"]):
        yield from leaves(schema["items"], path)
    elif "properties" in schema:
        for name, field in schema["properties"].items():
            yield from leaves(field, f"{path}.{name}".strip("."))
    elif schema.get("type") != "null":
        yield path


def test_every_field_of_the_contract_has_a_column():
    columns = held()
    missing = {
        leaf
        for leaf in leaves(SCHEMA)
        if not any(leaf == path or leaf.startswith(f"{path}.") for path in columns) and not leaf.startswith("weights")
    }
    assert missing == {"version"}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.title)
def test_every_field_of_a_column_is_one_of_the_contract(sheet):
    for column in sheet.fields:
        if column.field not in VIRTUAL:
            for place in sheet.places or ("",):
                assert defaults(sheet, column) == (None if column.is_derived else default_of(place, column.field))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.title)
def test_every_example_can_be_read(sheet):
    for column in sheet.columns:
        if column.example:
            assert column.kind.show(column.kind.parse(Cell(column.example))) is not None


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.title)
def test_every_note_says_what_it_is_and_what_empty_means(sheet):
    for column in sheet.columns:
        assert len(note_of(sheet, column)) > 20
        is_required, empty = meaning(sheet, column)
        assert not (is_required and empty)


def test_a_list_of_ids_says_from_which_sheet_they_are_too():
    groups = sheet_of("Groups")
    assert "From the sheet Rooms." in note_of(groups, groups.column("Rooms"))


def test_titles_are_unlike_each_other():
    assert len({key_of(sheet.title) for sheet in (*SHEETS,)} | {key_of(README_TITLE)}) == len(SHEETS) + 1
    assert all(len(sheet.title) <= 31 for sheet in SHEETS)
    for sheet in SHEETS:
        titles = [key_of(column.title) for column in sheet.columns]
        assert len(set(titles)) == len(titles), sheet.title


@cache
def opened_template():
    """The template, as somebody opens it."""
    return openpyxl.load_workbook(io.BytesIO(template()))


class TestTemplate:
    @property
    def book(self):
        return opened_template()

    def test_it_has_every_sheet_those_needed_first(self):
        assert sorted(self.book.sheetnames) == sorted([README_TITLE, *(sheet.title for sheet in SHEETS)])
        uses = [sheet_of(title).use for title in self.book.sheetnames[1:]]
        assert uses == sorted(uses, key=["needed", "often", "seldom"].index)

    def test_headings_stay_in_sight_and_carry_notes(self):
        for sheet in self.book.worksheets[1:]:
            assert sheet.freeze_panes == "B2"
            if sheet_of(sheet.title).form != "settings":
                assert all(cell.comment for cell in sheet[1][: len(sheet_of(sheet.title).columns)]), sheet.title

    def test_words_and_ids_are_offered_for_choice(self):
        checks = {str(check.sqref): check.formula1 for check in self.book["Participants"].data_validations.dataValidation}
        assert '"waiting,cleared,active,on hold,discharged"' in checks.values()
        assert any("'Tracks'!$A$2" in formula for formula in checks.values())
        # The home site is a choice from a list; two sites in one cell, or minutes beside them, as of the travel, are none.
        assert sum("'Sites'!$A$2" in formula for formula in checks.values()) == 1

    @pytest.mark.unmeasured
    def test_a_new_workbook_states_ten_minutes_of_notes(self):
        """In the template and in the example; a workbook that says nothing keeps the 15 of its pack."""
        rows = {row[0].value: row[1].value for row in self.book["Policy"].iter_rows()}
        assert {name: value for name, value in rows.items() if value is not None and name != "Setting"} == {"notes_after_group": 10}
        assert example().policy.values.notes_after_group == 10
        assert resolve(Policy()).notes_after_group == 15

    def test_no_cell_of_it_is_a_formula_and_it_has_no_macro(self):
        assert not any(cell.data_type == "f" for sheet in self.book for row in sheet.iter_rows() for cell in row)
        assert not any("vba" in name.lower() for name in openpyxl.load_workbook(io.BytesIO(template())).sheetnames)

    def test_ids_and_levels_stay_text(self):
        assert self.format_of("Participants", 1) == "@"
        assert self.format_of("Phases", 3) == "@"

    def test_a_setting_is_typed_in_the_format_of_its_kind(self):
        week = {row[0].value: row[1].number_format for row in self.book["Week"].iter_rows(min_row=2)}
        assert (week["Monday"], week["Week id"]) == (DATE_FORMAT, "@")

    def format_of(self, title, column):
        """The format of a column's empty cells; columns that look alike are described together."""
        shapes = self.book[title].column_dimensions.values()
        return next(shape.number_format for shape in shapes if shape.min <= column <= shape.max)

    def test_an_empty_one_is_told_what_to_fill_in(self):
        places = {str(issue.place) for issue in refused(template())}
        assert {"Week, row 2, Week id (B2)", "Week, row 4, Monday (B4)", "Week, row 7, Time zone (B7)"} <= places

    def test_the_first_sheet_names_all_others(self):
        listed = {row[0].value for row in self.book[README_TITLE].iter_rows()}
        assert {sheet.title for sheet in SHEETS} <= listed


@pytest.mark.unmeasured
def test_the_example_is_one_that_a_coordinator_may_begin_with():
    imported = read_workbook(write_workbook(example(), is_whole=True))
    assert imported.issues == ()
    assert imported.last_week.conflicts == ()
    assert (len(imported.instance.participants), imported.last_week.num_judged) == (5, 7)


def test_the_list_of_columns_names_each_once():
    lines = list(column_lines())
    assert sum(line.startswith("### ") for line in lines) == len(SHEETS)
    rows = [line for line in lines if re.match(r"\| [^-|]", line) and not line.startswith(("| column", "| setting"))]
    assert len(rows) == len(COLUMNS)


def test_what_must_be_written_is_what_the_contract_requires():
    fields = ((sheet, column) for sheet, column in COLUMNS if column.field not in ("", *VIRTUAL))
    required = {(sheet.title, column.title) for sheet, column in fields if defaults(sheet, column) is REQUIRED}
    assert {("Participants", "Participant"), ("Participants", "Free"), ("Week", "Time zone"), ("Pins", "Kind")} <= required
    assert ("Participants", "Phase") not in required
