"""Rows of what requests saw: written before the answer, many at once, none lost for another's sake."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from api.audit.acts import Act
from api.audit.writer import AuditWriter
from api.database import Store
from api.database.tables import AuditEntryRow
from api.security.access import Caller


def act(n: int) -> Act:
    return Act(Caller("key", f"k{n}"), "room.view", "p1", f"room=r{n}")


def rows_of(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.scalars(select(AuditEntryRow.target)))


@pytest.fixture
def writer(store) -> AuditWriter:
    return AuditWriter(store)


@pytest.fixture
def transactions(writer, monkeypatch) -> list[int]:
    """One for each transaction that was begun; the first waits until somebody sets `trail.may_write`."""
    begun: list[int] = []
    whole, writer.may_write = writer._store.writing, threading.Event()

    @contextmanager
    def writing():
        begun.append(len(begun))
        assert writer.may_write.wait(60)
        with whole() as session:
            yield session

    monkeypatch.setattr(writer._store, "writing", writing)
    return begun


async def until(is_so: Callable[[], object]) -> None:
    """Wait for something that must become so."""
    while not is_so():
        await asyncio.sleep(0.001)


async def record_together(writer: AuditWriter, count: int, begun: list[int]) -> list[BaseException | None]:
    """One act, then others while it is being written."""
    first = asyncio.create_task(writer.record(act(0)))
    await until(lambda: begun)
    others = [asyncio.create_task(writer.record(act(n))) for n in range(1, count)]
    await until(lambda: len(writer._waiting) == count - 1)
    writer.may_write.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_what_comes_while_a_row_is_written_is_one_transaction(writer, store, transactions):
    assert asyncio.run(record_together(writer, 9, transactions)) == [None] * 9
    assert len(transactions) == 2
    assert rows_of(store) == [f"room=r{n}" for n in range(9)]


def test_a_row_that_cannot_be_written_takes_no_other_with_it(writer, store, transactions):
    with store.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER bad BEFORE INSERT ON audit WHEN NEW.target = 'room=r2' BEGIN SELECT RAISE(ABORT, 'no'); END")
        )
    found = asyncio.run(record_together(writer, 4, transactions))
    assert [error is None for error in found] == [True, True, False, True]
    assert rows_of(store) == ["room=r0", "room=r1", "room=r3"]


def test_a_view_is_not_answered_when_its_row_cannot_be_written(admin, store):
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER bad BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"))
    answer = admin.get("/v1/programs")
    assert (answer.status_code, answer.json()["code"]) == (500, "defect")


def test_whoever_leaves_has_seen_it_all_the_same(writer, store, transactions):
    async def leave() -> None:
        view = store.view()
        view.connection()
        asked = asyncio.create_task(writer.record(act(1), view=view))
        await until(lambda: transactions)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        writer.may_write.set()
        await writer.record(act(2))

    asyncio.run(leave())
    assert rows_of(store) == ["room=r1", "room=r2"]
    assert store.engine.pool.checkedout() == 0


def test_two_event_loops_write_one_trail(writer, store):
    loops = [threading.Thread(target=lambda n=n: asyncio.run(writer.record(act(n)))) for n in range(8)]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join(60)
    assert rows_of(store) == [f"room=r{n}" for n in range(8)]


def test_when_the_database_is_away_nobody_waits_for_it_twice(writer, monkeypatch, caplog):
    tried: list[int] = []

    @contextmanager
    def away():
        tried.append(1)
        assert writer.may_write.wait(60)
        raise OperationalError("", {}, Exception())
        yield

    writer.may_write = threading.Event()
    monkeypatch.setattr(writer._store, "writing", away)
    found = asyncio.run(record_together(writer, 9, tried))
    assert {type(error) for error in found} == {OperationalError}
    assert len(tried) == 2
    assert [record.fields["action"] for record in caplog.records] == ["room.view"] * 9


def test_views_that_hold_every_connection_are_written(writer, store):
    """They keep them until they are written: the trail has one of its own."""
    views = [store.view() for _ in range(store.engine.pool.size() + store.engine.pool._max_overflow)]
    for view in views:
        view.connection()
    asyncio.run(asyncio.wait_for(writer.record(act(1)), 60))
    for view in views:
        view.close()
    assert rows_of(store) == ["room=r1"]


def test_a_machine_that_gives_no_thread_costs_one_request(writer, store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", lambda _: (_ for _ in ()).throw(RuntimeError("can't start new thread")))
        view = store.view()
        view.connection()
        with pytest.raises(RuntimeError):
            asyncio.run(writer.record(act(1), view=view))
    assert store.engine.pool.checkedout() == 0
    asyncio.run(asyncio.wait_for(writer.record(act(2)), 60))
    assert rows_of(store) == ["room=r2"]


def test_a_view_whose_connection_breaks_takes_no_other_with_it(writer, store, transactions):
    def broken() -> None:
        raise OperationalError("", {}, Exception())

    async def together() -> None:
        views = [store.view() for _ in range(3)]
        for view in views:
            view.connection()
        close, views[1].close = views[1].close, broken
        first = asyncio.create_task(writer.record(act(0)))
        await until(lambda: transactions)
        others = [asyncio.create_task(writer.record(act(n + 1), view=view)) for n, view in enumerate(views)]
        await until(lambda: len(writer._waiting) == len(views))
        writer.may_write.set()
        await asyncio.gather(first, *others)
        close()

    asyncio.run(together())
    assert rows_of(store) == [f"room=r{n}" for n in range(4)]
    assert store.engine.pool.checkedout() == 0
