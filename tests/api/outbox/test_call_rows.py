"""The call list as rows, without a service around it: who is on it, what it says, and when an entry changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.calls.store.calls import changes_of, count_to_call, due_calls, noting_changes, open_calls, published_weeks, weeks_of
from api.consents.models import ConsentRecord
from api.consents.store import record_consent
from api.contacts.store import keep_contact
from api.database.tables import CallRow, FeedLinkRow, FeedRow, MessageRow, WebhookRow, WeekRow
from api.programs.person import Person
from api.programs.store.programs import zone_of
from api.webhooks.store import create_webhook
from api.weeks.store.weeks import lock_week
from scheduler.roster import Roster
from tests.api.weeks.small import BEFORE, MONDAY, changed_elsewhere, draft, good_roster, publish_draft
from tests.build import at, meet, roster, run

LATER = BEFORE + timedelta(hours=1)
OURS = ("north", MONDAY)
OTHERS = (("south", MONDAY), ("north", MONDAY + timedelta(weeks=1)))
ANA, BEN, CID, CORA, DAN = (
    *(Person("participant", id) for id in ("ana", "ben", "cid")), Person("clinician", "cora"), Person("clinician", "dan"),
)  # fmt: skip
ONE = roster(run("g1", "mon", "09:00", ("ana",)))
TALK = "a.ana.individual.2026-11-30.1"


def published(rows: Session, document: Roster, when: datetime = BEFORE, by: str = "user:1", **more: Any) -> WeekRow:
    """Publish a roster, noting whom to call."""
    week = lock_week(rows, "north", MONDAY)
    with noting_changes(rows, week, when, by, is_mailing=more.get("is_mailing", False)):
        publish_draft(rows, draft(rows, document=document), when)
    rows.flush()
    return week


def entries(rows: Session) -> dict[Person, CallRow]:
    return open_calls(rows, *OURS)


def test_a_first_week_is_told_to_everybody_in_it(rows):
    published(rows, ONE)
    found = entries(rows)
    assert set(found) == {ANA, CORA}
    row = found[ANA]
    assert (row.program, row.monday, row.kind, row.subject, row.state, row.version) == (*OURS, "participant", "ana", "to_do", 1)
    assert (row.created_at, row.created_by, row.changed_at, row.changed_by, row.noted_at) == (BEFORE, "user:1", BEFORE, "user:1", BEFORE)
    assert (row.first, row.until) == (at("mon", "09:00"), at("mon", "12:00"))
    (change,) = changes_of(row, zone_of(rows, "north"), BEFORE)
    assert (change.kind, change.after.key, change.after.mode, change.after.site) == ("new", "g.g1.2026-11-30", "in_person", "s1")


def test_another_publication_is_told_in_the_same_entry_and_only_where_something_changed(rows):
    published(rows, ONE)
    before = {person: (row.id, row.version) for person, row in entries(rows).items()}
    published(rows, roster(run("g1", "mon", "09:00", ("ana", "ben"))), LATER, "user:2")
    after = entries(rows)
    assert set(after) == {ANA, BEN, CORA}
    assert [(after[p].id, after[p].version) for p in (ANA, CORA)] == [before[p] for p in (ANA, CORA)]
    assert (after[ANA].noted_at, after[BEN].noted_at, after[BEN].created_by) == (BEFORE, LATER, "user:2")
    published(rows, roster(run("g1", "mon", "10:00", ("ana", "ben"))), LATER, "user:3")
    row = entries(rows)[ANA]
    assert (row.id, row.version, row.noted_at, row.changed_at, row.changed_by) == (before[ANA][0], 2, LATER, LATER, "user:3")
    assert (row.created_by, row.created_at, row.first) == ("user:1", BEFORE, at("mon", "10:00"))


def test_who_has_nothing_to_be_told_any_more_is_off_the_list(rows):
    published(rows, ONE)
    published(rows, roster(run("g1", "mon", "09:00")), LATER)
    assert set(entries(rows)) == {CORA}
    published(rows, roster(), LATER)
    assert entries(rows) == {}


def test_what_was_seen_in_a_tried_mail_is_told_when_it_is_undone(rows):
    published(rows, ONE)
    row = entries(rows)[ANA]
    tried = {"payload": {}, "version": 1, "log": [], "created_at": BEFORE, "due_at": BEFORE, "kind": "mail", "event": "call"}
    rows.add(MessageRow(id="m1", program="north", call=row.id, state="waiting", attempts=0, **tried))
    rows.flush()
    zone = zone_of(rows, "north")

    def told() -> list[str]:
        due = due_calls(rows, "north", {ANA: row}, published_weeks(rows, *OURS), {}, LATER)
        return [change.kind for each in due if each.person == ANA for change in each.changes]

    assert told() == []
    rows.get(MessageRow, "m1").attempts = 1
    rows.flush()
    assert told() == ["cancelled"]
    assert [change.kind for change in changes_of(row, zone, at("mon", "12:00"))] == []


def subscribed(rows: Session, person: Person, seen_at: datetime) -> None:
    """Let somebody have a calendar in a program that fetches it once a day."""
    whose = {"program": "north", "subject_kind": person.kind, "subject": person.id, "purpose": "self"}
    seen = {"google": {"seen_at": seen_at.isoformat()}}
    rows.add(FeedRow(id="f1", **whose, document={}, clients=seen, acknowledged=1, acknowledged_at=BEFORE, days_after=0))
    rows.flush()
    rows.add(FeedLinkRow(token_hash="h", feed="f1", created_at=BEFORE - timedelta(days=9)))
    rows.flush()


def test_who_has_a_calendar_is_told_what_it_does_not_show_in_time(rows):
    subscribed(rows, ANA, BEFORE)

    def due(when: datetime) -> dict[Person, bool]:
        return {each.person: each.has_calendar for each in due_calls(rows, "north", {}, {}, weeks_of(ONE), when)}

    assert due(BEFORE) == {CORA: False}
    soon = at("mon", "08:00")
    rows.get(FeedRow, "f1").clients = {"google": {"seen_at": soon.isoformat()}}
    rows.flush()
    assert due(soon) == {ANA: True, CORA: False}


@pytest.mark.parametrize(("minutes", "told"), [(-1, []), (0, ["cancelled"])])
def test_what_was_fetched_is_told_when_it_is_undone(rows, minutes, told):
    published(rows, ONE)
    subscribed(rows, ANA, BEFORE + timedelta(minutes=minutes))
    due = due_calls(rows, "north", {ANA: entries(rows)[ANA]}, {}, {}, LATER)
    assert [change.kind for each in due for change in each.changes] == told


def test_entries_are_read_again_before_they_are_changed(rows):
    published(rows, ONE)
    found = entries(rows)
    changed_elsewhere(rows, CallRow)
    assert found[ANA].version == 1
    published(rows, roster(run("g1", "mon", "10:00", ("ana",))), LATER)
    assert found[ANA].version == 8


def test_mails_are_queued_for_who_may_be_mailed_where_mails_are_sent(rows):
    keep_contact(rows, "north", CORA, None, "cora@example.org", "user:1", BEFORE)
    published(rows, ONE)
    assert list(rows.scalars(select(MessageRow))) == []
    published(rows, roster(run("g1", "mon", "10:00", ("ana",))), LATER, is_mailing=True)
    (message,) = rows.scalars(select(MessageRow))
    assert (message.call, message.due_at, message.kind) == (entries(rows)[CORA].id, LATER, "mail")


def test_whoever_agreed_to_mails_is_mailed_from_that_day_on_by_the_programs_clock(rows):
    keep_contact(rows, "north", ANA, None, "ana@example.org", "user:1", BEFORE)
    record_consent(rows, "north", "ana", ConsentRecord(kind="email", first=MONDAY), "user:1", BEFORE)
    midnight = at("mon", "00:00")
    mailed = []
    for start, when in (("09:00", midnight - timedelta(hours=1)), ("10:00", midnight)):
        published(rows, roster(run("g1", "mon", start, ("ana",))), when, is_mailing=True)
        mailed.append([message.due_at for message in rows.scalars(select(MessageRow))])
    assert mailed == [[], [midnight]]


def test_webhooks_are_told_whether_something_is_published(rows):
    events = ("roster.published", "roster.unpublished")
    hook: WebhookRow = create_webhook(rows, "north", "https://example.org", events, "user:1", BEFORE)
    week = published(rows, ONE)
    (message,) = rows.scalars(select(MessageRow))
    assert (message.event, message.webhook, message.due_at, message.payload["monday"]) == (events[0], hook.id, BEFORE, "2026-11-30")
    with noting_changes(rows, week, LATER, "user:1", is_mailing=False):
        pass
    assert message.payload["roster"] is not None


def test_only_entries_of_the_week_to_be_done_and_not_over_are_counted(rows):
    published(rows, ONE)
    for program, monday in OTHERS:
        week = lock_week(rows, program, monday)
        with noting_changes(rows, week, BEFORE, "user:1", is_mailing=False):
            publish_draft(rows, draft(rows, program, monday))
    rows.flush()
    assert (count_to_call(rows, *OURS, BEFORE), count_to_call(rows, *OURS, at("mon", "11:59"))) == (2, 2)
    assert count_to_call(rows, *OURS, at("mon", "12:00")) == 0
    entries(rows)[ANA].state = "reached"
    rows.flush()
    assert (count_to_call(rows, *OURS, BEFORE), set(entries(rows)), set(open_calls(rows, *OURS, to_change=True))) == (1, {CORA}, {CORA})


def test_appointments_are_read_alike_from_rows_and_from_a_roster(rows):
    mixed = roster(
        run("g1", "mon", "09:00", ("ana", "ben@home"), mode="hybrid"), meet("ana", "tue", "13:00"), meet("cid@home", "wed", "13:00")
    )
    publish_draft(rows, draft(rows, document=mixed))
    publish_draft(rows, draft(rows, "south"))
    found = published_weeks(rows, *OURS)
    assert found == weeks_of(mixed)
    assert {person: sorted(week) for person, week in found.items()} == {
        ANA: [TALK, "g.g1.2026-11-30"], BEN: ["g.g1.2026-11-30"], CID: [TALK.replace("ana", "cid")], CORA: ["g.g1.2026-11-30"],
        DAN: [TALK, TALK.replace("ana", "cid")],
    }  # fmt: skip
    talk = found[ANA][TALK]
    assert (talk.key, talk.start, talk.end, talk.mode, talk.site) == (TALK, at("tue", "13:00"), at("tue", "13:50"), "in_person", "s1")
    assert [found[p]["g.g1.2026-11-30"].mode for p in (ANA, BEN, CORA)] == ["in_person", "telehealth", "hybrid"]
    assert published_weeks(rows, *OTHERS[1]) == {}
    assert set(published_weeks(rows, *OTHERS[0])) == set(weeks_of(good_roster()))
