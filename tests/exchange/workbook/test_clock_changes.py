"""Sessions of a roster that end as clocks are set forward can be entered like any others."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from scheduler.exchange.workbook.derive import localized


@pytest.mark.parametrize(
    ("zone", "text", "as_end", "as_start"),
    [
        ("America/New_York", "2027-03-14T02:00:00", "2027-03-14T03:00:00-04:00", None),
        ("America/New_York", "2027-03-14T02:01:00", None, None),
        ("America/New_York", "2027-03-14T03:00:00", "2027-03-14T03:00:00-04:00", "2027-03-14T03:00:00-04:00"),
        ("Asia/Beirut", "2027-03-28T00:00:00", "2027-03-28T01:00:00+03:00", None),
        ("America/New_York", "2026-11-01T01:00:00", "2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-04:00"),
    ],
)
def test_an_end_may_be_where_the_clock_skips(zone: str, text: str, as_end: str | None, as_start: str | None) -> None:
    """Until 02:00 (or 24:00) is until 03:00 (or 01:00) when the hour after it is skipped; nothing begins there."""
    for is_end, expected in ((True, as_end), (False, as_start)):
        told: list[str] = []
        found = localized(text, ZoneInfo(zone), told.append, is_end=is_end)
        assert (None if told else found) == expected
