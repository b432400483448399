"""Each kind of line, from data: when it appears, with which date, and who is responsible."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.attendance.store.minutes import BookingAttendance, UnmarkedSession
from api.due.attendance_items import OutreachAttempt, outreach_items, unmarked_items
from api.due.authorization_items import authorization_items
from api.due.calendar_items import LeaderlessRun, closure_items, leaderless_runs, leave_items
from api.due.care_items import WeekOfCare, care_items
from api.due.frame import MOST_DAYS, DueFrame, WorkingDays
from api.due.models import DueItem
from scheduler.instance import Closure, Participant, PolicyValues, Program
from tests.build import MONDAY, ZONE, clinician, group, instance, participant, roster, run, windows

WEDNESDAY = date(2026, 12, 2)
WORKDAYS = WorkingDays(frozenset(range(5)), frozenset({date(2026, 12, 25)}))
FRAME = DueFrame("north", WEDNESDAY, WORKDAYS, PolicyValues(authorization_warning_days=10, due_warning_days=5))


def told(items: Any) -> list[tuple[str, date, int]]:
    """Kind, date and working days left of each line."""
    return [(item.kind, item.date, item.working_days) for item in items]


class TestFrame:
    @pytest.mark.parametrize(
        ("day", "left"),
        [
            ("2026-12-02", 0), ("2026-12-03", 1), ("2026-12-04", 2), ("2026-12-06", 2), ("2026-12-07", 3), ("2026-12-24", 16),
            ("2026-12-25", 16), ("2026-12-28", 17), ("2026-12-01", -1), ("2026-11-28", -3), ("2026-11-27", -3), ("2026-11-26", -4),
        ],
    )  # fmt: skip
    def test_working_days_leave_out_weekends_and_closures(self, day: str, left: int) -> None:
        assert WORKDAYS.between(WEDNESDAY, date.fromisoformat(day)) == left

    def test_days_are_not_counted_for_ever(self) -> None:
        always = WorkingDays(frozenset(range(7)), frozenset())
        assert always.between(WEDNESDAY, date(9000, 1, 1)) == MOST_DAYS
        assert always.between(WEDNESDAY, WEDNESDAY + timedelta(days=MOST_DAYS)) == MOST_DAYS
        assert always.between(WEDNESDAY, WEDNESDAY + timedelta(days=MOST_DAYS - 1)) == MOST_DAYS - 1
        assert not FRAME.is_near(date(9000, 1, 1), 10_000)

    def test_the_programs_hours_and_closures_say_which_days_are_worked(self) -> None:
        closures = [
            {"date": "2026-12-25"}, {"date": "2026-12-24", "site": "s1"}, {"date": "2026-12-23", "start": "12:00"},
            {"date": "2026-12-22", "end": "12:00"},
        ]  # fmt: skip
        base = {"id": "p", "zone": ZONE, "sites": [{"id": "s1", "hours": windows(days=("mon", "sat"))}], "closures": closures}
        working = WorkingDays.of(Program.model_validate(base | {"telehealth_hours": windows(days=("tue",))}))
        assert working == WorkingDays(frozenset({0, 1, 5}), frozenset({date(2026, 12, 25)}))
        never_open = Program.model_validate(base | {"sites": [{"id": "s1", "hours": []}]})
        assert WorkingDays.of(never_open).weekdays == frozenset(range(5))

    def test_near_is_up_to_the_last_day(self) -> None:
        assert FRAME.is_near(date(2026, 12, 9), 5)
        assert not FRAME.is_near(date(2026, 12, 10), 5)
        assert FRAME.is_near(WEDNESDAY, 0)
        assert FRAME.is_near(date(2020, 1, 1), 0)

    def test_a_line_says_where_it_is_settled(self) -> None:
        item = FRAME.item("closure", "x", date(2026, 12, 3), "Closed.", "/here", [], "dan")
        assert item == DueItem(
            id="closure~x", date=date(2026, 12, 3), working_days=1, kind="closure", message="Closed.",
            to_do="Tell participants, and plan the week around it.", address="/v1/programs/north/here", responsible="dan",
        )  # fmt: skip


def grant(**more: Any) -> dict[str, Any]:
    """An authorization of this year without limits, that ends on Wednesday in two weeks: 10 working days ahead."""
    return {"id": "a1", "unit": "day", "first": "2026-01-01", "last": "2026-12-16"} | more


class TestAuthorizations:
    def lines(self, *grants: dict[str, Any], drawn: int = 0, **more: Any) -> list[DueItem]:
        person = Participant.model_validate(participant("ana", primary_therapist="dan", authorizations=list(grants)) | more)
        return list(authorization_items(FRAME, [person], {("ana", "a1"): drawn}))

    @pytest.mark.parametrize(
        ("last", "expected"),
        [("2026-12-16", 10), ("2026-12-17", None), ("2026-12-02", 0), ("2026-12-01", -1), ("2026-11-20", -8)],
    )
    def test_the_end(self, last: str, expected: int | None) -> None:
        day = date.fromisoformat(last)
        assert told(self.lines(grant(last=last))) == ([] if expected is None else [("authorization_end", day, expected)])

    def test_what_a_line_says(self) -> None:
        (ends,) = self.lines(grant())
        assert (ends.id, ends.message) == ("authorization_end~ana~a1", "Authorization a1 of ana ends on Wednesday, December 16.")
        assert (ends.address, ends.responsible) == ("/v1/programs/north/participants/ana", "dan")
        assert [(c.kind, c.id) for c in ends.concerns] == [("participant", "ana")]
        (ended,) = self.lines(grant(last="2026-12-01", responsible="cora"))
        assert (ended.message, ended.responsible) == ("Authorization a1 of ana ended on Tuesday, December 1.", "cora")

    @pytest.mark.parametrize(
        ("following", "is_due"),
        [
            ({"first": "2026-12-17", "last": "2027-03-01"}, False),
            ({"first": "2026-12-18", "last": "2027-03-01"}, True),
            ({"first": "2026-12-01", "last": "2026-12-16"}, True),
            ({"first": "2026-12-01", "last": "2027-03-01", "units": 3, "used": 3}, True),
            ({"first": "2026-12-01", "last": "2027-03-01", "units": 3, "used": 2}, False),
            ({"first": "2026-12-01", "last": "2027-03-01", "services": ["process"]}, True),
        ],
    )
    def test_a_renewal_settles_the_end(self, following: dict[str, Any], is_due: bool) -> None:
        renewal = grant(id="a2") | following
        assert ("authorization_end~ana~a1" in [item.id for item in self.lines(grant(), renewal)]) == is_due

    def test_a_renewal_of_the_same_services_or_of_more_settles_it(self) -> None:
        of_two, renewal = grant(services=["process", "peer"]), {"id": "a2", "first": "2026-12-17", "last": "2027-03-01"}
        for services, is_due in ((["peer"], True), (["peer", "process", "family"], False), ([], False)):
            assert bool(self.lines(of_two, grant(**renewal, services=services))) == is_due
        assert {item.kind for item in self.lines(grant(), grant(**renewal, state="asked"))} == {"authorization_end"}

    def test_who_leaves_by_then_needs_no_more(self) -> None:
        assert self.lines(grant(), discharge="2026-12-16") == []
        assert len(self.lines(grant(), discharge="2026-12-17")) == 1
        assert self.lines(grant(), status="discharged") == []

    @pytest.mark.parametrize(
        ("units", "used", "drawn", "due"),
        [
            (12, 6, 3, "2026-12-14"),  # 6 left: this week and the next
            (12, 7, 3, "2026-12-07"),  # 5 left: this week
            (12, 9, 3, "2026-12-07"),
            (12, 10, 3, "2026-12-02"),  # too few for this week
            (12, 12, 0, "2026-12-02"),
            (12, 13, 3, "2026-12-02"),
            (12, 11, 0, None),  # nothing is drawn
            (12, 3, 3, None),  # 9 left: until the 21st
        ],
    )
    def test_units_are_due_before_the_first_week_with_too_few(self, units: int, used: int, drawn: int, due: str | None) -> None:
        lines = self.lines(grant(last="2027-02-26", units=units, used=used), drawn=drawn)
        assert [(item.kind, str(item.date)) for item in lines] == ([] if due is None else [("authorization_units", due)])

    def test_units_say_how_many_are_left(self) -> None:
        last = {"last": "2027-02-26", "units": 12}
        (line,) = self.lines(grant(**last, used=7), drawn=3)
        assert line.message == "Authorization a1 of ana has 5 of 12 units left from this week on, and this week uses 3."
        (line,) = self.lines(grant(**last, used=13))
        assert line.message == "Authorization a1 of ana has 0 of 12 units left from this week on."

    def test_units_that_outlast_the_authorization_or_are_followed_are_not_due(self) -> None:
        assert [item.kind for item in self.lines(grant(last="2026-12-06", units=12, used=7), drawn=3)] == ["authorization_end"]
        both = [item.kind for item in self.lines(grant(last="2026-12-07", units=12, used=7), drawn=3)]
        assert both == ["authorization_end", "authorization_units"]
        used_up = grant(last="2027-02-26", units=12, used=7)
        assert self.lines(used_up, grant(id="a2", first="2026-12-07", last="2027-03-01"), drawn=3) == []
        assert len(self.lines(used_up, grant(id="a2", first="2026-12-08", last="2027-03-01"), drawn=3)) == 1
        assert self.lines(grant(first="2026-12-03", last="2027-02-26", units=0), drawn=3) == []
        assert len(self.lines(grant(first="2026-12-02", last="2027-02-26", units=0), drawn=3)) == 1

    def test_reviews(self) -> None:
        far = {"last": "2027-02-26"}
        (line,) = self.lines(grant(**far, next_review="2026-12-16"))
        assert told([line]) == [("authorization_review", date(2026, 12, 16), 10)]
        assert line.message == "Authorization a1 of ana is reviewed on Wednesday, December 16."
        assert self.lines(grant(**far, next_review="2026-12-17")) == []
        assert self.lines(grant(last="2026-12-01", state="denied", next_review="2026-12-03")) == []

    def test_answers(self) -> None:
        asked = grant(state="asked", first="2026-12-16", last="2027-02-26", units=0)
        (line,) = self.lines(asked)
        assert told([line]) == [("authorization_answer", date(2026, 12, 16), 10)]
        assert line.message == "Authorization a1 of ana has been asked for and not answered."
        assert self.lines(asked | {"first": "2026-12-17"}) == []
        (line,) = self.lines(asked | {"state": "appeal", "first": "2026-11-30"})
        assert (line.working_days, line.message) == (-2, "Authorization a1 of ana is in appeal.")

    def test_denials_are_due_unless_something_else_covers_it(self) -> None:
        denied = grant(state="denied", last="2027-02-26")
        (line,) = self.lines(denied)
        assert told([line]) == [("authorization_denied", WEDNESDAY, 0)]
        assert self.lines(denied | {"last": "2026-12-01"}) == []
        assert len(self.lines(denied | {"last": "2026-12-02"})) == 1
        assert told(self.lines(denied | {"first": "2026-12-07"})) == [("authorization_denied", date(2026, 12, 7), 3)]
        for state in ("approved", "asked", "appeal", "denied"):
            kinds = {item.kind for item in self.lines(denied, grant(id="a2", state=state, last="2027-02-26", first="2026-12-03"))}
            assert ("authorization_denied" in kinds) == (state == "denied")


class TestCare:
    PHASE = {"id": "core", "level": "2.1", "weeks": 4}  # noqa: RUF012

    def lines(self, people: list[dict[str, Any]], *weeks: WeekOfCare, decided: tuple[str, ...] = ()) -> list[DueItem]:
        made = instance(participants=people, phases=[self.PHASE])
        return list(care_items(FRAME, made, decided, weeks))

    @pytest.mark.parametrize(
        ("since", "end"),
        [("2026-11-09", "2026-12-06"), ("2026-11-15", "2026-12-06"), ("2026-11-02", "2026-11-29"), ("2026-11-16", None)],
    )
    def test_a_phase_ends_on_the_sunday_of_its_last_planned_week(self, since: str, end: str | None) -> None:
        lines = self.lines([participant("ana", phase="core", phase_since=since, primary_therapist="dan")])
        assert [(item.kind, str(item.date), item.responsible) for item in lines] == ([] if end is None else [("phase_end", end, "dan")])
        if end is not None:
            words = "ended on Sunday, November 29" if end < "2026-12-02" else "ends on Sunday, December 6"
            assert lines[0].message == f"Phase core of ana, planned for 4 weeks, {words}."
            assert [(c.kind, c.id) for c in lines[0].concerns] == [("participant", "ana"), ("phase", "core")]

    def test_a_decision_for_later_settles_it(self) -> None:
        person = participant("ana", phase="core", phase_since="2026-11-09")
        assert self.lines([person], decided=("ana",)) == []
        assert len(self.lines([person], decided=("ben",))) == 1

    def test_too_little_care_is_due_on_monday_or_at_once(self) -> None:
        later = MONDAY + timedelta(weeks=1)
        weeks = (WeekOfCare(MONDAY, {"ana": (360, 359), "ben": (360, 360)}), WeekOfCare(later, {"ana": (360, 0), "ben": (0, 10)}))
        lines = self.lines([participant("ana"), participant("ben")], *weeks)
        assert told(lines) == [("below_floor", WEDNESDAY, 0), ("no_session", later, 3)]
        assert lines[0].message == "ana has 359 of 360 ordered minutes in the week of Monday, November 30."
        assert lines[1].message == "ana has no care in the week of Monday, December 7."
        assert [item.id for item in lines] == ["below_floor~ana~2026-11-30", "no_session~ana~2026-12-07"]
        assert lines[1].address == "/v1/programs/north/weeks/2026-12-07"

    @pytest.mark.parametrize(
        ("person", "is_due"),
        [
            ({}, True),
            ({"status": "cleared"}, True),
            ({"status": "on_hold"}, False),
            ({"status": "discharged"}, False),
            ({"admitted": "2026-12-06"}, True),
            ({"admitted": "2026-12-07"}, False),
            ({"discharge": "2026-12-02"}, True),
            ({"discharge": "2026-12-01"}, False),
        ],
    )
    def test_whoever_is_in_no_session_at_all_is_on_the_list(self, person: dict[str, Any], is_due: bool) -> None:
        assert [item.kind for item in self.lines([participant("new", **person)], WeekOfCare(MONDAY, {}))] == ["no_session"] * is_due

    def test_who_waits_is_due_when_the_first_session_is(self) -> None:
        people = [
            participant("ana", status="waiting"),
            participant("ben", status="waiting", first_session_due="2026-12-09", admitted="2026-12-30"),
            participant("cid", status="waiting", admitted="2026-12-10"),
            participant("dov", status="waiting", admitted="2026-12-09"),
        ]
        lines = self.lines(people)
        assert [(item.id, item.working_days) for item in lines] == [("waiting~ana", 0), ("waiting~ben", 5), ("waiting~dov", 5)]
        assert lines[0].message == "ana is waiting for a place."

    def test_a_place_is_kept_for_as_long_as_the_policy_says(self) -> None:
        lines = self.lines([participant("ana", status="on_hold", on_hold_since=day) for day in ("2026-11-25", "2026-11-26")])
        assert told(lines) == [("hold_end", date(2026, 12, 9), 5)]
        assert lines[0].message == "The place of ana, who is on hold, is kept until Wednesday, December 9."


def booking(day: int, status: str | None) -> BookingAttendance:
    """A booking at 9:00 of a day of this week, or of one before; UTC is the zone."""
    start = datetime(2026, 11, 30, 9, tzinfo=UTC) + timedelta(days=day)
    return BookingAttendance(MONDAY, f"g.g{day}.2026-11-30", start, True, status, 0)


class TestAttendance:
    def lines(self, *statuses: str | None, attempts: tuple[tuple[int, bool], ...] = ()) -> list[DueItem]:
        """The lines for sessions from Monday on, with attempts at noon of days."""
        made = [
            OutreachAttempt("ana", datetime(2026, 11, 30, 12, tzinfo=UTC) + timedelta(days=day), is_reached) for day, is_reached in attempts
        ]
        bookings = {"ana": [booking(day, status) for day, status in enumerate(statuses)], "gone": [booking(0, "no_show")]}
        others = [OutreachAttempt("ben", attempt.at, True) for attempt in made]
        return list(outreach_items(FRAME, bookings, [*made, *others], {"ana": "dan"}, ZoneInfo("UTC")))

    def test_a_missed_session_asks_for_a_call(self) -> None:
        (line,) = self.lines("attended", "no_show", None)
        assert told([line]) == [("outreach", date(2026, 12, 1), -1)]
        assert line.message == "ana missed a session on Tuesday, December 1, and has not been reached."
        assert line.address == "/v1/programs/north/weeks/2026-11-30/attendance/g.g1.2026-11-30/ana/outreach"
        assert (line.id, line.responsible) == ("outreach~ana", None)
        assert [(c.kind, c.id) for c in line.concerns] == [("participant", "ana"), ("session", "g.g1.2026-11-30")]

    def test_the_second_in_a_row_is_the_therapists_task(self) -> None:
        (line,) = self.lines("no_show", "excused", "cancelled", "no_show", attempts=((3, False), (0, False)))
        assert (line.kind, line.date, line.responsible) == ("missed_again", date(2026, 12, 3), "dan")
        days = "missed 2 sessions in a row, the last on Thursday, December 3"
        assert line.message == f"ana {days}, and has not been reached after 1 attempt."

    @pytest.mark.parametrize("came", ["attended", "late", "left_early"])
    def test_who_came_again_need_not_be_called(self, came: str) -> None:
        assert self.lines("no_show", "no_show", came) == []
        assert [item.kind for item in self.lines("no_show", came, "no_show")] == ["outreach"]
        assert self.lines("excused", "cancelled", None) == []

    def test_who_was_reached_since_need_not_be_called(self) -> None:
        assert self.lines("attended", "no_show", attempts=((1, True),)) == []
        assert len(self.lines("attended", "no_show", attempts=((0, True),))) == 1
        assert len(self.lines("attended", "no_show", attempts=((1, False), (2, False)))) == 1

    def test_sessions_without_attendance(self) -> None:
        start = datetime(2026, 12, 1, 21, tzinfo=ZoneInfo(ZONE))
        (line,) = unmarked_items(FRAME, [UnmarkedSession(MONDAY, "g.g1.2026-11-30", "7", start, "cora", 2)])
        assert told([line]) == [("unmarked", date(2026, 12, 1), -1)]
        assert line.message == "The attendance of 2 participants in g.g1.2026-11-30 is not recorded."
        assert (line.id, line.responsible) == ("unmarked~g.g1.2026-11-30", "cora")
        assert line.address == "/v1/programs/north/weeks/2026-11-30/attendance"


class TestLeave:
    LEAVE = [{"first": "2026-12-03", "last": "2026-12-04"}]  # noqa: RUF012

    def runs(self, staff: list[dict[str, Any]], groups: list[dict[str, Any]], **more: Any) -> list[tuple[Any, ...]]:
        made = leaderless_runs(instance(clinicians=staff, groups=groups, **more))
        return [(f"{entry.group} {entry.day}", entry.on_leave, entry.able) for entry in made]

    def test_a_group_has_nobody_if_all_who_may_lead_it_are_away(self) -> None:
        cora, dan = clinician("cora", leave=self.LEAVE), clinician("dan")
        of_cora = [group(f"g{day}", day, facilitators=["cora"]) for day in ("wed", "thu", "fri")]
        assert self.runs([cora, dan], of_cora) == [("gthu 2026-12-03", ("cora",), ()), ("gfri 2026-12-04", ("cora",), ())]
        assert self.runs([cora, dan], [group("g", "thu"), group("h", "thu", facilitators=["cora", "dan"])]) == []
        assert self.runs([cora, clinician("dan", leave=self.LEAVE)], [group("g", "thu")]) == [("g 2026-12-03", ("cora", "dan"), ())]

    def test_who_would_not_be_there_without_leave_either_is_not_missed(self) -> None:
        evening = clinician("cora", hours=windows("17:00", "21:00", site="s1"), leave=self.LEAVE)
        assert self.runs([evening], [group("g", "thu")]) == []
        assert self.runs([clinician("cora")], [group("g", "sun")]) == []

    def test_a_group_with_another_time_has_a_leader(self) -> None:
        starts = [{"day": "thu", "time": "09:00"}, {"day": "wed", "time": "09:00"}]
        assert self.runs([clinician("cora", leave=self.LEAVE)], [group("g", starts=starts)]) == []
        starts = [{"day": "fri", "time": "09:00"}, {"day": "thu", "time": "09:00"}]
        assert self.runs([clinician("cora", leave=self.LEAVE)], [group("g", starts=starts)]) == [("g 2026-12-03", ("cora",), ())]

    def test_leave_of_some_hours(self) -> None:
        for start, is_away in (("11:59", True), ("12:00", False)):
            leave = [{"first": "2026-12-03", "last": "2026-12-03", "start": start, "end": "13:00"}]
            assert bool(self.runs([clinician("cora", leave=leave)], [group("g", "thu")])) == is_away

    def test_in_a_published_week_the_leaders_of_its_sessions_are_meant(self) -> None:
        """Both groups are led by cora in the roster; dan may lead them. The third does not meet."""
        staff = [clinician("cora", leave=self.LEAVE), clinician("dan")]
        groups = [group("g", "thu"), group("h", "wed"), group("i", "fri", facilitators=["cora"])]
        sessions = roster(run("g", "thu", "09:00", ("ana",)), run("h", "wed", "09:00", ("ana",)))
        published = {"roster": sessions.model_dump(mode="json"), "at": "2026-11-26T12:00:00Z"}
        assert self.runs(staff, groups, published=published) == [("g 2026-12-03", ("cora",), ("dan",))]
        assert self.runs(staff, groups) == [("i 2026-12-04", ("cora",), ())]

    def test_a_line_names_the_group_and_who_is_away(self) -> None:
        runs = [LeaderlessRun(date(2026, 12, n), "g", ("cora", "dan"), ("eve",) if n == 9 else ()) for n in (1, 9, 10)]
        (line,) = leave_items(FRAME, runs)
        assert line.message == "g has no leader on Wednesday, December 9: cora and dan on leave. eve may lead it."
        assert (line.id, line.working_days, line.address) == ("leave~g~2026-12-09", 5, "/v1/programs/north/weeks/2026-12-07")
        assert [(c.kind, c.id) for c in line.concerns] == [("group", "g"), ("clinician", "cora"), ("clinician", "dan")]
        assert [item.date.day for item in leave_items(FRAME, runs, is_everything=True)] == [9, 10]
        today = [LeaderlessRun(WEDNESDAY, "g", ("cora",), ())]
        assert [item.message for item in leave_items(FRAME, today)] == ["g has no leader on Wednesday, December 2: cora on leave."]

    def test_closures_ahead(self) -> None:
        closures = [
            Closure(date=date(2026, 12, 1)),
            Closure(date=WEDNESDAY, site="s1", start=720),
            Closure(date=date(2026, 12, 9), label="Founders' Day"),
            Closure(date=date(2026, 12, 10)),
        ]
        lines = list(closure_items(FRAME, closures))
        assert [item.message for item in lines] == [
            "Site s1 is closed on Wednesday, December 2 for some hours.", "The program is closed on Wednesday, December 9 (Founders' Day).",
        ]  # fmt: skip
        assert [item.id for item in lines] == ["closure~2026-12-02~s1~720", "closure~2026-12-09~all~0"]
        assert [[(c.kind, c.id) for c in item.concerns] for item in lines] == [[("site", "s1")], []]
