"""Routes to download a week and its rosters as spreadsheets, and to preview and import a spreadsheet.

Child processes read and write the files (`api.spreadsheets.workbooks`); an import is one transaction
(`api.spreadsheets.store.workbook_import`).
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, StringConstraints
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.audit.acts import Act
from api.database import Store
from api.due.store import leave_lines
from api.kernel.errors import Place, Problem
from api.kernel.mondays import a_monday
from api.programs.store.entities import lock_program
from api.spreadsheets import workbooks
from api.spreadsheets.models import BookImport, BookPreview, CellDifference, Format, SheetFinding, SheetPlace
from api.spreadsheets.routes.workbook_pool import read_in_child, workbook_pool
from api.spreadsheets.store.merging import in_own_zone
from api.spreadsheets.store.workbook_import import ImportEffects, check_token, counted, rehearse, take_over, token_of
from api.web.addresses import ProgramId, RosterAddress, ThatRoster, ThatWeek, WeekAddress
from api.web.bodies import in_lane
from api.web.dependencies import AuditWriterOf, Now, StoreOf, needs, transaction
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.uploads import BYTES, ODS, UPLOAD_CODES, XLSX, ZIP, attachment, described_file, download, file_body
from api.web.versions import IfMatch, tags_of
from api.weeks.store.building import build_instance
from api.weeks.store.rosters import find_roster, judged_by, roster_of
from scheduler.exchange.workbook import NO_ANSWERS, Answers, differences
from scheduler.exchange.workbook.answers import DateOrder, EachStart, Half
from scheduler.instance import Instance

router = APIRouter(prefix="/v1/programs/{program}", tags=["spreadsheets"], route_class=Repeatable)

KINDS = (BYTES, XLSX, ODS, ZIP, "application/x-zip-compressed")
TYPES: dict[Format, str] = {"xlsx": XLSX, "csv": ZIP}
ENDINGS: dict[Format, str] = {"xlsx": "xlsx", "csv": "zip"}
MOST_DIFFERENCES = 1_000
OTHER_PROGRAM = SheetFinding(
    code="other_program",
    severity="warning",
    place=SheetPlace(sheet="Week", column="Program id"),
    where="Week, Program id",
    message="the workbook is for another program; make sure it is meant for this one, and enter this program's id",
)
WHAT = "an Excel workbook (.xlsx), an OpenDocument spreadsheet (.ods), or a zip with one CSV file for each sheet,"

Which = Annotated[Format, Query(description="`xlsx` for one workbook, `csv` for a zip with a CSV file for each sheet.")]
UploadedFile = Annotated[bytes, file_body(KINDS, WHAT)]
AnotherMonday = Annotated[
    date | None,
    AfterValidator(lambda day: day and a_monday(day)),
    Query(description="Monday of the week, instead of the one in the workbook."),
]
Dates = Annotated[DateOrder | None, Query(description="Which comes first in dates such as 1/11/2027. Needed only if a finding asks.")]
Times = Annotated[
    Half | None,
    Query(
        description="What times outside opening hours mean that are written without am or pm: `am`, as they are written; `pm`, 12 hours "
        "later. Needed only if a finding asks."
    ),
]
Starts = Annotated[EachStart | None, Query(description="`each`: make one group a day of a group with starts on several days.")]
Archive = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^([a-z_]+/[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}|all)$")]] | None,
    Query(
        description="Entries missing from the file that may be archived, as named in the preview, e.g. participants/p07; `all` for all of "
        "them. Entries not named stay."
    ),
]
READ = ("not_found", "wrong_state", "timed_out", "too_many")
IMPORT_PROBLEMS = (
    "not_found",
    "wrong_state",
    "bad_instance",
    "bad_reference",
    "in_use",
    "bad_workbook",
    "timed_out",
    "too_many",
    *UPLOAD_CODES,
)


class ImportRequest(NamedTuple):
    """The parameters of an import."""

    program: str
    content: bytes
    instance: Instance
    archive: list[str] | None
    if_match: str | None


@router.get(
    "/weeks/{monday}/workbook", summary="Download a week as a spreadsheet", response_class=Response,
    responses=download((XLSX, ZIP)) | problems(*READ, "bad_instance"),
)  # fmt: skip
async def get_workbook(
    request: Request,
    act: Annotated[Act, needs("program:read", "week.workbook")],
    at: ThatWeek,
    store: StoreOf,
    audit: AuditWriterOf,
    format: Which = "xlsx",
) -> Response:
    """Download all data of a week to edit in a spreadsheet and import again; includes last week's roster.

    Importing it unchanged has no effect. Texts that a spreadsheet would read as formulas are escaped.
    """
    instance = await run_in_threadpool(_week, store, at)
    content = await workbook_pool(request).run(workbooks.write_week, instance, format)
    if content.startswith(workbooks.REFUSED):
        raise Problem("wrong_state", "This week cannot be written as a workbook; GET .../issues lists what to correct first.")
    await audit.record(act.about(format=format))
    return Response(content, media_type=TYPES[format], headers=attachment(f"week-{at.monday}.{ENDINGS[format]}"))


@router.get(
    "/weeks/{monday}/rosters/{roster}/workbook", summary="Download a roster as a spreadsheet", response_class=Response,
    responses=download((XLSX, "text/csv")) | problems(*READ),
)  # fmt: skip
async def get_roster_workbook(
    request: Request,
    act: Annotated[Act, needs("roster:read", "roster.workbook")],
    at: ThatRoster,
    store: StoreOf,
    audit: AuditWriterOf,
    format: Annotated[
        Format, Query(description="`xlsx` for a printable workbook, `csv` for one table with a row for each booking.")
    ] = "xlsx",
) -> Response:
    """Download a roster, ready to print, by room, clinician and participant, with sign-in sheets for each group and day."""
    question = await run_in_threadpool(_roster, store, at)
    content = await workbook_pool(request).run(workbooks.write_roster, question, format)
    await audit.record(act.about(format=format))
    kind = XLSX if format == "xlsx" else "text/csv; charset=utf-8"
    return Response(content, media_type=kind, headers=attachment(f"roster-{at.monday}.{format}"))


@router.post(
    "/workbook/preview", summary="Preview a spreadsheet import", response_model=BookPreview,
    responses=problems(*IMPORT_PROBLEMS), openapi_extra=described_file(KINDS, WHAT),
)  # fmt: skip
async def preview_workbook(
    request: Request,
    act: Annotated[Act, needs("program:write", "workbook.preview")],
    program: ProgramId,
    store: StoreOf,
    audit: AuditWriterOf,
    now: Now,
    content: UploadedFile,
    monday: AnotherMonday = None,
    dates: Dates = None,
    times: Times = None,
    starts: Starts = None,
    archive: Archive = None,
) -> Response:
    """Read a workbook and list all its errors by sheet, row and column, with what to write instead.

    If there are none, list every difference from the program's week, the effects of the import, and a token to import it with.
    Last week's actual roster is checked against the rules; its violations are listed, but do not prevent an import. Nothing is changed.
    """
    answers = Answers(dates, times, starts)
    upload = await _read(request, content, monday, answers)
    preview = BookPreview(is_importable=False, issues=upload.issues, last_week=upload.last_week)
    headers = {}
    if upload.instance is not None:
        arguments = (program, _answered(content, answers), upload.instance, _archived(archive), act.caller.name, now)
        effects, token = await run_in_threadpool(rehearse, store, *arguments)
        if not effects.is_empty and upload.instance.program.id != program:
            preview = preview.model_copy(update={"issues": (OTHER_PROGRAM, *preview.issues)})
        preview = await in_lane(_preview, preview, effects, token)
        headers = {"ETag": f'"{token}"'}
    await audit.record(act)
    return Response(await in_lane(preview.model_dump_json), media_type="application/json", headers=headers)


@router.post(
    "/workbook", summary="Import a spreadsheet", status_code=201, response_model=BookImport,
    responses=problems(*IMPORT_PROBLEMS, "changed_meanwhile", "no_etag"), openapi_extra=described_file(KINDS, WHAT),
)  # fmt: skip
async def import_workbook(
    request: Request,
    act: Annotated[Act, needs("program:write", "workbook.import")],
    program: ProgramId,
    now: Now,
    content: UploadedFile,
    monday: AnotherMonday = None,
    dates: Dates = None,
    times: Times = None,
    starts: Starts = None,
    archive: Archive = None,
    if_match: IfMatch = None,
) -> Response:
    """Import a previewed workbook, all or nothing; send the preview's token as `If-Match`.

    An empty program receives everything, including last week's roster and this week's published one. Any other program receives the
    differences: new entries are added, different ones changed, and those missing from the file archived only if `archive` names
    them. If the file or the program has changed since the preview, the response is 412 and nothing is imported.
    """
    answers = Answers(dates, times, starts)
    upload = await _read(request, content, monday, answers)
    if upload.instance is None:
        raise Problem("bad_workbook", "Nothing was imported; each issue says where and what to write instead.", _places(upload))
    workbook = ImportRequest(program, _answered(content, answers), upload.instance, _archived(archive), if_match)
    result = await run_in_threadpool(_import, request, act, workbook, now)
    return Response(result.model_dump_json(), 201, media_type="application/json")


def _week(store: Store, at: WeekAddress) -> bytes:
    with store.reading() as session:
        return in_own_zone(build_instance(session, at.program, at.monday)).model_dump_json(exclude_defaults=True).encode()


def _roster(store: Store, at: RosterAddress) -> bytes:
    with store.reading() as session:
        row = find_roster(session, *at)
        both = {"instance": judged_by(session, row), "roster": roster_of(session, row)}
        documents = {name: model.model_dump(mode="json", exclude_defaults=True) for name, model in both.items()}
        return json.dumps(documents | {"version": f"version {row.number} ({row.state})"}).encode()


async def _read(request: Request, content: bytes, monday: date | None, answers: Answers) -> workbooks.Upload:
    """Read an uploaded file.

    Raises:
        Problem: It is not a workbook, or cannot be read at all.
    """
    upload = await read_in_child(request, content, workbooks.UploadOptions(monday=monday, answers=answers))
    whole = [issue for issue in upload.issues if issue.code.startswith("file_")]
    if upload.instance is None and whole:
        raise Problem("bad_workbook", f"{whole[0].message[0].upper()}{whole[0].message[1:]}.", _places(upload))
    return upload


def _answered(content: bytes, answers: Answers) -> bytes:
    """What a preview's token stands for: the file and, if questions were answered, the answers."""
    return content if answers == NO_ANSWERS else content + repr(answers).encode()


def _places(upload: workbooks.Upload) -> list[Place]:
    return [Place(code=i.code, severity=i.severity, path=i.where, message=i.message) for i in upload.issues]


def _archived(archive: list[str] | None) -> list[str] | None:
    """The entries that may be archived; None for all."""
    return None if archive and "all" in archive else (archive or [])


def _preview(preview: BookPreview, effects: ImportEffects, token: str) -> BookPreview:
    differing = differences(effects.before, effects.target)
    return preview.model_copy(
        update={
            "monday": effects.target.monday,
            "is_importable": True,
            "token": token,
            "is_empty": effects.is_empty,
            "num_differences": len(differing),
            "differences": tuple(map(CellDifference.of, differing[:MOST_DIFFERENCES])),
            "changes": effects.changes,
        }
    )


def _import(request: Request, act: Act, workbook: ImportRequest, now: datetime) -> BookImport:
    """Import a file if it and the program are still as previewed."""
    with transaction(request) as session:
        lock_program(session, workbook.program)
        tokens = tags_of(workbook.if_match, "Preview the file first, and send the preview's token as If-Match.")
        check_token(tokens, token_of(session, workbook.program, workbook.content, workbook.instance.monday))
        before = _leaderless(session, workbook.program, now)
        effects = take_over(session, workbook.program, workbook.instance, workbook.archive, act.caller.name, now)
        request.state.act = act.about(monday=workbook.instance.monday.isoformat(), **counted(effects.changes))
        warnings = [message for message in _leaderless(session, workbook.program, now) if message not in before]
        return BookImport(monday=workbook.instance.monday, changes=effects.changes, warnings=tuple(warnings))


def _leaderless(session: Session, program: str, now: datetime) -> list[str]:
    """Groups without a leader because of leave; none while the program has no week that could be built."""
    try:
        return [item.message for item in leave_lines(session, program, now)]
    except Problem:
        return []
