"""Forms that send files, as browsers and generated clients write them (RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MEDIA_TYPE: Final = re.compile(r'multipart/form-data;\s*boundary="?([\w\'()+,./:=? -]{1,70})"?', re.ASCII | re.IGNORECASE)
NAME: Final = re.compile(rb'^content-disposition:\s*form-data;\s*name="([^"\r\n]{1,64})"(;\s*filename=)?', re.IGNORECASE | re.MULTILINE)
MOST_FIELDS: Final = 250


class Part(NamedTuple):
    """A field of a form; nobody's file name is kept."""

    name: str
    is_file: bool
    content: bytes


def boundary_of(content_type: str) -> bytes | None:
    """What separates the fields of a body; None: it is no form with files."""
    match = MEDIA_TYPE.match(content_type)
    return None if match is None else match[1].encode()


def parts_of(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The fields of a body.

    Raises:
        ValueError: The body is not such a form, or has too many fields.
    """
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MOST_FIELDS + 2)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise ValueError("the form does not end")
    for piece in pieces[1:-1]:
        head, blank, content = piece.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if not blank or name is None:
            raise ValueError("a field without a name")
        yield Part(name[1].decode("ascii"), name[2] is not None, content)
