"""Series of events against another reader: dateutil, which knows no window and counts every time from the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.busy.expansion import merged
from tests.exchange.busy.files import calendar, read, window

FIRST, LAST = (datetime.fromisoformat(day) for day in ("2012-01-01", "2026-12-20"))
FROM, TO = (datetime.fromisoformat(day) for day in ("2026-11-01", "2027-03-01"))
RULE = st.tuples(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";BYDAY=MO,WE,SU", ";BYMONTH=12,3", ";BYMONTHDAY=1,15,-1", ";BYDAY=FR;BYMONTHDAY=13", ";WKST=SU"]),
    st.sampled_from(["", ";COUNT=7", ";COUNT=900", ";COUNT=4000"]),
    st.sampled_from(["", "20261210T140000Z", "20261205T090000Z", "20200101T000000Z"]),
)
ZONES = st.sampled_from(["America/New_York", "UTC", "Asia/Kolkata"]).map(ZoneInfo)


@pytest.mark.unmeasured
@settings(max_examples=100, deadline=None)
@given(RULE, st.datetimes(FIRST, LAST), st.integers(1, 4000), ZONES)
def test_series_are_where_another_reader_sees_them(
    rule: tuple[str, int, str, str, str], first: datetime, minutes: int, zone: ZoneInfo
) -> None:  # fmt: skip
    """Any begin since 2012, any length up to three days, with and without an end, moved near the window or not."""
    first = first.replace(second=0, microsecond=0)
    frequency, interval, by, count, until = rule
    text = f"FREQ={frequency};INTERVAL={interval}{by}" + (f";UNTIL={until}" if until else count)
    lines = f"UID:1\nDTSTART;TZID={zone.key}:{first:%Y%m%dT%H%M%S}\nDURATION:PT{minutes}M\nRRULE:{text}"
    within = window(days=60)
    last = datetime.fromisoformat(until.removesuffix("Z")).replace(tzinfo=UTC) if until else TO.replace(tzinfo=UTC)
    starts = rrulestr(text.partition(";UNTIL")[0], dtstart=first).between(FROM, TO, inc=True)
    counted = {first, *(start for start in starts if start.replace(tzinfo=zone) <= last)}
    length = timedelta(minutes=minutes)
    spans = [(start.replace(tzinfo=zone), (start + length).replace(tzinfo=zone)) for start in counted]
    assert read(calendar(lines), within).spans == merged(spans, within.start, within.end)
