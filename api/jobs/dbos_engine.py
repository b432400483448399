"""The job engine on DBOS: a durable queue in SQLite or PostgreSQL. Its tables hold only ids and times.

DBOS exists once per process; `DbosEngine` can start and stop it repeatedly. A job's workflow takes the job's id and calls `Worker.do`.
The state of a job, and the guarantee that it finishes exactly once, are kept in Stepdown's own table (`api.jobs.states`).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import make_url

from api.database import Store
from api.jobs import recovery, sweeping
from api.jobs.dbos_logging import quiet_dbos
from api.jobs.job_runner import AbandonedError, Ending, JobRunner
from api.jobs.process_lease import FileLeases, PostgresLeases, ProcessLeases, take_free
from api.kernel.exception_logging import describe_fault
from api.kernel.settings import Settings

log = logging.getLogger("stepdown.jobs")

QUEUE = "solves"
# Pinned: by default DBOS uses a hash of the source, and jobs submitted by an earlier version would wait for ever.
VERSION = "1"
ATTEMPTS_AGAIN = 3
"""How often a job whose process dies is started again; the default of DBOS is a hundred."""
POLL_SECONDS = 0.4
"""How often the queue is looked at: a job waits half of this on average, and an idle process works for nothing."""
REAP_SECONDS = 2.0
SETTLE_SECONDS = 5.0
EXPIRE_SECONDS = 600.0
LAST_SECONDS = 5.0
"""How long abandoned solves may take to end; their processes are killed."""

_engine: DbosEngine | None = None


@DBOS.workflow(name="solve", max_recovery_attempts=ATTEMPTS_AGAIN)
def _solve(job: str) -> None:
    engine = _engine
    if engine is None:
        raise AbandonedError
    engine.run(job)


class DbosEngine:
    """Jobs on DBOS; a `JobEngine`."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Create an engine that is not started.

        Args:
            store: A database with the newest schema.
        """
        self.settings, self.store = settings, store
        self.name: str | None = None
        self._is_started = False
        self._running: Counter[str] = Counter()
        self._idle: set[str] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to take jobs, and to recover those of dead processes.

        Raises:
            RuntimeError: This process already runs an engine.
        """
        global _engine
        if _engine is not None:
            raise RuntimeError("this process already runs its job engine")
        self._ending, self._is_over = Ending(), threading.Event()
        self._places = threading.BoundedSemaphore(self.settings.parallel_solves)
        self._worker = JobRunner(self.store, self.settings, self._ending)
        self._leases: ProcessLeases = self._make_leases()
        self.name = take_free(self._leases, self.settings.worker_name or "worker") if self.settings.solves_here else None
        _engine = self
        try:
            self._launch()
        except BaseException:
            self._shut_down()
            raise
        self._keeper = threading.Thread(target=self._keep_house, name="jobs-keeper", daemon=True)
        self._keeper.start()
        self._is_started = True
        log.info("the job engine runs", extra={"fields": {"worker": self.name or "submits only"}})

    def stop(self, seconds: float) -> None:
        """Tell running solves to stop, so that the next attempt continues from their best roster; then abandon those that did not."""
        if not self._is_started:
            return
        self._is_started = False
        self._ending.stopping.set()
        self._is_over.set()
        self._wait_until_idle(seconds)
        self._ending.abandoned.set()
        self._wait_until_idle(LAST_SECONDS)
        self._keeper.join()
        self._shut_down()

    def submit(self, job: str, priority: int) -> None:
        """Queue a job. If this fails, the next sweep of any process submits the job."""
        try:
            with SetWorkflowID(job), SetEnqueueOptions(priority=priority):
                DBOS.enqueue_workflow(QUEUE, _solve, job)
        except Exception as error:
            log.warning("a job is submitted later", extra={"fields": {"job": job, "fault": describe_fault(error)}})

    def is_ready(self) -> bool:
        """Whether the engine is started and its housekeeping thread is alive."""
        return self._is_started and self._keeper.is_alive()

    def run(self, job: str) -> None:
        """Run a job in this thread once a slot is free. The queue's limit is shared by all processes; the slots belong to this one."""
        with self._lock:
            self._running[job] += 1
        try:
            while not self._places.acquire(timeout=0.2):
                if self._ending.stopping.is_set():
                    raise AbandonedError
            try:
                self._worker.do(job)
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._running[job] -= 1
                self._running += Counter()

    def _make_leases(self) -> ProcessLeases:
        if not self.store.is_sqlite:
            return PostgresLeases(self.settings.jobs_url)
        return FileLeases(Path(str(self.store.engine.url.database)).parent / "workers")

    def _launch(self) -> None:
        quiet_dbos()
        if self.store.is_sqlite:
            _set_wal(self.settings)
        config = DBOSConfig(
            name="stepdown",
            system_database_url=self.settings.jobs_url,
            application_version=VERSION,
            executor_id=self.name or "submits-only",
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            # Short statements from few threads; many processes share one PostgreSQL.
            sys_db_pool_size=8,
            # Notifications are not used; the thread that polls for them ends after this time.
            notification_listener_polling_interval_sec=0.2,
        )
        DBOS(config=config)
        if not self.settings.solves_here:
            DBOS.listen_queues([])
        DBOS.launch()
        if self.settings.solves_here:
            DBOS.register_queue(
                QUEUE, worker_concurrency=self.settings.parallel_solves, polling_interval_sec=POLL_SECONDS, on_conflict="always_update"
            )

    def _shut_down(self) -> None:
        global _engine
        DBOS.destroy()
        _engine = None
        # Last: from here on, other processes may recover the abandoned jobs.
        self._leases.close()

    def _wait_until_idle(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while self._running and time.monotonic() < ends:
            time.sleep(0.02)

    def _keep_house(self) -> None:
        """Run the periodic chores independently: the failure of one must not prevent the others."""
        chores = (_Chore(self._reap, REAP_SECONDS), _Chore(self._settle, SETTLE_SECONDS), _Chore(self._expire, EXPIRE_SECONDS))
        chores[2].due += EXPIRE_SECONDS / 10
        while not self._is_over.wait(0.1):
            for chore in chores:
                chore.do_when_due()

    def _reap(self) -> None:
        if self.name is None:
            return
        self._leases.renew(self.name)
        for owner in sweeping.reap(self.name, self._leases.take, self._leases.give_back):
            log.warning("the jobs of a dead worker are queued again", extra={"fields": {"worker": owner}})
        self._run_forgotten()

    def _run_forgotten(self) -> None:
        """Requeue workflows that this process took but is not running because the database failed in between; only if seen twice."""
        mine = {w.job for w in recovery.running() if w.owner == self.name}
        with self._lock:
            idle = mine - set(self._running)
        for job in idle & self._idle:
            recovery.run_again(job, QUEUE)
        self._idle = idle - self._idle

    def _settle(self) -> None:
        sweeping.settle(self.store, self.settings, self.submit)

    def _expire(self) -> None:
        counts = sweeping.expire(self.store, self.settings)
        if any(counts.values()):
            log.info("deleted expired entries", extra={"fields": counts})


@dataclass
class _Chore:
    """A task repeated at a fixed interval in seconds."""

    do: Callable[[], None]
    seconds: float
    due: float = field(default_factory=time.monotonic)

    def do_when_due(self) -> None:
        if time.monotonic() < self.due:
            return
        try:
            self.do()
        except Exception as error:
            log.warning("a chore of the job engine failed; trying again", extra={"fields": {"fault": describe_fault(error)}})
        self.due = time.monotonic() + self.seconds


def _set_wal(settings: Settings) -> None:
    """Switch DBOS's SQLite file to the write-ahead log for good, so that readers and the writer do not block each other."""
    file = Path(str(make_url(settings.jobs_url).database))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
