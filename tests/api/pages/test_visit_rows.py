"""Links and visits as rows, without a service around them: whose they are, when they end, and who changed them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.listing import Listing
from api.database.tables import PageLinkRow, PageVisitRow, ParticipantRow, ProgramRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.visits.store.visits import (
    begin_visit,
    end_visit,
    find_link,
    find_visitor,
    list_links,
    make_link,
    may_open,
    note_seen,
    revoke_link,
    show_details,
    state_of,
    visits_of,
)
from tests.api.weeks.small import BEFORE, changed_elsewhere

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = BEFORE + MINUTE
SETTINGS = Settings(page_link_days=7, visit_hours=12, visit_kept_days=30, visit_idle_minutes=30)


def link_for(rows: Session, participant: str = "ana", hashed: str = "h", program: str = "north", at: Any = BEFORE) -> PageLinkRow:
    return make_link(rows, SETTINGS, program, participant, hashed, "user:1", at)


def begin(rows: Session, hashed: str = "h", pressed: str = "p", visit: str = "v", at: Any = BEFORE, **more: Any) -> PageLinkRow | None:
    found = begin_visit(rows, SETTINGS, hashed, pressed, visit, more.get("is_kept", False), at)
    rows.flush()
    return found


def code_of(act: Any, *given: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value.code


class TestLinks:
    def test_a_new_one_voids_the_one_before_and_nobody_elses(self, rows):
        first, ben, south = link_for(rows), link_for(rows, "ben", "b"), link_for(rows, hashed="s", program="south")
        assert (first.created_by, first.changed_by, first.created_at, first.version) == ("user:1", "user:1", BEFORE, 1)
        assert first.expires_at == BEFORE + 7 * DAY
        second = link_for(rows, hashed="i", at=LATER)
        for link in (first, ben, south):
            rows.refresh(link)
        assert (first.replaced_at, first.version, first.changed_at) == (LATER, 2, LATER)
        assert [state_of(link, LATER) for link in (first, second, ben, south)] == ["replaced", "active", "active", "active"]
        assert (ben.replaced_at, south.replaced_at, second.replaced_at) == (None, None, None)
        third = link_for(rows, hashed="j", at=LATER + MINUTE)
        rows.refresh(first)
        assert (first.replaced_at, third.version) == (LATER, 1)

    def test_used_and_revoked_ones_stay_what_they_were(self, rows):
        used = link_for(rows)
        begin(rows)
        revoked = link_for(rows, hashed="i")
        revoke_link(rows, revoked, "user:2", LATER)
        rows.flush()
        link_for(rows, hashed="j", at=LATER)
        for link in (used, revoked):
            rows.refresh(link)
        assert [state_of(link, LATER) for link in (used, revoked)] == ["used", "revoked"]
        assert (used.replaced_at, revoked.replaced_at) == (None, None)
        assert (revoked.changed_by, revoked.changed_at, revoked.version) == ("user:2", LATER, 2)
        revoke_link(rows, revoked, "user:3", LATER + MINUTE)
        assert (revoked.revoked_at, revoked.changed_by, revoked.version) == (LATER, "user:2", 2)

    def test_it_expires_to_the_minute(self, rows):
        link = link_for(rows)
        assert (state_of(link, link.expires_at - MINUTE), state_of(link, link.expires_at)) == ("active", "expired")
        assert (may_open(rows, "h", link.expires_at - MINUTE), may_open(rows, "h", link.expires_at)) == (True, False)
        assert not may_open(rows, "x", BEFORE)

    def test_links_are_found_and_listed_under_their_participant(self, rows):
        made = [link_for(rows, hashed=f"h{n}") for n in range(3)]
        other, south = link_for(rows, "ben", "b"), link_for(rows, hashed="s", program="south")
        ids = sorted(link.id for link in made)
        assert [link.id for link in list_links(rows, "north", "ana", Listing(5)).rows] == ids
        assert [link.id for link in list_links(rows, "north", "ana", Listing(5, ids[0])).rows] == ids[1:]
        assert [link.id for link in list_links(rows, "north", "ana", Listing(1)).rows] == ids[:1]
        assert find_link(rows, "north", "ana", ids[0]).id == ids[0]
        for link in (other, south):
            assert code_of(find_link, rows, "north", "ana", link.id) == "not_found"
        assert code_of(find_link, rows, "north", "ana", "none") == "not_found"
        assert [code_of(list_links, rows, program, "zoe", Listing(5)) for program in ("north", "west")] == ["not_found", "not_found"]

    def test_a_link_is_read_again_before_it_is_revoked_or_used(self, rows):
        link = link_for(rows)
        changed_elsewhere(rows, PageLinkRow)
        assert find_link(rows, "north", "ana", link.id).version == 7
        rows.flush()
        changed_elsewhere(rows, PageLinkRow, version=9)
        begin(rows)
        assert link.version == 10

    def test_only_who_is_in_the_program_has_a_page(self, rows):
        link_for(rows)
        person, program = rows.get(ParticipantRow, {"program": "north", "id": "ana"}), rows.get(ProgramRow, "north")

        def is_open(at: Any = BEFORE) -> bool:
            rows.flush()
            found = may_open(rows, "h", at)
            if not found:
                assert code_of(link_for, rows, "ana", "new", "north", at) == "wrong_state"
            return found

        assert is_open()
        person.document = person.document | {"discharge": "2026-11-26"}
        midnight = BEFORE.replace(hour=5) + DAY
        assert (is_open(midnight - MINUTE), is_open(midnight)) == (True, False)
        person.document = person.document | {"discharge": None}
        assert is_open()
        person.status = "discharged"
        assert not is_open()
        person.status, person.archived_at = "active", BEFORE
        assert not is_open()
        person.archived_at, program.archived_at = None, BEFORE
        rows.flush()
        assert not may_open(rows, "h", BEFORE)


class TestVisits:
    def test_a_link_begins_one_visit(self, rows):
        link = link_for(rows)
        assert begin(rows, "x") is None
        assert begin(rows) is link
        assert (link.used_at, link.used_by, link.version) == (BEFORE, "p", 2)
        visit = rows.get(PageVisitRow, "v")
        assert (visit.link, visit.is_kept, visit.shows_details) == (link.id, False, False)
        assert (visit.created_at, visit.seen_at, visit.expires_at) == (BEFORE, BEFORE, BEFORE + timedelta(hours=12))
        assert begin(rows, pressed="q", visit="w", at=LATER) is None

    def test_pressed_twice_within_two_minutes_the_second_visit_takes_the_place_of_the_first(self, rows):
        link, other = link_for(rows), link_for(rows, "ben", "b")
        begin(rows, "b", visit="ben")
        begin(rows)
        assert begin(rows, visit="w", at=BEFORE + 2 * MINUTE) is link
        assert link.used_at == BEFORE
        assert set(rows.scalars(select(PageVisitRow.token_hash))) == {"ben", "w"}
        assert begin(rows, visit="x", at=BEFORE + 2 * MINUTE + timedelta(seconds=1)) is None
        revoke_link(rows, link, "user:1", BEFORE)
        rows.flush()
        assert begin(rows, visit="y", at=BEFORE + MINUTE) is None
        assert other.revoked_at is None
        assert set(rows.scalars(select(PageVisitRow.token_hash))) == {"ben"}

    def test_visits_that_are_over_are_cleared_by_the_next(self, rows):
        for person in ("ana", "ben", "cid"):
            link_for(rows, person, person)
        begin(rows, "ana", visit="a")
        begin(rows, "ben", visit="b", at=LATER)
        begin(rows, "cid", visit="c", at=BEFORE + timedelta(hours=12))
        assert set(rows.scalars(select(PageVisitRow.token_hash))) == {"b", "c"}

    def test_on_a_device_nobody_else_uses_it_lasts_longer_where_that_is_offered(self, rows):
        link_for(rows)
        begin(rows, is_kept=True)
        visit = rows.get(PageVisitRow, "v")
        assert (visit.is_kept, visit.expires_at) == (True, BEFORE + 30 * DAY)
        assert find_visitor(rows, SETTINGS, "v", BEFORE + 15 * DAY - MINUTE) is not None
        assert find_visitor(rows, SETTINGS, "v", BEFORE + 15 * DAY) is None
        link_for(rows, "ben", "b")
        never = SETTINGS.model_copy(update={"visit_kept_days": 0})
        begin_visit(rows, never, "b", "p", "w", True, BEFORE)
        rows.flush()
        assert (rows.get(PageVisitRow, "w").is_kept, rows.get(PageVisitRow, "w").expires_at) == (False, BEFORE + timedelta(hours=12))
        link_for(rows, "cid", "c")
        begin_visit(rows, SETTINGS.model_copy(update={"visit_kept_days": 1}), "c", "p", "x", True, BEFORE)
        rows.flush()
        assert rows.get(PageVisitRow, "x").is_kept

    def test_a_visitor_is_told_until_the_visit_is_idle_over_or_signed_out(self, rows):
        link = link_for(rows)
        begin(rows)
        visitor, is_stale = find_visitor(rows, SETTINGS, "v", BEFORE + MINUTE)
        assert (visitor.program, visitor.participant, visitor.hashed, visitor.zone.key) == ("north", "ana", "v", "America/New_York")
        assert (visitor.now.isoformat(), visitor.shows_details, visitor.is_kept) == ("2026-11-26T10:01:00-05:00", False, False)
        assert (visitor.name, is_stale) == ("participant:ana", False)
        assert find_visitor(rows, SETTINGS, "v", BEFORE + MINUTE + timedelta(seconds=1))[1]
        assert find_visitor(rows, SETTINGS, "none", BEFORE) is None
        idle = BEFORE + 30 * MINUTE
        assert (find_visitor(rows, SETTINGS, "v", idle - MINUTE) is None, find_visitor(rows, SETTINGS, "v", idle)) == (False, None)
        end = BEFORE + timedelta(hours=12)
        note_seen(rows, "v", end - MINUTE)
        show_details(rows, "v", True)
        rows.expire_all()
        assert (find_visitor(rows, SETTINGS, "v", end - MINUTE)[0].shows_details, find_visitor(rows, SETTINGS, "v", end)) == (True, None)
        assert visits_of(rows, [link], end - MINUTE) == {link.id: (1, end - MINUTE)}
        assert visits_of(rows, [link], end) == {}
        link.revoked_at = BEFORE
        rows.flush()
        assert find_visitor(rows, SETTINGS, "v", end - MINUTE) is None
        link.revoked_at = None
        end_visit(rows, "v")
        rows.expire_all()
        assert find_visitor(rows, SETTINGS, "v", BEFORE) is None

    def test_one_visit_is_noted_shown_and_signed_out_and_not_the_others(self, rows):
        for person in ("ana", "ben"):
            link_for(rows, person, person)
            begin(rows, person, visit=person)
        note_seen(rows, "ana", LATER)
        show_details(rows, "ana", True)
        rows.expire_all()
        ben = rows.get(PageVisitRow, "ben")
        assert (ben.seen_at, ben.shows_details) == (BEFORE, False)
        end_visit(rows, "ana")
        rows.expire_all()
        assert list(rows.scalars(select(PageVisitRow.token_hash))) == ["ben"]
        link = rows.scalar(select(PageLinkRow).where(PageLinkRow.participant == "ben"))
        assert visits_of(rows, [link], LATER) == {link.id: (1, BEFORE)}
