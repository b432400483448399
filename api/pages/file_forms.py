"""Forms that send a file: the fields as in any other form, and the bytes of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request

from api.kernel.errors import Problem
from api.pages.forms import MOST_FIELDS, Form

MEDIA_TYPE: Final = re.compile(r'multipart/form-data;\s*boundary="?([\w\'()+,./:=? -]{1,70})"?', re.ASCII | re.IGNORECASE)
NAME: Final = re.compile(rb'^content-disposition:\s*form-data;\s*name="([^"\r\n]{1,64})"(;\s*filename=)?', re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class FileForm(Form):
    """A form with files.

    Attributes:
        files: The content of each file that was chosen; nobody's file name is kept.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)


class _Part(NamedTuple):
    name: str
    is_file: bool
    content: bytes


def _parts(body: bytes, boundary: bytes) -> Iterator[_Part]:
    """The fields of a body as browsers send it (RFC 7578).

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
        yield _Part(name[1].decode("ascii"), name[2] is not None, content)


async def _file_form(request: Request) -> FileForm:
    """Read the form of a request.

    Raises:
        Problem: The body is not a form with files, or its fields are not text.
    """
    kind = MEDIA_TYPE.match(request.headers.get("content-type", ""))
    if kind is None:
        raise Problem("wrong_media_type", "Send a form.")
    try:
        parts = list(_parts(await request.body(), kind[1].encode()))
        typed = {part.name: part.content.decode() for part in parts if not part.is_file}
    except ValueError:
        raise Problem("malformed") from None
    if any("\0" in text for text in typed.values()):
        raise Problem("malformed")
    return FileForm(typed, files={part.name: part.content for part in parts if part.is_file and part.content})


SentFileForm = Annotated[FileForm, Depends(_file_form)]
