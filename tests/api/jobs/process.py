"""A process that does jobs, for tests that kill it: ``python -m tests.api.jobs.process worker|serve here|apart``.

``here`` solves without a child process, which is quicker to start. An instance called ``fatal`` ends the process that solves it.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from scheduler.imports import uncollected

with uncollected():
    from api.database import Store
    from api.jobs import dbos_engine, job_runner, sweeping, worker
    from api.kernel.settings import Settings
    from scheduler.instance import Instance
    from scheduler.result import SolveResult
    from scheduler.solve import solve


def solve_or_die(instance: Instance, *rest: Any, **more: Any) -> SolveResult:
    """Solve an instance, unless it is fatal."""
    if instance.id == "fatal":
        os.kill(os.getpid(), signal.SIGKILL)
    return solve(instance, *rest, **more, isolate=sys.argv[2] == "apart")


def main() -> None:
    """Do jobs until the end."""
    job_runner.solve = solve_or_die  # type: ignore[assignment]
    # A test does not wait as long as a service may.
    sweeping.SUBMIT_SECONDS, dbos_engine.SETTLE_SECONDS, dbos_engine.REAP_SECONDS = 1.0, 0.5, 0.5
    settings = Settings()
    if sys.argv[1] == "worker":
        worker.run(settings)
        return
    # A worker starts sooner without them.
    with uncollected():
        import uvicorn

        from api.app import create_app

    store = Store(settings.database_url)
    app = create_app(settings, store, dbos_engine.DbosEngine(settings, store))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=settings.graceful_seconds)


if __name__ == "__main__":
    main()
