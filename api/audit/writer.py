"""The writer of the audit trail: what several requests saw at the same moment becomes one transaction.

A view is answered when its row is in the database, not sooner. Each row by itself would cost as much as the view (0.3 ms, and a second
thread that wants the interpreter), and on PostgreSQL a flush of the disk.
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
class _Seen:
    """What a request saw, and the view it saw it in."""

    act: Act | None
    outcome: Outcome
    view: Session | None
    is_written: Future[None] = field(default_factory=Future)


class Trail:
    """Writes rows in the order in which they come; called from any event loop."""

    def __init__(self, store: Store) -> None:
        # Finished views keep their connections until they are written, and might have all there are.
        self._store = store.apart()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="trail")
        self._lock = threading.Lock()
        self._waiting: list[_Seen] = []

    async def record(self, act: Act | None, outcome: Outcome = "done", *, view: Session | None = None) -> None:
        """Write the row of an act that changes nothing itself; what changes something writes it in its own transaction.

        Args:
            act: None: there is only a view to close.
            view: Closed first.

        Returns:
            When the row is in the database. Cancelled meanwhile, it is written all the same.
        """
        seen = _Seen(act, outcome, view)
        with self._lock:
            self._waiting.append(seen)
            if len(self._waiting) == 1:
                self._begin()
        written = asyncio.wrap_future(seen.is_written)
        # Whoever left does not ask what became of it.
        written.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(written)

    def _begin(self) -> None:
        try:
            self._thread.submit(self._write)
        except RuntimeError:
            # The machine gives no thread. The next request tries again.
            seen = self._waiting.pop()
            if seen.view is not None:
                seen.view.close()
            raise

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        for seen in batch:
            if seen.view is not None:
                # A connection that breaks now has shown what it had; the pool throws it away.
                with suppress(SQLAlchemyError):
                    seen.view.close()
        self._write_whole(batch)

    def _write_whole(self, batch: Sequence[_Seen]) -> None:
        """Write a batch whole; where a row is refused, each by itself. When the database is away, nobody waits for it twice."""
        try:
            if rows := [(seen.act, seen.outcome) for seen in batch if seen.act is not None]:
                with self._store.writing() as session:
                    record_all(session, rows)
        except (IntegrityError, DataError) as error:
            if len(batch) > 1:
                for seen in batch:
                    self._write_whole([seen])
            else:
                _fail(batch, error)
        except Exception as error:
            _fail(batch, error)
        else:
            for seen in batch:
                seen.is_written.set_result(None)


def _fail(batch: Sequence[_Seen], error: Exception) -> None:
    """Tell who waits, and the log: somebody may have seen what the trail does not know of."""
    for seen in batch:
        if seen.act is not None:
            fields = {"of": seen.act.request_id, "action": seen.act.action, "caller": seen.act.caller.name}
            log.error("an act is not in the audit trail", exc_info=error, extra={"fields": fields})
        seen.is_written.set_exception(error)
