"""Cuts: no roster breaks one, and a mixture of rosters does."""

from __future__ import annotations

from itertools import product

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.rules.facilitator_ratio import FacilitatorRatio
from scheduler.terms import Row, Run, Staffing, Visit
from scheduler.weeks.cuts import cuts
from tests.build import clinician, free, group, instance, participant

CLINICIANS = ("cora", "dan", "eva")


def week(num_people: int, maximum: int, ratio: int, **more: object) -> Instance:
    """People for one group, and three who could lead it."""
    return instance(
        policy={"values": {"participants_per_facilitator": ratio, "second_staff_required": False, "open_track_reserve": 0}},
        participants=[participant(f"p{n}", availability=free()) for n in range(num_people)],
        groups=[group("g1", maximum=maximum)],
        clinicians=[clinician(name) for name in CLINICIANS],
        **more,
    )


def cut(made: Instance) -> Row | None:
    """The cut of the group, if it has one."""
    case = Case(made)
    found = list(cuts(case, enumerate_candidates(case, (FacilitatorRatio(),))))
    assert len(found) <= 1
    return found[0] if found else None


def left(row: Row, participants: float, facilitators: float, is_open: float) -> float:
    """The left side, where it counts everyone alike."""
    by_kind: dict[type, set[int]] = {}
    for handle, coefficient in row.terms:
        by_kind.setdefault(type(handle), set()).add(coefficient)
    (visit,), (staffing,), (run,) = (by_kind[kind] for kind in (Visit, Staffing, Run))
    return participants * visit + facilitators * staffing + is_open * run


@pytest.mark.parametrize("maximum", range(4, 9))
@pytest.mark.parametrize("ratio", [2, 3, 4, 5])
def test_it_holds_exactly_as_far_as_it_must(maximum: int, ratio: int) -> None:
    """With every number of facilitators as many may take part as without it, and no more than that in between."""
    row = cut(week(8, maximum, ratio))
    needed = -(-maximum // ratio)
    if maximum % ratio == 0 or needed == 1:
        assert row is None
        return
    assert row is not None
    assert row.price is None
    assert left(row, 0, 0, 0) <= row.bound
    for participants, facilitators in product(range(maximum + 1), range(1, len(CLINICIANS) + 1)):
        if participants <= ratio * facilitators:
            assert left(row, participants, facilitators, 1) <= row.bound
    assert left(row, maximum, needed, 1) == left(row, ratio * (needed - 1), needed - 1, 1) == row.bound
    assert left(row, maximum, maximum / ratio, 1) > row.bound


def test_there_may_be_fewer_people_than_places() -> None:
    """Seven at most, at three each: the third facilitator allows one more."""
    row = cut(week(7, 9, 3))
    assert row is not None
    assert left(row, 7, 3, 1) == left(row, 6, 2, 1) == row.bound
    assert (row.rule, row.key) == ("facilitator_ratio", ("g1", 9 * 60, "last facilitator"))


def test_what_has_happened_has_none() -> None:
    """The group met on Monday, with whom it may."""
    made = week(5, 5, 3)
    assert cut(made) is not None
    assert cut(made.model_copy(update={"now": Case(made).week.at(12 * 60)})) is None
