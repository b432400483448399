"""Several levels of care in one program: whose numbers hold for whom, and people of several ages in one group."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import LEVEL_VALUES, Policy, PolicyValues
from scheduler.policies import PACKS, resolve
from scheduler.rules.authorization import AuthorizationRule
from scheduler.rules.eligibility import EligibilityRule
from scheduler.rules.facilitator_ratio import FacilitatorRatio
from scheduler.rules.service_day_floor import ServiceDayFloor
from scheduler.rules.weekly_ceiling import WeeklyCeiling
from scheduler.view import View
from tests.build import group, instance, participant, run, view
from tests.faces import both

PHASES = [{"id": "day", "level": "2.5"}, {"id": "iop", "level": "2.1"}, {"id": "day2", "level": "2.5"}]
HOUR = {"minutes": 50}


def program(levels: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Ana is in the day program, ben in the intensive outpatient program."""
    people = [participant("ana", phase="day"), participant("ben", phase="iop")]
    values = {"second_staff_required": False, **more.pop("values", {})}
    return {"phases": PHASES, "participants": people, "policy": {"values": values, "levels": levels}} | more


def case(levels: list[dict[str, Any]], **more: Any) -> Case:
    """The case of such a program."""
    return Case(instance(**program(levels, **more)))


class TestPolicies:
    def test_what_belongs_to_the_level_overrides_what_belongs_to_the_program(self) -> None:
        level = {"level": "2.5", "pack": "php_2_5", "overlays": ["va_php"], "values": {"days_floor": 5}}
        values = {"weekly_minutes_floor": 300, "sessions_floor": 2, "group_target": 7}
        policy = Policy.model_validate({"pack": "adolescent_iop_2_1", "overlays": ["tx_education"], "values": values, "levels": [level]})
        base, day = resolve(policy), resolve(policy, policy.levels[0])
        names = ("weekly_minutes_floor", "sessions_floor", "group_target", "education_maximum", "billable_day_minutes", "days_floor")
        assert [getattr(base, name) for name in names] == [300, 2, 7, 35, 120, 3]
        assert [getattr(day, name) for name in names] == [1200, 4, 7, 35, 300, 5]

    def test_the_pack_of_a_level_takes_the_place_of_the_programs(self) -> None:
        """A day program with an outpatient level in it: the day program's ceilings do not remain."""
        policy = Policy.model_validate({"pack": "php_2_5", "levels": [{"level": "2.1", "pack": "adult_iop_2_1"}, {"level": "1"}]})
        assert [resolve(policy, level).weekly_minutes_ceiling for level in (None, *policy.levels)] == [1500, 720, 1500]

    def test_levels_share_the_rest_with_the_program(self) -> None:
        assert set(LEVEL_VALUES) < set(PolicyValues.model_fields)
        assert "direct_minutes_per_day" not in LEVEL_VALUES

    def test_day_programs_have_packs_with_room_for_single_hours(self) -> None:
        """Five days of seven hours of 50 minutes are 1750 minutes in 35 sessions for adults, five groups a day 1250 for adolescents."""
        for pack, minutes, sessions in (("adult_day_2_5", 1750, 35), ("adolescent_day_2_5", 1250, 35)):
            values = resolve(Policy(pack=pack))
            assert values.weekly_minutes_floor <= minutes <= values.weekly_minutes_ceiling
            assert values.sessions_floor <= sessions <= values.sessions_ceiling
            assert values.day_minutes_ceiling >= minutes // 5
            assert values.day_sessions_ceiling >= sessions // 5
            assert values.days_ceiling == 5
            assert all(source for _, source in PACKS[pack].values.values())

    def test_whose_policy_it_is(self) -> None:
        made = case([{"level": "2.5", "values": {"group_maximum": 9}}, {"level": "2.1", "values": {"group_maximum": 8}}], groups=[
            group("g", eligibility={"phases": ["day", "day2"]}),
            group("h", eligibility={"phases": ["day", "iop"]}),
            group("i", eligibility={"levels": ["2.5"]}),
            group("j", eligibility={"levels": ["2.5"], "phases": ["iop"]}),
            group("k"),
        ])  # fmt: skip
        assert [made.policy_of(p).group_maximum for p in ("ana", "ben")] == [9, 8]
        assert {g: made.groups.maximum(g) for g in made.groups} == {"g": 9, "h": 12, "i": 9, "j": 12, "k": 12}
        alone = Case(instance(participants=[participant("cem")], policy={"levels": [{"level": "2.5", "values": {"group_maximum": 9}}]}))
        assert alone.policy_of("cem").group_maximum == 12


class TestOrders:
    BANDS = {"weekly_minutes_floor": 1200, "weekly_minutes_ceiling": 1500, "sessions_ceiling": 40, "days_floor": 5, "billable_days": 4}  # noqa: RUF012

    def test_bands_are_those_of_the_level(self) -> None:
        made = case(
            [{"level": "2.5", "values": self.BANDS}],
            participants=[participant(p, phase=f, order={}) for p, f in (("ana", "day"), ("ben", "iop"))],
        )
        ana, ben = made.care.order("ana"), made.care.order("ben")
        assert (ana.floor, ana.ceiling, ana.sessions_ceiling, ana.days_floor, ana.billable_days) == (1200, 1500, 40, 5, 4)
        assert (ben.floor, ben.ceiling, ben.sessions_ceiling, ben.days_floor, ben.billable_days) == (540, 720, 5, 3, 0)

    @pytest.mark.parametrize("field", ["day_minutes_ceiling", "day_sessions_ceiling", "billable_day_minutes"])
    def test_a_participant_overrides_the_phase_and_the_phase_the_level(self, field: str) -> None:
        phases = [PHASES[0] | {"order": {field: 4}}, *PHASES[1:]]
        people = [
            participant("ana", phase="day", order={field: 5}),
            participant("ben", phase="day"),
            participant("cem", phase="day2"),
            participant("dan", phase="iop"),
        ]
        made = case([{"level": "2.5", "values": {field: 3}}], phases=phases, participants=people, values={field: 2})
        assert [getattr(made.care.order(p), field) for p in ("ana", "ben", "cem", "dan")] == [5, 4, 3, 2]

    def test_a_day_without_minutes_is_never_billable(self) -> None:
        made = case([{"level": "2.5", "values": {"billable_day_minutes": 0}}])
        assert [made.care.is_billable("ana", minutes) for minutes in (0, 1)] == [False, True]


class TestRules:
    """Three hours on Monday for one of each level."""

    GROUPS = [group(f"g{n}", "mon", f"{n:02}:00", **HOUR) for n in (9, 10, 11)]  # noqa: RUF012

    def hours(self, levels: list[dict[str, Any]], *people: str, **more: Any) -> View:
        """A roster of the three hours with these people."""
        made = instance(**program(levels, groups=self.GROUPS, **more))
        return view(made, *(run(f"g{n}", "mon", f"{n:02}:00", people, 50) for n in (9, 10, 11)))

    def test_ceilings_of_a_day_by_level(self) -> None:
        """Two sessions a day in the program, three in the day program; the minutes of a day, too."""
        day = [{"level": "2.5", "values": {"day_sessions_ceiling": 3}}]
        assert both(WeeklyCeiling(), self.hours(day, "ana")) == (0, 0)
        assert both(WeeklyCeiling(), self.hours(day, "ben")) == (1, None)
        tight = [{"level": "2.5", "values": {"day_sessions_ceiling": 3, "day_minutes_ceiling": 149}}]
        assert both(WeeklyCeiling(), self.hours(tight, "ana")) == (1, None)
        assert both(WeeklyCeiling(), self.hours(tight, "ben", values={"day_sessions_ceiling": 3})) == (0, 0)

    def test_billable_days_by_level(self) -> None:
        """150 minutes are a billable day for the day program (150), not for ben (151)."""
        people = [participant(p, phase=f, order={"days": {"floor": 0}, "billable_days": 1}) for p, f in (("ana", "day"), ("ben", "iop"))]
        levels = [{"level": "2.5", "values": {"billable_day_minutes": 150}}]
        made = self.hours(levels, "ana", "ben", participants=people, values={"billable_day_minutes": 151, "factor_first_phase": 1})
        assert both(ServiceDayFloor(), made) == (60, 60)
        assert [v.about for v in ServiceDayFloor().check(made.case, made)] == [("ben",)]

    @pytest.mark.parametrize(("minutes", "expected"), [(150, (1, None)), (151, (0, 0))])
    def test_a_day_unit_is_drawn_by_the_minimum_of_the_level(self, minutes: int, expected: tuple[int, int | None]) -> None:
        grant = {"id": "a", "unit": "day", "first": "2026-11-01", "last": "2026-12-31", "units": 0}
        levels = [{"level": "2.5", "values": {"billable_day_minutes": minutes}}]
        made = self.hours(levels, "ana", participants=[participant("ana", phase="day", authorizations=[grant])])
        assert both(AuthorizationRule(), made) == expected

    def test_breaks_count_by_level(self) -> None:
        parts = [{"service": "process", "minutes": 90}, {"service": None, "minutes": 15}, {"service": "process", "minutes": 75}]
        groups = [group("g", segments=parts, eligibility={"phases": ["day"]}), group("h", segments=parts, eligibility={"phases": ["iop"]})]
        made = case([{"level": "2.5", "values": {"breaks_count": False}}], groups=groups)
        assert [made.care.minutes("process", g) for g in ("g", "h")] == [165, 180]

    def test_sizes_by_level(self) -> None:
        level = {"level": "2.5", "values": {"group_minimum": 4, "group_target": 6, "group_maximum": 9, "education_maximum": 20}}
        day = {"eligibility": {"levels": ["2.5"]}}
        made = case(
            [level],
            groups=[
                group("g", **day),
                group("h"),
                group("e", service="education", **day),
                group("i", minimum=2, target=5, maximum=7, **day),
            ],
        )
        assert [(made.groups.minimum(g), made.groups.target(g), made.groups.maximum(g)) for g in ("g", "h", "e", "i")] == [
            (4, 6, 9), (3, 8, 12), (4, 6, 20), (2, 5, 7),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("eligibility", "ratio"),
        [
            ({}, 4),
            ({"age_group": "adolescent"}, 3),
            ({"age_groups": ["adult", "adolescent"]}, 3),
            ({"age_group": "adolescent", "age_groups": ["adult"]}, 4),
            ({"phases": ["day"]}, 2),
            ({"phases": ["day"], "age_group": "adolescent"}, 1),
            ({"levels": ["2.1"]}, 4),
        ],
    )
    def test_ratios_by_level_and_age(self, eligibility: dict[str, Any], ratio: int) -> None:
        """One facilitator: as many as the ratio are legal, one more lacks one."""
        values = {"participants_per_facilitator": 4, "adolescents_per_facilitator": 3}
        level = {"level": "2.5", "values": {"participants_per_facilitator": 2, "adolescents_per_facilitator": 1}}
        people = [participant(p) for p in "abcde"]
        made = instance(**program([level], values=values, participants=people, groups=[group("g", eligibility=eligibility)]))
        for number, expected in ((ratio, (0, 0)), (ratio + 1, (1, None))):
            assert both(FacilitatorRatio(), view(made, run("g", "mon", "09:00", tuple("abcde"[:number])))) == expected


class TestAges:
    @pytest.mark.parametrize(
        ("eligibility", "person", "is_met"),
        [
            ({"age_groups": ["adult", "adolescent"]}, {}, True),
            ({"age_groups": ["adult", "adolescent"]}, {"age_group": "adolescent"}, True),
            ({"age_groups": ["adolescent"]}, {}, False),
            ({"age_groups": ["adolescent"]}, {"age_group": "adolescent"}, True),
            ({"age_group": "adolescent", "age_groups": ["adult"]}, {}, True),
        ],
    )
    def test_a_list_of_ages_says_who_sits_together(self, eligibility: dict[str, Any], person: dict[str, Any], is_met: bool) -> None:
        made = instance(participants=[participant("ana", **person)], groups=[group("g", eligibility=eligibility)])
        assert both(EligibilityRule(), view(made, run("g", "mon", "09:00", ("ana",)))) == ((0, 0) if is_met else (1, None))

    @pytest.mark.parametrize(("ages", "is_home"), [([], False), (["adult", "adolescent"], True)])
    def test_a_track_with_mixed_groups_is_a_home_for_both(self, ages: list[str], is_home: bool) -> None:
        made = instance(
            participants=[participant("ana", age_group="adolescent")],
            tracks=[{"id": "t"}],
            groups=[group("g", track="t", eligibility={"age_groups": ages})],
        )
        assert Case(made).places.can_attend("ana", "t") is is_home
