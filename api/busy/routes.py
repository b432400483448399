"""Routes to import busy time from participants' and clinicians' calendars: preview, then save. The calendar is never stored.

Annotations are read when a route is made, so this module does not postpone them.
"""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api import outbound
from api.audit.acts import Act
from api.audit.writer import AuditWriter
from api.busy.models import BusyFetch, BusyKept, BusyPreview, BusySave, Days
from api.busy.store import Owner, clear_busy, owner_of, preview_busy, save_busy, window_for
from api.database import Store
from api.database.tables import EntityRow
from api.kernel.errors import Place, Problem
from api.kernel.process_pool import ChildEnded, ProcessPool
from api.programs.routes.entities import id_of, locking
from api.programs.store.entities import find_kept
from api.programs.store.kinds import KINDS, Kind
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, in_lane, json_body
from api.web.changing import Changing, changing
from api.web.dependencies import AuditWriterOf, Now, SettingsOf, StoreOf, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from api.web.uploads import BYTES, UPLOAD_CODES, described_file, file_body
from api.web.versions import etag
from scheduler.exchange.busy import Busy, BusyError, BusyOptions
from scheduler.exchange.busy.child import answer, request_text, work
from scheduler.exchange.busy.models import MOST_BYTES, USUAL_DAYS
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}", tags=["busy time"], route_class=Repeatable)

CALENDAR = ("text/calendar", "application/ics", BYTES)
WHAT = "an iCalendar file (.ics)"
READ = ("not_found", "bad_calendar", "timed_out", "too_many")
FETCHED_AT_ONCE = 4
_fetching = threading.BoundedSemaphore(FETCHED_AT_ONCE)

First = Annotated[date | None, Query(description="First day to read, in the program's zone; unset: this week's Monday.")]
AllDay = Annotated[bool, Query(description="Whether all-day events count as busy.")]
Tentative = Annotated[bool, Query(description="Whether tentative events count as busy.")]
Address = Annotated[
    str,
    Header(alias="Calendar-Address", max_length=254, description="The person's address in the calendar: declined events count as free."),
]  # fmt: skip


def _add_previews(kind: Kind) -> None:
    async def preview_upload(
        request: Request,
        act: Annotated[Act, needs("program:write", f"{kind.one}.busy_preview")],
        program: ProgramId,
        id: Annotated[Id, id_of(kind)],
        store: StoreOf,
        audit: AuditWriterOf,
        now: Now,
        content: Annotated[bytes, file_body(CALENDAR, WHAT)],
        first: First = None,
        days: Annotated[Days, Query()] = USUAL_DAYS,
        all_day: AllDay = True,
        tentative: Tentative = True,
        address: Address = "",
    ) -> Response:
        owner = await run_in_threadpool(owner_in, store, program, kind, id)
        options = BusyOptions(
            all_day="busy" if all_day else "ignore", tentative="busy" if tentative else "ignore", address=address
        )  # fmt: skip
        busy = await read_calendar(request, owner, content, _first(owner, first, now), days, options)
        return await _preview_response(audit, act, owner, busy)

    async def preview_address(
        request: Request,
        act: Annotated[Act, needs("program:write", f"{kind.one}.busy_fetch")],
        program: ProgramId,
        id: Annotated[Id, id_of(kind)],
        store: StoreOf,
        audit: AuditWriterOf,
        settings: SettingsOf,
        now: Now,
        body: Annotated[BusyFetch, json_body(BusyFetch)],
    ) -> Response:
        owner = await run_in_threadpool(owner_in, store, program, kind, id)
        if not settings.busy_urls:
            raise Problem("wrong_state", "Calendars are not fetched here (setting STEPDOWN_BUSY_URLS); download the file and upload it.")
        content = await run_in_threadpool(_fetch, body.url, outbound.limits_of(settings, bytes_most=MOST_BYTES))
        busy = await read_calendar(request, owner, content, _first(owner, body.first, now), body.days, body.options)
        return await _preview_response(audit, act, owner, busy)

    described = (
        "Read a calendar and show when the {thing} is busy, any warnings, recurring patterns, and what saving would change. Nothing is "
        "changed, and nothing of the calendar is stored: the response contains no titles. The ETag is that of the {thing}."
    )
    _route(
        kind, "POST", "/preview", preview_upload, f"preview_{kind.one}_busy", "Preview a {thing}'s busy time", described, BusyPreview,
        (*READ, *UPLOAD_CODES), described_file(CALENDAR, WHAT),
    )  # fmt: skip
    _route(
        kind, "POST", "/fetch", preview_address, f"fetch_{kind.one}_busy", "Preview a {thing}'s calendar from a URL",
        f"{described} The URL is fetched once, and neither stored nor logged. Available only if the installation allows it.", BusyPreview,
        (*READ, "wrong_state", "bad_address", *BODY_CODES),
    )  # fmt: skip


def _add_changes(kind: Kind) -> None:
    lock = locking(kind)

    def save(
        act: Annotated[Act, needs("program:write", f"{kind.one}.busy_save")],
        body: Annotated[BusySave, json_body(BusySave)],
        changing: Annotated[Changing[EntityRow], changing(lock)],
    ) -> BusyKept:
        spans = save_busy(changing.session, owner_of(changing.session, kind, changing.row), body, changing.by)
        return changing.answer(BusyKept(spans=spans))

    def clear(
        act: Annotated[Act, needs("program:write", f"{kind.one}.busy_clear")], changing: Annotated[Changing[EntityRow], changing(lock)]
    ) -> BusyKept:
        clear_busy(changing.session, owner_of(changing.session, kind, changing.row), changing.by)
        return changing.answer(BusyKept(spans=()))

    changed = ("not_found", "wrong_state", "changed_meanwhile", "no_etag")
    _route(
        kind, "PUT", "", save, f"save_{kind.one}_busy", "Save a {thing}'s busy time",
        "Save the spans of a preview, replacing earlier imports for these days; imports for other days stay. "
        "`If-Match` is the ETag of the {thing}, which the preview returns.", BusyKept, (*changed, "bad_reference", *BODY_CODES),
    )  # fmt: skip
    _route(
        kind, "DELETE", "", clear, f"clear_{kind.one}_busy", "Delete a {thing}'s busy time",
        "Delete all imported busy time. Windows and absences stay.", BusyKept, (*changed, "bad_reference"),
    )  # fmt: skip


def _route(
    kind: Kind, method: str, suffix: str, function: Callable[..., Any], operation: str, summary: str, described: str, answers: Any,
    codes: tuple[str, ...], extra: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    router.add_api_route(
        f"/{kind.name}/{{{kind.one}}}/busy{suffix}",
        function,
        methods=[method],
        operation_id=operation,
        summary=summary.format(thing=kind.one),
        description=described.format(thing=kind.one),
        response_model=answers,
        responses=problems(*codes),
        openapi_extra=extra,
    )


def owner_in(store: Store, program: str, kind: Kind, id: str) -> Owner:
    """Read the person whose busy time it is.

    Raises:
        Problem: No such person exists.
    """
    with store.reading() as session:
        return owner_of(session, kind, find_kept(session, program, kind, id))


def _first(owner: Owner, first: date | None, now: datetime) -> date:
    """The requested day, or the Monday of the current week in the program's zone."""
    today = now.astimezone(owner.zone).date()
    return first or today - timedelta(days=today.weekday())


async def read_calendar(request: Request, owner: Owner, content: bytes, first: date, days: int, options: BusyOptions) -> Busy:
    """Read a calendar in a child process.

    Raises:
        Problem: The content is not a calendar, cannot be read within the limits, or the service is too busy to read it now.
    """
    pool: ProcessPool = request.app.state.calendar_pool
    window = window_for(owner, first, days)
    try:
        if len(content) > MOST_BYTES:
            raise BusyError("too_large")
        try:
            output = await pool.run(work, content, request_text(window, options, owner.own))
        except ChildEnded:
            # By its own limits. One that gets no processor time says nothing about the calendar.
            raise BusyError("too_much_work") from None
        return await in_lane(answer, output)
    except BusyError as error:
        places = [Place(code=error.code, path=f"line {line}", message=error.reason) for line in error.lines]
        raise Problem("bad_calendar", f"{error.reason[0].upper()}{error.reason[1:]}.", places) from None


def _fetch(url: str, limits: outbound.Limits) -> bytes:
    """Fetch the calendar at a URL.

    Raises:
        Problem: The calendar cannot be fetched, or too many others are being fetched.
    """
    if not _fetching.acquire(blocking=False):
        raise Problem("too_many", "Other calendars are being fetched; try again in a moment.", headers={"Retry-After": "5"})
    try:
        response = outbound.send(url, headers={"Accept": "text/calendar"}, limits=limits)
    except outbound.OutboundError as error:
        raise Problem("bad_address", error.detail, [Place(code=error.code, path="url", message=error.detail)]) from None
    finally:
        _fetching.release()
    if response.status != 200:
        message = "This address does not give access to the calendar; copy the calendar's secret address (iCal) again."
        raise Problem("bad_address", message, [Place(code="refused", path="url", message=message)])
    return response.body


async def _preview_response(audit: AuditWriter, act: Act, owner: Owner, busy: Busy) -> Response:
    preview = await in_lane(preview_busy, owner, busy)
    await audit.record(act)
    return Response(await in_lane(preview.model_dump_json), media_type="application/json", headers={"ETag": etag(owner.row.version)})


for _kind in (KINDS["participants"], KINDS["clinicians"]):
    _add_previews(_kind)
    _add_changes(_kind)
