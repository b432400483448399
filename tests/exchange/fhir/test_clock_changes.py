"""Appointments around a change of clocks last as long as they do."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from scheduler.roster import Roster
from tests.build import ZONE
from tests.clocks import AUTUMN, SPRING, read, talk, week
from tests.exchange.fhir.weeks import appointments, published

HERE = ZoneInfo(ZONE)
UNTIL_THE_SKIP = (datetime(2027, 3, 14, 1, 10, tzinfo=HERE), datetime(2027, 3, 14, 3, 0, tzinfo=HERE))
ACROSS_BOTH = (datetime(2026, 11, 1, 1, 20, tzinfo=HERE), datetime(2026, 11, 1, 2, 10, tzinfo=HERE))


@pytest.mark.parametrize(("monday", "times", "minutes"), [(SPRING, UNTIL_THE_SKIP, 50), (AUTUMN, ACROSS_BOTH, 110)])
@pytest.mark.parametrize("is_read", [False, True])
def test_minutes_are_real(monday, times, minutes, is_read):
    """01:10 to 03:00 in spring are 50 minutes; 01:20 to 02:10 in autumn, which no legal roster holds, are 110."""
    document = {"monday": monday, "zone": ZONE, "sessions": [talk(*times, "ana", monday)]}
    roster = read(week(monday), talk(*times, "ana", monday)).roster if is_read else Roster.model_validate(document)
    (found,) = appointments(published(roster)).values()
    assert found.minutes_duration == minutes
    assert found.start.utcoffset() != found.end.utcoffset()
