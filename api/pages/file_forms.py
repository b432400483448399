"""Forms that send a file: the fields as in any other form, and the bytes of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from api.kernel.errors import Problem
from api.pages.forms import Form
from api.web.multipart import boundary_of, parts_of


@dataclass(slots=True)
class FileForm(Form):
    """A form with files.

    Attributes:
        files: The content of each file that was chosen; nobody's file name is kept.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)


async def _file_form(request: Request) -> FileForm:
    """Read the form of a request.

    Raises:
        Problem: The body is not a form with files, or its fields are not text.
    """
    boundary = boundary_of(request.headers.get("content-type", ""))
    if boundary is None:
        raise Problem("wrong_media_type", "Send a form.")
    try:
        parts = list(parts_of(await request.body(), boundary))
        typed = {part.name: part.content.decode() for part in parts if not part.is_file}
    except ValueError:
        raise Problem("malformed") from None
    if any("\0" in text for text in typed.values()):
        raise Problem("malformed")
    return FileForm(typed, files={part.name: part.content for part in parts if part.is_file and part.content})


SentFileForm = Annotated[FileForm, Depends(_file_form)]
