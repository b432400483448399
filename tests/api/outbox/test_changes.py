"""What is told of a change, computed by hand."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.calls.changes import AppointmentVersion, PersonWeek, WeekKnowledge, is_soon, span_of
from api.calls.texts import sms_parts, text_of

NEW_YORK = ZoneInfo("America/New_York")
PLAIN = set(string.ascii_letters + string.digits + " .,:;()-")
"""Each of them is one of an SMS of 160 characters (GSM 03.38)."""


def local(day: int, clock: str, month: int = 12, fold: int = 0) -> datetime:
    """A time in New York, 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK, fold=fold)


def meeting(
    key: str, day: int, start: str, end: str, mode: str = "in_person", site: str | None = "s1", month: int = 12
) -> AppointmentVersion:
    return AppointmentVersion(key, local(day, start, month), local(day, end, month), mode, site)


def week(*appointments: AppointmentVersion) -> PersonWeek:
    return {a.key: a for a in appointments}


BEFORE = local(30, "08:00", 11)
YOURS = "Your appointment on Tuesday, December 1 at 5:30 pm"
TUESDAY = meeting("g1", 1, "17:30", "20:30")
THURSDAY = meeting("g2", 3, "09:00", "12:00")


def told(known: PersonWeek, now: PersonWeek, *maybe: PersonWeek, at: datetime = BEFORE) -> str:
    changes = WeekKnowledge(known, maybe, now).changes(NEW_YORK, at)
    return text_of(changes, NEW_YORK) if changes else ""


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (week(meeting("g1", 1, "18:00", "21:00")), "Your appointment on Tuesday, December 1 at 5:30 pm is now at 6:00 pm."),
        (week(meeting("g1", 1, "16:00", "19:00")), "Your appointment on Tuesday, December 1 at 5:30 pm is now at 4:00 pm."),
        (week(meeting("g1", 3, "18:00", "21:00")), f"{YOURS} is now on Thursday, December 3 at 6:00 pm."),
        (week(meeting("g1", 1, "17:30", "19:00")), "Your appointment on Tuesday, December 1 at 5:30 pm is now until 7:00 pm."),
        (week(meeting("g1", 1, "18:00", "19:00")), "Your appointment on Tuesday, December 1 at 5:30 pm is now at 6:00 pm, until 7:00 pm."),
        (week(meeting("g1", 1, "17:30", "20:30", "telehealth", None)), "Your appointment on Tuesday, December 1 at 5:30 pm is now online."),
        (
            week(meeting("g1", 1, "18:00", "21:00", site="s2")),
            "Your appointment on Tuesday, December 1 at 5:30 pm is now at 6:00 pm, at another address. Please ask us for the address.",
        ),
        (week(), "Your appointment on Tuesday, December 1 at 5:30 pm is cancelled."),
        (week(meeting("g1", 1, "17:30", "20:30")), ""),
        # Another session at the same time is the same to whoever goes there; at another time of the day it was moved.
        (week(meeting("g9", 1, "17:30", "20:30")), ""),
        (week(meeting("g9", 1, "19:00", "22:00")), "Your appointment on Tuesday, December 1 at 5:30 pm is now at 7:00 pm."),
        # Of another length it is another appointment.
        (
            week(meeting("g9", 1, "19:00", "19:50")),
            f"{YOURS} is cancelled. You have a new appointment on Tuesday, December 1, 7:00 pm to 7:50 pm.",
        ),
    ],
)  # fmt: skip
def test_one_change_is_told_in_one_sentence(now, text):
    assert told(week(TUESDAY), now) == text


def test_a_new_appointment_is_told_with_its_end():
    expected = "You have a new appointment on Thursday, December 3, 9:00 am to 12:00 pm, online."
    assert told(week(), week(meeting("g2", 3, "09:00", "12:00", "telehealth", None))) == expected


def test_several_changes_are_one_text_and_the_shorter_one_where_sentences_do_not_fit():
    now = week(meeting("g1", 1, "18:00", "21:00"), meeting("a1", 4, "10:00", "10:50"))
    assert told(week(TUESDAY, THURSDAY), now) == (
        "Changes to your appointments: Tue, Dec 1 5:30 pm now 6:00 pm; Thu, Dec 3 9:00 am cancelled; new Fri, Dec 4 10:00-10:50 am."
    )
    assert sms_parts(told(week(TUESDAY, THURSDAY), now)) == 1
    two = week(meeting("g1", 1, "18:00", "21:00"))
    sentences = f"{YOURS} is now at 6:00 pm. Your appointment on Thursday, December 3 at 9:00 am is cancelled."
    assert told(week(TUESDAY, THURSDAY), two) == sentences
    assert len(sentences) == 135


def test_a_first_week_is_told_as_a_list_of_times():
    many = [meeting(f"g{d}", d, "09:00", "12:00") for d in (1, 2, 3)]
    assert (
        told(week(), week(*many))
        == "Your new appointments: Tue, Dec 1 9:00 am-12:00 pm; Wed, Dec 2 9:00 am-12:00 pm; Thu, Dec 3 9:00 am-12:00 pm."
    )


def test_what_is_over_is_not_told():
    now = week(meeting("g1", 1, "18:00", "21:00"))
    assert told(week(TUESDAY, THURSDAY), now, at=local(2, "08:00")) == "Your appointment on Thursday, December 3 at 9:00 am is cancelled."
    assert told(week(TUESDAY, THURSDAY), now, at=local(3, "12:00")) == ""
    # At 20:45 the old time is over, the new one is not.
    assert told(week(TUESDAY), now, at=local(1, "20:45")) == "Your appointment on Tuesday, December 1 at 5:30 pm is now at 6:00 pm."


def test_what_was_undone_is_told_only_to_whom_may_have_seen_it():
    moved = week(meeting("g1", 1, "18:00", "21:00"))
    assert told(week(TUESDAY), week(TUESDAY)) == ""
    assert told(week(TUESDAY), week(TUESDAY), moved) == "Your appointment on Tuesday, December 1 at 5:30 pm takes place as first planned."
    assert told(week(TUESDAY), week(TUESDAY), week()) == "Your appointment on Tuesday, December 1 at 5:30 pm takes place as first planned."
    # It was to be new, perhaps that was seen, and it is not there any more.
    assert told(week(), week(), week(TUESDAY)) == "Your appointment on Tuesday, December 1 at 5:30 pm is cancelled."


def test_what_is_told_is_from_what_they_know_to_what_is_now_whatever_was_between():
    first = WeekKnowledge(week(TUESDAY), (), week(meeting("g1", 1, "18:00", "21:00")))
    later = first.followed_by(week(meeting("g1", 1, "19:00", "22:00")), is_seen=False)
    text = "Your appointment on Tuesday, December 1 at 5:30 pm is now at 7:00 pm."
    assert text_of(later.changes(NEW_YORK, BEFORE), NEW_YORK) == text
    assert later.followed_by(week(TUESDAY), is_seen=False).changes(NEW_YORK, BEFORE) == ()
    seen = later.followed_by(week(TUESDAY), is_seen=True)
    assert [c.kind for c in seen.changes(NEW_YORK, BEFORE)] == ["stays"]


def test_a_calendar_of_four_hours_has_a_change_of_noon_by_noon():
    changes = WeekKnowledge(week(TUESDAY), (), week()).changes(NEW_YORK, BEFORE)
    start = TUESDAY.start
    assert is_soon(changes, start - timedelta(hours=4) + timedelta(minutes=1), timedelta(hours=4))
    assert not is_soon(changes, start - timedelta(hours=4), timedelta(hours=4))
    assert is_soon(changes, start - timedelta(days=300), None), "who has no calendar is always told"
    # Moved to earlier: the new start counts. Moved to later: the old one, at which they would come.
    for now in (meeting("g1", 1, "12:00", "15:00"), meeting("g1", 4, "17:30", "20:30")):
        first = min(now.start, start)
        found = WeekKnowledge(week(TUESDAY), (), week(now)).changes(NEW_YORK, BEFORE)
        assert span_of(found, BEFORE) == (first, max(now.end, TUESDAY.end))
        assert is_soon(found, first - timedelta(hours=3), timedelta(hours=4))
        assert not is_soon(found, first - timedelta(hours=5), timedelta(hours=4))


def test_times_are_those_of_the_clock_on_the_wall_when_the_clocks_change():
    """On 1 November 2026 New York goes back from 02:00 to 01:00: Saturday is at UTC-4, Sunday noon at UTC-5."""
    saturday, sunday = meeting("g1", 31, "12:00", "13:00", month=10), meeting("g1", 1, "12:00", "13:00", month=11)
    assert (sunday.start - saturday.start.astimezone(UTC)) == timedelta(hours=25)
    text = "Your appointment on Saturday, October 31 at 12:00 pm is now on Sunday, November 1 at 12:00 pm."
    assert told(week(saturday), week(sunday), at=local(30, "08:00", 10)) == text
    # In the hour that comes twice the two are told apart.
    first = AppointmentVersion("g1", local(1, "01:30", 11), local(1, "01:30", 11, fold=1), "in_person", "s1")
    second = AppointmentVersion("g1", local(1, "01:30", 11, fold=1), local(1, "02:30", 11), "in_person", "s1")
    utc = [AppointmentVersion(a.key, a.start.astimezone(UTC), a.end.astimezone(UTC), a.mode, a.site) for a in (first, second)]
    text = "Your appointment on Sunday, November 1 at 1:30 am (EDT) is now at 1:30 am (EST)."
    assert told(week(utc[0]), week(utc[1]), at=local(30, "08:00", 10)) == text
    # In spring an hour is skipped; 01:30 and 03:30 are there once.
    march = [datetime(2026, 3, 8, 6, 30, tzinfo=UTC), datetime(2026, 3, 8, 7, 30, tzinfo=UTC), datetime(2026, 3, 8, 8, 30, tzinfo=UTC)]
    skipped = [AppointmentVersion("g1", a, b, "in_person", "s1") for a, b in ((march[0], march[1]), (march[1], march[2]))]
    assert told(week(skipped[0]), week(skipped[1]), at=march[0] - timedelta(days=1)) == (
        "Your appointment on Sunday, March 8 at 1:30 am is now at 3:30 am."
    )


APPOINTMENTS = st.builds(
    lambda key, day, half, length, mode, site: AppointmentVersion(
        key, BEFORE + timedelta(days=day, minutes=30 * half), BEFORE + timedelta(days=day, minutes=30 * half + length), mode, site
    ),
    st.sampled_from([f"Quennell.{n}" for n in range(5)]),
    st.integers(0, 4),
    st.integers(0, 20),
    st.sampled_from([50, 60, 180]),
    st.sampled_from(["in_person", "telehealth", "hybrid"]),
    st.sampled_from(["Quennell-house", "s2", None]),
)
WEEKS = st.lists(APPOINTMENTS, max_size=5).map(lambda found: week(*found))


@given(WEEKS, WEEKS, st.lists(WEEKS, max_size=2))
def test_any_change_is_kept_whole_told_in_characters_of_an_sms_and_names_nothing(known, now, maybe):
    state = WeekKnowledge(known, tuple(maybe), now)
    assert WeekKnowledge.from_json(state.to_json()) == state
    changes = state.changes(NEW_YORK, BEFORE)
    assert (changes == ()) or set(text_of(changes, NEW_YORK)) <= PLAIN
    text = text_of(changes, NEW_YORK) if changes else ""
    assert "quennell" not in text.lower()
    assert sms_parts(text) <= 1 + len(text) // 153
    if {a.visible for a in known.values()} == {a.visible for a in now.values()} and len(known) == len(now) and known.keys() == now.keys():
        assert all(c.is_as_told for c in changes) or any(known[k].visible != now[k].visible for k in known)


@given(WEEKS, WEEKS)
def test_what_did_not_change_is_not_told_and_every_change_is(known, now):
    changes = WeekKnowledge(known, (), now).changes(NEW_YORK, BEFORE - timedelta(days=1))
    assert WeekKnowledge(known, (), known).changes(NEW_YORK, BEFORE) == ()
    after = dict(known)
    for change in changes:
        if change.before is not None:
            after.pop(change.before.key)
    seen = sorted(str(a.visible) for a in after.values()) + sorted(str(c.after.visible) for c in changes if c.after is not None)
    assert sorted(seen) == sorted(str(a.visible) for a in now.values()), "who is told, knows what is so"
