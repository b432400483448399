"""Routes to check liveness and readiness."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.database import Store
from api.database.migrations import is_current
from api.database.outages import FULL, Outages
from api.jobs.engine import JobEngine
from api.jobs.routes.job_engine import EngineOf
from api.kernel.errors import Problem
from api.kernel.logs import telling
from api.web.dependencies import StoreOf
from api.web.event_streams import Streams
from api.web.problems import problems

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Requests can be sent here."""

    status: Literal["ready"] = "ready"


@router.get("/health", summary="Check liveness")
def get_health() -> Health:
    """Check that the process answers. The database is not checked, because restarting the process would not help."""
    return Health()


@router.get("/ready", summary="Check readiness", responses=problems("not_ready"))
def get_ready(request: Request, store: StoreOf, engine: EngineOf) -> Readiness:
    """Check that the database and job engine respond, the schema is current and the process is not stopping; a 503 states the reason.

    A process whose database had no room for a change is not ready for half a minute.
    """
    streams: Streams = request.app.state.streams
    outages: Outages = request.app.state.outages
    if outages.is_full:
        raise Problem("not_ready", FULL, headers={"Retry-After": "30"})
    if (what := "This process is stopping; use another one." if streams.is_closing else _missing(store, engine)) is not None:
        raise Problem("not_ready", what, headers={"Retry-After": "2"})
    return Readiness()


def _missing(store: Store, engine: JobEngine) -> str | None:
    try:
        with telling("the database does not respond"):
            has_schema = is_current(store)
    except Exception:
        return "The database does not respond."
    if not has_schema:
        return "The database and this version have different schemas: run `stepdown db upgrade` with the newest version, and start that."
    return None if engine.is_ready() else "The job engine is not running."
