"""Is the service alive, and is it ready."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text

from api.deps import EngineOf, StoreOf
from api.errors import Problem, problems
from api.store.migrations import is_current

router = APIRouter(tags=["operations"])


@router.get("/health")
def get_health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready", responses=problems("not_ready"))
def get_ready(store: StoreOf, engine: EngineOf) -> dict[str, str]:
    """Database and job engine answer."""
    try:
        with store.reading() as session:
            session.execute(text("SELECT 1"))
        is_ready = engine.is_ready() and is_current(store)
    except Exception as error:
        raise Problem("not_ready", "The database does not answer.") from error
    if not is_ready:
        raise Problem("not_ready", "The job engine is not running, or the database has an older schema (stepdown db upgrade).")
    return {"status": "ready"}
