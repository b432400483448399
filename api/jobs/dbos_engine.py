"""The job engine on DBOS: a durable queue in SQLite or PostgreSQL. Its tables hold ids and times, nothing else.

DBOS lives once in a process; `DbosEngine` starts it, stops it, and may do so again. The workflow of a job has one argument, the job's id,
and does one thing: `Worker.do`. Everything a job is, and that it is finished once, is in our own table (`api.jobs.states`).
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
from api.jobs.process_lease import Badges, FileBadges, PostgresBadges, take_free
from api.jobs.work import AbandonedError, Ending, Worker
from api.kernel.faults import describe_fault
from api.kernel.settings import Settings

log = logging.getLogger("stepdown.jobs")

QUEUE = "solves"
# Pinned: DBOS would take a hash of the source, and jobs of yesterday's version would wait for ever.
VERSION = "1"
ATTEMPTS_AGAIN = 3
"""A job whose process dies is begun again so many times; DBOS would try a hundred times."""
POLL_SECONDS = 0.15
REAP_SECONDS = 2.0
SETTLE_SECONDS = 5.0
EXPIRE_SECONDS = 600.0
LAST_SECONDS = 5.0
"""How long abandoned solves may take to let go; their processes are killed."""

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
        """Touch nothing yet.

        Args:
            store: With the newest schema.
        """
        self.settings, self.store = settings, store
        self.name: str | None = None
        self._is_started = False
        self._running: Counter[str] = Counter()
        self._idle: set[str] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to take jobs, and to look after those of dead processes.

        Raises:
            RuntimeError: Another engine runs in this process.
        """
        global _engine
        if _engine is not None:
            raise RuntimeError("a process has one job engine, and it runs already")
        self._ending, self._is_over = Ending(), threading.Event()
        self._places = threading.BoundedSemaphore(self.settings.parallel_solves)
        self._worker = Worker(self.store, self.settings, self._ending)
        self._badges: Badges = self._make_badges()
        self.name = take_free(self._badges, self.settings.worker_name or "worker") if self.settings.solves_here else None
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
        """Tell running solves to stop, so that the next attempt goes on from their best roster; then leave those that did not."""
        if not self._is_started:
            return
        self._is_started = False
        self._ending.told.set()
        self._is_over.set()
        self._wait_until_idle(seconds)
        self._ending.abandoned.set()
        self._wait_until_idle(LAST_SECONDS)
        self._keeper.join()
        self._shut_down()

    def submit(self, job: str, priority: int) -> None:
        """Queue a job. What fails here is made good by the next sweep of any process."""
        try:
            with SetWorkflowID(job), SetEnqueueOptions(priority=priority):
                DBOS.enqueue_workflow(QUEUE, _solve, job)
        except Exception as error:
            log.warning("a job is submitted later", extra={"fields": {"job": job, "fault": describe_fault(error)}})

    def is_ready(self) -> bool:
        """Whether it was started and the keeper is alive."""
        return self._is_started and self._keeper.is_alive()

    def run(self, job: str) -> None:
        """Do a job in this thread, once there is a place. The queue's limit is the same for all processes, the places are our own."""
        with self._lock:
            self._running[job] += 1
        try:
            while not self._places.acquire(timeout=0.2):
                if self._ending.told.is_set():
                    raise AbandonedError
            try:
                self._worker.do(job)
            finally:
                self._places.release()
        finally:
            with self._lock:
                self._running[job] -= 1
                self._running += Counter()

    def _make_badges(self) -> Badges:
        if not self.store.is_sqlite:
            return PostgresBadges(self.settings.jobs_url)
        return FileBadges(Path(str(self.store.engine.url.database)).parent / "workers")

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
            # Short statements of few threads; many processes share a PostgreSQL.
            sys_db_pool_size=8,
            # We use no notifications; the thread that looks for them ends after this long.
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
        # Last: from here on others may see to the jobs that were left.
        self._badges.close()

    def _wait_until_idle(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while self._running and time.monotonic() < ends:
            time.sleep(0.02)

    def _keep_house(self) -> None:
        """What is done now and then, each for itself: that one of them fails must not keep the others from being done."""
        chores = (_Chore(self._reap, REAP_SECONDS), _Chore(self._settle, SETTLE_SECONDS), _Chore(self._expire, EXPIRE_SECONDS))
        chores[2].due += EXPIRE_SECONDS / 10
        while not self._is_over.wait(0.1):
            for chore in chores:
                chore.do_when_due()

    def _reap(self) -> None:
        if self.name is None:
            return
        self._badges.renew(self.name)
        for owner in sweeping.reap(self.name, self._badges.take, self._badges.give_back):
            log.warning("the jobs of a dead worker are queued again", extra={"fields": {"worker": owner}})
        self._run_forgotten()

    def _run_forgotten(self) -> None:
        """Queue again what this process took and is not running: the database failed between the two. Seen twice, so as not to be hasty."""
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
            log.info("deleted what is over", extra={"fields": counts})


@dataclass
class _Chore:
    """Something done every so many seconds."""

    do: Callable[[], None]
    seconds: float
    due: float = field(default_factory=time.monotonic)

    def do_when_due(self) -> None:
        if time.monotonic() < self.due:
            return
        try:
            self.do()
        except Exception as error:
            log.warning("looking after the jobs failed; trying again", extra={"fields": {"fault": describe_fault(error)}})
        self.due = time.monotonic() + self.seconds


def _set_wal(settings: Settings) -> None:
    """DBOS leaves SQLite's journal as it is; with the write-ahead log, readers and the writer do not wait for each other. It stays set."""
    file = Path(str(make_url(settings.jobs_url).database))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
