"""Announcements as rows, without a service around them: whose they are, what became of them, and who changed them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.announcements.models import NewAnnouncement
from api.announcements.store import (
    OPEN_AT_MOST,
    accept,
    announce,
    announced_by,
    decline,
    find_announcement,
    list_announcements,
    mark_seen,
    show_announcement,
    withdraw,
)
from api.database.listing import Listing
from api.database.tables import AbsenceRow, AnnouncementRow
from api.kernel.errors import Problem
from tests.api.weeks.small import BEFORE, changed_elsewhere

MINUTE = timedelta(minutes=1)
LATER = BEFORE + MINUTE
AWAY = NewAnnouncement(first=date(2026, 12, 1), last=date(2026, 12, 2), start="09:00", end="10:00")


def code_of(act: Any, *given: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value.code


def announced(rows: Session, participant: str = "ana", program: str = "north", at: Any = BEFORE, **more: Any) -> AnnouncementRow:
    return announce(rows, program, participant, AWAY.model_copy(update=more), f"participant:{participant}", at)


class TestAnnouncements:
    def test_it_is_kept_as_it_was_said(self, rows):
        row = announced(rows)
        assert (row.program, row.participant, row.first, row.last, row.start, row.end) == ("north", "ana", AWAY.first, AWAY.last, 540, 600)
        assert (row.state, row.created_by, row.changed_by, row.created_at, row.changed_at) == (
            "open", "participant:ana", "participant:ana", BEFORE, BEFORE,
        )  # fmt: skip
        shown = show_announcement(row)
        assert (shown.id, shown.announced_at, shown.decided_at, shown.decided_by, shown.version) == (row.id, BEFORE, None, None, 1)

    def test_the_same_may_not_wait_twice(self, rows):
        first = announced(rows)
        assert code_of(announced, rows) == "exists"
        for other in ({"participant": "ben"}, {"program": "south"}, {"last": AWAY.first}, {"end": 660}):
            announced(rows, **other)
        withdraw(rows, first, "participant:ana", LATER)
        rows.flush()
        assert announced(rows).id != first.id

    def test_twenty_may_wait_and_no_more(self, rows):
        made = [announced(rows, end=600 + n) for n in range(OPEN_AT_MOST)]
        assert code_of(lambda: announced(rows, end=700)) == "wrong_state"
        announced(rows, "ben")
        withdraw(rows, made[0], "participant:ana", LATER)
        rows.flush()
        announced(rows, end=700)

    def test_one_is_accepted_once_as_an_ordinary_absence(self, rows):
        accept(rows, announced(rows, "ben"), "user:1", LATER)
        row = announced(rows)
        accept(rows, row, "user:1", LATER)
        absence = rows.get(AbsenceRow, {"program": "north", "id": row.id})
        assert (absence.document["participant"], absence.document["start"], absence.document["end"]) == ("ana", "09:00", "10:00")
        assert (row.state, row.absence, row.changed_by, row.changed_at, row.version) == ("accepted", row.id, "user:1", LATER, 2)
        accept(rows, row, "user:2", LATER + MINUTE)
        assert (row.changed_by, row.version) == ("user:1", 2)
        shown = show_announcement(row)
        assert (shown.decided_at, shown.decided_by) == (LATER, "user:1")
        assert announced_by(rows, "north", "ana", 5) == [(row, False)]
        absence.archived_at = LATER
        rows.flush()
        assert announced_by(rows, "north", "ana", 5) == [(row, True)]
        assert [code_of(withdraw, rows, row, "p", LATER), code_of(decline, rows, row, "too_late", "user:1", LATER)] == ["wrong_state"] * 2

    def test_one_is_declined_for_a_reason(self, rows):
        row = announced(rows)
        decline(rows, row, "too_late", "user:1", LATER)
        assert (row.state, row.reason, row.changed_by, row.changed_at, row.version) == ("declined", "too_late", "user:1", LATER, 2)
        decline(rows, row, "too_late", "user:2", LATER + MINUTE)
        assert (row.version, show_announcement(row).decided_by) == (2, "user:1")
        assert code_of(decline, rows, row, "call_us", "user:1", LATER) == "wrong_state"
        assert (row.reason, code_of(accept, rows, row, "user:1", LATER)) == ("too_late", "wrong_state")

    def test_one_is_withdrawn_once(self, rows):
        row = announced(rows)
        for _ in range(2):
            withdraw(rows, row, "participant:ana", LATER)
        assert (row.state, row.version, row.changed_at, show_announcement(row).decided_by) == ("withdrawn", 2, LATER, None)
        assert code_of(accept, rows, row, "user:1", LATER) == "wrong_state"

    def test_one_is_read_again_before_it_is_answered(self, rows):
        row = announced(rows)
        changed_elsewhere(rows, AnnouncementRow)
        assert find_announcement(rows, "north", row.id).version == 7

    def test_they_are_found_and_listed_under_their_program_and_participant(self, rows):
        first, second = announced(rows), announced(rows, end=660, at=LATER)
        ben, south = announced(rows, "ben"), announced(rows, program="south")
        assert announced_by(rows, "north", "ana", 5) == [(second, False), (first, False)]
        assert announced_by(rows, "north", "ana", 1) == [(second, False)]
        assert find_announcement(rows, "north", first.id) is find_announcement(rows, "north", first.id, "ana") is first
        for id, participant in ((south.id, None), (first.id, "ben"), ("none", None)):
            with pytest.raises(Problem, match="not_found: There is no such announcement"):
                find_announcement(rows, "north", id, participant)
        withdraw(rows, ben, "participant:ben", LATER)
        rows.flush()
        ids = sorted((first.id, second.id, ben.id))

        def listed(state: Any = None, participant: str | None = None, after: str | None = None, limit: int = 5) -> list[str]:
            found = list_announcements(rows, "north", Listing(limit, after), state=state, participant=participant).rows
            return [row.id for row in found]

        assert (listed(), listed(limit=1), listed(after=ids[0])) == (ids, ids[:1], ids[1:])
        assert (listed("withdrawn"), listed(participant="ben"), listed("open", "ben")) == ([ben.id], [ben.id], [])
        with pytest.raises(Problem):
            list_announcements(rows, "west", Listing())


class TestSeen:
    def test_it_is_seen_once_and_stays_open(self, rows):
        row = announced(rows)
        assert show_announcement(row).seen_at is None
        mark_seen(row, "user:1", LATER)
        mark_seen(row, "user:2", LATER + MINUTE)
        assert (row.state, row.seen_at, row.version, row.changed_by, row.changed_at) == ("open", LATER, 2, "user:1", LATER)
        assert show_announcement(row).seen_at == LATER

    def test_an_answer_is_given_by_who_has_seen_it(self, rows):
        first, second, third = announced(rows), announced(rows, "ben"), announced(rows, "cid")
        accept(rows, first, "user:1", LATER)
        decline(rows, second, "unclear", "user:1", LATER)
        mark_seen(second, "user:2", LATER + MINUTE)
        withdraw(rows, third, "participant:cid", LATER)
        assert [row.seen_at for row in (first, second, third)] == [LATER, LATER, None]
        assert code_of(mark_seen, third, "user:1", LATER) == "wrong_state"

    def test_who_saw_it_before_answering_saw_it_then(self, rows):
        row = announced(rows)
        mark_seen(row, "user:1", LATER)
        accept(rows, row, "user:1", LATER + MINUTE)
        assert row.seen_at == LATER
