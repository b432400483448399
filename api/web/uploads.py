"""Bodies that are files: accepted raw or as the field `file` of a form, uncompressed and not empty; parsed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request

from api.kernel.errors import Problem
from api.web.multipart import boundary_of, parts_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ZIP = "application/zip"
BYTES = "application/octet-stream"
FORM = "multipart/form-data"
FIELD = "file"

UPLOAD_CODES = ("malformed", "too_large", "wrong_media_type", "wrong_shape")
"""The problems that any file may cause."""


@dataclass(frozen=True, slots=True)
class FileBody:
    """The dependency that reads an uploaded file.

    Attributes:
        kinds: The accepted media types.
        what: The expected file, in words.
    """

    kinds: tuple[str, ...]
    what: str

    async def __call__(self, request: Request) -> bytes:
        """The bytes of the body; the middleware limits their number.

        Raises:
            Problem: The body has another media type, is compressed for transport, or is empty.
        """
        content_type = request.headers.get("content-type", "")
        kind = content_type.partition(";")[0].strip().lower()
        if kind not in (FORM, *self.kinds):
            detail = f"Send {self.what} as the body, with the header Content-Type: {' or '.join(self.kinds)}."
            raise Problem("wrong_media_type", f"{detail} Or send a form ({FORM}) with the file in its field {FIELD}.")
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Problem("wrong_media_type", "Send the file as it is, without the header Content-Encoding.")
        content = await request.body()
        if kind == FORM:
            content = _file_of(content_type, content)
        if not content:
            raise Problem("malformed", f"Send {self.what} as the body; this one is empty.")
        return content


def _file_of(content_type: str, body: bytes) -> bytes:
    """The file in a form.

    Raises:
        Problem: The body is no form, or has no such field.
    """
    boundary = boundary_of(content_type)
    try:
        parts = [] if boundary is None else list(parts_of(body, boundary))
    except ValueError:
        parts = []
    files = [part.content for part in parts if part.name == FIELD]
    if len(files) != 1:
        raise Problem("malformed", f"Send a form ({FORM}) with one field {FIELD} that has the file.")
    return files[0]


def file_body(kinds: Sequence[str], what: str) -> Any:
    """The dependency for a body that is a file; declare it after `needs(...)`."""
    return Depends(FileBody(tuple(kinds), what))


def described_file(kinds: Sequence[str], description: str) -> dict[str, Any]:
    """The OpenAPI description of an uploaded file: the route's `openapi_extra`."""
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": [FIELD], "properties": {FIELD: file | {"description": "The file."}}}
    # The form first, and bytes: generated clients know these, and some take the first that is described.
    content = {kind: {"schema": form if kind == FORM else file} for kind in dict.fromkeys((FORM, BYTES, *kinds))}
    return {"requestBody": {"required": True, "description": description, "content": content}}


def download(content_types: Sequence[str]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of a downloaded file: part of the route's `responses`."""
    file = {"type": "string", "format": "binary"}
    return {
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string"} if kind.startswith("text/") else file} for kind in content_types},
            "headers": {"Content-Disposition": {"description": "Its name.", "schema": {"type": "string"}}},
        }
    }


def attachment(name: str) -> dict[str, str]:
    """The header that gives a download its file name; the name never contains a person's name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
