"""Words to numbers for `group_size`."""

from scheduler.rules.group_size import GroupSize
from tests.build import group, instance, meet, participant, run, view
from tests.faces import both, check_amount, model_amount

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
