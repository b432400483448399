"""The rule of a zone against zoneinfo."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.rrule import rrulestr

from scheduler.exchange.timezone import vtimezone, zone_rule

pytestmark = pytest.mark.unmeasured

UNREPRESENTABLE = {
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "America/Godthab", "America/Nuuk", "America/Santiago",
    "America/Scoresbysund", "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Tel_Aviv", "Chile/Continental", "Egypt", "Israel",
}  # fmt: skip
# Every twelfth zone, and those that are special.
SAMPLED = sorted({*sorted(available_timezones())[::12], *UNREPRESENTABLE, "Australia/Lord_Howe", "Europe/Dublin", "America/New_York"})


def offset_by_component(text: str, instant: datetime) -> timedelta:
    """The offset a client computes: the last onset before the instant, expanded by another library."""
    onsets = []
    for block in text.split("BEGIN:")[2:]:
        fields = dict(line.split(":", 1) for line in block.splitlines() if ":" in line)
        sign = {name: (-1 if fields[name][0] == "-" else 1) for name in ("TZOFFSETFROM", "TZOFFSETTO")}
        before, after = (
            sign[name] * timedelta(hours=int(fields[name][1:3]), minutes=int(fields[name][3:5])) for name in ("TZOFFSETFROM", "TZOFFSETTO")
        )
        start = datetime.strptime(fields["DTSTART"], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time
        wall = (instant + before).replace(tzinfo=None)
        last = rrulestr(fields["RRULE"], dtstart=start).before(wall, inc=True) if "RRULE" in fields else start
        onsets.append((last - before, after))
    return max(onsets)[1]


def test_new_york_is_written_as_clients_want_it() -> None:
    """Second Sunday of March at 2:00 standard time, first Sunday of November at 2:00 daylight time."""
    rule = zone_rule("America/New_York", 2026, 2027)
    assert rule is not None
    text = vtimezone(rule).to_ical().decode()
    standard, daylight = text.split("BEGIN:DAYLIGHT")
    assert all(line in standard for line in ("DTSTART:19701101T020000", "BYDAY=1SU;BYMONTH=11", "TZOFFSETFROM:-0400", "TZOFFSETTO:-0500"))
    assert all(line in daylight for line in ("DTSTART:19700308T020000", "BYDAY=2SU;BYMONTH=3", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0400"))
    assert (text.count("BEGIN:STANDARD"), text.count("BEGIN:DAYLIGHT")) == (1, 1)


def test_a_zone_without_daylight_time_has_one_standard_and_no_rule() -> None:
    """Phoenix stays at -7 h."""
    rule = zone_rule("America/Phoenix", 2026, 2027)
    assert rule is not None
    text = vtimezone(rule).to_ical().decode()
    assert text.count("BEGIN:STANDARD") == 1
    assert "DAYLIGHT" not in text
    assert "RRULE" not in text
    assert "DTSTART:19700101T000000" in text


@pytest.mark.parametrize("zone", SAMPLED)
def test_every_zone_is_right_or_refused(zone: str) -> None:
    """An expansion of the written component by another library equals zoneinfo around the changes and through the years."""
    rule = zone_rule(zone, 2026, 2027)
    assert (rule is None) == (zone in UNREPRESENTABLE)
    if rule is None:
        return
    text, info = vtimezone(rule).to_ical().decode(), ZoneInfo(zone)
    days = [datetime(2026, 1, 1, 1, 30, tzinfo=UTC) + timedelta(days=n) for n in range(0, 730, 30)]
    if rule.daylight:
        changes = [onset.instant(year) for onset in (rule.standard, rule.daylight) for year in (2026, 2027)]
        days += [change + timedelta(seconds=s) for change in changes for s in (-1, 0)]
    for instant in days:
        assert offset_by_component(text, instant) == instant.astimezone(info).utcoffset()


def test_a_rule_that_ended_within_the_years_in_use_is_refused() -> None:
    """Until 2006 New York changed on other Sundays."""
    assert zone_rule("America/New_York", 2005, 2008) is None


def test_last_and_fourth_sunday_are_told_apart() -> None:
    """London changes on the last Sunday; in October 2026 that is the fourth."""
    rule = zone_rule("Europe/London", 2026, 2026)
    assert rule is not None
    assert rule.standard.nth == -1
    assert rule.standard.wall(2026).date() == date(2026, 10, 25)
