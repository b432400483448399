"""CSV files, one per sheet, in the encodings and with the separators that spreadsheets use."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from scheduler.exchange.workbook.cells import Cell, Value, escape, harmless, plain, unescape, unharmed
from scheduler.exchange.workbook.grid import MAX_CELLS, MAX_ROWS, Grid, GridRow, SheetSource
from scheduler.exchange.workbook.issue import SheetCell, SheetIssue, WorkbookError, sheet_issue

SEPARATORS = (",", ";", "\t")
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", ""), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LONGEST_CELL = 32_767
"""The maximum number of characters in a cell, as in spreadsheets."""

LOOKED_AT = 20_000
"""The number of characters searched for the separator."""


def read_csv_files(files: Iterable[tuple[str, bytes]]) -> SheetSource:
    """The sheets of CSV files.

    Args:
        files: The name without suffix and the content of each file.

    Raises:
        WorkbookError: A file cannot be read.
    """
    grids, notes = [], {}
    cells, rows = 0, 0
    files = list(files)
    prefix = _common_prefix([name for name, _ in files])
    for name, content in files:
        title = name.removeprefix(prefix).replace("_", " ")
        text, is_guessed = _decoded(title, content)
        if is_guessed:
            notes[title] = ("read_as_windows", "check letters with accents: the file was read as Windows-1252; better save it as CSV UTF-8")
        grid = _grid(title, text)
        cells, rows = cells + sum(len(row.cells) for row in grid.rows), rows + len(grid.rows)
        if cells > MAX_CELLS or rows > MAX_ROWS:
            raise _refuse(
                "file_too_large", title, f"import fewer rows: at most {MAX_ROWS:,} rows with {MAX_CELLS:,} cells, all sheets together"
            )
        grids.append(grid)
    return SheetSource(tuple(grids), notes)


def _common_prefix(names: Sequence[str]) -> str:
    """What LibreOffice puts in front of the titles when it saves all sheets of a file: the file's name and a dash."""
    prefix = names[0] if len(names) > 1 else ""
    while prefix and not (prefix.endswith("-") and all(name.startswith(prefix) for name in names)):
        prefix = prefix[:-1]
    return prefix


def _refuse(code: str, title: str, message: str) -> WorkbookError:
    return WorkbookError(message, [sheet_issue(code, SheetCell(title), message)])


def _decoded(title: str, content: bytes) -> tuple[str, bool]:
    """The text of a file, and whether its encoding is a guess."""
    encoding = next((encoding for mark, encoding in MARKS if content.startswith(mark)), "utf-8")
    try:
        if encoding and (encoding == "utf-16" or b"\0" not in content):
            return content.decode(encoding), False
    except UnicodeDecodeError:
        if encoding == "utf-8":
            try:
                return content.decode("cp1252"), True
            except UnicodeDecodeError:
                pass
    raise _refuse("file_encoding", title, "save the file as CSV UTF-8 (in Excel: Save As, CSV UTF-8)")


def _grid(title: str, text: str) -> Grid:
    """The rows of a file; a first line such as ``sep=;`` sets the separator."""
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        separator, text, skipped = first[4], rest, 1
    else:
        head, skipped = text[:LOOKED_AT].partition("\n")[0], 0
        separator = max(SEPARATORS, key=head.count)
    grid = Grid(title)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(rows, 1 + skipped):
            cells = {n: Cell(unescape(unharmed(value))) for n, value in enumerate(row) if value}
            if any(not cell.is_blank for cell in cells.values()):
                grid.rows.append(GridRow(number, cells))
                _check(title, number, row)
            if len(grid.rows) > MAX_ROWS:
                break
    except csv.Error:
        raise _refuse("file_damaged", title, f"save the file again in your spreadsheet; line {rows.line_num} of it is damaged") from None
    return grid


def _check(title: str, number: int, row: Sequence[str]) -> None:
    if any(len(value) > LONGEST_CELL for value in row):
        message = f"shorten the cells of this row to {LONGEST_CELL} characters"
        raise WorkbookError(message, [SheetIssue("cell", "error", str(SheetCell(title, number)), message, SheetCell(title, number))])


def csv_bytes(titles: Sequence[str], rows: Iterable[Sequence[Value | None]]) -> bytes:
    """Rows as a CSV file that Excel opens correctly: UTF-8 with a byte order mark, and nothing that runs as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return harmless(escape(value)) if isinstance(value, str) else plain(value)
