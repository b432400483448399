"""One clock, real time: what lies between two minutes of the wall clock is what passes, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.clock_changes import clock_changes
from scheduler.greedy import fill_week
from scheduler.rules.clinician_availability import ClinicianAvailability
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.rules.clinician_load import ClinicianLoad, minutes_per_week
from scheduler.rules.idle_gap import IdleGap
from scheduler.rules.keep_apart import KeepApart
from scheduler.rules.longest_wait import LongestWait
from scheduler.rules.participant_availability import ParticipantAvailability
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.published_change import PublishedChange
from scheduler.timegrid import DAY, WEEK, Span, Week
from scheduler.verify import judge
from tests.build import ZONE, clinician, participant, windows
from tests.clocks import AUTUMN, ONE_TALK, ROUND_THE_CLOCK, SPRING, ZONES, changing_weeks, meeting, read, talk, wall, week
from tests.exchange.readers import calendars_of
from tests.faces import both, check_amount

NIGHT = {"autumn": Week(AUTUMN, ZoneInfo(ZONE)), "spring": Week(SPRING, ZoneInfo(ZONE))}
SUNDAY = 6 * DAY
TALKS = [(zone, monday) for zone in ZONES for monday in [*changing_weeks(zone), date(2027, 6, 7)]]


def minutes(a: datetime, b: datetime) -> int:
    """Real minutes from one instant to another."""
    return int((b.astimezone(UTC) - a.astimezone(UTC)).total_seconds()) // 60


class TestMinutes:
    def test_the_years_changes_are_known(self) -> None:
        """Two in New York, of which the second ends the first; none in Tokyo."""
        assert [f"{at:%m-%d %H:%M}" for at in clock_changes(ZoneInfo(ZONE), 2027)] == ["03-14 07:00", "11-07 06:00"]
        assert clock_changes(ZoneInfo("Asia/Tokyo"), 2027) == ()

    @pytest.mark.parametrize(
        ("season", "a", "b", "real"),
        [
            ("autumn", 0, 60, 60),
            ("autumn", 30, 120, 150),
            ("autumn", 60, 120, 120),
            ("autumn", 120, 180, 60),
            ("autumn", -60, 180, 300),
            ("spring", 0, 120, 120),
            ("spring", 60, 180, 60),
            ("spring", 120, 180, 0),
            ("spring", 180, 120, 0),
            ("spring", -60, 240, 240),
        ],
    )
    def test_real_minutes_between(self, season: str, a: int, b: int, real: int) -> None:
        """In minutes after Sunday 00:00."""
        assert NIGHT[season].between(SUNDAY + a, SUNDAY + b) == real

    @pytest.mark.parametrize(
        ("season", "span", "by", "expected"),
        [
            ("spring", (190, 240), (30, 0), (100, 240)),
            ("spring", (180, 230), (10, 0), (110, 230)),
            ("spring", (70, 120), (0, 15), (70, 195)),
            ("spring", (60, 110), (0, 10), (60, 120)),
            ("autumn", (120, 170), (30, 0), (90, 170)),
            ("autumn", (120, 170), (90, 0), (60, 170)),
            ("autumn", (0, 60), (0, 15), (0, 75)),
            ("autumn", (0, 60), (0, 75), (0, 120)),
            ("autumn", (0, 60), (0, 130), (0, 130)),
        ],
    )
    def test_what_is_added_is_real(self, season: str, span: tuple[int, int], by: tuple[int, int], expected: tuple[int, int]) -> None:
        """Travel and notes; where they lie in minutes shown twice, all that the clock shows of them."""
        start, end = (SUNDAY + minute for minute in span)
        assert NIGHT[season].widened(Span(start, end), *by) == Span(SUNDAY + expected[0], SUNDAY + expected[1])

    def test_shown_twice(self) -> None:
        """From the first 01:30 to the second the clock shows the whole hour, and an hour passes."""
        start, end = (datetime.fromisoformat(f"2026-11-01T01:30{offset}") for offset in ("-04:00", "-05:00"))
        assert NIGHT["autumn"].clock_spans(start, end) == (Span(SUNDAY + 60, SUNDAY + 120),)
        assert NIGHT["autumn"].real_between(start, end) == Span(SUNDAY + 90, SUNDAY + 150)
        assert NIGHT["autumn"].real(Span(SUNDAY + 60, SUNDAY + 120)) == Span(SUNDAY + 60, SUNDAY + 180)

    @given(st.sampled_from(TALKS), st.integers(0, WEEK * 60), st.integers(1, 3 * DAY * 60))
    def test_shown_is_what_a_clock_on_the_wall_shows(self, where: tuple[str, date], start: int, length: int) -> None:
        """Second by second, against zoneinfo."""
        zone, monday = where
        week, first = Week(monday, ZoneInfo(zone)), Week(monday, ZoneInfo(zone)).at(0) + timedelta(seconds=start)
        last = first + timedelta(seconds=length)
        stamps = {week.minute(first + timedelta(seconds=s)) for s in (*range(0, length, 60), length - 1)}
        assert stamps == {minute for span in week.clock_spans(first, last) for minute in range(*span)}

    @given(st.sampled_from(TALKS), st.integers(0, WEEK), st.integers(0, WEEK))
    def test_between_is_what_passes(self, where: tuple[str, date], a: int, b: int) -> None:
        """Of minutes that are shown once, against UTC; and nothing passes from a minute to itself."""
        week = Week(where[1], ZoneInfo(where[0]))
        if week.shows_once(Span(a, a + 1)) and week.shows_once(Span(b, b + 1)):
            assert week.between(a, b) == minutes(week.at(a), week.at(b))
        assert week.between(a, a) == 0
        assert week.between(a, b) == -week.between(b, a)

    @given(st.sampled_from(TALKS), st.integers(0, WEEK), st.integers(1, 300))
    def test_later_and_earlier_take_as_long_as_they_say(self, where: tuple[str, date], minute: int, length: int) -> None:
        """Exactly, but for ends in minutes shown twice, where all that is shown counts."""
        week = Week(where[1], ZoneInfo(where[0]))
        if not week.shows_once(Span(minute - 1, minute + 1)):
            return
        for found, real in (
            (week.later(minute, length), week.between(minute, week.later(minute, length))),
            (week.earlier(minute, length), week.between(week.earlier(minute, length), minute)),
        ):
            assert real == length if week.shows_once(Span(found - 1, found + 1)) else real >= length - 60


class TestSessions:
    @pytest.mark.unmeasured
    @given(st.sampled_from(TALKS), st.integers(0, WEEK - 50), st.sampled_from([1, 30, 50, 90, 180, 230]))
    def test_a_legal_session_ends_after_it_starts_and_lasts_as_long_as_its_service(
        self, where: tuple[str, date], start: int, length: int
    ) -> None:  # fmt: skip
        """Whatever the zone and the minute: written from minutes, read back, and seen in a calendar."""
        zone, monday = where
        made = week(monday, zone, services=[{"id": "individual", "kind": "individual", "category": "talk", "minutes": length}], groups=[])
        grid = Week(monday, ZoneInfo(zone))
        moments = grid.at(start), grid.at(start + length)
        view = read(made, talk(*(moment.isoformat() for moment in moments), monday=monday))
        broken = {found.rule for found in judge(view.case, view.roster).violations}
        if not grid.shows_once(Span(start, start + length)):
            assert "clock_change" in broken
            return
        assert "clock_change" not in broken
        (placed,) = view.placed
        assert placed.span == Span(start, start + length)
        assert minutes(*moments) == length
        calendar = calendars_of(view, now=datetime(2027, 1, 1, tzinfo=UTC))["ana"]
        (event,) = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
        assert minutes(event["DTSTART"].dt, event["DTEND"].dt) == length
        assert event["DTEND"].dt.astimezone(UTC) > event["DTSTART"].dt.astimezone(UTC)

    @given(st.sampled_from(TALKS), st.integers(0, WEEK - DAY))
    def test_instants_are_read_as_they_last(self, where: tuple[str, date], start: int) -> None:
        """A talk of 50 real minutes from any instant is never called too long or too short."""
        zone, monday = where
        first = Week(monday, ZoneInfo(zone)).at(0) + timedelta(minutes=start)
        view = read(week(monday, zone), talk(first.isoformat(), (first + timedelta(minutes=50)).isoformat(), monday=monday))
        assert view.placed[0].span.minutes == 50
        assert not [found for found in judge(view.case, view.roster).violations if "lasts" in found.message]

    def test_fifty_minutes_of_the_clock_that_are_110(self) -> None:
        """01:20 before the change to 02:10 after it: 110 minutes in every rule, too long, and 01:20 exists twice."""
        session = talk("2026-11-01T01:20-04:00", "2026-11-01T02:10-05:00")
        view = read(week(), session)
        found = {violation.rule: violation.message for violation in judge(view.case, view.roster).violations}
        assert set(found) == {"roster_shape", "clock_change"}
        assert "lasts 110 minutes instead of 50" in found["roster_shape"]
        assert "the time from 01:00 to 02:00 exists twice" in found["clock_change"]
        assert view.placed[0].span.minutes == 110
        limited = [clinician("dan", hours=windows("00:00", "24:00", ("sun",), site="s1"), limits={"direct_minutes_per_day": 60})]
        assert check_amount(ClinicianLoad(), read(week(clinicians=limited), session)) == 50

    def test_no_calendar_shows_an_end_before_a_start(self) -> None:
        """As a former version wrote a talk at 02:30 on the day on which that time does not exist."""
        view = read(week(SPRING), talk("2027-03-14T02:30-05:00", "2027-03-14T03:20-04:00", "ana", SPRING))
        assert {found.rule for found in judge(view.case, view.roster).violations} == {"roster_shape", "clock_change"}
        calendar = calendars_of(view, now=datetime(2027, 1, 1, tzinfo=UTC))["ana"]
        (event,) = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
        assert event["DTEND"].dt >= event["DTSTART"].dt

    def test_zones_in_memory_are_no_other_clock(self) -> None:
        """The same session with its zone in place of offsets."""
        zone = ZoneInfo(ZONE)
        start, end = datetime(2026, 11, 1, 1, 20, tzinfo=zone), datetime(2026, 11, 1, 2, 10, tzinfo=zone)
        assert NIGHT["autumn"].span(start, end).minutes == 110


def free(*hours: dict[str, Any], busy: tuple[tuple[str, str], ...] = (), **more: Any) -> dict[str, Any]:
    """Ana, free in these windows."""
    spans = [{"start": start, "end": end} for start, end in busy]
    return participant("ana", order=ONE_TALK, availability={"weekly": hours or ROUND_THE_CLOCK, "busy": spans}, **more)


class TestBusyTime:
    BUSY = (("2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00"),)

    @pytest.mark.parametrize(
        ("start", "end", "amount"),
        [
            ("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00", 20),
            ("2026-11-01T01:00-05:00", "2026-11-01T01:50-05:00", 30),
            ("2026-11-01T00:10-04:00", "2026-11-01T01:00-04:00", 0),
            ("2026-11-01T02:00-05:00", "2026-11-01T02:50-05:00", 0),
        ],
    )
    def test_busy_time_in_an_hour_that_is_shown_twice(self, start: str, end: str, amount: int) -> None:
        """Busy from the first 01:30 to the second: of a participant, a guest, a clinician."""
        session = talk(start, end)
        assert check_amount(ParticipantAvailability(), read(week(participants=[free(busy=self.BUSY)]), session)) == amount
        guests = [{"id": "mum", "availability": {"weekly": ROUND_THE_CLOCK, "busy": [{"start": a, "end": b} for a, b in self.BUSY]}}]
        with_mum = read(week(participants=[free(guests=guests)]), session | {"guests": ["mum"]})
        assert check_amount(ParticipantAvailability(), with_mum) == amount
        dan = clinician("dan", hours=windows("00:00", "24:00", ("sun",), site="s1"), busy=[{"start": a, "end": b} for a, b in self.BUSY])
        values = {"notes_after_session": 0, "second_staff_required": False, "start_grain": 5}
        view = read(week(clinicians=[dan], policy={"values": values}), session)
        assert check_amount(ClinicianAvailability(), view) == amount

    @pytest.mark.parametrize(
        ("start", "end", "amount"),
        [
            ("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00", 50),
            ("2026-11-01T01:40-05:00", "2026-11-01T02:30-05:00", 20),
            ("2026-11-01T02:00-05:00", "2026-11-01T02:50-05:00", 0),
            ("2026-11-01T00:10-04:00", "2026-11-01T01:00-04:00", 0),
        ],
    )
    def test_the_way_there_and_back_meets_busy_time_as_it_passes(self, start: str, end: str, amount: int) -> None:
        """30 minutes each way, busy from the first 01:30 to the second: home before or after, with nothing to spare."""
        view = read(week(participants=[free(busy=self.BUSY, travel={"s1": 30})]), talk(start, end))
        assert check_amount(ParticipantAvailability(), view) == amount
        if not amount:
            assert both(ParticipantAvailability(), view) == (0, 0)

    def test_the_roster_is_illegal_for_both_reasons(self) -> None:
        """Busy for 20 minutes, and at a time that exists twice."""
        view = read(week(participants=[free(busy=self.BUSY)]), talk("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00"))
        found = {violation.rule: violation.amount for violation in judge(view.case, view.roster).violations}
        assert found == {"participant_availability": 20, "clock_change": 50}

    @pytest.mark.parametrize("busy", [("2026-11-01T01:10-04:00", "2026-11-01T01:20-04:00"), ("2026-11-01T06:10Z", "2026-11-01T06:20Z")])
    def test_busy_either_time_is_never_forgotten(self, busy: tuple[str, str]) -> None:
        """Ten minutes of the first time or of the second: the same ten of the clock are not free."""
        case = read(week(participants=[free(busy=(busy,))])).case
        taken = [Span(a.end, b.start) for a, b in zip(case.time.free("ana"), case.time.free("ana")[1:], strict=False)]
        assert taken == [Span(SUNDAY + 70, SUNDAY + 80)]

    def test_busy_across_the_skipped_hour(self) -> None:
        """From 01:30 to 03:30 on 14 March passes an hour."""
        case = read(week(SPRING, participants=[free(busy=(("2027-03-14T01:30-05:00", "2027-03-14T03:30-04:00"),))])).case
        before, after = (span for span in case.time.free("ana") if case.week.between(*span))
        assert (before.end, after.start) == (SUNDAY + 90, SUNDAY + 210)
        assert case.week.between(before.end, after.start) == 60

    def test_busy_for_years(self) -> None:
        """It begins and ends in other weeks, with other offsets: no minute is free."""
        spans = (("2020-07-01T00:00-04:00", "2031-07-01T00:00-04:00"),)
        assert read(week(participants=[free(busy=spans)])).case.time.free("ana") == ()


class TestRules:
    @pytest.mark.unmeasured
    def test_rest_of_eleven_hours_is_real(self) -> None:
        """Saturday until 21:00, Sunday from 8:00: 11 hours by the clock, 10 in spring, 12 in autumn."""
        hours = {"hours": windows("00:00", "24:00", ("sat", "sun"), site="s1")}
        for monday, saturday, sunday, short in (
            (SPRING, "2027-03-13T20:10-05:00", "2027-03-14T08:00-04:00", 60),
            (AUTUMN, "2026-10-31T20:10-04:00", "2026-11-01T07:00-05:00", 0),
            (AUTUMN, "2026-10-31T20:10-04:00", "2026-11-01T06:59-05:00", 1),
        ):
            sessions = [
                talk(start, (datetime.fromisoformat(start) + timedelta(minutes=50)).isoformat(), who, monday)
                for start, who in ((saturday, "ana"), (sunday, "ben"))
            ]
            view = read(week(monday, clinicians=[clinician("dan", **hours)], policy={"values": {"start_grain": 10}}), *sessions)
            assert check_amount(ClinicianAvailability(), view) == short
            if short != 1:
                assert both(ClinicianAvailability(), view) == (short, None if short else 0)

    @pytest.mark.parametrize(
        ("monday", "day", "offsets", "lunch"),
        [(SPRING, "2027-03-14", ("-05:00", "-04:00"), 0), (AUTUMN, "2026-11-01", ("-04:00", "-05:00"), 30)],
    )
    def test_a_duty_is_as_long_as_it_lasts(self, monday: date, day: str, offsets: tuple[str, str], lunch: int) -> None:
        """From 0:00 to 6:30 by the clock, with protected time between the talks: 5.5 hours in spring, 7.5 in autumn without any lunch."""
        sessions = [
            talk(f"{day}T00:00{offsets[0]}", f"{day}T00:50{offsets[0]}", "ana", monday),
            talk(f"{day}T05:40{offsets[1]}", f"{day}T06:30{offsets[1]}", "ben", monday),
        ]
        values = {"notes_after_session": 0, "second_staff_required": False, "start_grain": 20}
        for protected, amount in (((), 0), (windows("00:50", "05:40", ("sun",)), lunch)):
            dan = clinician("dan", protected=protected, hours=windows("00:00", "24:00", ("sun",), site="s1"))
            view = read(week(monday, clinicians=[dan], policy={"values": values}), *sessions)
            assert both(ClinicianAvailability(), view) == (amount, None if amount else 0)

    def test_notes_run_on_after_the_change(self) -> None:
        """A talk until 01:55 before clocks are set forward: notes until 03:05, so the next talk at 03:00 comes 5 minutes too early."""
        pair = [
            talk("2027-03-14T01:05-05:00", "2027-03-14T01:55-05:00", "ana", SPRING),
            talk("2027-03-14T03:00-04:00", "2027-03-14T03:50-04:00", "ben", SPRING),
        ]
        assert both(ClinicianConflict(), read(week(SPRING), *pair)) == (5, None)

    def test_travel_is_real(self) -> None:
        """From a site until 01:50 to another at 03:00 are 10 minutes in spring, where 30 are needed; in autumn 00:50 to 02:00 are 130."""
        sites = [{"id": site, "hours": ROUND_THE_CLOCK} for site in ("s1", "s2")]
        program = {"id": "p", "zone": ZONE, "sites": sites, "travel": [{"a": "s1", "b": "s2", "minutes": 125}]}
        hours = [w for site in ("s1", "s2") for w in windows("00:00", "24:00", ("sun",), site=site)]
        rooms = [{"id": "r2", "site": "s1", "seats": 9}, {"id": "r4", "site": "s2", "seats": 9}]
        there = {"site": "s2", "room": "r4"}
        values = {"notes_after_session": 0, "second_staff_required": False, "start_grain": 60}
        people = [participant(p, order=ONE_TALK | {"services": [{"service": "individual", "per_week": 2}]}) for p in ("ana", "ben")]
        made = {
            "program": program,
            "clinicians": [clinician("dan", hours=hours)],
            "rooms": rooms,
            "policy": {"values": values},
            "groups": [],
        }
        for monday, first, second, missing in (
            (SPRING, ("2027-03-14T01:00-05:00", "2027-03-14T01:50-05:00"), ("2027-03-14T03:00-04:00", "2027-03-14T03:50-04:00"), 115),
            (AUTUMN, ("2026-11-01T00:00-04:00", "2026-11-01T00:50-04:00"), ("2026-11-01T02:00-05:00", "2026-11-01T02:50-05:00"), 0),
        ):
            at_work = read(week(monday, **made, participants=people), talk(*first, "ana", monday), talk(*second, "ben", monday, **there))
            assert both(ClinicianConflict(), at_work) == (missing, None if missing else 0)
            again = {"ordinal": 2, "id": "second", **there}
            on_the_way = read(week(monday, **made, participants=people), talk(*first, "ana", monday), talk(*second, "ana", monday, **again))
            assert both(ParticipantConflict(), on_the_way) == (missing, None if missing else 0)

    def test_the_way_there_is_real(self) -> None:
        """A talk at 03:00 after clocks were set forward, 30 minutes from home: she leaves at 01:30."""
        session = talk("2027-03-14T03:00-04:00", "2027-03-14T03:50-04:00", "ana", SPRING)
        for start, amount in (("01:30", 0), ("01:45", 15), ("02:00", 30), ("02:45", 30), ("03:00", 30)):
            person = free(*windows(start, "24:00", ("sun",)), travel={"s1": 30})
            view = read(week(SPRING, participants=[person]), session)
            assert both(ParticipantAvailability(), view) == (amount, None if amount else 0)

    def test_waits_are_real(self) -> None:
        """From 00:50 to 02:00 in autumn are 130 minutes, 70 over the limit and 9 quarters; from 01:00 to 03:00 in spring 60."""
        sessions = {
            AUTUMN: (("2026-11-01T00:00-04:00", "2026-11-01T00:50-04:00"), ("2026-11-01T02:00-05:00", "2026-11-01T03:00-05:00"), 70, 9),
            SPRING: (("2027-03-14T00:10-05:00", "2027-03-14T01:00-05:00"), ("2027-03-14T03:00-04:00", "2027-03-14T04:00-04:00"), 0, 4),
        }
        for monday, (first, second, over, quarters) in sessions.items():
            view = read(week(monday), talk(*first, "ana", monday), meeting(*second, ("ana",), monday))
            assert both(LongestWait(), view) == (over, None if over else 0)
            assert both(IdleGap(), view) == (quarters, quarters)

    def test_the_arrival_of_somebody_kept_apart_is_real(self) -> None:
        """Ben, expected at 03:00, is there from 01:45; ana leaves at 01:50: 5 minutes together."""
        pair = [
            talk("2027-03-14T01:00-05:00", "2027-03-14T01:50-05:00", "ana", SPRING),
            talk("2027-03-14T03:00-04:00", "2027-03-14T03:50-04:00", "ben", SPRING, facilitators=["cora"], room="r1"),
        ]
        relations = [{"a": "ana", "b": "ben", "kind": "apart_in_time"}]
        assert both(KeepApart(), read(week(SPRING, relations=relations), *pair)) == (5, None)

    def test_working_time_is_real(self) -> None:
        """A night from 22:00 to 06:00: 8 hours, 7 in spring, 9 in autumn; a quarter of it is not in sessions."""
        hours = [*windows("22:00", "24:00", ("sat",), site="s1"), *windows("00:00", "06:00", ("sun",), site="s1")]
        for monday, expected in ((SPRING, 315), (AUTUMN, 405), (date(2027, 3, 1), 360)):
            assert minutes_per_week(read(week(monday, clinicians=[clinician("dan", hours=hours)])).case, "dan") == expected

    @pytest.mark.parametrize(
        ("monday", "now", "start", "amount"),
        [
            (SPRING, "2027-03-12T10:00-05:00", "2027-03-14T10:00-04:00", 5),
            (SPRING, "2027-03-12T10:00-05:00", "2027-03-14T11:00-04:00", 2),
            (AUTUMN, "2026-10-30T10:00-04:00", "2026-11-01T09:00-05:00", 2),
            (AUTUMN, "2026-10-30T10:00-04:00", "2026-11-01T08:59-05:00", 5),
        ],
    )
    def test_notice_is_real(self, monday: date, now: str, start: str, amount: int) -> None:
        """47 or 48 hours before a talk on the Sunday that is added to an empty published week."""
        published = read(week(monday)).roster
        made = week(monday, published={"roster": published}, now=now)
        end = (datetime.fromisoformat(start) + timedelta(minutes=50)).isoformat()
        assert both(PublishedChange(), read(made, talk(start, end, "ana", monday))) == (amount, amount)


class TestLastWeek:
    def test_standing_times_keep_their_time_of_day(self) -> None:
        """At 9:00 by the clock in the last week of summer time, read as JSON: at 9:00 in the first week after it, an hour later."""
        last = read(week(), talk("2026-10-26T09:00-04:00", "2026-10-26T09:50-04:00")).roster
        made = week(date(2026, 11, 2), clinicians=[clinician("dan", hours=windows(site="s1"))], history={"last_week": last})
        assert [place.released for place in Case(made).places.held["ana"]] == [None]
        (kept, *_) = [s for s in fill_week(made).sessions if s.bookings[0].participant == "ana"]
        assert kept.start.isoformat() == "2026-11-02T09:00:00-05:00"

    @pytest.mark.parametrize(("monday", "start"), [(AUTUMN, "2026-10-25T01:10-04:00"), (SPRING, "2027-03-07T02:00-05:00")])
    def test_a_time_that_does_not_exist_or_exists_twice_is_released(self, monday: date, start: str) -> None:
        """Last week's talk on Sunday night cannot stay, and is not held."""
        last_monday, end = monday - timedelta(days=7), (datetime.fromisoformat(start) + timedelta(minutes=50)).isoformat()
        last = read(week(last_monday), talk(start, end, "ana", last_monday)).roster
        assert [place.released for place in Case(week(monday, history={"last_week": last})).places.held["ana"]] == ["clock_change"]


def test_what_is_written_has_the_offset_it_has_then() -> None:
    """No zone in it: what comes out of a solve is what is read back."""
    moments = [NIGHT["spring"].at(SUNDAY + minute) for minute in (119, 120, 180)]
    assert [moment.isoformat() for moment in moments] == [
        "2027-03-14T01:59:00-05:00",
        "2027-03-14T03:00:00-04:00",
        "2027-03-14T03:00:00-04:00",
    ]
    assert [wall(NIGHT["autumn"].at(SUNDAY + minute)) for minute in (60, 120)] == ["Sun 01:00", "Sun 02:00"]
    assert minutes(NIGHT["autumn"].at(SUNDAY + 60), NIGHT["autumn"].at(SUNDAY + 120)) == 120
