"""XLSX as other programs write it: shared texts, rich texts, missing addresses, booleans; and what we write for them."""

import io
import zipfile

import openpyxl
import pytest

from scheduler.exchange.workbook import write_workbook
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.xlsx_reader import _is_date
from scheduler.instance import Instance
from tests.cli.command import week

pytestmark = pytest.mark.unmeasured

NAMES = "http://schemas.openxmlformats.org"
STRINGS = (
    "<sst><si><t>Room</t></si><si><r><t>Se</t></r><r><rPr><b/></rPr><t>ats</t></r></si>"
    '<si><t>x</t><rPh sb="0" eb="1"><t>spoken</t></rPh></si><si><t>a_x0009_b x005F_ _x005F_x0041_</t></si></sst>'
)


def made(rows: str, prefix: str = "", more: str = "") -> bytes:
    """A small workbook by hand, as some other program may write it."""
    kind = f"{NAMES}/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{kind}/officeDocument" Target="book/main.xml"/></Relationships>',
        "book/main.xml": f'<workbook xmlns:r="{kind}"><sheets><sheet name="Rooms" sheetId="1" r:id="r1"/></sheets></workbook>',
        "book/_rels/main.xml.rels": f'<Relationships><Relationship Id="r1" Type="{kind}/worksheet" Target="../a/one.xml"/>'
        f'<Relationship Id="r2" Type="{kind}/sharedStrings" Target="/a/strings.xml"/>'
        f'<Relationship Id="r3" Type="{kind}/styles" Target="styles.xml"/></Relationships>',
        "book/styles.xml": '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>',
        "a/strings.xml": STRINGS,
        "a/one.xml": f"<{prefix}worksheet xmlns:{prefix[:-1] or 'y'}='u'><{prefix}sheetData>{rows}</{prefix}sheetData>{more}"
        f"</{prefix}worksheet>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_shared_texts_are_read_as_they_are_shown():
    cells = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(4))
    (row,) = read_source(made(f"<row>{cells}</row>")).grids[0].rows
    assert [cell.value for cell in row.cells.values()] == ["Room", "Seats", "x", "a\tb x005F_ _x0041_"]


def test_cells_and_rows_without_addresses_are_counted():
    rows = '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>'
    found = read_source(made(rows)).grids[0].rows
    assert [(row.number, {p: cell.value for p, cell in row.cells.items()}) for row in found] == [(3, {1: 1.0, 2: 2.0}), (4, {1: 3.0})]


def test_kinds_of_cells():
    rows = (
        '<row><c t="b"><v>1</v></c><c t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c><c s="1"><v>46000</v></c><c s="2"><v>1</v></c>'
        '<c t="d"><v>2027-01-05T00:00:00</v></c><c t="s"><v>99</v></c></row>'
    )
    (row,) = read_source(made(rows)).grids[0].rows
    assert [(cell.value, cell.is_dated) for cell in row.cells.values()] == [
        (True, False), ("inline", False), (46000.0, True), (1.0, True), ("2027-01-05T00:00:00", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True), ("[h]:mm", True), ("[mm]:ss", True), ("H:MM AM/PM", True), ('0" days"', False), ("0.00E+00", False),
        ("General", False), ("[Red]0", False), ("[$-409]d-mmm", True), ("0;-0;d", False), (r"0\d", False), ("_d0", False), ("@", False),
        ("d" * 200, False),
    ],
)  # fmt: skip
def test_formats_of_dates_and_times(code, is_date):
    assert _is_date("170", {"170": code}) == is_date


def test_formats_that_need_no_definition():
    dates = [number for number in range(60) if _is_date(str(number), {})]
    assert dates == [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]


def test_prefixes_of_names_do_not_matter():
    rows = '<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row>'
    assert read_source(made(rows, "x:")).grids[0].rows[0].cells[0].value == "Room"


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "_x0041_", "x005F_", " a ", "'=x", "\u2028"])
def test_text_stays_text_whatever_it_begins_with(label):
    document = week()
    document["rooms"][0]["label"] = label
    content = write_workbook(Instance.model_validate(document))
    cell = openpyxl.load_workbook(io.BytesIO(content))["Rooms"]["B2"]
    assert cell.data_type != "f"
    assert cell.quotePrefix == label.startswith(("=", "+", "-", "@"))
    assert b"<f>" not in b"".join(zipfile.ZipFile(io.BytesIO(content)).read(n) for n in zipfile.ZipFile(io.BytesIO(content)).namelist()
                                  if n.startswith("xl/worksheets/sheet"))  # fmt: skip
