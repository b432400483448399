"""What returns, found; and a suggestion says the same of every minute, whatever the busy time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.case.times import free_time
from scheduler.exchange.busy import Pattern, busy_in, find_regular, suggest, taken_in, window_of
from scheduler.exchange.busy.suggesting import is_same
from scheduler.fields import WeekPattern
from scheduler.instance import Absence, Availability, BusySpan, ClockWindow, DayWindows, WeeklyWindow
from scheduler.timegrid import WEEKDAYS, Week
from tests.exchange.busy.files import NEW_YORK, calendar, event, read, window

MONDAY = date(2026, 11, 30)
HALF_YEAR = window(MONDAY, 182)
"""Clocks change in it, on 14 March."""


def always(**more: object) -> Availability:
    weekly = tuple(WeeklyWindow(day=day, start=0, end=1440) for day in WEEKDAYS)  # type: ignore[arg-type]
    return Availability(weekly=weekly).model_copy(update=more)


def span(day: int, start: int, end: int, zone: ZoneInfo = NEW_YORK) -> BusySpan:
    """Busy on a day of the window, from one hour to another (28 is 4 in the morning after)."""

    def at(hour: int) -> datetime:
        wall = datetime.combine(MONDAY + timedelta(days=day + hour // 24), datetime.min.time()) + timedelta(hours=hour % 24)
        return wall.replace(tzinfo=zone).astimezone(UTC)

    return BusySpan(start=at(start), end=at(end))


def found(spans: Iterable[BusySpan], week_a: date | None = None) -> Pattern | None:
    return find_regular(tuple(spans), HALF_YEAR, week_a)


def times(pattern: Pattern | None) -> list[str]:
    assert pattern is not None
    return [f"{t.when} {t.start // 60}-{t.end // 60}" for t in pattern.times]


def office(weeks: Iterable[int] = range(26)) -> list[BusySpan]:
    """Monday and Tuesday, 9 to 17."""
    return [span(7 * week + day, 9, 17) for week in weeks for day in (0, 1)]


def shifts(day: int) -> tuple[int, int] | None:
    """Early, late and night for a week each."""
    return ((6, 14), (14, 22), (22, 30))[day // 7 % 3] if day % 7 < 5 else None


def test_a_job_of_every_week_with_a_holiday_and_a_dentist() -> None:
    """Two weeks of holiday are exceptions, the dentist stays a span."""
    spans = [*office([week for week in range(26) if week not in (4, 5)]), span(10, 15, 16)]
    pattern = found(spans)
    assert pattern is not None
    assert (pattern.kind, times(pattern)) == ("every_week", ["mon 9-17", "tue 9-17"])
    assert [day.isoformat() for day in pattern.exceptions] == ["2026-12-28", "2026-12-29", "2027-01-04", "2027-01-05"]
    before = taken_in(always(), spans, HALF_YEAR)
    suggestion = suggest(before, HALF_YEAR, None)
    assert suggestion is not None
    after = suggestion.availability
    assert (len(after.busy), len(after.dates), len([w for w in after.weekly if w.day == "mon"])) == (1, 4, 2)
    beyond = Week(date(2027, 8, 2), NEW_YORK)
    assert free_time(after, beyond, None) != free_time(before, beyond, None)


@pytest.mark.parametrize(
    ("week_a", "names"), [(MONDAY, ("A", "B")), (MONDAY + timedelta(days=7), ("B", "A")), (MONDAY - timedelta(days=70), ("A", "B"))]
)
def test_a_and_b_weeks_are_those_of_the_program(week_a: date, names: tuple[str, str]) -> None:
    """Mornings in even weeks of the window, evenings in odd ones, Fridays in all."""
    spans = [span(7 * n, *((8, 12), (17, 21))[n % 2]) for n in range(26)] + [span(7 * n + 4, 8, 16) for n in range(26)]
    pattern = found(spans, week_a)
    assert pattern is not None
    expected = [f"mon {names[0]} 8-12", f"mon {names[1]} 17-21", *(f"fri {name} 8-16" for name in names)]
    assert (pattern.kind, sorted(times(pattern))) == ("alternating_weeks", sorted(expected))
    suggestion = suggest(taken_in(always(), spans, HALF_YEAR), HALF_YEAR, week_a)
    assert suggestion is not None
    assert (suggestion.availability.busy, suggestion.availability.dates) == ((), ())
    assert {w.weeks for w in suggestion.availability.weekly if w.day == "mon"} == {"A", "B"}
    assert {w.weeks for w in suggestion.availability.weekly if w.day == "fri"} == {"every"}


def test_without_week_a_alternating_weeks_are_a_cycle_of_two() -> None:
    pattern = found([span(14 * n, 8, 16) for n in range(13)])
    assert pattern is not None
    assert (pattern.kind, pattern.cycle, times(pattern)) == ("weeks", 2, ["mon 1 8-16"])


def test_three_shifts_in_turn() -> None:
    spans = [span(day, *hours) for day in range(182) if (hours := shifts(day))]
    pattern = found(spans)
    assert pattern is not None
    assert (pattern.kind, pattern.cycle, "mon 1 6-14" in times(pattern), "mon 3 22-24" in times(pattern)) == ("weeks", 3, True, True)
    suggestion = suggest(taken_in(always(), spans, HALF_YEAR), HALF_YEAR, None)
    assert suggestion is not None
    assert len(suggestion.availability.dates) > 120
    assert suggestion.availability.weekly == always().weekly


@pytest.mark.parametrize(("on", "off"), [(4, 4), (2, 2), (3, 5), (5, 4)])
def test_days_on_and_days_off(on: int, off: int) -> None:
    pattern = found(span(day, 7, 19) for day in range(182) if day % (on + off) < on)
    assert pattern is not None
    assert (pattern.kind, pattern.cycle, times(pattern)) == ("days", on + off, [f"{n + 1} 7-19" for n in range(on)])


def test_what_does_not_return_is_no_pattern() -> None:
    assert found([]) is None
    assert found([span(day, 9, 10) for day in (1, 9, 30, 77, 100)]) is None
    assert find_regular(tuple(office()), window(MONDAY, 14), None) is None
    assert suggest(taken_in(always(), [span(1, 9, 10)], HALF_YEAR), HALF_YEAR, None) is None


def test_what_was_there_stays() -> None:
    """Absences, dates with windows of their own and busy time outside of the window are as before."""
    own = DayWindows(date=MONDAY, windows=(ClockWindow(start=480, end=720),))
    late = BusySpan(start=datetime(2028, 1, 3, 12, tzinfo=UTC), end=datetime(2028, 1, 3, 13, tzinfo=UTC))
    before = always(dates=(own,), absences=(Absence(first=MONDAY, last=MONDAY),), busy=(late,))
    suggestion = suggest(taken_in(before, office(), HALF_YEAR), HALF_YEAR, None)
    assert suggestion is not None
    after = suggestion.availability
    assert (own in after.dates, after.absences, after.busy[-1]) == (True, before.absences, late)


def test_a_second_calendar_is_added_or_takes_the_place_of_the_first() -> None:
    """The window's part of a span that reaches out of it is replaced, the rest stays."""
    within = window_of(NEW_YORK, MONDAY, 7)
    former = (span(-1, 20, 30), span(2, 9, 10), span(9, 9, 10))
    new = [span(3, 9, 10)]
    assert busy_in(former, new, within) == (span(-1, 20, 24), span(3, 9, 10), span(9, 9, 10))
    assert busy_in(former, new, within, is_added=True) == (span(-1, 20, 30), span(2, 9, 10), span(3, 9, 10), span(9, 9, 10))
    assert busy_in((), [], within) == ()


HOUR = st.integers(0, 23)
ONE = st.tuples(st.integers(-2, 190), HOUR, st.integers(1, 30)).map(lambda t: span(t[0], t[1], t[1] + t[2]))
CYCLES = st.tuples(st.integers(0, 20), st.sampled_from([7, 14, 21, 4, 9, 5]), HOUR, st.integers(1, 14))
WEEKLY = st.tuples(st.sampled_from(WEEKDAYS), st.integers(0, 12), st.integers(1, 12), st.sampled_from(["every", "A", "B"])).map(
    lambda t: WeeklyWindow(day=t[0], start=t[1] * 60, end=(t[1] + t[2]) * 60, weeks=t[3])  # type: ignore[arg-type]
)


@pytest.mark.unmeasured
@settings(max_examples=15, deadline=None)
@given(
    st.lists(CYCLES, min_size=1, max_size=4), st.lists(ONE, max_size=8), st.sets(st.integers(0, 181), max_size=12),
    st.lists(WEEKLY, max_size=8), st.sampled_from([None, MONDAY, MONDAY - timedelta(days=7)]), st.integers(0, 6), st.integers(60, 182),
)  # fmt: skip
def test_a_suggestion_says_the_same_of_every_minute(
    cycles: list[tuple[int, int, int, int]], singles: list[BusySpan], holidays: set[int], weekly: list[WeeklyWindow],
    week_a: date | None, shift: int, days: int,
) -> None:  # fmt: skip
    """Any mixture of cycles, single events and holidays, any windows, any begin and length, across a change of clocks."""
    repeated = [
        span(day, start, start + hours)
        for first, period, start, hours in cycles
        for day in range(first, 182, period)
        if day not in holidays
    ]
    within = window(MONDAY + timedelta(days=shift), days)
    for free in (always(), Availability(weekly=tuple(weekly))):
        before = taken_in(free, [*repeated, *singles], within)
        suggestion = suggest(before, within, week_a)
        if suggestion is not None:
            assert is_same(before, suggestion.availability, within, week_a)
            _check_by_the_minute(before, suggestion.availability, within.first, days, week_a)


def _check_by_the_minute(one: Availability, other: Availability, first: date, days: int, week_a: date | None) -> None:
    """A way of its own to compare: every quarter of an hour that is a time of the clock, asked of both."""

    def minutes(availability: Availability) -> set[tuple[date, int]]:
        found = set()
        for n in range(days):
            day = first + timedelta(days=n)
            monday = day - timedelta(days=day.weekday())
            spans = free_time(availability, Week(monday, NEW_YORK), week_a)
            found |= {(day, m) for m in range(0, 1440, 15) if any(s.start <= day.weekday() * 1440 + m < s.end for s in spans)}
        return found

    assert minutes(one) == minutes(other)


def test_from_file_to_windows() -> None:
    """A rota of two weeks in a calendar file becomes A and B windows."""
    rules = ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"]
    content = calendar(event("20260907T0600", "20260907T1400", rules[0]), event("20260915T1400", "20260915T2200", rules[1], uid="2"))
    seen = read(content, HALF_YEAR)
    week_a = date(2026, 9, 7)
    suggestion = suggest(taken_in(always(), seen.spans, HALF_YEAR), HALF_YEAR, week_a)
    assert suggestion is not None
    assert (suggestion.availability.busy, suggestion.pattern.kind, suggestion.pattern.share) == ((), "alternating_weeks", 1.0)
    patterns: set[WeekPattern] = {w.weeks for w in suggestion.availability.weekly if w.day in ("mon", "tue")}
    assert patterns == {"A", "B"}
