"""The limits of reading a workbook: the example, with limits lowered until it reaches them, and honest files that are long."""

import io
import json
import subprocess
import sys
import time
import zipfile

import pytest

from scheduler.exchange.workbook import WorkbookError, csv_files, example, files, grid, importing, read_workbook, xml_events
from scheduler.exchange.workbook.files import read_source
from tests.exchange.workbook.bad_files import CSV, packed
from tests.exchange.workbook.make import EXAMPLE, changed, sheet_part, told, with_part
from tests.exchange.workbook.test_xlsx import made
from tests.source_tree import ROOT

ZIPPED = packed(CSV)
MEMBERS = zipfile.ZipFile(io.BytesIO(EXAMPLE)).infolist()
UNPACKED = sum(member.file_size for member in MEMBERS)
RATIO = max(-(-member.file_size // member.compress_size) for member in MEMBERS)


def counted(content: bytes) -> tuple[int, int]:
    """Rows and cells with something in them."""
    rows = [row for grid in read_source(content).grids for row in grid.rows]
    return len(rows), sum(len(row.cells) for row in rows)


ROWS, CELLS = counted(EXAMPLE)
CSV_ROWS, CSV_CELLS = counted(ZIPPED)
LONGEST_CELL = max(len(str(cell.value)) for grid in read_source(ZIPPED).grids for row in grid.rows for cell in row.cells.values())

LIMITS = {
    # Where it stands, its name and value; a file, the limit it just keeps, and what it is refused with by one less.
    "bytes": (files, "MAX_BYTES", 10_000_000, EXAMPLE, len(EXAMPLE), "file_too_large"),
    "members": (files, "MAX_MEMBERS", 1_000, EXAMPLE, len(MEMBERS), "file_too_large"),
    "bytes unpacked": (files, "MAX_UNPACKED", 80_000_000, EXAMPLE, UNPACKED, "file_too_large"),
    "rows": (grid, "MAX_ROWS", 50_000, EXAMPLE, ROWS, "file_too_large"),
    "cells": (grid, "MAX_CELLS", 300_000, EXAMPLE, CELLS, "file_too_large"),
    "rows of CSV": (csv_files, "MAX_ROWS", 50_000, ZIPPED, CSV_ROWS, "file_too_large"),
    "cells of CSV": (csv_files, "MAX_CELLS", 300_000, ZIPPED, CSV_CELLS, "file_too_large"),
    "a cell of CSV": (csv_files, "LONGEST_CELL", 32_767, ZIPPED, LONGEST_CELL, "cell"),
}


def outcome(content: bytes) -> str:
    """How reading ends: with the codes of a refusal, or empty."""
    try:
        return "" if read_workbook(content).instance == example() else "read otherwise"
    except WorkbookError as error:
        return " ".join(sorted({issue.code for issue in error.issues}))


@pytest.mark.parametrize("name", LIMITS)
def test_a_file_at_a_limit_is_read_and_one_beyond_it_is_not(name, monkeypatch):
    place, constant, value, content, reached, code = LIMITS[name]
    assert getattr(place, constant) == value
    monkeypatch.setattr(place, constant, reached)
    assert outcome(content) == ""
    monkeypatch.setattr(place, constant, reached - 1)
    assert outcome(content) == code


def test_a_large_part_must_not_unpack_to_far_more_than_it_is(monkeypatch):
    """Small parts may: the example packs well."""
    assert (files.MAX_RATIO, files.LARGE) == (250, 1_000_000)
    monkeypatch.setattr(files, "MAX_RATIO", RATIO - 1)
    assert outcome(EXAMPLE) == ""
    monkeypatch.setattr(files, "LARGE", 0)
    assert outcome(EXAMPLE) == "file_unsafe"
    monkeypatch.setattr(files, "MAX_RATIO", RATIO)
    assert outcome(EXAMPLE) == ""


def test_nothing_is_unpacked_before_the_directory_was_looked_at(monkeypatch):
    monkeypatch.setattr(files, "MAX_UNPACKED", UNPACKED - 1)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("unpacked"))
    assert outcome(EXAMPLE) == "file_too_large"


def test_a_part_that_is_there_twice_is_refused():
    content = io.BytesIO(ZIPPED)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(content, "a") as archive:
        archive.writestr("Week.csv", CSV["Week.csv"])
    assert outcome(content.getvalue()) == "file_damaged"


def test_of_a_long_csv_file_no_more_rows_are_kept_than_show_that_it_is_too_long(monkeypatch):
    monkeypatch.setattr(csv_files, "MAX_ROWS", 3)
    assert len(csv_files._grid("Rooms", "a\n" * 10).rows) == 4


def test_a_folder_keeps_to_the_same_limits(tmp_path, monkeypatch):
    for name, content in CSV.items():
        (tmp_path / name).write_bytes(content)
    size = sum(map(len, CSV.values()))
    for constant, reached in {"MAX_MEMBERS": len(CSV), "MAX_BYTES": size}.items():
        with monkeypatch.context() as patch:
            patch.setattr(files, constant, reached)
            assert read_workbook(tmp_path).instance == example()
            patch.setattr(files, constant, reached - 1)
            with pytest.raises(WorkbookError, match="smaller file"):
                read_workbook(tmp_path)


def test_of_a_file_no_more_is_read_than_shows_that_it_is_too_large(tmp_path, monkeypatch):
    (tmp_path / "week.xlsx").write_bytes(EXAMPLE)
    monkeypatch.setattr(files, "MAX_BYTES", 1_000)
    assert len(files._bytes(tmp_path / "week.xlsx")) == 1_001


class TestXml:
    @pytest.mark.unmeasured
    def test_elements_are_counted_over_all_parts(self, monkeypatch):
        assert xml_events.MAX_ELEMENTS == 1_500_000
        left = []
        count = xml_events.Budget.__init__

        def note(budget):
            count(budget)
            left.append(budget)

        monkeypatch.setattr(xml_events.Budget, "__init__", note)
        assert outcome(EXAMPLE) == ""
        elements = 1_500_000 - left[0].left
        monkeypatch.setattr(xml_events, "MAX_ELEMENTS", elements)
        assert (outcome(EXAMPLE), left[1].left, len(left)) == ("", 0, 2)
        monkeypatch.setattr(xml_events, "MAX_ELEMENTS", elements - 1)
        assert outcome(EXAMPLE) == "file_too_large"

    def test_depth_is_bounded(self, monkeypatch):
        """A worksheet holds its data, a row, a cell, its text and what is written in it."""
        assert xml_events.MAX_DEPTH == 100
        monkeypatch.setattr(xml_events, "MAX_DEPTH", 6)
        assert outcome(EXAMPLE) == ""
        monkeypatch.setattr(xml_events, "MAX_DEPTH", 4)
        assert outcome(EXAMPLE) == "file_unsafe"


class TestTexts:
    @pytest.mark.parametrize(("cells", "length"), [('<c t="s"><v>0</v></c>', 28), ('<c t="inlineStr"><is><t>Music</t></is></c>', 33)])
    def test_characters_are_counted(self, cells, length, monkeypatch):
        """Those of the shared texts of a file, and those that stand in the cells."""
        assert grid.MAX_TEXT == 20_000_000
        content = made(f"<row>{cells}</row>")
        monkeypatch.setattr(grid, "MAX_TEXT", length)
        assert len(read_source(content).grids) == 1
        monkeypatch.setattr(grid, "MAX_TEXT", length - 1)
        with pytest.raises(WorkbookError, match="less text"):
            read_source(content)

    @pytest.mark.unmeasured
    def test_merged_ranges_are_told_up_to_a_number(self, monkeypatch):
        merged = changed(lambda book: [book["Participants"].merge_cells(f"{c}2:{c}3") for c in "ABC"])
        assert grid.MAX_MERGED == 100
        assert len([1 for _, message in told(merged) if "unmerge" in message]) == 3
        monkeypatch.setattr(grid, "MAX_MERGED", 2)
        assert len([1 for _, message in told(merged) if "unmerge" in message]) == 2


LONG = {
    "cells": {"Participants.csv": b"Participant,Free,Phase\n" + b"a b,whenever,?\n" * 500, "Relations.csv": b"Kind\n?\n"},
    "rows of nobody": {"Absences.csv": b"Participant,First,Last\n" + b"".join(b"p%d,2027-01-11,2027-01-11\n" % n for n in range(9, 1_200))},
    "headings": {"Rooms.csv": b"Rom,Sete,Naem," * 400 + b"\na\n", "Relations.csv": b"Kind\n?\n"},
    "unknown ids": {"Relations.csv": b"Participant,Other participant,Kind\n" + b"p8,p9,apart\n" * 1_200},
}


@pytest.mark.parametrize(("name", "most"), [("cells", 1_002), ("rows of nobody", 1_000), ("headings", 1_010), ("unknown ids", 1_000)])
def test_after_a_thousand_mistakes_reading_ends(name, most):
    with pytest.raises(WorkbookError) as refusal:
        read_workbook(packed(CSV | LONG[name]))
    told_of = refusal.value.issues
    assert told_of[-1].code == "too_many_issues"
    assert 1_000 <= sum(max(1, len(issue.place.rows)) for issue in told_of[:-1]) <= most


def test_with_a_thousand_mistakes_nothing_is_put_together(monkeypatch):
    monkeypatch.setattr(importing, "unfold", lambda _: pytest.fail("unfolded"))
    assert outcome(packed(CSV | LONG["cells"])) == "cell too_many_issues"


MEASURED = """
import json, pathlib, re, sys, time
from scheduler.exchange.workbook import read_workbook
content = pathlib.Path(sys.argv[1]).read_bytes()
begun = time.process_time()
label = read_workbook(content).instance.id
seconds = time.process_time() - begun
peak = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([label, seconds, peak]))
"""


def with_empty_rows(number: int) -> bytes:
    """The example as Excel sometimes saves it: with every row of a sheet, empty as they are."""
    empty = b"".join(b'<row r="%d"/>' % n for n in range(100, 100 + number))
    return with_part(sheet_part("Rooms"), lambda part: part.replace(b"</sheetData>", empty + b"</sheetData>"))


@pytest.mark.unmeasured
def test_empty_rows_below_the_data_do_no_harm():
    begun = time.process_time()
    assert outcome(with_empty_rows(50_000)) == ""
    assert time.process_time() - begun < 5


@pytest.mark.proof
def test_a_million_empty_rows_take_seconds_and_bounded_memory(tmp_path):
    """In a process of its own, without the tracing of coverage, which would measure itself."""
    (tmp_path / "week.xlsx").write_bytes(with_empty_rows(1_000_000))
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "week.xlsx")]
    label, seconds, megabytes = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert (label, seconds < 5, megabytes < 450) == (example().id, True, True)
