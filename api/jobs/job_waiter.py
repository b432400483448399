"""Wait for jobs: one query serves all who wait, and no thread is blocked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from anyio import to_thread
from sqlalchemy import select

from api.database import Store
from api.database.tables import JobRow
from api.jobs.models import Job

LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    job: str
    is_enough: Callable[[Job], bool]
    state: asyncio.Future[Job]


class JobWaiter:
    """Polls the jobs that are waited for, as long as there are any."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._waiters: set[_Waiter] = set()
        self._looking: asyncio.Task[None] | None = None

    async def until(self, job: str, is_enough: Callable[[Job], bool], seconds: float) -> Job | None:
        """Wait until a job satisfies a condition and return it; None if the time runs out.

        Raises:
            KeyError: The job no longer exists.
        """
        loop = asyncio.get_running_loop()
        waiter = _Waiter(job, is_enough, loop.create_future())
        self._waiters.add(waiter)
        if self._looking is None or self._looking.done() or self._looking.get_loop() is not loop:
            self._looking = loop.create_task(self._look())
        try:
            return await asyncio.wait_for(waiter.state, seconds)
        except TimeoutError:
            return None
        finally:
            self._waiters.discard(waiter)

    async def _look(self) -> None:
        while waiters := tuple(self._waiters):
            try:
                jobs = await to_thread.run_sync(self._read, {waiter.job for waiter in waiters})
            except Exception as error:
                for waiter in waiters:
                    _fail(waiter, error)
                return
            for waiter in waiters:
                _tell(waiter, jobs.get(waiter.job))
            await asyncio.sleep(LOOK_SECONDS)

    def _read(self, ids: set[str]) -> dict[str, Job]:
        with self.store.reading() as session:
            return {row.id: Job.of(row) for row in session.scalars(select(JobRow).where(JobRow.id.in_(ids)))}


def _tell(waiter: _Waiter, job: Job | None) -> None:
    if job is None:
        _fail(waiter, KeyError(waiter.job))
    elif waiter.is_enough(job) and not waiter.state.done():
        waiter.state.set_result(job)


def _fail(waiter: _Waiter, error: Exception) -> None:
    if not waiter.state.done():
        waiter.state.set_exception(error)
