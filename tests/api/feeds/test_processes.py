"""Several processes: a publish reaches a feed whole, all serve the same bytes, and a note never stands in the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from api.database import Store
from api.database.tables import CalendarSecretRow, FeedRow
from api.feeds import FeedOptions, issue_feed, rotate_feed
from api.feeds.store import calendar_files as feed_bytes
from api.feeds.store.calendar_events import calendar_secret
from api.feeds.store.fetches import note_seen
from api.programs.person import Person
from api.publishing.store import publish
from api.security.tokens import token_hash
from api.weeks.store.building import build_instance
from api.weeks.store.rosters import add_draft
from api.weeks.store.weeks import lock_week
from tests.api.programs.seed import publish_week
from tests.api.weeks.publisher import loop, publisher
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM, good_roster, judged, keep_program, small_instance
from tests.build import roster
from tests.exchange.lint import lint
from tests.exchange.readers import read_icalendar

SMALL, LARGE = good_roster(people=("ana", "ben")), good_roster()


@pytest.fixture(params=["store", "postgres_store"])
def kept(request: pytest.FixtureRequest) -> Store:
    """A database with the small program, on each engine."""
    found: Store = request.getfixturevalue(request.param)
    keep_program(found, small_instance())
    return found


@pytest.fixture
def link(kept, settings) -> str:
    """The hash of the token of cid's feed."""
    with kept.writing() as session:
        subject = Person("participant", "cid")
        return token_hash(issue_feed(session, settings, PROGRAM, subject, "self", FeedOptions(), "test", BEFORE, acknowledged=2).token)


@pytest.fixture
def other(kept) -> Iterator[Store]:
    """The same database, as another process sees it."""
    made = Store(kept.url)
    yield made
    made.close()


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.proof)])
def test_while_a_process_publishes_on_and_on_each_feed_is_whole(kept, other, link, tmp_path, times):
    """Cid is in every second roster: three appointments or three cancelled ones, never a mixture; two readers, one history."""
    seen: list[tuple[str, object, str]] = []
    ends = time.monotonic() + 180
    with publisher(loop, kept, tmp_path) as (_, pipe):
        assert pipe.poll(180)
        assert pipe.recv() == 200
        # A busy machine may show every second roster only.
        while len(seen) < times or (len({status for _, _, status in seen}) < 2 and time.monotonic() < ends):
            assert pipe.poll(180)
            pipe.recv()
            served = feed_bytes.serve((kept, other)[len(seen) % 2], link, BEFORE + timedelta(seconds=len(seen)))
            assert served is not None
            assert lint(served.body) == []
            events = read_icalendar(served.body)
            assert len(events) == 3
            ((status, _),) = {(e.status, e.sequence) for e in events}  # not half of a publish
            seen.append((served.etag, served.modified_at, status))
    moments = [modified_at for _, modified_at, _ in seen]
    assert moments == sorted(moments)
    assert len({etag for etag, _, _ in seen}) == len({modified_at for _, modified_at, _ in seen}), "each version has a time of its own"
    assert {status for _, _, status in seen} == {"CONFIRMED", "CANCELLED"}


def test_processes_that_make_the_bytes_at_once_serve_the_same(kept, other, link):
    """Eight threads over two connections, right after a publish, each with a clock of its own."""
    publish_week(kept, PROGRAM, MONDAY, LARGE, BEFORE)
    found, start = [], threading.Barrier(8)

    def ask(number: int) -> None:
        start.wait()
        found.append(feed_bytes.serve((kept, other)[number % 2], link, BEFORE + timedelta(seconds=number)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(served.etag, served.modified_at, served.body) for served in found}) == 1


def test_older_bytes_are_not_kept_over_newer_ones(kept, link, monkeypatch):
    """Somebody publishes while the bytes are made: they are made again, and the time of change goes on."""
    publish_week(kept, PROGRAM, MONDAY, LARGE, BEFORE)
    make, published = feed_bytes._make, []

    def slow(session, found, at):
        made = make(session, found, at)
        if not published:
            published.append(True)
            publish_week(kept, PROGRAM, MONDAY, SMALL, BEFORE)
            assert feed_bytes.serve(kept, link, at) is not None
        return made

    monkeypatch.setattr(feed_bytes, "_make", slow)
    served = feed_bytes.serve(kept, link, BEFORE)
    assert served is not None
    assert {e.status for e in read_icalendar(served.body)} == {"CANCELLED"}
    assert feed_bytes.serve(kept, link, BEFORE + timedelta(minutes=1)) == served


def test_a_publish_that_fails_changes_no_feed(kept, link):
    """The transaction is rolled back after everything was written."""
    publish_week(kept, PROGRAM, MONDAY, LARGE, BEFORE)
    before = feed_bytes.serve(kept, link, BEFORE)

    def fail() -> None:
        with kept.writing() as session:
            empty, week = judged(roster(), build_instance(session, PROGRAM, MONDAY)), lock_week(session, PROGRAM, MONDAY)
            row = add_draft(session, PROGRAM, MONDAY, empty, "imported", "test")
            publish(session, week, row, empty, "test", BEFORE, ())
            raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError, match="power"):
        fail()
    assert feed_bytes.serve(kept, link, BEFORE) == before


def test_the_secret_is_made_once_whoever_comes_first(kept, other):
    """Two publish two weeks of a new program at once."""
    found, start = [], threading.Barrier(2)

    def ask(store: Store) -> None:
        start.wait()
        with store.writing() as session:
            found.append(calendar_secret(session, PROGRAM))

    threads = [threading.Thread(target=ask, args=(store,)) for store in (kept, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    with kept.reading() as session:
        assert session.get_one(CalendarSecretRow, PROGRAM).secret == found[0]


def test_rotating_while_somebody_makes_the_bytes_leaves_no_appointments_behind(kept, link, monkeypatch):
    """The old link shows the note, although its bytes were written after it was retired."""
    publish_week(kept, PROGRAM, MONDAY, LARGE, BEFORE)
    make, rotated = feed_bytes._make, []

    def slow(session, found, at):
        made = make(session, found, at)
        if not rotated:
            rotated.append(True)
            with kept.writing() as writing:
                rotate_feed(writing, writing.get_one(FeedRow, found.feed.id), "test", at)
        return made

    monkeypatch.setattr(feed_bytes, "_make", slow)
    feed_bytes.serve(kept, link, BEFORE)
    served = feed_bytes.serve(kept, link, BEFORE)
    assert served is not None
    assert served.is_ended
    assert b"no longer active" in served.body


def test_a_database_that_is_busy_delays_no_fetch_for_long(store, settings, monkeypatch):
    """SQLite, locked by a writer: the bytes are served all the same, and the note is given up."""
    monkeypatch.setattr("api.database.engine.SQLITE_WAIT_MS", 100)
    quick = Store(store.url)
    keep_program(quick, small_instance())
    with quick.writing() as session:
        made = issue_feed(session, settings, PROGRAM, Person("participant", "cid"), "self", FeedOptions(), "t", BEFORE, acknowledged=2)
    publish_week(quick, PROGRAM, MONDAY, LARGE, BEFORE)
    with store.writing() as session:
        session.execute(text("UPDATE programs SET version = version + 1"))
        began = time.monotonic()
        served = feed_bytes.serve(quick, token_hash(made.token), BEFORE)
        note_seen(quick, made.feed.id, "apple", BEFORE)
        assert time.monotonic() - began < 9
    assert served is not None
    assert len(read_icalendar(served.body)) == 3
    again = feed_bytes.serve(quick, token_hash(made.token), BEFORE)
    assert again is not None
    assert (again.etag, again.modified_at) == (served.etag, served.modified_at)
    quick.close()
