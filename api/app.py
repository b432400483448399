"""The application: settings, database, job engine and routes put together. Start reading at `create_app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from anyio import Semaphore
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from api.audit.writer import AuditWriter
from api.database import Store
from api.database.outages import Outages
from api.delivery.deliverer import Deliverer
from api.feeds.routes.calendars import CurrentCalendars
from api.fhir.routes.problems import FHIR_PROBLEMS
from api.jobs.engine import JobEngine
from api.jobs.job_waiter import JobWaiter
from api.kernel.errors import Problem
from api.kernel.logs import telling
from api.kernel.process_pool import ProcessPool
from api.kernel.settings import Settings
from api.openapi.description import describe
from api.pages.forms import form_of
from api.pages.problems import PAGE_PROBLEMS
from api.pages.staff_problems import STAFF_PROBLEMS
from api.routers import ROUTERS
from api.security.rates import Rates
from api.web.bodies import WRONG_SHAPE, places_of
from api.web.dependencies import MOST_WRITERS
from api.web.event_loop_delay import watch_event_loop
from api.web.event_streams import Streams
from api.web.known_parameters import check_parameters
from api.web.methods import methods_of
from api.web.metrics import Metrics
from api.web.middleware import SecurityHeaders, shields
from api.web.middleware.request_log import Defects, RequestLog, defect
from api.web.problems import respond
from api.weeks.store.prepared import PreparedRosters

STATUS_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "wrong_media_type"}
EXPLAINED_AT_ONCE, EXPLAIN_SECONDS = 2, 90.0
BOOKS_AT_ONCE, BOOKS_WAITING, BOOK_SECONDS = 2, 6, 30.0
BOOK_ADVICE = "Try again, or send a smaller file."
REMEDIES_AT_ONCE, REMEDIES_WAITING, REMEDY_SECONDS = 2, 4, 45.0
REMEDY_ADVICE = "Look for answers again, or for a shorter time."
CALENDARS_AT_ONCE, CALENDARS_WAITING, CALENDAR_SECONDS = 2, 6, 20.0
CALENDAR_ADVICE = "The service is busy; try again in a moment."


def create_app(settings: Settings, store: Store, engine: JobEngine, deliverer: Deliverer | None = None) -> FastAPI:
    """Create the service.

    Args:
        store: The database, with the newest schema.
        engine: The job engine, started and stopped with the application.
        deliverer: The sender of messages, likewise; without one, messages wait for another process.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # In threads: both are slow to start, and the engine runs its own event loop.
        with telling("the job engine did not start"):
            await run_in_threadpool(engine.start)
        if deliverer is not None:
            deliverer.start()
        watch = asyncio.create_task(watch_event_loop(app.state.metrics))
        yield
        watch.cancel()
        if deliverer is not None:
            await run_in_threadpool(deliverer.stop)
        app.state.explanation_pool.close()
        app.state.workbook_pool.close()
        app.state.calendar_pool.close()
        app.state.remedy_pool.close()
        await run_in_threadpool(engine.stop, settings.graceful_seconds)

    # FastAPI's documentation pages load scripts from another site, which must not run where users are signed in.
    app = FastAPI(title="Stepdown", version="1", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.openapi = partial(describe, app)  # type: ignore[method-assign] # FastAPI's documented way to extend it
    app.state.settings, app.state.store, app.state.engine = settings, store, engine
    app.state.presenters = (FHIR_PROBLEMS, PAGE_PROBLEMS, STAFF_PROBLEMS)
    app.state.rates, app.state.audit_writer = Rates(settings), AuditWriter(store)
    app.state.writers = Semaphore(MOST_WRITERS)
    app.state.streams, app.state.job_waiter = Streams(), JobWaiter(store)
    app.state.explanation_pool = ProcessPool(EXPLAINED_AT_ONCE, EXPLAINED_AT_ONCE, EXPLAIN_SECONDS, "api.tools.explaining")
    app.state.workbook_pool = ProcessPool(BOOKS_AT_ONCE, BOOKS_WAITING, BOOK_SECONDS, "api.spreadsheets.workbooks", BOOK_ADVICE)
    app.state.remedy_pool = ProcessPool(REMEDIES_AT_ONCE, REMEDIES_WAITING, REMEDY_SECONDS, "api.disruptions.solving", REMEDY_ADVICE)
    app.state.calendar_pool = ProcessPool(
        CALENDARS_AT_ONCE, CALENDARS_WAITING, CALENDAR_SECONDS, "scheduler.exchange.busy.child", CALENDAR_ADVICE
    )
    app.state.prepared_rosters = PreparedRosters()
    app.state.outages = Outages()
    app.state.metrics = Metrics(store, app.state.streams)
    for router in ROUTERS:
        # Not include_router: it builds every route again at the first request, which takes seconds.
        app.router.routes.extend(router.routes)
    check_parameters(app.router.routes)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _wrong_shape)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)
    # The first one added is the innermost; the last one sees every request.
    for middleware in shields(settings, Middleware(CurrentCalendars)):
        app.add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)
    app.add_middleware(Defects, outages=app.state.outages)
    app.add_middleware(SecurityHeaders, is_https=settings.is_https)
    app.add_middleware(RequestLog, metrics=app.state.metrics, streams=app.state.streams)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    if error.code == "not_signed_in":
        # Read only now: the page of the error shows the form once more, so that nothing typed is lost.
        request.state.sent_form = await form_of(request)
    return respond(request, error)


async def _wrong_shape(request: Request, error: Exception) -> Response:
    """List every invalid value by its path, never the value itself: it may be a person's name."""
    assert isinstance(error, RequestValidationError)
    if any(detail["type"] == "json_invalid" for detail in error.errors()):
        return respond(request, Problem("malformed"))
    return respond(request, Problem("wrong_shape", WRONG_SHAPE, places_of(error.errors())))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, headers, detail = STATUS_CODES.get(error.status_code, "malformed"), error.headers, ""
    if code == "method_not_allowed":
        # The framework names the methods of the first route alone.
        methods = ", ".join(methods_of(request))
        headers, detail = {"Allow": methods}, f"Use one of: {methods}."
    elif code == "not_found" and request.url.path.startswith("/v1/"):
        # Elsewhere, links are secrets: an unknown one and no link at all look alike.
        detail = "There is nothing at this address; /openapi.json describes every address."
    return respond(request, Problem(code, detail, headers=headers))


async def _defect(request: Request, _: Exception) -> Response:
    return respond(request, defect())
