"""The writer of the audit trail: views of several simultaneous requests are written in one transaction.

A view is answered only once its row is in the database. Writing each row separately would cost as much as the view (0.3 ms, and a second
thread competing for the interpreter), and a disk flush on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from api.audit.acts import Act, Outcome, record_all
from api.database import Store

log = logging.getLogger("stepdown.trail")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A request's act, and the database view it used."""

    act: Act | None
    outcome: Outcome
    view: Session | None
    is_written: Future[None] = field(default_factory=Future)


class AuditWriter:
    """Writes rows in order of arrival; may be called from any event loop."""

    def __init__(self, store: Store) -> None:
        # Finished views hold their connections until they are written, and might use up all of them.
        self._store = store.apart()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="trail")
        self._lock = threading.Lock()
        self._waiting: list[_Entry] = []

    async def record(self, act: Act | None, outcome: Outcome = "done", *, view: Session | None = None) -> None:
        """Write the row of an act that changes nothing; acts that change something write it in their own transaction.

        Args:
            act: None: only close the view.
            view: Closed first.

        Returns:
            Once the row is in the database. The row is written even if the caller is cancelled.
        """
        entry = _Entry(act, outcome, view)
        with self._lock:
            self._waiting.append(entry)
            if len(self._waiting) == 1:
                self._begin()
        written = asyncio.wrap_future(entry.is_written)
        # A caller that has left does not need the outcome.
        written.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(written)

    def _begin(self) -> None:
        try:
            self._thread.submit(self._write)
        except RuntimeError:
            # No thread could be started. The next request tries again.
            entry = self._waiting.pop()
            if entry.view is not None:
                entry.view.close()
            raise

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        for entry in batch:
            if entry.view is not None:
                # A connection that breaks now has already served its view; the pool discards it.
                with suppress(SQLAlchemyError):
                    entry.view.close()
        self._write_whole(batch)

    def _write_whole(self, batch: Sequence[_Entry]) -> None:
        """Write a batch as a whole; if a row is refused, each row separately. If the database is unavailable, do not wait for it twice."""
        try:
            if rows := [(entry.act, entry.outcome) for entry in batch if entry.act is not None]:
                with self._store.writing() as session:
                    record_all(session, rows)
        except (IntegrityError, DataError) as error:
            if len(batch) > 1:
                for entry in batch:
                    self._write_whole([entry])
            else:
                _fail(batch, error)
        except Exception as error:
            _fail(batch, error)
        else:
            for entry in batch:
                entry.is_written.set_result(None)


def _fail(batch: Sequence[_Entry], error: Exception) -> None:
    """Report the failure to the waiting callers and the log: something may have been viewed without an entry in the trail."""
    for entry in batch:
        if entry.act is not None:
            fields = {"of": entry.act.request_id, "action": entry.act.action, "caller": entry.act.caller.name}
            log.error("an act is not in the audit trail", exc_info=error, extra={"fields": fields})
        entry.is_written.set_exception(error)
