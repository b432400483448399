"""Which sessions may run short of units, and which rows say so: whatever always finds units has none."""

import pytest

from scheduler.rules._drawing import Drawing
from tests.build import MONDAY, ZONE, at, meet
from tests.faces import both
from tests.rules.test_authorization import RULE, block, case, grant, talk


def drawing(*sessions, grants, minimum=50, past=(), now="12:00"):
    """Of these sessions and no others; Monday's of `past` have happened."""
    more = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": minimum}}}
    if past:
        more |= {"now": at("mon", now), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": list(past)}}}
    made = case(*past, *sessions, grants=grants, more=more)
    return Drawing(RULE.id, made.case, "ana", made.visits["ana"])


def options(found):
    """By weekday and group or service, the authorizations."""
    return {item[:2]: tuple(g.id for g in grants) for item, grants in found.options.items()}


def keys(found):
    """What the rows are about, and the bound of each."""
    return [(*row.key[1:], row.bound) for row in found.rows()]


def test_as_many_units_as_sessions_are_no_row() -> None:
    """Two sessions: two units are enough, one is not."""
    two = (block(0), block(1))
    assert keys(drawing(*two, grants=[grant("session", units=2)])) == []
    assert options(drawing(*two, grants=[grant("session", units=2)])) == {}
    assert keys(drawing(*two, grants=[grant("session", units=1)])) == [("g1", "period", 1)]


def test_only_a_limit_that_could_be_overrun_is_a_row() -> None:
    """Two units of the period are enough, one of the week is not."""
    found = drawing(block(0), block(1), grants=[grant("session", units=2, units_per_week=1)])
    assert keys(found) == [("g1", "week", 1)]


def test_a_session_draws_where_units_suffice_for_it_else_on_the_last() -> None:
    """Blocks of 3 hours: 3 hours suffice, 2 do not; with 2 and 1 the last is overrun."""
    enough = [grant("hour", last="2026-12-10", units=3), grant("hour", "g2", units=2)]
    assert options(drawing(block(0), block(1), grants=enough)) == {(0, "g0"): ("g1",), (1, "g1"): ("g1",)}
    too_few = [grant("hour", last="2026-12-10", units=2), grant("hour", "g2", units=1)]
    assert options(drawing(block(0), grants=too_few)) == {(0, "g0"): ("g2",)}


def test_a_day_that_is_used_up_may_still_be_drawn_on() -> None:
    """Another session of its date could use it; the session authorization has no unit at all."""
    grants = [grant("day", last="2026-12-10", units=0), grant("session", "g2", units=0)]
    assert options(drawing(block(0), grants=grants)) == {(0, "g0"): ("g1",)}


def test_sessions_that_choose_have_a_row_each() -> None:
    """One unit on each of two authorizations, three sessions: three choices and two limits."""
    grants = [grant("session", last="2026-12-10", units=1), grant("session", "g2", units=1)]
    assert keys(drawing(block(0), block(1), block(2), grants=grants)) == [
        ("drawn", 0, "g0", 1, 0), ("drawn", 1, "g1", 1, 0), ("drawn", 2, "g2", 1, 0), ("g1", "period", 1), ("g2", "period", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(("minimum", "expected"), [(180, {(0, "g0"): ("g1",)}), (181, {})])
def test_a_date_that_stays_short_draws_no_day(minimum, expected) -> None:
    """A block of 180 minutes."""
    assert options(drawing(block(0), grants=[grant("day", units=0)], minimum=minimum)) == expected


def test_a_date_is_judged_by_its_own_minutes() -> None:
    """180 minutes on each of two dates make neither billable from 181 on."""
    assert options(drawing(block(0), block(1), grants=[grant("day", units=0)], minimum=181)) == {}


def test_a_date_needs_one_day_for_all_its_long_sessions() -> None:
    """A block and a talk, each of which makes the date billable: one day unit is enough."""
    assert keys(drawing(block(0), talk(0), grants=[grant("day", units=1)])) == []


def test_a_long_session_that_may_draw_elsewhere_leaves_its_date_open() -> None:
    """No day left, and one session unit for groups: the block takes that one, the talk beside it needs a day on the billable date."""
    grants = [grant("day", last="2026-12-10", units=0), grant("session", "g2", services=["process"], units=1)]
    more = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": 100}}}
    for sessions, amount in (((block(0),), 0), ((talk(0),), 0), ((block(0), talk(0)), 1), ((block(0), block(1)), 1)):
        assert both(RULE, case(*sessions, grants=grants, more=more)) == (amount, None if amount else 0)


def test_a_long_session_never_passes_for_a_short_date() -> None:
    """One session unit and no day for two blocks, on dates without any short session."""
    grants = [grant("day", last="2026-12-10", services=["process"], units=0), grant("session", "g2", services=["process"], units=1)]
    assert both(RULE, case(block(0), grants=grants)) == (0, 0)
    assert both(RULE, case(block(0), block(1), grants=grants)) == (1, None)


def test_a_long_session_decides_for_its_date() -> None:
    """A block of 180 makes the date billable, the talk beside it does not: one day unit for both, and one row."""
    found = drawing(block(0), talk(0), block(1), grants=[grant("day", units=1)], minimum=100)
    assert options(found) == {(0, "g0"): ("g1",), (1, "g1"): ("g1",)}
    assert keys(found) == [("g1", "period", 1)]


def test_short_sessions_may_make_a_date_billable_together() -> None:
    """Two talks of 50 reach 100: each needs the day unit or a short date, which the two are not together."""
    found = drawing(talk(0), meet("ana", "mon", "14:00", ordinal=2), grants=[grant("day", units=0)], minimum=100)
    assert keys(found) == [
        ("g1", "date", 0, "individual", 1, 0), ("g1", "date", 0, "individual", 2, 0), ("short", 0, 100), ("g1", "period", 0)
    ]  # fmt: skip
    (short,) = (row for row in found.rows() if row.key[1] == "short")
    assert [number for _, number in short.terms] == [50, 50, 1]


@pytest.mark.parametrize(("minimum", "amount"), [(100, 1), (101, 0)])
def test_short_sessions_use_a_day_also_where_a_block_is_possible(minimum, amount) -> None:
    """Two talks of 50 on a date that could have a block: with 100 minutes they are billable without it."""
    more = {"policy": {"values": {"second_staff_required": False, "billable_day_minutes": minimum}}}
    talks = talk(0), meet("ana", "mon", "14:00", ordinal=2)
    assert both(RULE, case(*talks, grants=[grant("day", units=0)], more=more)) == (amount, None if amount else 0)


def test_what_has_happened_makes_a_session_long() -> None:
    """50 minutes have happened: with 50 more the date is billable from 100 minutes on, so there is nothing to choose."""
    later = meet("ana", "mon", "15:00", ordinal=2)
    found = drawing(later, grants=[grant("day", units=0)], minimum=100, past=[talk(0)], now="14:00")
    assert keys(found) == [("g1", "period", 0)]
    assert keys(drawing(later, grants=[grant("day", units=0)], minimum=101, past=[talk(0)], now="14:00")) == []


@pytest.mark.parametrize(("ahead", "amount"), [(("15:00",), 0), (("15:00", "16:00"), 1)])
def test_what_has_happened_counts_for_a_date_of_short_sessions(ahead, amount) -> None:
    """50 minutes have happened, no day is left, a date is billable from 150 minutes on: one more session fits, two do not."""
    more = {
        "policy": {"values": {"second_staff_required": False, "billable_day_minutes": 150}},
        "now": at("mon", "14:00"),
        "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [meet("ana", "mon", "13:00", ordinal=3)]}},
    }
    sessions = [meet("ana", "mon", time, ordinal=n, facilitators=["cora"]) for n, time in enumerate(ahead, 1)]
    found = case(meet("ana", "mon", "13:00", ordinal=3), *sessions, grants=[grant("day", units=0)], more=more)
    assert both(RULE, found) == (amount, None if amount else 0)


def test_a_used_day_is_free_for_the_rest_of_its_date() -> None:
    """Monday's block used the last day: Monday's talk draws nothing, Tuesday's block is one too many."""
    found = drawing(talk(0), block(1), grants=[grant("day", units=1)], minimum=180, past=[block(0)])
    assert keys(found) == [("g1", "period", 0)]
    assert options(found) == {(1, "g1"): ("g1",)}
