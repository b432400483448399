"""Words to numbers for `held_capacity`."""

from datetime import timedelta
from itertools import product

from scheduler.rules.held_capacity import HeldCapacity
from tests.build import MONDAY, ZONE, at, group, instance, participant, run, view
from tests.faces import both

RULE = HeldCapacity()
LAST = MONDAY - timedelta(days=7)
HOLDERS = ("p0", "p1", "p2")


def case(people, holders=HOLDERS, mode="hold", more=None, persons=None, **found):
    """Six people and a Monday group; the holders were in it last week, people are booked now."""
    made = instance(
        participants=[participant(f"p{n}", **(persons or {}).get(f"p{n}", {})) for n in range(6)],
        groups=[group("g", **found)],
        history={"last_week": {"monday": LAST, "zone": ZONE, "sessions": [run("g", "mon", "09:00", holders, monday=LAST)]}},
        mode=mode,
        **(more or {}),
    )
    return view(made, run("g", "mon", "09:00", people))


def test_what_nobody_holds_is_for_others():
    """5 places, 3 held: two others are legal beside the holders and without them."""
    assert both(RULE, case(("p0", "p1", "p2", "p3", "p4"), maximum=5)) == (0, 0)
    assert both(RULE, case(("p3", "p4"), maximum=5)) == (0, 0)


def test_an_empty_held_place_is_not_given_away():
    """4 places, 3 held and empty: one other is legal, three are 2 too many."""
    assert both(RULE, case(("p3",), maximum=4)) == (0, 0)
    assert both(RULE, case(("p3", "p4", "p5"), maximum=4)) == (2, None)


def test_the_reserve_is_not_for_others_either():
    """5 places less a reserve of 1, 3 held: one other; the second is 1 too many."""
    assert both(RULE, case(("p3",), maximum=5, reserve=1)) == (0, 0)
    assert both(RULE, case(("p3", "p4"), maximum=5, reserve=1)) == (1, None)


def test_more_held_than_the_maximum_leaves_nothing():
    """3 held in a group of at most 2: the holders keep their places, an other is 1 too many."""
    assert both(RULE, case(HOLDERS, maximum=2)) == (0, 0)
    assert both(RULE, case(("p3",), maximum=2)) == (1, None)


def test_a_released_place_is_for_others():
    """p0 was discharged: 4 places, 2 held, two others are legal and the third is 1 too many."""
    left = {"p0": {"status": "discharged"}}
    assert both(RULE, case(("p3", "p4"), maximum=4, persons=left)) == (0, 0)
    assert both(RULE, case(("p3", "p4", "p5"), maximum=4, persons=left)) == (1, None)


def test_people_on_hold_are_counted_once():
    """p0 is on hold and keeps a place: 4 places less 1 kept less 2 held leave 1 for others, not 0."""
    on_hold = {"p0": {"status": "on_hold", "on_hold_since": "2026-11-25"}}
    assert both(RULE, case(("p1", "p2", "p3"), maximum=4, persons=on_hold)) == (0, 0)
    assert both(RULE, case(("p1", "p2", "p3", "p4"), maximum=4, persons=on_hold)) == (1, None)


def test_rebuild_holds_nothing():
    """The same roster that gives 2 places away."""
    free = case(("p3", "p4", "p5"), maximum=4, mode="rebuild")
    assert not RULE.applies_to(free.case)
    assert both(RULE, free) == (0, 0)
    assert RULE.applies_to(case(()).case)


def test_a_run_that_has_happened_is_no_violation():
    """Three others were in the group on Monday, with 1 place for them; it is Tuesday."""
    past = run("g", "mon", "09:00", ("p3", "p4", "p5"))
    more = {"now": at("tue", "08:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [past]}}}
    assert both(RULE, case(("p3", "p4", "p5"), maximum=4, more=more)) == (0, 0)


def test_faces_agree_on_every_roster():
    """All 64 choices of six people, 5 places, 3 held."""
    for chosen in product((False, True), repeat=6):
        people = tuple(f"p{n}" for n, is_booked in enumerate(chosen) if is_booked)
        amount, model = both(RULE, case(people, maximum=5))
        assert (amount == 0) == (model == 0)
