"""Two publish at once, and a process is killed while it publishes: the week is always whole, and one of two is told."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from api.database import Store
from api.database.tables import RosterRow
from api.publishing.store import publish
from api.weeks.store.published import published_view
from api.weeks.store.rosters import add_draft, roster_of
from api.weeks.store.weeks import find_week, lock_week, published_roster
from scheduler.roster import Roster as RosterDocument
from tests.api.weeks.publisher import loop, publisher, race
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM, good_roster, judged, keep_program, small_instance
from tests.build import roster

DATABASES = ["store", "postgres_store"]
SMALL, LARGE = good_roster(people=("ana", "ben")), good_roster()


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest) -> Store:
    """A database with the small program, on each engine."""
    found: Store = request.getfixturevalue(request.param)
    keep_program(found, small_instance())
    return found


def shape(document: RosterDocument) -> set[tuple[str, str]]:
    return {(session.id, booking.participant) for session in document.sessions for booking in session.bookings}


def seen(store: Store) -> tuple[str, set[tuple[str, str]], set[tuple[str, str]]]:
    """The state of the published roster's document and of the rows, in one view."""
    with store.reading() as session:
        row = published_roster(session, PROGRAM, MONDAY)
        view = published_view(session, PROGRAM, MONDAY, None)
        rows = {(s.id, b.participant) for s in view.sessions for b in s.bookings}
        return (row.id if row else "", shape(roster_of(session, row)) if row else set(), rows)


def empty(monday_weeks: int) -> RosterDocument:
    return roster(monday=MONDAY + timedelta(weeks=monday_weeks))


def test_of_two_processes_that_publish_at_once_one_does_and_one_is_told(kept, tmp_path):
    weeks, drafts = 6, []
    with kept.writing() as session:
        for number in range(weeks):
            monday, document = MONDAY + timedelta(weeks=number), empty(number)
            instance = small_instance().model_copy(update={"monday": monday})
            pair = [add_draft(session, PROGRAM, monday, judged(document, instance), "imported", "test").id for _ in range(2)]
            drafts.append((monday, pair))
    with publisher(race, kept, tmp_path) as (_, first), publisher(race, kept, tmp_path) as (_, second):
        assert [pipe.recv() for pipe in (first, second)] == [200, 200]
        answers = []
        for monday, pair in drafts:
            for pipe, id in zip((first, second), pair, strict=True):
                pipe.send((monday.isoformat(), id))
            answers.append(sorted(pipe.recv() for pipe in (first, second)))
    assert answers == [[(200, ""), (409, "published_meanwhile")]] * weeks
    with kept.reading() as session:
        assert [find_week(session, PROGRAM, monday).version for monday, _ in drafts] == [2] * weeks


def test_whoever_reads_meanwhile_sees_one_whole_week(kept):
    with kept.writing() as session:
        ids = [add_draft(session, PROGRAM, MONDAY, judged(LARGE if n % 2 else SMALL), "imported", "test").id for n in range(16)]
    is_over = threading.Event()
    views = []

    def look() -> None:
        while not is_over.is_set():
            views.append(seen(kept))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for id in ids:
        with kept.writing() as session:
            week, row = lock_week(session, PROGRAM, MONDAY), session.get(RosterRow, id)
            publish(session, week, row, judged(roster_of(session, row)), "test", BEFORE, ())
    is_over.set()
    for reader in readers:
        reader.join()
    assert all(document == rows for _, document, rows in views)
    assert len({id for id, _, _ in views}) > 2


def kill_while_publishing(store: Store, folder: Path, times: int, seed: int) -> int:
    """Kill a publishing process again and again, and look each time; how many rosters were published in all."""
    chance = random.Random(seed)
    for _ in range(times):
        with publisher(loop, store, folder) as (process, pipe):
            assert (pipe.recv(), pipe.recv()) == (200, (201, 200))
            time.sleep(chance.uniform(0.0, 0.2))
            process.kill()
        roster, document, rows = seen(store)
        assert roster
        assert document == rows
        assert document in (shape(SMALL), shape(LARGE))
    with store.reading() as session:
        rows_of = session.query(RosterRow).filter(RosterRow.program == PROGRAM)
        assert rows_of.filter(RosterRow.state == "published").count() == 1
        assert rows_of.filter(RosterRow.state == "draft").count() <= times
        assert find_week(session, PROGRAM, MONDAY).version == 1 + rows_of.filter(RosterRow.state != "draft").count()
        return rows_of.count()


def test_a_process_killed_while_it_publishes_leaves_the_old_week_or_the_new_one(store, tmp_path):
    keep_program(store, small_instance())
    assert kill_while_publishing(store, tmp_path, 2, seed=1) >= 2


@pytest.mark.proof
def test_fifty_kills_while_publishing_leave_fifty_whole_weeks(kept, tmp_path):
    assert kill_while_publishing(kept, tmp_path, 50, seed=2) >= 50
