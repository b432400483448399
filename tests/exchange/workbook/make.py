"""Workbooks for tests: the example with cells changed, and files as other programs and careless people make them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.formatting.formatting import ConditionalFormattingList

from scheduler.exchange.workbook import WorkbookError, example, read_workbook, write_workbook
from scheduler.exchange.workbook.issue import SheetIssue

EXAMPLE = write_workbook(example())


def book() -> Workbook:
    """The example, as openpyxl reads it, without its help."""
    return opened(without_help(EXAMPLE))


def opened(content: bytes) -> Workbook:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


@cache
def without_help(content: bytes) -> bytes:
    """A workbook without its comments and lists to choose from, which take openpyxl most of the time."""
    workbook = opened(content)
    for sheet in workbook:
        sheet.data_validations.dataValidation.clear()
        sheet.conditional_formatting = ConditionalFormattingList()
        for row in sheet.iter_rows():
            for cell in row:
                cell.comment = None
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def changed(change: Callable[[Workbook], Any]) -> bytes:
    """The example after a change."""
    workbook = book()
    change(workbook)
    return saved(workbook)


def with_cell(sheet: str, cell: str, value: Any) -> bytes:
    """The example with one other cell."""
    return changed(lambda workbook: workbook[sheet].__setitem__(cell, value))


def with_part(name: str, change: Callable[[bytes], bytes], content: bytes = EXAMPLE) -> bytes:
    """A file with one part of its zip changed, or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member)
            new.writestr(member.filename, change(part) if member.filename == name else part)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return made.getvalue()


def sheet_part(title: str) -> str:
    """The part of the example that holds a sheet."""
    return f"xl/worksheets/sheet{book().sheetnames.index(title) + 1}.xml"


def refused(content: bytes) -> list[SheetIssue]:
    """What is said of a file that cannot be imported."""
    try:
        read_workbook(content)
    except WorkbookError as error:
        return [issue for issue in error.issues if isinstance(issue, SheetIssue)]
    raise AssertionError("the file was imported")


def told(content: bytes) -> list[tuple[str, str]]:
    """Place and message of every error of a file."""
    return [(issue.path, issue.message) for issue in refused(content) if issue.severity == "error"]
