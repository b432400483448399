"""Metrics for Prometheus. Labels are route templates, methods and states, never ids.

Job metrics are read from the database on each scrape, so every process of an installation reports the same.
"""

from __future__ import annotations

import importlib.metadata
import logging
import platform
import statistics
from collections.abc import Iterator
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from api.database import Store
from api.database.tables import JobRow, MessageRow
from api.database.tables.base import now
from api.web.event_streams import Streams

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
STATES = ("queued", "running", "completed", "stopped", "failed")
MESSAGE_STATES = ("waiting", "delivered", "dead", "dropped")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
RECENT = timedelta(minutes=15)
RECENT_MOST = 2000


class Metrics:
    """The metrics of one application."""

    def __init__(self, store: Store, streams: Streams) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("stepdown_requests", "Requests answered.", labels, registry=self.registry)
        self._seconds = Histogram(
            "stepdown_request_seconds", "Time to the answer; event streams left out.", labels[:2], buckets=SECONDS, registry=self.registry
        )
        self._delay = Histogram(
            "stepdown_event_loop_delay_seconds", "By how much a timer of the event loop is late.", buckets=SECONDS, registry=self.registry
        )
        for collector in (_Jobs(store), _Installation(store, streams)):
            self.registry.register(collector)
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def observe_request(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count a response.

        Args:
            seconds: None for an event stream, whose duration says nothing about speed.
        """
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(method, route).observe(seconds)

    def observe_delay(self, seconds: float) -> None:
        """Count by how much a timer of the event loop was late."""
        self._delay.observe(seconds)

    def render(self) -> bytes:
        """The metrics in the Prometheus text format."""
        return generate_latest(self.registry)


class _Jobs(Collector):
    """Current metrics from the tables of jobs and messages."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Return nothing; otherwise the registry would read the database to find the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Jobs and messages by state, the age of the oldest, and recent wait and solve times."""
        is_up = GaugeMetricFamily("stepdown_database_up", "Whether the database answers.")
        try:
            with self._store.reading() as session:
                figures = [*_read_jobs(session), *_read_outbox(session)]
        except Exception as error:
            logging.getLogger("stepdown.metrics").warning("the database does not respond", exc_info=error)
            figures = []
        is_up.add_metric([], float(bool(figures)))
        yield is_up
        yield from figures


def _read_jobs(session: Session) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("stepdown_jobs", "Jobs in the table, by state; finished ones until they expire.", labels=["state"])
    counted: dict[str, int] = {}
    for state, number in session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)):
        counted[state] = number
    for state in STATES:
        jobs.add_metric([state], counted.get(state, 0))
    yield jobs
    oldest = session.scalar(select(func.min(JobRow.created_at)).where(JobRow.state == "queued"))
    age = 0.0 if oldest is None else max(0.0, (now() - oldest).total_seconds())
    yield GaugeMetricFamily("stepdown_job_oldest_wait_seconds", "How long the oldest queued job has waited.", value=age)
    is_recent = (JobRow.finished_at >= now() - RECENT, JobRow.started_at.is_not(None))
    ended = session.execute(select(JobRow.created_at, JobRow.started_at, JobRow.finished_at).where(*is_recent).limit(RECENT_MOST))
    times = [(created, started, finished) for created, started, finished in ended if started is not None and finished is not None]
    minutes = int(RECENT.total_seconds() / 60)
    waits = [(started - created).total_seconds() for created, started, _ in times]
    solves = [(finished - started).total_seconds() for _, started, finished in times]
    yield _spread("stepdown_job_wait_seconds", f"Time in the queue, jobs finished in the last {minutes} minutes.", waits)
    yield _spread("stepdown_job_solve_seconds", f"Time from start to end, jobs finished in the last {minutes} minutes.", solves)


def _read_outbox(session: Session) -> Iterator[Metric]:
    messages = GaugeMetricFamily("stepdown_outbox_messages", "Mails and webhook messages in the table, by state.", labels=["state"])
    counted: dict[str, int] = {}
    for state, number in session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)):
        counted[state] = number
    for state in MESSAGE_STATES:
        messages.add_metric([state], counted.get(state, 0))
    yield messages
    due = session.scalar(select(func.min(MessageRow.due_at)).where(MessageRow.state == "waiting"))
    late = 0.0 if due is None else max(0.0, (now() - due).total_seconds())
    yield GaugeMetricFamily("stepdown_outbox_overdue_seconds", "How late the most overdue message is.", value=late)


def _spread(name: str, text: str, values: list[float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["quantile"])
    cuts = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else values * 99
    if cuts:
        for label, value in (("0.5", cuts[49]), ("0.95", cuts[94]), ("1", max(values))):
            family.add_metric([label], value)
    return family


class _Installation(Collector):
    """The version of this process and its open resources."""

    def __init__(self, store: Store, streams: Streams) -> None:
        self._store, self._streams = store, streams

    def collect(self) -> Iterator[Metric]:
        """Build, open event streams, connections."""
        build = GaugeMetricFamily("stepdown_build_info", "Always 1.", labels=["version", "python", "database"])
        database = "sqlite" if self._store.is_sqlite else "postgresql"
        build.add_metric([importlib.metadata.version("stepdown"), platform.python_version(), database], 1)
        yield build
        yield GaugeMetricFamily("stepdown_event_streams", "Event streams open in this process.", value=len(self._streams))
        pool = self._store.engine.pool
        if isinstance(pool, QueuePool):
            connections = GaugeMetricFamily("stepdown_database_connections", "Connections of this process.", labels=["state"])
            connections.add_metric(["in_use"], pool.checkedout())
            connections.add_metric(["idle"], pool.checkedin())
            yield connections
