"""Files of others are never overwritten: an existing file is replaced only if it is of the kind that a command writes."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from scheduler.errors import StepdownError
from scheduler.exchange.files import write_file

HEAD_BYTES = 4096
MAX_JSON_BYTES = 100_000_000
PAGE_MARK = b"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"""
TABLE_MARKS = (b"date,weekday,start,end,session,", b"kind,id,file")
SHEET_FILE, BOOK, SHEETS = "Participants.csv", "xl/workbook.xml", rb'name="(Participants|By participant)"'
DOCUMENTS = ({"monday", "program", "participants"}, {"monday", "zone"}, {"status", "instance", "monday"})
"""Fields that an instance, a roster and a result have."""


def write_own(path: Path, content: bytes) -> None:
    """Write the file of a command.

    Raises:
        StepdownError: There is a file of another kind.
    """
    refuse_foreign(path)
    write_file(path, content)


def refuse_foreign(path: Path) -> None:
    """Check that a file does not exist, is empty, or is of the kind that its name promises.

    Raises:
        StepdownError: There is a file of another kind.
    """
    if path.is_file() and path.stat().st_size and not KINDS.get(path.suffix.lower(), _is_anything)(path):
        raise StepdownError(f"{path} was not written by Stepdown, and is not overwritten; name another with --out, or move the file")


def _is_page(path: Path) -> bool:
    return PAGE_MARK in _head(path)


def _is_table(path: Path) -> bool:
    return _head(path).removeprefix(b"\xef\xbb\xbf").startswith(TABLE_MARKS)


def _is_document(path: Path) -> bool:
    if path.stat().st_size > MAX_JSON_BYTES:
        return False
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and any(fields <= document.keys() for fields in DOCUMENTS)


def _is_workbook(path: Path) -> bool:
    """Whether a zip holds the sheets of a program, or of a roster, as a workbook or as CSV files."""
    try:
        with zipfile.ZipFile(path) as file:
            names = set(file.namelist())
            return SHEET_FILE in names or (BOOK in names and re.search(SHEETS, file.read(BOOK)) is not None)
    # zipfile raises NotImplementedError for a compression or a version that it does not know.
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return False


def _is_anything(path: Path) -> bool:
    """Of other names nothing is known."""
    return not path.suffix


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


KINDS: dict[str, Callable[[Path], bool]] = {
    ".html": _is_page,
    ".csv": _is_table,
    ".json": _is_document,
    ".xlsx": _is_workbook,
    ".zip": _is_workbook,
}
