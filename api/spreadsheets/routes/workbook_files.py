"""Routes to download the empty workbook and a filled example. Public by design: neither holds real data."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.catalogue.content import CachedBody
from api.spreadsheets.models import Format
from api.web.problems import problems
from api.web.uploads import XLSX, ZIP, attachment, download
from scheduler.exchange.workbook import example, template, template_csv, write_csv, write_workbook, zipped

router = APIRouter(prefix="/v1/workbooks", tags=["spreadsheets"])

CACHE = "public, max-age=300"
ANSWERS = download((XLSX, ZIP)) | problems("wrong_shape", "too_many")

Which = Annotated[Format, Query(description="`xlsx` for one workbook, `csv` for a zip with a CSV file for each sheet.")]


@router.get("/template", summary="Download an empty workbook", response_class=Response, responses=ANSWERS)
def get_workbook_template(format: Which = "xlsx") -> Response:
    """Download a workbook to fill in and import: every sheet with headings, notes and drop-down lists."""
    return _file("template", format)


@router.get("/example", summary="Download an example workbook", response_class=Response, responses=ANSWERS)
def get_workbook_example(format: Which = "xlsx") -> Response:
    """Download a small, complete program with last week's roster. All people and rooms are invented."""
    return _file("example", format)


@cache
def _content(name: str, format: Format) -> CachedBody:
    if name == "template":
        return CachedBody.of(template() if format == "xlsx" else zipped(template_csv()))
    return CachedBody.of(write_workbook(example(), is_whole=True) if format == "xlsx" else zipped(write_csv(example())))


def _file(name: str, format: Format) -> Response:
    page = _content(name, format)
    headers = attachment(f"stepdown-{name}.{'xlsx' if format == 'xlsx' else 'zip'}") | {"Cache-Control": CACHE, "ETag": page.etag}
    return Response(page.content, media_type=XLSX if format == "xlsx" else ZIP, headers=headers)
