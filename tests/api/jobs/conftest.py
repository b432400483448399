"""Job engines on either database, and solves that take no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from api.database import Store
from api.jobs import dbos_engine, job_runner, sweeping
from api.jobs.dbos_engine import DbosEngine
from api.kernel.settings import Settings
from scheduler.instance import Instance
from scheduler.result import SolveLimits, SolveResult
from scheduler.solve import solve

MakeEngine = Callable[..., DbosEngine]


@cache
def _answer(instance: str) -> SolveResult:
    return solve(Instance.model_validate_json(instance), SolveLimits(seconds=5, workers=1, fix_seconds=0), isolate=False)


class Solves:
    """Stands in for the solver: what it was asked, and what it does instead."""

    def __init__(self) -> None:
        self.asked: list[Instance] = []
        self.hints: list[Any] = []
        self.meanwhile: Callable[..., SolveResult | None] = lambda *_: None

    def __call__(self, instance: Instance, limits: SolveLimits, *, on_progress: Any, is_cancelled: Any, hint: Any) -> SolveResult:
        self.asked.append(instance)
        self.hints.append(hint)
        result = self.meanwhile(instance, on_progress, is_cancelled)
        return _answer(instance.model_dump_json()) if result is None else result


@pytest.fixture
def solves(monkeypatch: pytest.MonkeyPatch) -> Solves:
    """Solve in this process, from memory where it was solved before."""
    made = Solves()
    monkeypatch.setattr(job_runner, "solve", made)
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.proof)])
def job_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings for one database after the other."""
    found: Settings = request.getfixturevalue("settings" if request.param == "sqlite" else "postgres_settings")
    return found


@pytest.fixture
def job_store(job_settings: Settings, request: pytest.FixtureRequest) -> Store:
    """A fresh database of either kind."""
    found: Store = request.getfixturevalue("store" if job_settings.database is None else "postgres_store")
    return found


@pytest.fixture
def quick_chores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after the jobs every moment."""
    monkeypatch.setattr(sweeping, "SUBMIT_SECONDS", 0.0)
    monkeypatch.setattr(dbos_engine, "SETTLE_SECONDS", 0.1)
    monkeypatch.setattr(dbos_engine, "REAP_SECONDS", 0.1)


@pytest.fixture
def make_engine(job_settings: Settings, job_store: Store) -> Iterator[MakeEngine]:
    """Start a job engine; one at a time."""
    made: list[DbosEngine] = []

    def start(**changes: Any) -> DbosEngine:
        engine = DbosEngine(job_settings.model_copy(update=changes), job_store)
        engine.start()
        made.append(engine)
        return engine

    yield start
    for engine in made:
        engine.stop(0.0)
