"""What is published and who came as rows, without a service around them: whose it is, what it says, and who changed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.attendance.models import AttendanceRecord
from api.attendance.store.attendance import Recorder, recorded, take_back
from api.database.tables import PublishedLeadRow, PublishedSessionRow, RetractedAttendanceRow, WeekRow
from api.kernel.errors import Problem
from api.publishing.store import keep_begun, publish, supersede, unpublish
from api.weeks.store.rosters import add_draft, instance_of, judged_by
from api.weeks.store.weeks import lock_week
from tests.api.weeks.small import BEFORE, MONDAY, draft, good_roster, judged, publish_draft, small_instance
from tests.build import SERVICES, at, meet, roster, run

LATER = BEFORE + timedelta(hours=1)
NEXT = MONDAY + timedelta(weeks=1)
G1, ANA = "g.g1.2026-11-30", "a.ana.individual.2026-11-30.1"
OURS = ("north", MONDAY)
OTHERS = (("south", MONDAY), ("north", NEXT))
"""The same week of another program, and another week of the same."""


def code_of(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.code


class TestPublishing:
    def test_it_is_noted_on_the_roster_and_on_the_week(self, rows):
        row = draft(rows)
        assert publish_draft(rows, row, accepted=("room_conflict",)) is None
        assert (row.state, row.published_at, row.published_by, row.accepted) == ("published", BEFORE, "user:2", ["room_conflict"])
        assert (row.version, row.changed_by, row.changed_at) == (2, "user:2", BEFORE)
        week = rows.get(WeekRow, OURS)
        assert (week.version, row.week_version, week.changed_by, week.changed_at) == (2, 2, "user:2", BEFORE)

    def test_the_next_one_takes_its_place(self, rows):
        first, second, other = draft(rows), draft(rows), draft(rows, "south")
        publish_draft(rows, other)
        publish_draft(rows, first)
        assert publish_draft(rows, second, LATER) is first
        assert (first.state, first.superseded_at, first.version, first.changed_at) == ("superseded", LATER, 3, LATER)
        assert (second.state, second.week_version, other.state) == ("published", 3, "published")
        assert set(rows.scalars(select(PublishedSessionRow.roster))) == {second.id, other.id}

    def test_a_roster_published_once_more_is_not_superseded(self, rows):
        row = draft(rows)
        publish_draft(rows, row)
        assert publish_draft(rows, row, LATER) is row
        assert (row.state, row.superseded_at, row.week_version) == ("published", None, 3)

    def test_what_is_published_is_the_roster_as_it_counts(self, rows):
        publish_draft(rows, draft(rows))
        group, talk = (rows.get(PublishedSessionRow, (*OURS, id)) for id in (G1, ANA))
        assert (group.group, group.service, group.ordinal, group.care_minutes, group.is_counted) == ("g1", "process", 1, 180, True)
        assert (talk.group, talk.care_minutes, talk.site, talk.room, talk.mode) == (None, 50, "s1", "r2", "in_person")
        assert (talk.start, talk.end, talk.guests) == (at("mon", "13:00"), at("mon", "13:50"), [])

    def test_time_out_of_a_group_counts_with_the_group(self, rows):
        services = [s | {"pulls_out_of": ["process"]} if s["id"] == "individual" else s for s in SERVICES]
        document = roster(run("g1", "mon", "09:00", ("ana", "ben")), meet("ana", "mon", "10:00"), meet("ben", "mon", "13:00"))
        publish(rows, lock_week(rows, *OURS), draft(rows), judged(document, small_instance(services=services)), "user:2", BEFORE, ())
        minutes = {row.session: row.care_minutes for row in rows.scalars(select(PublishedSessionRow))}
        assert minutes == {G1: 180, ANA: 0, "a.ben.individual.2026-11-30.1": 50}

    def test_a_group_without_participants_has_the_minutes_of_its_service(self, rows):
        document = roster(run("g1", "mon", "09:00", ()), run("g2", "tue", "09:00", ("ana",)))
        publish(rows, lock_week(rows, *OURS), draft(rows), judged(document), "user:2", BEFORE, ())
        assert rows.get(PublishedSessionRow, (*OURS, G1)).care_minutes == 180

    def test_it_is_judged_by_the_instance_it_was_published_by(self, rows):
        row, week = draft(rows), small_instance(weights={"trips": 7})
        assert judged_by(rows, row) == small_instance()
        publish(rows, lock_week(rows, *OURS), row, judged(good_roster(), week), "user:2", BEFORE, ())
        assert (judged_by(rows, row), instance_of(rows, row)) == (week, small_instance())

    def test_who_leads_comes_first(self, rows):
        row, two = draft(rows), roster(run("g1", "mon", "09:00", ("ana",), facilitators=["dan", "cora"]))
        publish(rows, lock_week(rows, *OURS), row, judged(two), "user:2", BEFORE, ())
        leads = rows.execute(select(PublishedLeadRow.clinician, PublishedLeadRow.position).order_by(PublishedLeadRow.position))
        assert [tuple(lead) for lead in leads] == [("dan", 0), ("cora", 1)]

    def test_an_empty_roster_can_be_published(self, rows):
        row = add_draft(rows, *OURS, judged(roster()), "edited", "user:1")
        publish_draft(rows, row)
        assert list(rows.scalars(select(PublishedSessionRow))) == []

    def test_taken_back_it_is_nobodys(self, rows):
        row, other = draft(rows), draft(rows, "south")
        publish_draft(rows, row)
        publish_draft(rows, other)
        unpublish(rows, rows.get(WeekRow, OURS), row, "user:3", LATER, "site_closed")
        assert (row.state, row.withdrawn_reason, row.superseded_at, row.changed_by) == ("superseded", "site_closed", LATER, "user:3")
        week = rows.get(WeekRow, OURS)
        assert (week.version, week.changed_by, week.changed_at) == (3, "user:3", LATER)
        assert {s.roster for s in rows.scalars(select(PublishedSessionRow))} == {other.id}

    def test_what_has_begun_is_kept_as_an_edit_with_what_it_breaks(self, rows):
        row = draft(rows)
        publish_draft(rows, row)
        begun = roster(run("g1", "mon", "09:00", ("ana",), room="r2"), meet("ben", "mon", "10:00"))
        kept = keep_begun(rows, rows.get(WeekRow, OURS), row, begun, "user:3", LATER, "weather")
        assert (kept.origin, kept.parent, kept.created_by, kept.state) == ("edited", row.id, "user:3", "published")
        assert "room_conflict" in kept.accepted == sorted(kept.accepted)
        assert (row.state, row.withdrawn_reason, kept.withdrawn_reason) == ("superseded", "weather", None)
        assert judged_by(rows, kept) == small_instance()

    def test_a_superseded_roster_says_since_when(self, rows):
        row = draft(rows)
        supersede(rows, row, "user:9", LATER)
        assert (row.state, row.superseded_at, row.version, row.changed_by) == ("superseded", LATER, 2, "user:9")


class TestAttendance:
    @pytest.fixture
    def recorder(self, rows):
        publish_draft(rows, draft(rows))
        publish_draft(rows, draft(rows, "south"))
        return Recorder.of(rows, rows.get(WeekRow, OURS), "user:4", at("mon", "13:00"), None)

    def test_an_entry_says_who_made_it_and_who_changed_it(self, rows, recorder):
        row = recorder.find_session(G1)
        assert recorder.find(row, "ana") is None
        made = recorder.record(row, "ana", AttendanceRecord(status="attended"), None)
        assert (made.status, made.minutes, made.version, made.created_by, made.changed_by) == ("attended", 180, 1, "user:4", "user:4")
        assert made.created_at == made.changed_at == at("mon", "13:00")
        rows.flush()
        assert recorder.find(row, "ana") is made
        later = Recorder.of(rows, recorder.week, "user:5", at("mon", "14:00"), None)
        again = later.record(row, "ana", AttendanceRecord(status="late", minutes=180), made)
        assert (again.status, again.minutes, again.version, again.created_by, again.changed_by) == ("late", 180, 2, "user:4", "user:5")
        assert (again.created_at, again.changed_at) == (at("mon", "13:00"), at("mon", "14:00"))

    def test_a_session_begins_with_its_first_minute(self, rows, recorder):
        assert recorder.record(recorder.find_session(ANA), "ana", AttendanceRecord(status="left_early", minutes=50), None).minutes == 50
        early = Recorder.of(rows, recorder.week, "user:4", at("mon", "12:59"), None)
        with pytest.raises(Problem) as problem:
            early.record(early.find_session(ANA), "ana", AttendanceRecord(status="late", minutes=1), None)
        assert code_of(problem) == "wrong_state"

    @pytest.mark.parametrize("status", ["late", "left_early"])
    def test_who_was_there_for_a_part_says_for_how_long(self, recorder, status):
        with pytest.raises(Problem) as problem:
            recorder.record(recorder.find_session(G1), "ana", AttendanceRecord(status=status), None)
        assert code_of(problem) == "bad_reference"

    def test_a_session_without_care_minutes_asks_for_none(self, recorder):
        row = recorder.find_session(G1)
        row.care_minutes = 0
        assert recorder.record(row, "ana", AttendanceRecord(status="late"), None).minutes == 0

    def test_only_the_sessions_of_the_week_and_of_its_clinicians_are_there(self, rows, recorder):
        assert sorted(recorder.sessions) == sorted(s.id for s in good_roster().sessions)
        assert {row.program for row in recorder.sessions.values()} == {"north"}
        for session, clinician in ((G1, "cora"), (ANA, "dan")):
            for p in ("cid", "ana"):
                if session == G1 or p == "ana":
                    recorder.record(recorder.find_session(session), p, AttendanceRecord(status="excused"), None)
            own = Recorder.of(rows, recorder.week, "user:5", at("mon", "13:00"), {"eve", clinician})
            assert own.find_session(session).session == session
        rows.flush()
        assert [(e.session, e.participant) for e in recorded(rows, recorder.week, None)] == [(ANA, "ana"), (G1, "ana"), (G1, "cid")]
        assert [(e.session, e.participant) for e in recorded(rows, recorder.week, {"dan"})] == [(ANA, "ana")]
        assert recorded(rows, recorder.week, {"eve"}) == []
        with pytest.raises(Problem) as problem:
            Recorder.of(rows, recorder.week, "user:5", at("mon", "13:00"), {"dan"}).find_session(G1)
        assert code_of(problem) == "not_found"

    def test_what_is_taken_back_is_remembered(self, rows, recorder):
        made = recorder.record(recorder.find_session(G1), "ana", AttendanceRecord(status="excused"), None)
        rows.flush()
        take_back(rows, made, "user:6", LATER)
        rows.flush()
        gone = rows.get(RetractedAttendanceRow, (*OURS, G1, "ana"))
        assert gone.at == LATER
        assert recorded(rows, recorder.week, None) == []
