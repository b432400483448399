"""The deliverer: background threads that send due messages, in every process that serves or solves."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.database import Store
from api.delivery.senders import send_claimed
from api.events.store import MessageKind
from api.kernel.exception_logging import describe_fault
from api.kernel.settings import Settings
from api.outbound import Network
from api.outbox.store import ClaimedMessage, Outcome, claim, database_time, expire, is_any_due, settle

log = logging.getLogger("stepdown.outbox")

THREADS = 3
LOOK_SECONDS, LAST_SECONDS = 2.0, 2.0
EXPIRE_EVERY = timedelta(minutes=10)

Clock = Callable[[Session], datetime]
Send = Callable[[Settings, Store, ClaimedMessage, datetime, Network | None], Outcome]


class Deliverer:
    """Sends messages until stopped. Several may share a database; only one of them holds a message while it is sent."""

    def __init__(
        self, settings: Settings, store: Store, *, clock: Clock = database_time, network: Network | None = None, send: Send = send_claimed
    ) -> None:
        """Create a deliverer that is not started.

        Args:
            clock: Returns the current time; replaced by tests.
            network: The network for webhooks; None: the real one.
        """
        self.settings, self.store = settings, store
        self.kinds: tuple[MessageKind, ...] = ("webhook",) if settings.mail_server is None else ("mail", "webhook")
        self._clock, self._network, self._send = clock, network, send
        self._is_over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._expired_at: datetime | None = None

    def start(self) -> None:
        """Begin to send."""
        self._is_over.clear()
        self._threads = [threading.Thread(target=self._work, name=f"outbox-{n}", daemon=True) for n in range(1, THREADS + 1)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Claim no more messages. Those being sent get a moment to finish; otherwise they are sent again when their lease expires."""
        self._is_over.set()
        ends = time.monotonic() + LAST_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, ends - time.monotonic()))
        self._threads = []

    def deliver_due(self) -> int:
        """Send all due messages in this thread, and return the number of attempts."""
        count = 0
        while not self._is_over.is_set() and self.deliver_one():
            count += 1
        return count

    def deliver_one(self) -> bool:
        """Send the most overdue message; False if none was due."""
        with self.store.reading() as session:
            if not is_any_due(session, self._clock(session), self.kinds):
                return False
        with self._claiming() as claimed:
            if claimed is None:
                return False
            with self.store.reading() as session:
                at = self._clock(session)
            outcome = self._try(claimed, at)
            with self.store.writing() as session:
                verdict = settle(session, claimed, outcome, self._clock(session), random.random())
        self._tell(claimed, outcome, verdict)
        return True

    @contextmanager
    def _claiming(self) -> Iterator[ClaimedMessage | None]:
        """Claim a message, and reserve its webhook within this process."""
        with self._lock:
            with self.store.writing() as session:
                claimed = claim(session, self._clock(session), self.kinds, self._busy)
            webhook = None if claimed is None else claimed.webhook
            if webhook is not None:
                self._busy.add(webhook)
        try:
            yield claimed
        finally:
            with self._lock:
                self._busy.discard(webhook or "")

    def _try(self, claimed: ClaimedMessage, at: datetime) -> Outcome:
        try:
            return self._send(self.settings, self.store, claimed, at, self._network)
        except Exception as error:
            # A defect or an unavailable database: logged, and tried again like any failure.
            log.error("a message could not be sent", extra={"fields": {"message": claimed.id, "fault": describe_fault(error)}})
            return Outcome("again", "defect")

    def _tell(self, claimed: ClaimedMessage, outcome: Outcome, verdict: str | None) -> None:
        fields = {"message": claimed.id, "kind": claimed.kind, "code": outcome.code, "became": verdict or "taken_over"}
        log.log(logging.WARNING if verdict in ("dead", None) else logging.INFO, "tried to send a message", extra={"fields": fields})

    def _work(self) -> None:
        while not self._is_over.wait(LOOK_SECONDS * random.uniform(0.8, 1.2)):
            try:
                self.deliver_due()
                self.expire_due()
            except Exception as error:
                log.warning("looking for messages failed; trying again", extra={"fields": {"fault": describe_fault(error)}})

    def expire_due(self) -> None:
        """Delete old finished messages now and then."""
        with self.store.reading() as session:
            at = self._clock(session)
        with self._lock:
            if self._expired_at is not None and at < self._expired_at + EXPIRE_EVERY:
                return
            self._expired_at = at
        with self.store.writing() as session:
            expire(session, at)
