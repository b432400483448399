"""An appointment for which a participant leaves a group: who may, what counts once, what else concerns it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.rules import RULES
from scheduler.rules.authorization import AuthorizationRule
from scheduler.rules.idle_gap import IdleGap
from scheduler.rules.longest_wait import LongestWait
from scheduler.rules.participant_conflict import ParticipantConflict
from scheduler.rules.resource_capacity import ResourceCapacity
from scheduler.rules.service_day_floor import ServiceDayFloor
from scheduler.rules.step_down_ceiling import StepDownCeiling
from scheduler.rules.weekly_ceiling import WeeklyCeiling
from scheduler.rules.weekly_floor import WeeklyFloor
from scheduler.rules.without_trip import WithoutTrip
from scheduler.validation import validate
from scheduler.verify import judge
from scheduler.view import View
from tests.build import MONDAY, SERVICES, ZONE, at, clinician, group, instance, meet, participant, run, view, windows
from tests.faces import both, holds
from tests.solving import solved

LEAVES = [s | {"pulls_out_of": ["process", "peer"]} if s["id"] == "individual" else s for s in SERVICES]
BLOCK = run("g", "mon", "09:00", ("ana",))
ONE = {"services": [{"service": "individual", "per_week": 1}]}
CONFLICT = ParticipantConflict()


def week(**more: Any) -> Instance:
    """Ana, with an individual session ordered, and a block on Monday from 9 to 12 that may be left for it."""
    person = more.pop("person", {})
    order = participant("x")["order"] | ONE | person.pop("order", {})
    return instance(**({"services": LEAVES, "participants": [participant("ana", order=order, **person)], "groups": [group("g")]} | more))


def roster(*sessions: dict[str, Any], **more: Any) -> View:
    """Sessions of that week."""
    return view(week(**more), *sessions)


class TestWhoMay:
    @pytest.mark.parametrize(
        ("start", "expected"),
        [
            ("09:00", (0, 0)),
            ("10:00", (0, 0)),
            ("11:10", (0, 0)),
            ("11:15", (1, None)),
            ("08:55", (1, None)),
            ("08:10", (0, 0)),
            ("12:00", (0, 0)),
        ],
    )
    def test_it_is_within_the_time_of_the_group(self, start: str, expected: tuple[int, int | None]) -> None:
        """50 minutes in a block from 9:00 to 12:00: from 9:00 until 11:10 it is left for them; else they overlap, or touch."""
        amount, model = both(CONFLICT, roster(BLOCK, meet("ana", "mon", start)))
        assert (amount == 0, model) == (expected[0] == 0, expected[1])

    def test_only_groups_of_a_service_it_may_leave(self) -> None:
        """Not from skills, and not where no service is named."""
        talk = meet("ana", "mon", "10:00")
        assert both(CONFLICT, roster(BLOCK, talk))[0] == 0
        assert both(CONFLICT, roster(BLOCK | {"service": "skills"}, talk, groups=[group("g", service="skills")])) == (120, None)
        assert both(CONFLICT, roster(BLOCK, talk, services=SERVICES)) == (120, None)

    def test_only_on_the_same_site(self) -> None:
        """By telehealth during a group on site, during a group by telehealth, and in another building."""
        modes = {"modes": ["in_person", "telehealth"], "may_join_from_site": True}
        assert both(CONFLICT, roster(BLOCK, meet("ana@home", "mon", "10:00"), person=modes)) == (120, None)
        remote = run("g", "mon", "09:00", ("ana@home",), mode="telehealth", site=None, room=None)
        more = {"person": modes, "groups": [group("g", mode="telehealth")]}
        assert both(CONFLICT, roster(remote, meet("ana@home", "mon", "10:00"), **more)) == (120, None)

    def test_only_one_of_two_groups_at_once(self) -> None:
        """A second group at the same time collides with both."""
        second = run("h", "mon", "10:00", ("ana",), 60)
        made = roster(BLOCK, second, meet("ana", "mon", "10:05"), groups=[group("g"), group("h", "mon", "10:00", minutes=60)])
        assert len(list(CONFLICT.check(made.case, made))) == 2

    def test_nobody_leaves_a_group_that_they_are_not_in(self) -> None:
        """The model's appointment out of a group stands and falls with the place in that group."""
        case = Case(week())
        visits = enumerate_candidates(case, ()).visits["ana"]
        place = next(v for v in visits if v.group == "g")
        leaving = next(v for v in visits if v.out_of == ("g", 540) and v.span.start == 600)
        plain = next(v for v in visits if v.group is None and v.out_of is None and v.span.start == 600)
        assert [holds(CONFLICT, case, chosen) for chosen in ({place, leaving}, {leaving}, {plain}, {place})] == [True, False, True, True]
        assert CONFLICT.conflicts(case, place, plain)
        assert not CONFLICT.conflicts(case, place, leaving)

    def test_one_place_is_left_by_one_time_of_an_appointment(self) -> None:
        """Two times of the same appointment are too many, and a place in the group by telehealth cannot be left on site."""
        case = Case(week(groups=[group("g", mode="hybrid")], person={"modes": ["in_person", "telehealth"]}))
        visits = enumerate_candidates(case, ()).visits["ana"]
        there, remote = (next(v for v in visits if v.group == "g" and v.mode == mode) for mode in ("in_person", "telehealth"))
        first, second = (next(v for v in visits if v.out_of is not None and v.span.start == start) for start in (600, 660))
        assert [holds(CONFLICT, case, chosen) for chosen in ({there, first, second}, {remote, first})] == [False, False]
        assert CONFLICT.conflicts(case, remote, first)

    def test_a_group_may_be_left_twice(self) -> None:
        """For two individual sessions, one after the other."""
        twice = {"services": [{"service": "individual", "per_week": 2}]}
        talks = (meet("ana", "mon", "09:00"), meet("ana", "mon", "10:00", ordinal=2))
        assert both(CONFLICT, roster(BLOCK, *talks, person={"order": twice})) == (0, 0)

    def test_candidates_are_those_that_may_leave(self) -> None:
        """From 9:00 to 11:00 on the quarter: nine starts, with each of two clinicians; none where no service is named."""
        leaving = [v for v in self.candidates(week()).visits["ana"] if v.out_of is not None]
        assert sorted({v.span.start for v in leaving}) == [540 + 15 * n for n in range(9)]
        assert len(leaving) == 18
        assert [v for v in self.candidates(week(services=SERVICES)).visits["ana"] if v.out_of is not None] == []

    def candidates(self, made: Instance) -> Candidates:
        """Everything that no rule refuses alone."""
        return enumerate_candidates(Case(made), RULES)


class TestCountsOnce:
    PARTS = ({"service": "peer", "minutes": 90}, {"service": None, "minutes": 20}, {"service": "process", "minutes": 70})

    @pytest.mark.parametrize(
        ("offer", "start", "minutes"),
        [
            ({}, "10:00", 180),
            ({}, "13:00", 230),
            ({"service": "peer"}, "10:00", 50),
            ({"segments": PARTS}, "10:00", 90 + 30),
            ({"segments": PARTS}, "09:00", 90 + 50),
            ({"segments": PARTS}, "11:00", 90),
        ],
    )
    def test_minutes_are_those_of_the_group_and_what_it_does_not_count(self, offer: dict[str, Any], start: str, minutes: int) -> None:
        """180 of a block, 50 more after it, only 50 of an hour that does not count. From 10:00, 30 of a part without, then a break."""
        block = BLOCK | {"service": offer.get("service", "process")}
        made = roster(block, meet("ana", "mon", start), groups=[group("g", **offer)])
        assert made.care_minutes("ana") == minutes

    def test_breaks_that_do_not_count_are_counted_for_the_appointment(self) -> None:
        """From 10:00 to 10:50: 30 minutes of process, a break of 20."""
        parts = [{"service": "process", "minutes": 90}, {"service": None, "minutes": 20}, {"service": "process", "minutes": 70}]
        for breaks_count, minutes in ((True, 180), (False, 160 + 20)):
            policy = {"values": {"second_staff_required": False, "breaks_count": breaks_count}}
            made = roster(BLOCK, meet("ana", "mon", "10:00"), groups=[group("g", segments=parts)], policy=policy)
            assert made.care_minutes("ana") == minutes

    @pytest.mark.parametrize("rule", [WeeklyFloor(), WeeklyCeiling(), StepDownCeiling(), ServiceDayFloor()], ids=lambda rule: rule.id)
    @pytest.mark.parametrize("start", ["10:00", "13:00"])
    def test_the_rules_count_so(self, rule: Any, start: str) -> None:
        """Floors and ceilings of the week and the day at 200: 180 miss 20 of the floor, 230 exceed the ceilings by 30."""
        order = {"minutes": {"floor": 200, "ceiling": 200}, "day_minutes_ceiling": 200, "billable_days": 1, "billable_day_minutes": 200}
        history = {"orders": [{"participant": "ana", "floor": 100, "ceiling": 200}]}
        made = roster(BLOCK, meet("ana", "mon", start), person={"order": order}, history=history, mode="rebuild")
        out = start == "10:00"
        expected = {
            "weekly_floor": (20, 20) if out else (0, 0),
            "weekly_ceiling": (0, 0) if out else (60, None),
            "step_down_ceiling": (0, 0) if out else (30, None),
            "service_day_floor": (60, 60) if out else (0, 0),
        }
        assert both(rule, made) == expected[rule.id]

    @pytest.mark.parametrize(("start", "units"), [("10:00", 3), ("13:00", 4)])
    def test_authorizations_are_drawn_on_once(self, start: str, units: int) -> None:
        """Hours: three of the block, and one more after it."""
        for left, expected in ((units, (0, 0)), (units - 1, (1, None))):
            grant = {"id": "a", "unit": "hour", "first": "2026-11-01", "last": "2026-12-31", "units": left}
            assert both(AuthorizationRule(), roster(BLOCK, meet("ana", "mon", start), person={"authorizations": [grant]})) == expected


class TestTheDay:
    def test_waits_are_counted_from_the_group(self) -> None:
        """Out of the group from 9:15 to 10:05; the next group begins 30 minutes after the block, not 145 after the appointment."""
        groups = [group("g"), group("h", "mon", "12:30", minutes=60)]
        made = roster(BLOCK, meet("ana", "mon", "09:15"), run("h", "mon", "12:30", ("ana",), 60), groups=groups)
        assert both(LongestWait(), made) == (0, 0)
        assert both(IdleGap(), made) == (2, 2)

    @pytest.mark.parametrize("bound", ["same_day", "beside_group"])
    def test_it_needs_no_trip_of_its_own(self, bound: str) -> None:
        """In the middle of the block, 60 minutes from its beginning and 70 from its end; on Tuesday there is nothing else."""
        services = [s | {"without_trip": bound} if s["id"] == "individual" else s for s in LEAVES]
        assert both(WithoutTrip(), roster(BLOCK, meet("ana", "mon", "10:00"), services=services)) == (0, 0)
        assert both(WithoutTrip(), roster(BLOCK, meet("ana", "tue", "10:00"), services=services)) == (1, None)

    def test_an_interpreter_goes_along(self) -> None:
        """One interpreter is enough for the block and the appointment within it."""
        made = roster(
            BLOCK,
            meet("ana", "mon", "10:00"),
            resources=[{"id": "sign", "kind": "sessions", "windows": windows("09:00", "12:00", ("mon",), capacity=1)}],
            person={"resources": [{"resource": "sign"}]},
        )
        assert both(ResourceCapacity(), made) == (0, 0)

    @pytest.mark.parametrize("start", ["10:00", "13:00"])
    def test_it_is_held_like_any_appointment(self, start: str) -> None:
        """Last week's appointment, out of the block or after it, stays at its time; the block is held as well."""
        before = MONDAY - timedelta(weeks=1)
        last = [run("g", "mon", "09:00", ("ana",), monday=before), meet("ana", "mon", start, monday=before)]
        made = roster(BLOCK, meet("ana", "mon", start), history={"last_week": {"monday": before, "zone": ZONE, "sessions": last}})
        assert [h.released for h in made.case.places.held["ana"]] == [None, None]
        assert judge(made.case, made.roster).violations == ()
        moved = judge(made.case, view(made.case.instance, BLOCK, meet("ana", "mon", "11:00")).roster)
        assert [v.rule for v in moved.violations] == ["held_place"]

    def test_what_has_happened_remains(self) -> None:
        """Both are over; in the model they are the past."""
        sessions = [BLOCK, meet("ana", "mon", "10:00")]
        more = {"now": at("mon", "13:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": sessions}}}
        made = roster(*sessions, **more)
        assert both(CONFLICT, made) == (0, 0)
        assert {v.out_of for v in enumerate_candidates(made.case, RULES).visits["ana"]} == {None, ("g", 540)}

    def test_a_group_that_has_begun_may_still_be_left(self) -> None:
        """At half past nine, from quarter to ten on; what begins at half past nine is still ahead."""
        more = {"now": at("mon", "09:30"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [BLOCK]}}}
        leaving = [v for v in enumerate_candidates(Case(week(**more)), RULES).visits["ana"] if v.out_of is not None]
        assert min(v.span.start for v in leaving) == 570

    def test_a_solved_day_counts_waits_from_the_group(self) -> None:
        """Dan is there until ten only, and the second group begins at 12:30: a wait of 30 minutes, and nothing is missing."""
        groups = [group("g"), group("h", "mon", "12:30", minutes=60)]
        clinicians = [clinician("cora"), clinician("dan", hours=windows("09:00", "10:00", ("mon",), site="s1"))]
        policy = {"values": {"second_staff_required": False, "indirect_percent": 0}}
        order = {"minutes": {"floor": 240, "ceiling": 240}, "sessions": {"ceiling": 3}, "day_sessions_ceiling": 3}
        made = week(groups=groups, clinicians=clinicians, policy=policy, person={"order": order, "primary_therapist": "dan"})
        result = solved(made)
        verdict = judge(Case(made), result.roster)
        assert (verdict.violations, verdict.score.care, verdict.score.by_rule["idle_gap"]) == ((), 0, 2)
        assert [s.start.hour for s in result.roster.sessions if s.group is None] == [9]

    def test_the_solver_takes_someone_out_of_a_full_day(self) -> None:
        """Free only during the block: the solver takes ana out of it, and the roster is legal and complete."""
        person = {"availability": {"weekly": windows("09:00", "12:00", ("mon",))}, "order": {"minutes": {"floor": 180, "ceiling": 200}}}
        made = week(person=person)
        result = solved(made)
        verdict = judge(Case(made), result.roster)
        assert (verdict.violations, verdict.score.care) == ((), 0)
        assert {s.group for s in result.roster.sessions} == {"g", None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "family"}, "remove the groups to leave: talk is not an individual service"),
        ({"countable": False}, "remove the groups to leave, or let talk count: the time of the group counts"),
        ({"pulls_out_of": ["individual"]}, "name group services for talk: individual is not one"),
    ],
)
def test_impossible_pull_outs_are_errors(change: dict[str, Any], message: str) -> None:
    talk = {"id": "talk", "kind": "individual", "category": "talk", "minutes": 50, "pulls_out_of": ["process"]} | change
    assert [(i.code, i.message) for i in validate(instance(services=[*SERVICES, talk]))] == [("pull_out", message)]
