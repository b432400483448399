"""Words to numbers for `group_size`."""

from datetime import timedelta
from typing import Any

import pytest

from scheduler.instance import History
from scheduler.rules.group_size import GroupSize, is_overfull
from scheduler.validation import validate
from scheduler.view import View
from tests.build import MONDAY, ZONE, at, group, instance, meet, participant, run, view
from tests.faces import both, check_amount, holds, model_amount, unpruned
from tests.solving import objective, solved

RULE = GroupSize()
PEOPLE = [participant(f"p{n}") for n in range(5)]


def case(people: int, **more: object) -> object:
    """A Monday group with so many booked."""
    made = instance(participants=PEOPLE, groups=[group("g", **more)])
    return view(made, run("g", "mon", "09:00", tuple(f"p{n}" for n in range(people))))


def test_full_group_is_legal() -> None:
    """4 of 4 places."""
    full = case(4, maximum=4)
    assert check_amount(RULE, full) == 0
    assert model_amount(RULE, full) == 0


def test_the_least_of_the_policy_holds_for_groups_without_their_own() -> None:
    """One where two are the least; the group's own least is one."""
    for own, expected in (({}, (1, None)), ({"minimum": 1}, (0, 0))):
        made = instance(participants=PEOPLE, groups=[group("g", is_standing=False, **own)], policy={"values": {"group_minimum": 2}})
        assert both(RULE, view(made, run("g", "mon", "09:00", ("p0",)))) == expected


def test_the_message_says_how_many_too_many_or_too_few() -> None:
    """4 of 3 places, and 2 where 3 are the least."""
    found = [list(RULE.check(made.case, made)) for made in (case(4, maximum=3), case(2, minimum=3, is_standing=False))]
    assert [violation.message for (violation,) in found] == [
        "g on Monday 2026-11-30 09:00 has 4 participants, 1 more than allowed",
        "g.g.2026-11-30 on Monday 2026-11-30 09:00 has 2 of at least 3 participants",
    ]


def test_nobody_is_booked_in_a_run_that_does_not_meet() -> None:
    """A visit without its run breaks a row, with it none."""
    made = case(1, maximum=4).case
    ((run_of_g, visits),) = unpruned(made).visits_in.items()
    assert not holds(RULE, made, {visits[0]})
    assert holds(RULE, made, {visits[0], run_of_g})


def test_one_too_many_counts_one() -> None:
    """4 booked, maximum 3."""
    over = case(4, maximum=3)
    assert check_amount(RULE, over) == 1
    assert model_amount(RULE, over) is None


def test_reserve_takes_places() -> None:
    """4 booked, maximum 5 less a reserve of 2: one too many."""
    over = case(4, maximum=5, reserve=2)
    assert check_amount(RULE, over) == 1
    assert model_amount(RULE, over) is None


def test_opened_group_needs_its_minimum() -> None:
    """A group that is not standing with 2 of 4: two too few, with 3 one; with 4: legal."""
    assert check_amount(RULE, case(3, is_standing=False, minimum=4)) == 1
    assert check_amount(RULE, case(2, is_standing=False, minimum=4)) == 2
    assert model_amount(RULE, case(2, is_standing=False, minimum=4)) is None
    assert model_amount(RULE, case(4, is_standing=False, minimum=4)) == 0


def test_standing_group_runs_for_one() -> None:
    """A standing group below its minimum is a notice, no violation."""
    assert check_amount(RULE, case(1, minimum=3)) == 0
    assert model_amount(RULE, case(1, minimum=3)) == 0


def test_an_appointment_has_somebody_booked() -> None:
    """A session nobody comes to misses one participant, whoever leads it; candidates cannot write it, so the check alone speaks."""
    found = view(instance(), meet("ana", "mon", "12:00", bookings=[]))
    (violation,) = RULE.check(found.case, found)
    assert (violation.amount, violation.about) == (1, ())
    assert violation.message == "nobody is booked in a.ana.individual.2026-11-30.1 on Monday 2026-11-30 12:00"
    assert both(RULE, view(instance(), meet("ana", "mon", "12:00"))) == (0, 0)


def held(booked: int, maximum: int = 5, released: tuple[str, ...] = (), on_hold: tuple[str, ...] = ()) -> object:
    """Three people had a place last week; some places were given back, some are kept for people on hold. A reserve of 3."""
    last = MONDAY - timedelta(days=7)
    session = run("g", "mon", "09:00", ("p0", "p1", "p2"), monday=last)
    made = instance(
        participants=[
            participant(f"p{n}", **({"status": "on_hold", "on_hold_since": "2026-11-27"} if f"p{n}" in on_hold else {})) for n in range(5)
        ],
        groups=[group("g", maximum=maximum, reserve=3), group("other", "tue")],
        mode="hold",
        history={
            "last_week": {"monday": last, "zone": ZONE, "sessions": [session]},
            "released": [{"participant": p, "group": "g"} for p in released],
        },
    )
    people = [p for p in (f"p{n}" for n in range(5)) if p not in on_hold]
    return view(made, run("g", "mon", "09:00", tuple(people[:booked])))


@pytest.mark.parametrize(
    ("booked", "more", "amount"),
    [
        (3, {}, 0),  # three held places, although only 5 - 3 = 2 are free
        (4, {}, 1),
        (2, {"released": ("p0",)}, 0),  # a place given back is not held: max(2, 2)
        (3, {"released": ("p0",)}, 1),
        (2, {"released": ("p0", "p1", "p2")}, 0),  # none is held: 5 - 3 remain
        (3, {"released": ("p0", "p1", "p2")}, 1),
        (2, {"on_hold": ("p0",)}, 0),  # three held, one of them kept for p0
        (3, {"on_hold": ("p0",)}, 1),
        (4, {"maximum": 8, "on_hold": ("p0",)}, 0),  # max(3, 8 - 3) less one
        (3, {"maximum": 7, "on_hold": ("p0", "p1")}, 1),  # max(3, 7 - 3) less two
        (1, {"on_hold": ("p0", "p1", "p2")}, 1),  # all three held are kept, and no place is left
        (1, {"maximum": 6, "on_hold": ("p0", "p1", "p2")}, 1),  # nor here, where as many are free as held
    ],
)
def test_held_places_by_hand(booked: int, more: dict[str, object], amount: int) -> None:
    """max(places held, maximum - reserve), less those kept for people on hold."""
    assert both(RULE, held(booked, **more)) == (amount, None if amount else 0)


def test_a_group_is_as_large_as_its_own_held_places() -> None:
    """Places held in another group count there."""
    last = MONDAY - timedelta(days=7)
    history = {"last_week": {"monday": last, "zone": ZONE, "sessions": [run("other", "tue", "09:00", ("p0", "p1"), monday=last)]}}
    made = instance(
        participants=PEOPLE,
        groups=[group("g", maximum=1, reserve=0), group("other", "tue", maximum=1, reserve=0)],
        mode="hold",
        history=history,
    )
    assert both(RULE, view(made, run("g", "mon", "09:00", ("p0", "p1")))) == (1, None)
    assert both(RULE, view(made, run("other", "tue", "09:00", ("p0", "p1")))) == (0, 0)


def lowered(*people: str, mode: str = "rebuild", maximum: int = 2, **more: Any) -> View:
    """P0, p1 and p2 are published in a group whose maximum was lowered since; it has these people now."""
    published = {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [run("g", "mon", "09:00", ("p0", "p1", "p2"))]}}
    made = instance(
        **{"participants": PEOPLE, "groups": [group("g", maximum=maximum, reserve=0)], "published": published, "mode": mode} | more
    )
    return view(made, run("g", "mon", "09:00", people))


@pytest.mark.parametrize("mode", ["hold", "rebuild"])
@pytest.mark.parametrize(
    ("people", "maximum", "amount"),
    [
        (("p0", "p1", "p2"), 2, 0),  # three published, two places: all stay
        (("p0", "p1", "p2", "p3"), 2, 1),  # one more than three
        (("p0", "p3", "p4"), 2, 2),  # three, but two of them new
        (("p0", "p1", "p3"), 2, 1),  # the place p2 leaves is given to nobody
        (("p0", "p1", "p3"), 3, 0),  # three places: p3 may have it
        (("p0", "p1", "p2", "p3"), 4, 0),
    ],
)
def test_a_lowered_maximum_sends_nobody_away_and_takes_nobody_new(people: tuple[str, ...], maximum: int, amount: int, mode: str) -> None:
    """Three members of a group with fewer, as many, and more places."""
    assert both(RULE, lowered(*people, maximum=maximum, mode=mode)) == (amount, None if amount else 0)


def test_who_is_published_and_has_left_the_program_is_no_member() -> None:
    """P0 was discharged before the week: two members, two places, and then p3 is one too many."""
    people = [*PEOPLE[1:], participant("p0", discharge="2026-11-29")]
    assert not is_overfull(lowered("p1", "p2", participants=people).case, "g")
    assert both(RULE, lowered("p1", "p2", participants=people)) == (0, 0)
    assert both(RULE, lowered("p1", "p2", "p3", participants=people)) == (1, None)


def test_solved_again_a_lowered_maximum_is_kept_to_and_said() -> None:
    """Published with three, then two places: solved again nobody loses the block; next week they hold their places."""
    order = {"minutes": {"floor": 180, "ceiling": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}
    people = [participant(f"p{n}", order=order) for n in range(3)]
    found = lowered("p0", participants=people).case.instance
    first = solved(found)
    assert objective(first)[0] == 0
    (issue,) = validate(found)
    assert (issue.code, issue.path) == ("group_overfull", "groups[0].maximum")
    assert issue.message == "check the maximum of g (2): 3 are in it and keep their places; nobody can join until 1 has left"
    later = found.model_copy(
        update={"monday": MONDAY + timedelta(days=7), "published": None, "mode": "hold", "history": History(last_week=first.roster)}
    )
    assert objective(solved(later))[0] == 0
    assert [issue.code for issue in validate(later)] == ["group_overfull"]


@pytest.mark.parametrize(("maximum", "is_full"), [(5, True), (6, False), (7, False)])
def test_a_group_with_more_members_than_places_is_overfull(maximum: int, is_full: bool) -> None:
    """Three members, and 3 places kept in reserve of 5, 6 or 7."""
    assert is_overfull(held(0, maximum=maximum).case, "g") is is_full


def test_what_has_happened_excuses_nothing_to_come() -> None:
    """On Tuesday, Monday's group of three in two places is over; Wednesday's is one too many."""
    monday, wednesday = (run(id, day, "09:00", ("p0", "p1", "p2")) for id, day in (("g", "mon"), ("h", "wed")))
    groups = [group("g", maximum=2, reserve=0), group("h", "wed", maximum=2, reserve=0)]
    published = {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [monday]}}
    made = instance(participants=PEOPLE, groups=groups, published=published, now=at("tue", "08:00"))
    assert model_amount(RULE, view(made, monday, wednesday)) is None
    assert model_amount(RULE, view(made, monday, wednesday | {"bookings": [{"participant": p} for p in ("p0", "p1")]})) == 0
