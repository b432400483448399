"""CSV files in the encodings and with the separators that spreadsheets write."""

import csv
import io

import pytest

from scheduler.exchange.workbook import WorkbookError, example, template_csv, write_csv
from scheduler.exchange.workbook.book import SHEETS
from scheduler.exchange.workbook.csv_files import csv_bytes, read_csv_files
from scheduler.exchange.workbook.importing import import_source

FILES = {name.removesuffix(".csv"): content for name, content in write_csv(example())}


def imported(**changed: bytes):
    """The example with other contents of some files."""
    return import_source(read_csv_files(list((FILES | changed).items())))


def text(name: str) -> str:
    return FILES[name].decode("utf-8-sig")


def accented(encoding: str) -> bytes:
    return text("Clinicians").replace("M. Ortiz", "M. Ort\u00edz").encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_told_apart(encoding):
    found = imported(Clinicians=accented(encoding))
    assert found.instance.clinicians[0].label == "M. Ort\u00edz"
    assert [issue.code for issue in found.issues] == (["read_as_windows"] if encoding == "cp1252" else [])


@pytest.mark.parametrize("content", [accented("utf-16")[2:], accented("utf-32"), b"Clinician,Name\n\x81\x8d,x\n", b"Clinician\0,Name"])
def test_an_encoding_that_cannot_be_told_is_refused(content):
    with pytest.raises(WorkbookError) as refused:
        imported(Clinicians=content)
    assert [(issue.code, issue.path) for issue in refused.value.issues] == [("file_encoding", "Clinicians")]


@pytest.mark.unmeasured
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_separators_are_told_apart(separator, end):
    made = io.StringIO()
    csv.writer(made, delimiter=separator, lineterminator=end).writerows(csv.reader(io.StringIO(text("Participants"))))
    assert imported(Participants=made.getvalue().encode()).instance == example()
    assert imported(Participants=f"sep={separator}{end}{made.getvalue()}".encode()).instance == example()


def test_rows_are_counted_as_the_spreadsheet_does():
    broken = text("Rooms").replace(",14,", ",many,")
    with pytest.raises(WorkbookError) as refused:
        imported(Rooms=f"sep=,\r\n{broken}".encode())
    assert refused.value.issues[0].path == "Rooms, row 3, Seats (D3)"


def test_an_open_quote_is_told():
    with pytest.raises(WorkbookError) as refused:
        imported(Rooms=b'Room,Site,Seats\r\n"r1,main,4\r\n')
    assert refused.value.issues[0].code in ("file_damaged", "cell")


def test_what_looks_like_a_formula_is_neutralised_and_comes_back():
    values = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "'x", "plain"]
    content = csv_bytes(["Name"], [[value] for value in values])
    cells = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))][1:]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    grid = read_csv_files([("Rooms", content)]).grids[0]
    assert [row.cells[0].value for row in grid.rows[1:]] == values


def test_titles_of_files_are_read_generously():
    files = {name.lower().replace("_", " "): content for name, content in FILES.items()}
    assert import_source(read_csv_files(list(files.items()))).instance == example()


def test_the_empty_files_have_every_sheet_and_say_what_must_be_filled_in():
    files = template_csv()
    assert len(files) == len(SHEETS)
    with pytest.raises(WorkbookError) as refused:
        import_source(read_csv_files([(name.removesuffix(".csv"), content) for name, content in files]))
    assert {issue.code for issue in refused.value.issues} == {"cell_missing"}


def test_names_of_libreoffice_are_read():
    files = [(name.removesuffix(".csv"), content) for name, content in write_csv(example())]
    named = [(f"my-week-{name.replace('_', ' ')}", content) for name, content in files]
    assert [grid.title for grid in read_csv_files(named).grids] == [grid.title for grid in read_csv_files(files).grids]
