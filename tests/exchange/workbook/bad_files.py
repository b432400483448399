"""Files that are no workbook, and what each is refused with."""

import io
import random
import zipfile

from scheduler.exchange.workbook import write_csv
from tests.exchange.workbook.make import EXAMPLE, example, sheet_part, with_part

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CSV = dict(write_csv(example()))


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def locked(content: bytes) -> bytes:
    """A zip whose first member claims a password."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 8] + b"\x01\x00" + content[at + 10 :]


def noted(part: bytes) -> bytes:
    """A part with a document type, as no spreadsheet writes it."""
    return b"<!DOCTYPE styleSheet>" + part


BAD = {
    "nothing": (b"", "file_type"),
    "text": (b"Participant,Free\np1,mon 9-12", "file_type"),
    "an old workbook": (OLE, "file_type"),
    "a locked workbook": (OLE + "EncryptedPackage".encode("utf-16-le"), "file_type"),
    "a locked zip": (locked(packed(CSV)), "file_type"),
    "a document": (packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "file_type"),
    "an open document": (packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "file_type"),
    "a binary workbook": (packed({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}), "file_type"),
    "an empty zip": (packed({}), "file_type"),
    "half a workbook": (EXAMPLE[: len(EXAMPLE) // 2], "file_damaged"),
    "a workbook with a hole": (EXAMPLE[:200] + bytes(40_000) + EXAMPLE[40_200:], "file_damaged"),
    "a workbook with parts of noise": (EXAMPLE[:200] + random.Random(1).randbytes(2_000) + EXAMPLE[2_200:], "file_damaged"),
    "no XML": (with_part("xl/workbook.xml", lambda part: b"{}"), "file_damaged"),
    "a sheet that ends early": (with_part(sheet_part("Rooms"), lambda part: part[:-20]), "file_damaged"),
    "a strange packing": (packed(CSV, zipfile.ZIP_BZIP2), "file_unsafe"),
    "a document type": (with_part("xl/styles.xml", noted), "file_unsafe"),
}
