"""Reading of files into sheets: detecting the file type, checking that it is safe to open, and choosing a reader."""

from __future__ import annotations

import io
import zlib
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from scheduler.exchange.workbook.csv_files import read_csv_files
from scheduler.exchange.workbook.grid import SheetSource
from scheduler.exchange.workbook.issue import refuse
from scheduler.exchange.workbook.ods_reader import CONTENT as ODS_CONTENT
from scheduler.exchange.workbook.ods_reader import TYPE_MEMBER as ODS_TYPE
from scheduler.exchange.workbook.ods_reader import read_ods
from scheduler.exchange.workbook.xlsx_reader import read_xlsx

MAX_BYTES = 10_000_000
"""The maximum size of a file."""

MAX_MEMBERS = 1_000
MAX_UNPACKED = 80_000_000
"""The maximum total size of an unpacked file, in bytes."""

MAX_RATIO = 250
"""The maximum compression ratio of a member larger than a megabyte; a million empty rows have about 60."""

LARGE = 1_000_000
STORED, DEFLATED = 0, 8
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ANOTHER = "save the workbook as an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods) and choose that file"
TOO_LARGE = (
    f"choose a smaller file: at most {MAX_BYTES // 1_000_000} MB; delete sheets, and rows and columns below and to the right of the data"
)


def read_source(source: bytes | Path) -> SheetSource:
    """The sheets of a file or folder.

    Raises:
        WorkbookError: The file cannot be read.
    """
    if isinstance(source, Path):
        if source.is_dir():
            return _read_folder(source)
        source = _bytes(source)
    if len(source) > MAX_BYTES:
        raise refuse("file_too_large", TOO_LARGE)
    if source.startswith(b"PK"):
        return _read_zip(source)
    if source.startswith(OLE):
        if ENCRYPTED in source:
            raise refuse("file_type", "take the password off the workbook (File, Info, Protect Workbook) and save it again")
        raise refuse("file_type", f"{ANOTHER}; this is an old .xls file")
    raise refuse("file_type", f"{ANOTHER}, or a zip or folder with one CSV file per sheet")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise refuse("file_type", "name a file or folder that exists and can be read") from None


def _read_folder(folder: Path) -> SheetSource:
    """The CSV files of a folder."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file() and path.name[0] not in ".~")
    if not paths:
        raise refuse("file_type", "name a folder with one CSV file per sheet; this one has none")
    if len(paths) > MAX_MEMBERS or sum(path.stat().st_size for path in paths) > MAX_BYTES:
        raise refuse("file_too_large", TOO_LARGE)
    return read_csv_files([(path.stem, _bytes(path)) for path in paths])


def _read_zip(content: bytes) -> SheetSource:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            members = _checked(archive)
            if any(name.lower().endswith("workbook.bin") for name in members):
                raise refuse("file_type", f"{ANOTHER}; this is a binary workbook (.xlsb)")
            if "[Content_Types].xml" in members:
                return read_xlsx(archive, members)
            if ODS_TYPE in members or ODS_CONTENT in members:
                return read_ods(archive, members)
            named = {PurePosixPath(name): member for name, member in members.items()}
            tables = {path: m for path, m in named.items() if path.suffix.lower() == ".csv" and path.name[0] not in ".~"}
            if tables and not any(path.parts[0] == "__MACOSX" for path in tables):
                return read_csv_files([(path.stem, archive.read(member)) for path, member in tables.items()])
            raise refuse("file_type", f"{ANOTHER}, or a zip with one CSV file per sheet")
    # zipfile raises NotImplementedError for a compression or a version that it does not know.
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise refuse("file_damaged", "save the file again in your spreadsheet; this one is damaged") from error


def _checked(archive: ZipFile) -> dict[str, ZipInfo]:
    """The members by name, if their directory entries are safe; checked before anything is unpacked.

    Raises:
        WorkbookError: There are too many members, or one is too large, encrypted or compressed in an unusual way.
    """
    listed = [member for member in archive.infolist() if not member.is_dir()]
    if len(listed) > MAX_MEMBERS or sum(member.file_size for member in listed) > MAX_UNPACKED:
        raise refuse("file_too_large", TOO_LARGE)
    for member in listed:
        if member.flag_bits & 1:
            raise refuse("file_type", "take the password off the file and save it again")
        if member.compress_type not in (STORED, DEFLATED):
            raise refuse("file_unsafe", f"{ANOTHER}; this one is compressed in a way that spreadsheets do not use")
        if member.file_size > LARGE and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise refuse("file_unsafe", "save the file again in your spreadsheet; it unpacks to far more than it should")
    names = [member.filename for member in listed]
    if len(set(names)) < len(names):
        raise refuse("file_damaged", "save the file again in your spreadsheet; it contains parts twice")
    return {member.filename: member for member in listed}
