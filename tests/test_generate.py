"""Generated programs: valid for every seed, the same for the same seed, of the sizes asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.generate import MONDAY, generate, place
from scheduler.generate.lives import draw_lives
from scheduler.generate.sizes import sizes_of
from scheduler.instance import Instance
from scheduler.rules import RULES
from scheduler.validation import validate
from scheduler.verify import judge

pytestmark = pytest.mark.unmeasured

programs = st.fixed_dictionaries(
    {
        "participants": st.integers(16, 48),
        "seed": st.integers(0, 10**6),
        "sites": st.integers(1, 2),
        "tightness": st.sampled_from([1.0, 1.3]),
    }
)


class TestEverySeed:
    @settings(max_examples=10, deadline=None)
    @given(programs, st.sampled_from(["rebuild", "hold"]))
    def test_gives_an_instance_without_errors(self, program, mode):
        week = generate(**program, mode=mode)
        assert Instance.model_validate_json(week.model_dump_json()) == week
        assert [issue for issue in validate(week) if issue.severity == "error"] == []

    @settings(max_examples=5, deadline=None)
    @given(programs, st.sampled_from(["rebuild", "hold"]))
    def test_gives_the_same_bytes_again(self, program, mode):
        first, second = (generate(**program, mode=mode).model_dump_json() for _ in range(2))
        assert first == second

    @settings(max_examples=10, deadline=None)
    @given(programs)
    def test_has_a_greedy_roster_that_breaks_no_hard_rule(self, program):
        week = generate(**program)
        hard = [rule for rule in RULES if rule.level == "hard"]
        assert [(v.rule, v.message) for v in judge(Case(week), place(week), hard).violations] == []


class TestShape:
    @pytest.mark.parametrize(("participants", "cohorts", "therapists", "group_rooms"), [(24, 2, 4, 2), (60, 6, 6, 3), (120, 11, 11, 7)])
    def test_sizes_are_those_of_the_planning_table(self, participants, cohorts, therapists, group_rooms):
        sizes = sizes_of(participants)
        assert sizes.evening + sizes.morning + sizes.afternoon == cohorts
        assert sizes.evening_staff + sizes.day_staff == therapists
        assert sizes.group_rooms == group_rooms

    def test_lives_come_in_the_shares_of_the_mix(self):
        from random import Random

        lives = draw_lives(Random(1), 100)
        assert [lives.count(life) for life in ("job", "flexible", "shifts", "caregiver", "student")] == [40, 20, 15, 15, 10]

    def test_phases_order_what_fits_their_bands(self):
        case = Case(generate(24, 1))
        for participant in case.participants:
            order = case.care.order(participant)
            assert order.floor <= order.ceiling
            assert sum(case.care.minutes(need.service, None) for need in order.needs) < order.ceiling

    def test_a_routine_week_has_newcomers_steps_and_a_day_of_leave(self):
        week = generate(60, 1, mode="hold")
        assert sum(p.admitted is not None for p in week.participants) == 6
        assert 3 <= sum(p.phase_change is not None for p in week.participants) <= 5
        assert sum(bool(c.leave) for c in week.clinicians) == 1
        assert all(p.home_cohort is None for p in week.participants if p.admitted)

    def test_a_given_roster_is_held(self):
        before = generate(24, 3, monday=MONDAY.replace(day=4))
        roster = place(before)
        assert generate(24, 3, mode="hold", last_week=roster).history.last_week == roster

    @pytest.mark.parametrize("arguments", [(7, 1), (15, 1, 2), (24, 1, 0), (24, 1, 1, 0.0)])
    def test_impossible_sizes_are_refused(self, arguments):
        with pytest.raises(ValueError, match="at least 8 participants"):
            generate(*arguments)
