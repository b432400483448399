"""A process that sends is killed again and again: every message arrives, and none is sent more often than processes died with it."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.database import Store
from api.database.tables import MessageRow
from api.outbox.store import LEASE, claim
from tests.api.forks import CONTEXT
from tests.api.outbox.sender import sender
from tests.api.outbox.sink import Sink
from tests.api.outbox.test_queue import AT, KINDS, fill, with_program


def kill_while_sending(store: Store, messages: int, kills: int, seed: int) -> None:
    """Kill the sender at random moments around the acceptance of a mail, start another, and look at what arrived."""
    chance, leap = random.Random(seed), CONTEXT.Value("d", 0.0)
    ids = fill(store, messages, webhooks=messages, at=datetime.now(UTC) - timedelta(minutes=1))
    accepted = threading.Event()
    with Sink() as sink:
        sink.before_yes = accepted.set
        for killed in range(kills + 1):
            with sender(store, sink.url, leap):
                if killed == kills:
                    wait_until_delivered(store)
                else:
                    assert accepted.wait(180)
                    # Before the yes, between yes and mark, or while the next one is claimed.
                    time.sleep(chance.choice([0.0, 0.001, 0.01, 0.05]))
            accepted.clear()
            leap.value += LEASE.total_seconds() + 1
    arrived = Counter(mail.message["Message-ID"].partition("@")[0].removeprefix("<") for mail in sink.mails)
    assert set(arrived) == set(ids), "nothing is lost"
    assert sum(arrived.values()) <= messages + kills, "and nothing sent twice but what a dead process had sent"
    with store.reading() as session:
        assert set(session.scalars(select(MessageRow.state))) == {"delivered"}


def wait_until_delivered(store: Store, seconds: float = 180) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with store.reading() as session:
            if session.scalar(select(MessageRow.id).where(MessageRow.state != "delivered").limit(1)) is None:
                return
        time.sleep(0.02)


def test_a_sender_killed_around_the_acceptance_loses_nothing(store):
    with_program(store)
    kill_while_sending(store, 4, 2, seed=2)


@pytest.mark.proof
@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_fifty_senders_killed_lose_nothing(request, database):
    kill_while_sending(with_program(request.getfixturevalue(database)), 80, 50, seed=3)


@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_a_message_of_a_transaction_that_failed_is_never_sent(request, database):
    store = with_program(request.getfixturevalue(database))
    fill(store)
    with suppress(RuntimeError), store.writing() as session:
        row = session.scalars(select(MessageRow)).one()
        session.add(MessageRow(id="msg_never", program="north", kind="webhook", event="x", webhook=row.webhook, payload={}, due_at=AT))
        session.flush()
        raise RuntimeError
    with store.writing() as session:
        found = [claim(session, AT, KINDS), claim(session, AT, KINDS)]
    assert [None if c is None else c.id != "msg_never" for c in found] == [True, None]
