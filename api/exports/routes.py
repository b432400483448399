"""Route of the export of a whole program."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.audit.acts import Act
from api.exports.store import export_program
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.dependencies import Now, Reading, StoreOf, needs
from api.web.problems import problems
from api.web.uploads import ZIP, attachment, download

router = APIRouter(prefix="/v1/programs/{program}/export", tags=["programs"])


@router.get("", summary="Export a whole program", response_class=StreamingResponse, responses=download((ZIP,)) | problems("not_found"))
def export_whole_program(
    act: Annotated[Act, needs("admin", "program.export")], program: ProgramId, session: Reading, store: StoreOf, now: Now
) -> StreamingResponse:
    """Export everything that is stored about a program as one ZIP archive: people, weeks, rosters, attendance, messages, the audit trail.

    `manifest.json` lists the files, with the meaning of each field, the number of lines and a SHA-256. Secrets such as tokens of links are
    left out. The archive is as confidential as the database.
    """
    check_program(session, program)
    headers = attachment(f"program-{program}.zip") | {"Cache-Control": "no-store"}
    return StreamingResponse(export_program(store, program, now), media_type=ZIP, headers=headers)
