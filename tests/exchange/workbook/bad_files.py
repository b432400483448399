"""Files that are no workbook, or a trap, and what each is refused with.

Run as a program it reads them all and prints codes, seconds of CPU and the memory it took: without the tracing of coverage, which would
measure itself.
"""

import io
import json
import random
import re
import resource
import struct
import time
import zipfile
from pathlib import Path

from scheduler.exchange.workbook import WorkbookError, read_workbook, write_csv
from tests.exchange.workbook.make import EXAMPLE, example, sheet_part, with_part

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def rows(count: int, cells: int, text: str) -> bytes:
    """A sheet of rows of equal cells."""
    row = '<row r="{0}">' + "".join(f'<c r="{chr(65 + n)}{{0}}" s="1">{text}</c>' for n in range(cells)) + "</row>"
    return b"<worksheet><sheetData>" + "".join(map(row.format, range(1, count + 1))).encode() + b"</sheetData></worksheet>"


def lying(content: bytes) -> bytes:
    """A zip whose directory says that everything is small."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<L", 10) + content[at + 28 :]


def locked(content: bytes) -> bytes:
    """A zip whose first member claims a password."""
    at = content.index(b"PK\x01\x02")
    return content[: at + 8] + b"\x01\x00" + content[at + 10 :]


BILLION = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""
ODD = b"<x>" + b"".join(b"<a%d/>" % n for n in range(400_000))
LONG = b'<c t="inlineStr"><is><t>%s</t></is></c>'
CSV = dict(write_csv(example()))

BAD = {
    "nothing": (lambda: b"", "file_type"),
    "text": (lambda: b"Participant,Free\np1,mon 9-12", "file_type"),
    "an old workbook": (lambda: OLE, "file_type"),
    "a locked workbook": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "file_type"),
    "a locked zip": (lambda: locked(packed(CSV)), "file_type"),
    "a document": (lambda: packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "file_type"),
    "an open document": (lambda: packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}), "file_type"),
    "a binary workbook": (lambda: packed({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"}), "file_type"),
    "an empty zip": (lambda: packed({}), "file_type"),
    "half a workbook": (lambda: EXAMPLE[: len(EXAMPLE) // 2], "file_damaged"),
    "a workbook with a hole": (lambda: EXAMPLE[:200] + bytes(40_000) + EXAMPLE[40_200:], "file_damaged"),
    "no XML": (lambda: with_part("xl/workbook.xml", lambda part: b"{}"), "file_damaged"),
    "10 MB of noise": (lambda: b"PK" + random.Random(1).randbytes(10_000_001), "file_too_large"),
    "a zip bomb": (lambda: packed({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": bytes(75_000_000)}), "file_unsafe"),
    "a zip bomb of many": (lambda: packed({f"{n}.csv": bytes(900_000) for n in range(90)}), "file_too_large"),
    "a zip bomb of CSV": (lambda: packed({"Week.csv": b"a,b\n" * 15_000_000}), "file_unsafe"),
    "a zip of many": (lambda: packed({f"{n}.csv": b"" for n in range(1_001)}), "file_too_large"),
    "a zip that lies": (lambda: lying(packed({"Week.csv": bytes(2_000_000)})), "file_damaged"),
    "a strange packing": (lambda: packed({"Week.csv": b"x"}, zipfile.ZIP_BZIP2), "file_unsafe"),
    "an XML bomb": (lambda: with_part("xl/styles.xml", lambda part: BILLION), "file_unsafe"),
    "an XML entity of a file": (lambda: with_part(sheet_part("Rooms"), lambda part: OUTSIDE), "file_unsafe"),
    "deep XML": (lambda: with_part(sheet_part("Rooms"), lambda part: b"<a>" * 3_000_000), "file_unsafe"),
    "odd XML": (lambda: with_part(sheet_part("Rooms"), lambda part: ODD), "file_damaged"),
    "a million formatted rows": (lambda: with_part(sheet_part("Rooms"), lambda part: rows(900_000, 2, "")),
                                 "file_too_large"),
    "too many cells": (lambda: with_part(sheet_part("Rooms"), lambda part: rows(40_000, 9, "<v>1</v>")),
                       "file_too_large"),
    "too many strings": (lambda: with_part(sheet_part("Rooms"), lambda part: b"<x><row>" + b"".join(
        LONG % format(random.Random(n).getrandbits(1600), "01600b").encode() for n in range(14_000))), "file_too_large"),
    "too many CSV rows": (lambda: packed({"Week.csv": b"".join(b"a%d,b\n" % n for n in range(60_000))}), "file_too_large"),
    "only bad cells": (lambda: packed(CSV | {"Participants.csv": b"Participant,Free,Phase\n" + b"a b,whenever,?\n" * 45_000}),
                       "cell too_many_issues"),
    "only rows of nobody": (lambda: packed(CSV | {"Absences.csv": b"Participant,First,Last\n" + b"".join(
        b"p%d,2027-01-11,2027-01-11\n" % n for n in range(45_000))}),
                            "row_owner too_many_issues"),
    "only bad headings": (lambda: packed(CSV | {"Rooms.csv": b"Rom,Sete,Naem,Featurs,Sit," * 9_000 + b"\na\n"}),
                          "column_missing column_unknown too_many_issues"),
    "only unknown ids": (lambda: packed(CSV | {"Relations.csv": b"Participant,Other participant,Kind\n" + b"p8,p9,apart\n" * 40_000}),
                         "too_many_issues unknown_id"),
}  # fmt: skip

HEAVY = (
    "only bad cells",
    "only rows of nobody",
    "only bad headings",
    "only unknown ids",
    "a million formatted rows",
    "too many cells",
    "too many strings",
    "odd XML",
    "deep XML",
    "too many CSV rows",
    "a zip bomb of many",
)
"""Those that take too long to read under the tracing of coverage."""


def a_million_empty_rows() -> bytes:
    """The example as Excel sometimes saves it: with every row of a sheet, empty as they are."""
    empty = b"".join(b'<row r="%d"/>' % n for n in range(100, 1_000_100))
    return with_part(sheet_part("Rooms"), lambda part: part.replace(b"</sheetData>", empty + b"</sheetData>"))


def code_of(content: bytes) -> str:
    """What a file is refused with; empty when it is read as the example."""
    try:
        return "" if read_workbook(content).instance == example() else "read otherwise"
    except WorkbookError as error:
        return " ".join(sorted({issue.code for issue in error.issues}))


def main() -> None:
    found = {}
    for name, (make, _) in (BAD | {"a million empty rows": (a_million_empty_rows, "")}).items():
        content = make()
        began = time.process_time()
        found[name] = code_of(content), time.process_time() - began
    print(json.dumps({"found": found, "megabytes": peak_megabytes()}))


def peak_megabytes() -> float:
    """The peak of this process. `getrusage` would tell that of the process that started it, if that was larger."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text()).group(1)) / 1024  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
