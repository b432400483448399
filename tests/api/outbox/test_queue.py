"""The outbox as a queue: nothing lost, nothing sent by two at once, an end to trying. By a clock of the test's own."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.database import Store
from api.database.tables import MessageRow, ProgramRow, WebhookRow
from api.database.tables.base import new_id
from api.delivery.deliverer import Deliverer
from api.events.store import WAITING_MOST, add_event
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.outbox.store import (
    ATTEMPTS_MOST,
    LEASE,
    Outcome,
    claim,
    database_time,
    delay_after,
    expire,
    messages_of,
    retry,
    settle,
)

AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
KINDS = ("mail", "webhook")
DATABASES = ["store", "postgres_store"]
AGAIN, DONE = Outcome("again", "5xx"), Outcome("delivered", "2xx")


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest) -> Store:
    """A database with a program, on each engine."""
    return with_program(request.getfixturevalue(request.param))


@pytest.fixture
def one(store: Store) -> Store:
    return with_program(store)


def with_program(store: Store) -> Store:
    with store.writing() as session:
        session.add(ProgramRow(id="north", document={"zone": "America/New_York"}))
    return store


def fill(store: Store, count: int = 1, webhooks: int = 1, at: datetime = AT) -> list[str]:
    """Messages to webhooks by turns; their ids."""
    with store.writing() as session:
        rows = [
            WebhookRow(id=new_id(), program="north", url="https://example.org/", events=[], secret="whsec_AAAA") for _ in range(webhooks)
        ]
        session.add_all(rows)
        session.flush()
        made = [add_event(session, rows[n % webhooks], "webhook.test", {}, at) for n in range(count)]
        return [message.id for message in made if message is not None]


def message(store: Store, id: str) -> MessageRow:
    with store.reading() as session:
        found = session.get(MessageRow, id)
        assert found is not None
        return found


def attempt(store: Store, at: datetime, outcome: Outcome = AGAIN, chance: float = 0.5) -> str | None:
    """Claim what is due and settle it; what became of it, None: there was nothing."""
    with store.writing() as session:
        claimed = claim(session, at, KINDS)
    if claimed is None:
        return None
    with store.writing() as session:
        return settle(session, claimed, outcome, at, chance)


def test_a_failure_is_tried_again_ever_later_and_given_up_after_ten(one):
    (id,) = fill(one)
    at, waits = AT, []
    while attempt(one, at) == "again":
        assert attempt(one, at) is None, "not before its time"
        due = message(one, id).due_at
        assert attempt(one, due - timedelta(seconds=1)) is None
        waits.append((due - at).total_seconds())
        at = due
    assert waits == [30, 90, 270, 810, 2430, 7290, 21600, 21600, 21600]
    row = message(one, id)
    assert (row.state, row.reason, row.attempts, len(row.log)) == ("dead", "5xx", ATTEMPTS_MOST, 10)
    assert attempt(one, at + timedelta(days=30)) is None


def test_waiting_is_a_fifth_more_or_less_by_chance():
    assert [delay_after(1, chance).total_seconds() for chance in (0.0, 0.5, 1.0)] == [24, 30, 36]
    assert delay_after(1000, 1.0) == timedelta(hours=7.2)


def test_a_receiver_that_asks_to_be_left_alone_is(one):
    (id,) = fill(one)
    attempt(one, AT, Outcome("again", "4xx", wait=timedelta(minutes=10)))
    assert message(one, id).due_at == AT + timedelta(minutes=10)
    attempt(one, AT + timedelta(minutes=10), Outcome("again", "4xx", wait=timedelta(days=300)))
    assert message(one, id).due_at == AT + timedelta(hours=6, minutes=10), "but not for ever"


def test_what_a_dead_process_had_is_sent_by_another_when_its_lease_is_over(kept):
    """Crashed between sending and saying so: sent twice under one id, never lost."""
    (id,) = fill(kept)
    with kept.writing() as session:
        first = claim(session, AT, KINDS)
    with kept.writing() as session:
        assert claim(session, AT + LEASE - timedelta(seconds=1), KINDS) is None
    with kept.writing() as session:
        second = claim(session, AT + LEASE, KINDS)
    assert first is not None
    assert second is not None
    assert (first.id, second.id, first.lease == second.lease) == (id, id, False)
    with kept.writing() as session:
        assert settle(session, first, DONE, AT + LEASE, 0.5) is None, "it slept, and is not asked any more"
        assert settle(session, second, DONE, AT + LEASE, 0.5) == "delivered"
    assert (message(kept, id).state, message(kept, id).attempts) == ("delivered", 2)


def test_a_message_that_kills_its_senders_ends_as_well(one):
    (id,) = fill(one)
    at = AT
    for _ in range(ATTEMPTS_MOST):
        with one.writing() as session:
            assert claim(session, at, KINDS) is not None
        at += LEASE
    with one.writing() as session:
        assert claim(session, at, KINDS) is None
    assert (message(one, id).state, message(one, id).reason) == ("dead", "gave_up")


@pytest.mark.parametrize("crash", [SystemExit, KeyboardInterrupt])
def test_a_crash_between_sending_and_marking_sends_again_and_loses_nothing(one, settings, crash):
    fill(one, 3, webhooks=3)
    sent: list[str] = []

    def send(_settings, _store, claimed, _at, _network):
        sent.append(claimed.id)
        if len(sent) == 2:
            raise crash
        return DONE

    now = [AT]
    deliverer = Deliverer(settings, one, clock=lambda _: now[0], send=send)
    with pytest.raises(crash):
        deliverer.deliver_due()
    again = Deliverer(settings, one, clock=lambda _: now[0], send=send)
    assert again.deliver_due() == 1, "the third; the second is leased"
    now[0] += LEASE
    assert again.deliver_due() == 1
    assert Counter(sent) == {sent[0]: 1, sent[1]: 2, sent[2]: 1}
    with one.reading() as session:
        assert set(session.scalars(select(MessageRow.state))) == {"delivered"}


def test_two_deliverers_at_once_send_each_message_once(kept, tmp_path, monkeypatch):
    """Forty messages for forty receivers, two deliverers of three threads each; each attempt takes a while and fails by chance."""
    # Time runs fast here, on machines that may be slow.
    monkeypatch.setattr("api.outbox.store.LEASE", timedelta(days=30))
    ids = fill(kept, 40, webhooks=40)
    settings = Settings(data=tmp_path)
    sending, sent, wrong, lock = set[str](), Counter[str](), list[str](), threading.Lock()
    chance = random.Random(4)

    def send(_settings, _store, claimed, _at, _network):
        with lock:
            if claimed.id in sending:
                wrong.append(claimed.id)
            sending.add(claimed.id)
            sent[claimed.id] += 1
            fails = chance.random() < 0.2
        time.sleep(0.002)
        with lock:
            sending.discard(claimed.id)
        return AGAIN if fails else DONE

    start = datetime.now(UTC)

    def clock(_session):
        # A second of ours is an hour of theirs: failures are due again soon.
        return AT + (datetime.now(UTC) - start) * 3600

    two = [Deliverer(settings, kept, clock=clock, send=send) for _ in range(2)]
    for deliverer in two:
        deliverer._is_over.wait = lambda _seconds, wait=deliverer._is_over.wait: wait(0.01)  # type: ignore[method-assign]
        deliverer.start()
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        with kept.reading() as session:
            if not session.scalars(select(MessageRow.id).where(MessageRow.state == "waiting")).all():
                break
        time.sleep(0.02)
    for deliverer in two:
        deliverer.stop()
    assert wrong == []
    assert {message(kept, id).state for id in ids} == {"delivered"}
    assert all(message(kept, id).attempts == sent[id] for id in ids)
    assert 40 < sum(sent.values()) < 80


def test_one_receiver_never_has_two_threads_of_a_process(one, settings):
    """A slow receiver must not hold up all the others."""
    fill(one, 6, webhooks=1)
    busy, most = 0, 0
    lock = threading.Lock()

    def send(_settings, _store, _claimed, _at, _network):
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.01)
        with lock:
            busy -= 1
        return DONE

    deliverer = Deliverer(settings, one, clock=lambda _: AT, send=send)
    threads = [threading.Thread(target=deliverer.deliver_due) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, deliverer.deliver_due()) == (1, 0)


def test_a_defect_while_sending_is_an_attempt_and_is_told_without_values(one, settings, caplog):
    (id,) = fill(one)

    def send(*_):
        raise ValueError("Quennell")

    assert Deliverer(settings, one, clock=lambda _: AT, send=send).deliver_due() == 1
    assert [entry["code"] for entry in message(one, id).log] == ["defect"]
    assert "a message could not be sent" in caplog.text
    assert "Quennell" not in caplog.text


def test_a_receiver_that_answers_nothing_is_told_no_more_at_a_thousand(one):
    fill(one, WAITING_MOST)
    with one.writing() as session:
        row = session.scalars(select(WebhookRow)).one()
        assert add_event(session, row, "webhook.test", {}, AT) is None
        assert (row.disabled_at, row.disabled_reason) == (AT, "too_many_waiting")


def test_what_ended_is_deleted_after_a_month_and_what_is_dead_after_three(one):
    ids = fill(one, 3, webhooks=3)
    for outcome in (DONE, Outcome("dropped", "disabled"), Outcome("dead", "4xx")):
        attempt(one, AT, outcome)
    with one.writing() as session:
        assert expire(session, AT + timedelta(days=30)) == 0
        assert expire(session, AT + timedelta(days=31)) == 2
        assert [row.state for row in messages_of(session, "north", state=None, after=None, limit=9)] == ["dead"]
        assert expire(session, AT + timedelta(days=91)) == 1
    assert len(ids) == 3


def test_only_what_is_dead_is_tried_anew(one):
    (id,) = fill(one)
    with one.writing() as session, pytest.raises(Problem):
        retry(session.get_one(MessageRow, id), AT)
    attempt(one, AT, Outcome("dead", "4xx"))
    with one.writing() as session:
        retry(session.get_one(MessageRow, id), AT)
    assert attempt(one, AT, DONE) == "delivered"


def test_messages_are_listed_the_latest_first_in_pages(one):
    ids = [fill(one, 2, at=AT + timedelta(minutes=n)) for n in range(3)]
    with one.reading() as session:
        first = messages_of(session, "north", state="waiting", after=None, limit=4)
        rest = messages_of(session, "north", state="waiting", after=first[3].id, limit=4)
        listed = [row.id for row in [*first[:4], *rest]]
        assert sorted(listed) == sorted(id for pair in ids for id in pair)
        assert set(listed[:2]) == set(ids[2])
        assert messages_of(session, "south", state=None, after=None, limit=4) == []
        with pytest.raises(Problem):
            messages_of(session, "south", state=None, after=ids[0][0], limit=4)


def test_the_clock_is_the_databases_where_several_machines_share_it(kept):
    with kept.reading() as session:
        assert abs(database_time(session) - datetime.now(UTC)) < timedelta(seconds=5)
        assert database_time(session).tzinfo is not None
