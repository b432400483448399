"""The dependency that gives routes the job engine."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.jobs.engine import JobEngine


# A coroutine: FastAPI calls plain functions in a thread, which costs a light request more than all the rest.
async def _engine(request: Request) -> JobEngine:
    engine: JobEngine = request.app.state.engine
    return engine


EngineOf = Annotated[JobEngine, Depends(_engine)]
