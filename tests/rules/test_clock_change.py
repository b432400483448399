"""Words to numbers for `clock_change`."""

from datetime import date

import pytest

from scheduler.rules.clock_change import ClockChange
from scheduler.validation import validate
from scheduler.verify import verify
from tests.build import ZONE, clinician, group, windows
from tests.clocks import AUTUMN, ONE_TALK, SPRING, meeting, read, talk, week
from tests.faces import both
from tests.solving import solved

RULE = ClockChange()


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2026-11-01T00:10-04:00", "2026-11-01T01:00-04:00", 0),
        ("2026-11-01T00:17-04:00", "2026-11-01T01:07-04:00", 7),
        ("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00", 50),
        ("2026-11-01T01:10-05:00", "2026-11-01T02:00-05:00", 50),
        ("2026-11-01T02:00-05:00", "2026-11-01T02:50-05:00", 0),
        ("2026-11-01T06:00Z", "2026-11-01T06:50Z", 50),
    ],
)
def test_an_hour_that_is_shown_twice(start: str, end: str, amount: int) -> None:
    """01:00-02:00 on 1 November in New York, the first time and the second; the hours beside it are touched."""
    checked, modelled = both(RULE, read(week(), talk(start, end)))
    assert checked == amount
    # The second time is none that candidates can write.
    assert (modelled is None) == (amount > 0)


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2027-03-14T01:10-05:00", "2027-03-14T03:00-04:00", 0),
        ("2027-03-14T01:17-05:00", "2027-03-14T03:07-04:00", 7),
        ("2027-03-14T03:00-04:00", "2027-03-14T03:50-04:00", 0),
    ],
)
def test_an_hour_that_is_skipped(start: str, end: str, amount: int) -> None:
    """02:00-03:00 on 14 March: a talk may end as it begins and begin as it ends; one that runs across has 7 minutes after the change."""
    assert both(RULE, read(week(SPRING), talk(start, end, monday=SPRING))) == (amount, None if amount else 0)


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2027-03-14T02:00-05:00", "2027-03-14T02:50-05:00", 50),
        ("2027-03-14T02:30-05:00", "2027-03-14T03:20-05:00", 30),
        ("2027-03-14T02:30-05:00", "2027-03-14T03:20-04:00", 1),
        ("2027-03-14T02:10-04:00", "2027-03-14T03:00-04:00", 50),
        ("2027-03-14T07:30Z", "2027-03-14T08:20Z", 0),
        ("2027-03-14T02:30-06:00", "2027-03-14T03:20-06:00", 0),
        ("2027-03-14T03:30-05:00", "2027-03-14T04:20-05:00", 0),
    ],
)
def test_a_time_that_is_written_and_does_not_exist(start: str, end: str, amount: int) -> None:
    """02:30 by the offset of winter or of summer is no time of 14 March; in UTC, or in the zone next door, it is what it is."""
    view = read(week(SPRING), talk(start, end, monday=SPRING))
    assert sum(found.amount for found in RULE.check(view.case, view)) == amount
    in_memory = read(week(SPRING), talk(start, end, monday=SPRING)).roster
    assert ("clock_change" in {found.rule for found in verify(week(SPRING), in_memory)}) == (amount > 0)


def test_a_written_time_of_london_is_not_taken_for_utc() -> None:
    """01:30Z on 28 March is 02:30 in London, where 01:00-02:00 is skipped."""
    monday = date(2027, 3, 22)
    view = read(week(monday, "Europe/London"), talk("2027-03-28T01:30Z", "2027-03-28T02:20Z", monday=monday))
    assert list(RULE.check(view.case, view)) == []


@pytest.mark.parametrize(("start", "end", "amount"), [("00:30", "01:30", 30), ("00:00", "01:00", 0), ("02:00", "03:00", 0)])
def test_groups_alike(start: str, end: str, amount: int) -> None:
    """A group of an hour on the night of 1 November."""
    offset = "-05:00" if start == "02:00" else "-04:00"
    session = meeting(f"2026-11-01T{start}{offset}", f"2026-11-01T{end}{offset}")
    made = week(groups=[group("g", "sun", start, minutes=60)])
    assert both(RULE, read(made, session)) == (amount, None if amount else 0)
    assert [issue.code for issue in validate(made)] == (["clock_change"] if amount else [])


def test_what_has_happened_stays() -> None:
    """It is Sunday 4:00: the talk of the night is over."""
    session = talk("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00")
    published = read(week(), session).roster
    made = week(published={"roster": published}, now="2026-11-01T04:00-05:00")
    assert both(RULE, read(made, session)) == (0, 0)


@pytest.mark.unmeasured
def test_other_weeks_have_nothing_to_say() -> None:
    """The week before: not applicable, and 01:00 is an hour like any other."""
    monday = date(2026, 10, 19)
    made = week(monday)
    assert not RULE.applies_to(read(made).case)
    assert both(RULE, read(made, talk("2026-10-25T01:00-04:00", "2026-10-25T01:50-04:00", monday=monday))) == (0, 0)
    assert RULE.applies_to(read(week()).case)


@pytest.mark.parametrize(
    ("zone", "monday", "free", "is_placed"),
    [
        (ZONE, SPRING, ("sun", "02:00", "02:50"), False),
        (ZONE, SPRING, ("sun", "01:10", "02:00"), True),
        (ZONE, SPRING, ("sun", "01:20", "03:00"), False),
        (ZONE, AUTUMN, ("sun", "01:00", "02:00"), False),
        (ZONE, AUTUMN, ("sun", "00:10", "01:00"), True),
        (ZONE, AUTUMN, ("sun", "02:00", "02:50"), True),
        ("Australia/Lord_Howe", date(2027, 3, 29), ("sun", "01:10", "02:00"), False),
        ("Australia/Lord_Howe", date(2027, 3, 29), ("sun", "00:40", "01:30"), True),
        ("America/Santiago", date(2026, 8, 31), ("sun", "00:00", "01:00"), False),
        ("America/Santiago", date(2026, 8, 31), ("sat", "23:10", "24:00"), True),
        ("America/Santiago", date(2027, 3, 29), ("sat", "23:00", "24:00"), False),
        ("Africa/Cairo", date(2027, 4, 26), ("fri", "00:00", "00:50"), False),
        ("Asia/Beirut", date(2027, 3, 22), ("sun", "01:00", "01:50"), True),
    ],
)
def test_a_solve_takes_the_only_time_when_it_exists_once(zone: str, monday: date, free: tuple[str, str, str], *, is_placed: bool) -> None:
    """Ana is free for one talk; it is placed there, or lost with that reason."""
    person = {"id": "ana", "availability": {"weekly": windows(*free[1:], (free[0],))}, "order": ONE_TALK}
    hours = windows("00:00", "24:00", site="s1", days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    values = {"notes_after_session": 0, "second_staff_required": False, "start_grain": 5}
    made = week(monday, zone, participants=[person], groups=[], clinicians=[clinician("dan", hours=hours)], policy={"values": values})
    result = solved(made)
    assert result.roster is not None
    assert len(result.roster.sessions) == is_placed
    assert verify(made, result.roster) == ()
    for session in result.roster.sessions:
        assert (session.end - session.start).total_seconds() == 50 * 60
    if not is_placed:
        assert "clock_change" in {cause.rule for found in result.unmet for cause in found.causes}
        assert any("while the clocks change" in cause.sentence for found in result.unmet for cause in found.causes)


def test_the_message_says_what_the_clock_does() -> None:
    """An hour that comes twice in autumn, one that is left out in spring."""
    autumn = read(week(), talk("2026-11-01T01:00-04:00", "2026-11-01T01:50-04:00"))
    spring = read(week(SPRING), talk("2027-03-14T01:17-05:00", "2027-03-14T03:07-04:00", monday=SPRING))
    for made, words in ((autumn, "from 01:00 to 02:00 exists twice"), (spring, "from 02:00 to 03:00 does not exist")):
        (found,) = RULE.check(made.case, made)
        assert found.message.endswith(words)
