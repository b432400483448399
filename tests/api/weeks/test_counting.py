"""Minutes counted from rows: whose they are, in which week, and from when on something counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.attendance.models import ParticipantMinutes
from api.attendance.store.minutes import attended_days, bookings_between, missed_dates, participant_minutes, unmarked_sessions, week_minutes
from api.database.tables import AttendanceRow, WeekRow
from api.weeks.store.published import desk_number
from api.weeks.store.rosters import add_draft
from tests.api.weeks.small import MONDAY, draft, good_roster, judged, publish_draft, small_instance
from tests.build import at, meet, roster, run

G1, G2, ANA = "g.g1.2026-11-30", "g.g2.2026-11-30", "a.ana.individual.2026-11-30.1"
FRIDAY = at("fri", "18:00")
WEEK = timedelta(weeks=1)


def came(
    rows: Session, session: str, participant: str, status: str, minutes: int = 0, program: str = "north", monday: date = MONDAY, **more: Any
) -> None:
    key = {"program": program, "monday": monday, "session": session, "participant": participant}
    rows.add(AttendanceRow(**key, status=status, minutes=minutes, **more))
    rows.flush()


def of(found: Iterable[ParticipantMinutes], participant: str) -> ParticipantMinutes:
    return next(each for each in found if each.participant == participant)


@pytest.fixture
def week(rows: Session) -> Session:
    """The week is published in both programs."""
    for program in ("north", "south"):
        publish_draft(rows, draft(rows, program))
    return rows


class TestWeek:
    def test_only_who_came_counts_and_only_in_this_program(self, week):
        for session, status, minutes in ((G1, "attended", 180), (ANA, "late", 30), (G2, "no_show", 0)):
            came(week, session, "ana", status, minutes)
        came(week, G2, "ana", "attended", 180, program="south")
        found = of(week_minutes(week, "north", MONDAY, FRIDAY), "ana")
        assert found.delivered.model_dump() == {"minutes": 210, "sessions": 2, "service_days": 1}
        assert found.billable.model_dump(mode="json") == {"days": 1, "minutes": 210, "dates": ["2026-11-30"]}
        assert (found.unrecorded, found.is_published, found.is_served, found.monday) == (0, True, True, MONDAY)
        assert of(week_minutes(week, "south", MONDAY, FRIDAY), "ana").delivered.minutes == 180

    def test_days_are_told_in_order_and_those_below_180_minutes_left_out(self, week):
        for session, minutes in ((G2, 180), (G1, 130), (ANA, 50)):
            came(week, session, "ana", "left_early", minutes)
        came(week, G1, "ben", "late", 179)
        found = week_minutes(week, "north", MONDAY, FRIDAY)
        assert of(found, "ana").billable.model_dump(mode="json") == {"days": 2, "minutes": 360, "dates": ["2026-11-30", "2026-12-01"]}
        assert of(found, "ben").billable.model_dump() == {"days": 0, "minutes": 0, "dates": ()}

    def test_what_begins_this_minute_is_unrecorded(self, week):
        counts = [
            of(week_minutes(week, "north", MONDAY, at("mon", time)), "ana").unrecorded for time in ("08:59", "09:00", "12:59", "13:00")
        ]
        assert counts == [0, 1, 1, 2]

    def test_what_is_not_counted_has_minutes_and_days_but_is_no_session(self, rows):
        day = roster(run("g1", "mon", "09:00", ("ana",)), meet("ana", "tue", "13:00", service="medication"))
        publish_draft(rows, draft(rows, document=day))
        came(rows, "a.ana.medication.2026-11-30.1", "ana", "attended", 30)
        found = of(week_minutes(rows, "north", MONDAY, FRIDAY), "ana")
        assert (found.delivered.minutes, found.delivered.sessions, found.delivered.service_days) == (30, 0, 0)
        assert (found.scheduled.sessions, found.scheduled.service_days) == (1, 1)

    def test_only_those_who_are_served_booked_or_came_are_told(self, rows):
        week = small_instance()
        people = tuple(p if p.id == "ana" else p.model_copy(update={"status": "on_hold"}) for p in week.participants)
        led = roster(run("g1", "mon", "09:00", ("ana", "cid")))
        on_hold = week.model_copy(update={"participants": people})
        publish_draft(rows, add_draft(rows, "north", MONDAY, judged(led, on_hold), "imported", "user:1"))

        def told(*named: str) -> list[str]:
            return [found.participant for found in week_minutes(rows, "north", MONDAY, FRIDAY, named or None)]

        assert (told(), told("ben", "zoe")) == (["ana", "cid"], ["ben"])
        publish_draft(
            rows,
            draft(rows, monday=MONDAY - WEEK, document=roster(meet("ben", "mon", "13:00", monday=MONDAY - WEEK), monday=MONDAY - WEEK)),
        )
        assert told() == ["ana", "cid"]
        came(rows, G1, "ben", "attended", 180)
        assert told() == ["ana", "cid"]

    def test_who_is_served_and_not_booked_is_told(self, rows):
        publish_draft(rows, draft(rows, document=roster(run("g1", "mon", "09:00", ("ana",)))))
        assert [found.participant for found in week_minutes(rows, "north", MONDAY, FRIDAY)] == ["ana", "ben", "cid"]

    def test_who_came_for_no_minutes_has_none(self, week):
        came(week, G1, "ana", "left_early", 0)
        found = of(week_minutes(week, "north", MONDAY, FRIDAY), "ana")
        assert (found.delivered.minutes, found.delivered.sessions) == (0, 1)

    def test_a_week_that_is_not_published_has_orders_only(self, rows):
        found = of(week_minutes(rows, "north", MONDAY, FRIDAY), "ana")
        assert (found.is_published, found.ordered.floor, found.scheduled.minutes, found.unrecorded, found.phase) == (False, 360, 0, 0, None)

    def test_weeks_are_told_one_after_the_other(self, week):
        found = participant_minutes(week, "north", "ana", [MONDAY, MONDAY + WEEK], FRIDAY)
        assert [(each.participant, each.monday, each.is_published) for each in found] == [
            ("ana", MONDAY, True),
            ("ana", MONDAY + WEEK, False),
        ]


class TestNoShows:
    def test_the_session_before_may_be_four_weeks_ago_and_no_more(self, rows):
        publish_draft(rows, draft(rows))
        came(rows, G1, "ana", "no_show")
        for weeks in (5, 4):
            monday = MONDAY - weeks * WEEK
            publish_draft(rows, draft(rows, monday=monday))
            came(rows, f"g.g1.{monday}", "ana", "no_show", monday=monday)
            notices = of(week_minutes(rows, "north", MONDAY, FRIDAY), "ana").notices
            assert [notice.sessions for notice in notices] == ([(f"g.g1.{monday}", G1)] if weeks == 4 else [])

    @pytest.mark.parametrize(
        ("statuses", "count"),
        [
            (("no_show", "no_show", "no_show"), 2),
            (("no_show", "cancelled", "no_show"), 1),
            (("no_show", "late", "no_show"), 0),
            (("attended", "no_show", "excused"), 0),
            (("no_show", "attended", "attended"), 0),
        ],
    )
    def test_two_in_a_row(self, week, statuses, count):
        for session, status in zip((G1, ANA, G2), statuses, strict=True):
            came(week, session, "ana", status)
        assert len(of(week_minutes(week, "north", MONDAY, FRIDAY), "ana").notices) == count


class TestWalkIns:
    """Ana also came to the group of Wednesday, in which only ben and cid are booked."""

    G3 = "g.g3.2026-11-30"

    @pytest.fixture
    def walked_in(self, rows: Session) -> Session:
        for program in ("north", "south"):
            publish_draft(rows, draft(rows, program, document=good_roster(run("g3", "wed", "09:00", ("ben", "cid")))))
        came(rows, self.G3, "ana", "attended", 180, is_walk_in=True)
        return rows

    def test_they_are_delivered_in_their_program_and_not_scheduled(self, walked_in):
        found = of(week_minutes(walked_in, "north", MONDAY, FRIDAY), "ana")
        assert found.delivered.model_dump() == {"minutes": 180, "sessions": 1, "service_days": 1}
        assert (found.scheduled.minutes, found.unrecorded) == (410, 3)
        for other in (
            of(week_minutes(walked_in, "north", MONDAY, FRIDAY), "ben"),
            of(week_minutes(walked_in, "south", MONDAY, FRIDAY), "ana"),
        ):
            assert other.delivered.minutes == 0

    def test_only_those_who_are_marked_so_count(self, walked_in):
        """A record of somebody who is booked no more is none."""
        came(walked_in, self.G3, "dia", "attended", 180)
        bookings = bookings_between(walked_in, "north", MONDAY, MONDAY)
        assert [(len(bookings.of(who)), sum(each.minutes for each in bookings.of(who))) for who in ("ana", "ben", "dia")] == [
            (4, 180), (4, 0), (0, 0),
        ]  # fmt: skip

    def test_who_is_booked_now_is_counted_once(self, walked_in):
        came(walked_in, self.G3, "ben", "attended", 180, is_walk_in=True)
        (found,) = [each for each in bookings_between(walked_in, "north", MONDAY, MONDAY, "ben").of("ben") if each.session == self.G3]
        assert (found.status, found.minutes) == ("attended", 180)

    def test_they_belong_to_their_week_and_participant(self, walked_in):
        weeks = ((MONDAY, MONDAY), (MONDAY - WEEK, MONDAY - WEEK), (MONDAY + WEEK, MONDAY + WEEK), (MONDAY - WEEK, MONDAY + WEEK))
        assert [len(bookings_between(walked_in, "north", *those, "ana").of("ana")) for those in weeks] == [4, 0, 0, 4]
        assert bookings_between(walked_in, "north", MONDAY, MONDAY, "cid").of("ana") == []


class TestUnmarked:
    """Sessions that have begun and of which somebody has no mark."""

    BEN, CID = (f"a.{who}.individual.2026-11-30.1" for who in ("ben", "cid"))

    def found(self, rows: Session, now: Any = FRIDAY, clinicians: Any = None) -> list[tuple[str, int]]:
        return [(each.session, each.unmarked) for each in unmarked_sessions(rows, "north", now, clinicians)]

    def test_each_is_named_once_by_start_with_those_who_miss_a_mark(self, week):
        came(week, G1, "ben", "no_show")
        came(week, self.BEN, "ben", "attended", 50)
        came(week, G2, "ana", "attended", 180, program="south")
        assert self.found(week) == [(G1, 2), (ANA, 1), (G2, 3), (self.CID, 1)]

    def test_what_begins_this_minute_is_one(self, week):
        assert self.found(week, at("mon", "13:00")) == [(G1, 3), (ANA, 1)]
        assert self.found(week, at("mon", "12:59")) == [(G1, 3)]
        assert self.found(week, at("mon", "08:59")) == []

    def test_sessions_at_one_time_are_in_the_order_of_their_ids(self, rows):
        sessions = meet("cid", "mon", "13:00"), meet("ana", "mon", "13:00", room="r3", facilitators=["cora"])
        publish_draft(rows, draft(rows, document=roster(*sessions)))
        assert self.found(rows) == [(ANA, 1), (self.CID, 1)]

    def test_they_are_those_of_this_week_and_of_four_weeks_before(self, rows):
        """It is Friday; those of five weeks before are left."""
        for weeks in (5, 4):
            publish_draft(rows, draft(rows, monday=MONDAY - weeks * WEEK))
        oldest = MONDAY - 4 * WEEK
        assert self.found(rows) == self.found(rows, clinicians=("cora",)) == [(f"g.g1.{oldest}", 1)]
        assert self.found(rows, at("sun", "23:59")) == [(f"g.g1.{oldest}", 1)]
        assert self.found(rows, at("mon", "00:00", MONDAY + WEEK)) == []

    def test_they_are_of_those_who_lead_them(self, rows):
        """Dan leads, cora is with him; nobody leads the second group."""
        document = roster(
            run("g1", "mon", "20:00", ("ana",), facilitators=["dan", "cora"]), run("g2", "tue", "09:00", ("ana",), facilitators=[])
        )
        publish_draft(rows, draft(rows, document=document))
        publish_draft(rows, draft(rows, "south", document=roster(run("g2", "tue", "09:00", ("ana",)))))
        for clinicians, sessions in ((None, [G1, G2]), (("cora",), [G1]), (("eve", "dan"), [G1]), (("eve",), []), ((), [])):
            assert [session for session, _ in self.found(rows, clinicians=clinicians)] == sessions, clinicians
        first, second = unmarked_sessions(rows, "north", FRIDAY)
        assert (first.monday, first.leader, first.day, first.start.hour) == (MONDAY, "dan", MONDAY, 20)
        assert (second.leader, second.day) == (None, MONDAY + timedelta(days=1))
        key = rows.get_one(WeekRow, ("north", MONDAY)).desk_key
        assert [each.number for each in (first, second)] == [desk_number(key, id) for id in (G1, G2)]


class TestAttendedDays:
    def days(self, rows: Session, first: date, last: date, now: Any = FRIDAY) -> tuple[list[tuple[date, int, int]], int]:
        found, open_ = attended_days(rows, "north", "ana", first, last, now)
        return [(each.date, each.sessions, each.minutes) for each in found], open_

    def test_first_and_last_date_are_included(self, week):
        tuesday = MONDAY + timedelta(days=1)
        for session, minutes in ((G2, 180), (G1, 180), (ANA, 40)):
            came(week, session, "ana", "attended", minutes)
        came(week, G1, "ben", "attended", 180)
        assert self.days(week, MONDAY, tuesday) == ([(MONDAY, 2, 220), (tuesday, 1, 180)], 0)
        assert self.days(week, tuesday, tuesday + WEEK) == ([(tuesday, 1, 180)], 0)
        assert self.days(week, MONDAY - WEEK, MONDAY) == ([(MONDAY, 2, 220)], 0)
        assert self.days(week, tuesday + timedelta(days=1), tuesday + WEEK) == ([], 0)

    def test_what_has_begun_without_an_entry_is_counted(self, week):
        came(week, G1, "ana", "excused")
        assert self.days(week, MONDAY, MONDAY + WEEK) == ([], 2)
        assert self.days(week, MONDAY, MONDAY + WEEK, at("mon", "13:00")) == ([], 1)
        assert self.days(week, MONDAY, MONDAY) == ([], 1)
        assert self.days(week, MONDAY + timedelta(days=1), MONDAY + WEEK) == ([], 1)

    def test_dates_are_those_of_the_program(self, rows):
        """An evening in New York is the next day in London."""
        publish_draft(rows, draft(rows, document=roster(meet("ana", "mon", "20:00"))))
        came(rows, ANA, "ana", "attended", 50)
        assert self.days(rows, MONDAY, MONDAY) == ([(MONDAY, 1, 50)], 0)

    def test_a_sunday_belongs_to_the_week_before(self, rows):
        sunday = MONDAY + timedelta(days=6)
        publish_draft(rows, draft(rows, document=good_roster(run("g3", "sun", "09:00", ("ana",)))))
        came(rows, "g.g3.2026-11-30", "ana", "late", 100)
        assert self.days(rows, sunday, sunday, at("sun", "18:00")) == ([(sunday, 1, 100)], 0)


class TestMissedDates:
    """Sessions with a mark of somebody who did not come."""

    TUESDAY = MONDAY + timedelta(days=1)

    @pytest.fixture
    def marked(self, week: Session) -> Session:
        for session, status in ((G1, "excused"), (ANA, "attended"), (G2, "no_show")):
            came(week, session, "ana", status, 50)
        came(week, G1, "ben", "no_show")
        return week

    def test_each_has_its_mark_and_what_is_not_marked_is_none(self, marked):
        assert missed_dates(marked, "north", "ana", MONDAY, self.TUESDAY) == [(MONDAY, "excused"), (self.TUESDAY, "no_show")]
        assert missed_dates(marked, "north", "cid", MONDAY, self.TUESDAY) == []
        assert missed_dates(marked, "south", "ana", MONDAY, self.TUESDAY) == []

    def test_first_and_last_date_are_included(self, marked):
        assert missed_dates(marked, "north", "ana", MONDAY, MONDAY) == [(MONDAY, "excused")]
        assert missed_dates(marked, "north", "ana", self.TUESDAY, self.TUESDAY + WEEK) == [(self.TUESDAY, "no_show")]
        assert missed_dates(marked, "north", "ana", MONDAY - WEEK, MONDAY - timedelta(days=1)) == []

    def test_dates_are_those_of_the_program(self, rows):
        """An evening in New York is the next day in London."""
        publish_draft(rows, draft(rows, document=roster(meet("ana", "mon", "20:00"))))
        came(rows, ANA, "ana", "no_show", 0)
        assert missed_dates(rows, "north", "ana", MONDAY, MONDAY) == [(MONDAY, "no_show")]
