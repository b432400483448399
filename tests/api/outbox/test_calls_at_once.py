"""The call list on both databases: one with the publication, whoever marks or mails meanwhile."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from api.calls.store.calls import noting_changes
from api.calls.store.views import find_call
from api.database.tables import CallRow, ConsentRow, ContactRow, MessageRow
from api.outbox.store import claim
from api.publishing.store import publish as publish_row
from api.weeks.store.rosters import add_draft
from api.weeks.store.weeks import lock_week
from tests.api.outbox.conftest import with_ana_at
from tests.api.weeks.small import BEFORE, MONDAY, good_roster, judged, keep_program, small_instance


@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_calls_stand_and_fall_with_the_publication(request, database):
    store = request.getfixturevalue(database)
    keep_program(store, small_instance())

    def publish_once(document, *, fails=False):
        with store.writing() as session:
            row = add_draft(session, "north", MONDAY, judged(document), "imported", "test")
            week = lock_week(session, "north", MONDAY)
            with noting_changes(session, week, BEFORE, "test", is_mailing=True):
                publish_row(session, week, row, judged(document), "test", BEFORE, ())
            if fails:
                raise RuntimeError

    def found():
        with store.reading() as session:
            return {(c.subject, c.version) for c in session.scalars(select(CallRow).where(CallRow.kind == "participant"))}

    with pytest.raises(RuntimeError):
        publish_once(good_roster(), fails=True)
    assert found() == set()
    publish_once(good_roster())
    assert found() == {("ana", 1), ("ben", 1), ("cid", 1)}
    publish_once(with_ana_at("mon", "14:00"))
    assert found() == {("ana", 2), ("ben", 1), ("cid", 1)}
    publish_once(good_roster(people=("ana", "ben")))
    assert found() == {("ana", 3), ("ben", 1)}, "cid was told of nothing, and there is nothing to tell any more"


@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_who_marks_while_another_publishes_is_told_that_the_text_is_another_one(request, database):
    store = request.getfixturevalue(database)
    keep_program(store, small_instance())
    is_locked, told = threading.Event(), []

    def publish_slowly(document, seconds):
        with store.writing() as session:
            row = add_draft(session, "north", MONDAY, judged(document), "imported", "test")
            week = lock_week(session, "north", MONDAY)
            with noting_changes(session, week, BEFORE, "test", is_mailing=True):
                publish_row(session, week, row, judged(document), "test", BEFORE, ())
            is_locked.set()
            time.sleep(seconds)

    def mark_as_seen():
        with store.writing() as session:
            row = find_call(session, "north", MONDAY, call, to_change=True)
            told.append((row.version, row.state))

    publish_slowly(good_roster(), 0)
    with store.reading() as session:
        call = session.scalar(select(CallRow.id).where(CallRow.subject == "ana"))
    is_locked.clear()
    publishing = threading.Thread(target=publish_slowly, args=(with_ana_at("mon", "14:00"), 0.3))
    publishing.start()
    assert is_locked.wait(60)
    mark_as_seen()
    publishing.join()
    assert told == [(2, "to_do")], "never the version before"


@pytest.mark.parametrize("database", ["store", "postgres_store"])
def test_a_mail_claimed_while_a_week_is_published_is_followed_by_another(request, database):
    store = request.getfixturevalue(database)
    keep_program(store, small_instance())
    is_claimed = threading.Event()

    def publish_once(document):
        with store.writing() as session:
            row = add_draft(session, "north", MONDAY, judged(document), "imported", "test")
            week = lock_week(session, "north", MONDAY)
            with noting_changes(session, week, BEFORE, "test", is_mailing=True):
                publish_row(session, week, row, judged(document), "test", BEFORE, ())

    def claim_slowly():
        with store.writing() as session:
            assert claim(session, BEFORE, ("mail",)) is not None
            is_claimed.set()
            time.sleep(0.3)

    with store.writing() as session:
        session.add(ContactRow(program="north", kind="participant", subject="ana", email="ana@example.org"))
        session.add(ConsentRow(program="north", participant="ana", kind="email", first=BEFORE.date()))
    publish_once(good_roster())
    claiming = threading.Thread(target=claim_slowly)
    claiming.start()
    assert is_claimed.wait(60)
    publish_once(with_ana_at("mon", "14:00"))
    claiming.join()
    with store.reading() as session:
        found = session.execute(select(MessageRow.state, MessageRow.attempts)).all()
        document = session.scalar(select(CallRow.document).where(CallRow.subject == "ana"))
    assert sorted(found) == [("dropped", 1), ("waiting", 0)]
    assert len(document["maybe"]) == 1, "what the first mail says may be believed"
