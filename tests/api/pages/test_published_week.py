"""The published week as staff pages read it: the same sessions as its view, of everyone, a clinician or a participant."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.pages.published_week import read_week
from api.security.access import SYSTEM, Caller, grant_of
from api.weeks.store.published import published_view
from tests.api.weeks.small import MONDAY

NOW = datetime(2026, 11, 30, 12, tzinfo=ZoneInfo("America/New_York"))
DAN = Caller("dan", grants=(grant_of("clinician", "north", "dan"),))


@pytest.mark.parametrize(("caller", "mine"), [(SYSTEM, None), (DAN, ("dan",))])
def test_it_has_the_sessions_of_the_view(published, store, caller, mine):
    with store.reading() as session:
        week, view = read_week(session, "north", MONDAY, caller, NOW), published_view(session, "north", MONDAY, mine)
    assert (week.number, week.published_at) == (view.number, view.published_at)
    assert [(s.id, s.start, s.end, s.room, s.clinicians) for s in week.sessions] == [
        (s.id, s.start, s.end, s.room, s.facilitators) for s in view.sessions
    ]
    assert week.sessions


def test_a_participants_sessions_are_those_they_are_booked_in(published, store):
    with store.reading() as session:
        whole, own = (read_week(session, "north", MONDAY, SYSTEM, NOW, who).sessions for who in (None, "ben"))
    assert own == tuple(one for one in whole if one.booking_of("ben") is not None)
    assert 0 < len(own) < len(whole)


def test_before_publishing_there_is_nothing(draft, store):
    with store.reading() as session:
        week = read_week(session, "north", MONDAY, SYSTEM, NOW)
    assert (week.number, week.published_at, week.sessions) == (None, None, ())
