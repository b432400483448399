"""Export of an instance to a workbook, only if it can be read back as the same instance."""

from __future__ import annotations

import io
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, ZipFile

from scheduler.errors import StepdownError
from scheduler.exchange.workbook.cells import Value
from scheduler.exchange.workbook.csv_files import csv_bytes
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.importing import import_source
from scheduler.exchange.workbook.issue import WorkbookError
from scheduler.exchange.workbook.sheet import Sheet
from scheduler.exchange.workbook.spread import WrittenSheet, blank, spread
from scheduler.instance import Instance

NOT_WRITABLE = "this week cannot be written as a workbook: `stepdown validate` lists what to correct first, e.g. an id that appears twice"


def write_workbook(instance: Instance, is_whole: bool = False) -> bytes:
    """An instance as XLSX; reading it back gives an equal instance.

    Args:
        is_whole: Include empty sheets.

    Raises:
        StepdownError: The instance cannot be written as a workbook, e.g. because an id occurs twice.
    """
    content = _xlsx_bytes(_chosen(spread(instance), is_whole))
    _check(content, instance)
    return content


def write_csv(instance: Instance) -> list[tuple[str, bytes]]:
    """An instance as CSV files, with the name and content of each; see :func:`write_workbook`."""
    files = _csv_files(_chosen(spread(instance)))
    _check(zipped(files), instance)
    return files


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Files as one zip."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, table in files:
            archive.writestr(name, table)
    return content.getvalue()


def template() -> bytes:
    """An empty workbook with every sheet."""
    return _xlsx_bytes(blank())


def template_csv() -> list[tuple[str, bytes]]:
    """An empty CSV file for every sheet, with the name and content of each."""
    return _csv_files(blank())


def _xlsx_bytes(sheets: Sequence[WrittenSheet]) -> bytes:
    # Only what writes workbooks loads XlsxWriter.
    from scheduler.exchange.workbook.xlsx_writer import xlsx_bytes

    return xlsx_bytes(sheets)


def _csv_files(sheets: Sequence[WrittenSheet]) -> list[tuple[str, bytes]]:
    return [(f"{each.sheet.title.replace(' ', '_')}.csv", csv_bytes(*_table(each))) for each in sheets]


def _table(written: WrittenSheet) -> tuple[list[str], list[list[Value | None]]]:
    titles = [column.title for column in written.sheet.columns]
    if written.sheet.form == "settings":
        values = written.rows[0] if written.rows else {}
        return ["Setting", "Value"], [[title, values.get(title)] for title in titles]
    return titles, [[row.get(title) for title in titles] for row in written.rows]


def _chosen(sheets: Sequence[WrittenSheet], is_whole: bool = False) -> list[WrittenSheet]:
    """The sheets to write: those that are not empty, and those in frequent use."""
    return [each for each in sheets if is_whole or _is_chosen(each.sheet, each)]


def _is_chosen(sheet: Sheet, written: WrittenSheet) -> bool:
    return sheet.use in ("needed", "often") or any(written.rows)


def _check(content: bytes, instance: Instance) -> None:
    """Check that a workbook reads back as the same instance.

    Raises:
        StepdownError: It reads back differently.
    """
    try:
        is_same = import_source(read_source(content), is_judged=False).instance == instance
    except WorkbookError as error:
        raise StepdownError(NOT_WRITABLE) from error
    if not is_same:
        raise StepdownError(NOT_WRITABLE)
