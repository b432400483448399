"""Words to numbers for `group_intake`."""

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.group_intake import GroupIntake
from scheduler.view import View
from tests.build import MONDAY, at, group, instance, participant, roster, run
from tests.faces import both

RULE = GroupIntake()
BEFORE = MONDAY - timedelta(days=7)
LAST = roster(
    run("g", "mon", "09:00", ("old",), monday=BEFORE), run("h", "tue", "09:00", ("old", "moved"), monday=BEFORE), monday=BEFORE
)  # fmt: skip
NEW = ("n1", "n2", "n3")
PEOPLE = [participant(p) for p in ("old", "moved", *NEW)]


def case(mode: str = "hold", history: dict[str, Any] | None = None, **more: Any) -> Case:
    """Last week old was in g and h, moved in h only; n1 to n3 are new."""
    groups = [group("g", **more), group("h", "tue")]
    return Case(instance(participants=PEOPLE, groups=groups, mode=mode, history={"last_week": LAST} if history is None else history))


def amount(case: Case, *people: str) -> tuple[int, int | None]:
    """Both faces for a run of g."""
    return both(RULE, View(case, roster(run("g", "mon", "09:00", people))))


def test_two_newcomers_are_fine() -> None:
    """2 of 2, beside people who were in groups last week."""
    assert amount(case(), "old", "moved", "n1", "n2") == (0, 0)


def test_third_newcomer_is_one_too_many() -> None:
    """3 of 2: one beyond."""
    assert amount(case(), "old", *NEW) == (1, None)


def test_override_replaces_the_limit() -> None:
    """Three allowed by name; none allowed by name."""
    assert amount(case(intake_override=3), *NEW) == (0, 0)
    assert amount(case(intake_override=0), "n1") == (1, None)


@pytest.mark.parametrize(
    ("opened_on", "expected"),
    [("2026-12-02", 0), ("2026-11-29", 3), ("2026-11-23", 3), ("2026-11-22", 3), ("2026-11-16", 3), ("2026-11-15", 1)],
)
def test_new_groups_settle(opened_on: str, expected: int) -> None:
    """3 newcomers: founders in week 1; 3 too many in weeks 2 and 3; 1 too many from week 4 on."""
    assert amount(case(opened_on=opened_on), *NEW) == (expected, None if expected else 0)


def test_a_first_date_is_when_a_group_opens() -> None:
    """Founders in its week, none in the next two, unless another date of opening is entered."""
    assert amount(case(meets_from="2026-11-30"), *NEW) == (0, 0)
    assert amount(case(meets_from="2026-11-16"), *NEW) == (3, None)
    assert amount(case(meets_from="2026-11-16", opened_on="2026-11-30"), *NEW) == (0, 0)


def test_new_faces_from_other_groups_are_no_newcomers() -> None:
    """Moved was in another group last week: free to join a group that settles."""
    assert amount(case(opened_on="2026-11-23"), "moved") == (0, 0)


def test_closed_group_takes_nobody_outside_its_gates() -> None:
    """Moved and n1 were not in g last week: two too many; in a gate week all three new ones come."""
    assert amount(case(is_closed=True), "old") == (0, 0)
    assert amount(case(is_closed=True), "old", "moved", "n1") == (2, None)
    assert amount(case(is_closed=True, gates=["2026-11-30"]), "moved", *NEW) == (0, 0)
    assert amount(case(is_closed=True, gates=["2026-12-07"]), "n1") == (1, None)
    assert amount(case(is_closed=True, opened_on="2026-11-30"), *NEW) == (0, 0)


def test_rebuild_is_exempt() -> None:
    """A new term, or a program without last week's roster: nothing, the rule does not apply."""
    assert amount(case("rebuild"), *NEW) == (0, 0)
    assert amount(case("hold", {}), *NEW) == (0, 0)
    assert not RULE.applies_to(case("rebuild"))
    assert not RULE.applies_to(case("hold", {}))
    assert RULE.applies_to(case())


def test_what_has_happened_binds_nothing() -> None:
    """Three newcomers came on Monday; on Tuesday there is no row for that run."""
    happened = roster(run("g", "mon", "09:00", NEW))
    made = instance(
        participants=PEOPLE, groups=[group("g")], history={"last_week": LAST}, published={"roster": happened}, now=at("tue", "08:00")
    )
    assert list(RULE.rows(Case(made), enumerate_candidates(Case(made), ()))) == []


@pytest.mark.unmeasured
@pytest.mark.parametrize("more", [{}, {"intake_override": 1}, {"is_closed": True}, {"opened_on": "2026-11-23"}])
def test_faces_agree_on_every_roster(more: dict[str, Any]) -> None:
    """Every choice of the five people: legal exactly when the check is silent."""
    made = case(**more)
    for size in range(6):
        for people in combinations(("old", "moved", *NEW), size):
            checked, modelled = amount(made, *people)
            assert modelled == (None if checked else 0)


class TestTracks:
    """Newcomers are new to the track or the program, not to a weekday."""

    ORDERS = tuple({"participant": p, "floor": 0, "ceiling": 720} for p in ("old", "away", "moved"))

    def amount(self, *people: str, history: dict[str, Any] | None = None, **more: Any) -> int:
        """Last week old was in Monday's group of the morning, moved in the evening's; away was absent; new was not there yet."""
        last = roster(
            run("mon", "mon", "09:00", ("old",), monday=BEFORE), run("eve", "tue", "17:00", ("moved",), monday=BEFORE), monday=BEFORE
        )
        people_of = [
            participant("old", home_track="am"), participant("away", home_track="am"), participant("moved", home_track="pm"),
            participant("new", home_track="am", admitted=MONDAY), participant("late", home_track="am", admitted=BEFORE),
        ]  # fmt: skip
        groups = [group("mon", track="am"), group("wed", "wed", track="am", **more), group("eve", "tue", "17:00", track="pm")]
        made = instance(
            participants=people_of,
            tracks=[{"id": "am"}, {"id": "pm"}],
            cohorts=[{"id": "a", "track": "am"}],
            groups=groups,
            history={"last_week": last, "orders": self.ORDERS} | (history or {}),
        )
        counted, modelled = both(RULE, View(Case(made), roster(run("wed", "wed", "09:00", people))))
        assert modelled == (None if counted else 0)
        return counted

    def test_another_day_of_the_own_track_makes_nobody_new(self) -> None:
        assert self.amount("old", opened_on="2026-11-23") == 0

    def test_a_week_of_absence_makes_nobody_new(self) -> None:
        assert self.amount("away", opened_on="2026-11-23") == 0

    def test_another_track_does(self) -> None:
        assert self.amount("moved", opened_on="2026-11-23") == 1

    def test_who_came_this_week_or_last_week_without_a_group_is_new(self) -> None:
        orders = (*self.ORDERS, {"participant": "late", "floor": 0, "ceiling": 720})
        assert self.amount("new", "late", opened_on="2026-11-23", history={"orders": orders}) == 2

    def test_who_waits_for_a_first_session_is_new(self) -> None:
        assert self.amount("new", "late", intake_override=1) == 1

    def test_a_closed_group_that_did_not_meet_keeps_its_members(self) -> None:
        """Wednesday was a holiday last week: those at home in the track come back, moved does not join."""
        assert self.amount("old", "away", is_closed=True) == 0
        assert self.amount("old", "moved", is_closed=True) == 1

    def test_a_closed_cohort_is_one_on_all_its_days(self) -> None:
        assert self.amount("old", is_closed=True, cohort="a") == 1

    def test_a_cohort_is_known_by_its_other_groups(self) -> None:
        """Old was in a group of cohort a on Monday; moved was not."""
        last = roster(run("mon", "mon", "09:00", ("old",), monday=BEFORE), monday=BEFORE)
        groups = [group("mon", track="am", cohort="a"), group("wed", "wed", track="am", cohort="a", is_closed=True)]
        made = instance(
            participants=[participant("old"), participant("moved")],
            tracks=[{"id": "am"}],
            cohorts=[{"id": "a", "track": "am"}],
            groups=groups,
            history={"last_week": last},
        )
        assert both(RULE, View(Case(made), roster(run("wed", "wed", "09:00", ("old",))))) == (0, 0)
        assert both(RULE, View(Case(made), roster(run("wed", "wed", "09:00", ("old", "moved"))))) == (1, None)

    @pytest.mark.parametrize("free", ["has_rotating_shifts", "may_change_track"])
    def test_who_may_be_in_any_track_is_new_to_none(self, free: str) -> None:
        last = roster(run("eve", "tue", "17:00", ("moved",), monday=BEFORE), monday=BEFORE)
        groups = [group("wed", "wed", track="am", opened_on="2026-11-23"), group("eve", "tue", "17:00", track="pm")]
        for is_free, counted in ((True, 0), (False, 1)):
            people = [participant("moved", home_track="pm", **{free: is_free})]
            made = instance(participants=people, tracks=[{"id": "am"}, {"id": "pm"}], groups=groups, history={"last_week": last})
            assert both(RULE, View(Case(made), roster(run("wed", "wed", "09:00", ("moved",)))))[0] == counted

    def test_who_was_in_the_track_last_week_is_not_new_whatever_the_home(self) -> None:
        """Old was in a group of the morning, and is at home in the evening from this week on."""
        last = roster(run("mon", "mon", "09:00", ("old",), monday=BEFORE), monday=BEFORE)
        groups = [
            group("mon", track="am"),
            group("wed", "wed", track="am", opened_on="2026-11-23"),
            group("eve", "tue", "17:00", track="pm"),
        ]
        people = [participant("old", home_track="pm")]
        made = instance(participants=people, tracks=[{"id": "am"}, {"id": "pm"}], groups=groups, history={"last_week": last})
        assert Case(made).places.home("old").track == "pm"
        assert both(RULE, View(Case(made), roster(run("wed", "wed", "09:00", ("old",)))))[0] == 0
