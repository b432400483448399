"""What our workbooks look like to other programs: names of parts, fonts, rows as high as their text, and the same file each time."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest

from scheduler.exchange.workbook import WorkbookError, example, template, write_workbook, xlsx_sheet
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.xlsx_sheet import XlsxBook, num_lines
from tests.exchange.workbook.make import EXAMPLE

PARTS = zipfile.ZipFile(io.BytesIO(EXAMPLE))


def written(*values, width: float = 20, **properties) -> bytes:
    """A sheet with these values, one below another."""
    book = XlsxBook()
    sheet = book.add("Rooms")
    sheet.widen(0, width)
    for row, value in enumerate(values):
        sheet.put(row, 0, value, **properties)
        sheet.fit(row, [value])
    return book.content()


def read(content: bytes) -> list:
    return [row.cells[0].value for row in read_source(content).grids[0].rows]


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


class TestParts:
    def test_comments_and_drawings_are_named_as_excel_names_them(self):
        names = set(PARTS.namelist())
        assert {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"} <= names
        assert not any("/comments/" in name for name in names)

    def test_a_sheet_with_comments_refers_to_them_by_relative_path(self):
        relations = [PARTS.read(name).decode() for name in PARTS.namelist() if name.startswith("xl/worksheets/_rels/")]
        targets = {re.sub(r"\d", "", target) for text in relations for target in re.findall('Target="([^"]+)"', text)}
        assert targets == {"../comments.xml", "../drawings/vmlDrawing.vml"}

    def test_the_same_week_is_the_same_file(self):
        assert write_workbook(example()) == EXAMPLE
        assert template() == template()

    def test_every_font_has_a_name_and_a_size(self):
        fonts = re.findall(r"<font>.*?</font>", PARTS.read("xl/styles.xml").decode())
        own = [font for font in fonts if "Calibri" in font]
        assert len(own) > 3
        assert all("<sz val=" in font and "<name val=" in font for font in fonts)

    def test_comments_show_their_whole_text(self):
        content = PARTS.read("xl/drawings/vmlDrawing1.vml").decode()
        heights = [float(height) for height in re.findall(r"height:([\d.]+)pt", content)]
        assert min(heights) > 40


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "_x0041_",
            "_x0041_x0042_",
            "_x0041_x0042_x0043_",
            "_x005F_x0041_",
            "<r><t>a</t></r>",
            "<r>",
            "<b>",
            "a\x00b",
            "a\tb",
            "\ufffe",
            " a ",
        ],
    )
    def test_each_is_read_as_it_was(self, text):
        assert read(written(text)) == [text]

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)"])
    def test_none_becomes_a_formula(self, text):
        cell = opened(written(text))["A1"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)

    def test_a_text_is_as_long_as_excel_allows(self, monkeypatch):
        monkeypatch.setattr(xlsx_sheet, "LONGEST_CELL", 4)
        assert read(written("abcd", "\U0001f600\U0001f600")) == ["abcd", "\U0001f600\U0001f600"]
        for text in ("abcde", "abc\U0001f600"):
            with pytest.raises(WorkbookError, match="more than 4 characters"):
                written(text)

    def test_numbers_dates_and_times_are_numbers(self):
        values = [7, dt.date(2027, 1, 11), dt.datetime(2027, 1, 11, 18, 0), dt.timedelta(hours=24), dt.timedelta(hours=6)]  # noqa: DTZ001
        assert read(written(*values)) == [7, 46398, 46398.75, 1, 0.25]


class TestRows:
    @pytest.mark.parametrize(
        ("text", "width", "lines"),
        [
            ("", 10, 1),
            ("short", 10, 1),
            ("a\nb\n\nc", 10, 4),
            ("two words", 6, 2),
            ("WWWWWWWW", 8, 2),
            ("iiiiiiiiiiii", 8, 1),
            ("x" * 60, 10, 7),
            ("\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e", 8, 2),
            ("   led by\n   J.D.", 10, 2),
        ],
    )
    def test_lines_are_wrapped_by_the_width_of_letters(self, text, width, lines):
        assert num_lines(text, width) == lines

    def test_rows_are_as_high_as_their_text_and_others_as_the_program_likes(self):
        sheet = opened(written("one line", "two\nlines", "word " * 40, "x\n" * 99))
        assert [sheet.row_dimensions[row].height for row in (1, 2, 3, 4)] == [None, 30, pytest.approx(195, abs=15), 408.75]

    def test_the_example_has_no_text_that_its_row_cuts_off(self):
        for sheet in openpyxl.load_workbook(io.BytesIO(EXAMPLE)).worksheets:
            shapes = sheet.column_dimensions.values()
            for row in sheet.iter_rows(min_row=2):
                for cell in row:
                    width = next((shape.width for shape in shapes if shape.min <= cell.column <= shape.max), 9)
                    lines = num_lines(cell.value, width, 1) if isinstance(cell.value, str) and cell.alignment.wrap_text else 1
                    assert (sheet.row_dimensions[cell.row].height or 15) >= 15 * lines, (sheet.title, cell.coordinate)
