"""Uploaded workbooks are read by child processes of the application."""

from __future__ import annotations

from fastapi import Request

from api.kernel.process_pool import ProcessPool
from api.spreadsheets import workbooks
from api.web.bodies import in_lane


def workbook_pool(request: Request) -> ProcessPool:
    """The child processes that read and write workbooks."""
    pool: ProcessPool = request.app.state.workbook_pool
    return pool


async def read_in_child(request: Request, content: bytes, options: workbooks.UploadOptions) -> workbooks.Upload:
    """Read an uploaded file: a week, or what is wrong with it."""
    answer = await workbook_pool(request).run(workbooks.read_upload, content, options.model_dump_json())
    return await in_lane(workbooks.Upload.model_validate_json, answer)
