"""The weeks of a stay: what is due in them, who may attend, what is released; groups with a first and a last date; phases that are over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.barriers import OwnWeek, group_barriers
from scheduler.case import Case
from scheduler.case.stay import is_in_weeks, phase_week, stay_week, week_number, weeks_named
from scheduler.instance import Participant, Phase, Plan
from scheduler.rollover import admit, roll_over
from scheduler.validation import validate
from tests.build import MONDAY, at, group, instance, meet, participant, roster, run

FLOORS = participant("x")["order"]
THREE = {"service": "individual", "in_all": 3, "until_week": 16}
PHASES = tuple(Phase(id=id, level="2.1", weeks=weeks) for id, weeks in (("a", 4), ("b", 9), ("c", None), ("d", 2)))
BY_ID = {phase.id: phase for phase in PHASES}
PLANS = (Plan(id="other", phases=("d",)), Plan(id="plan", phases=("a", "b", "c")), Plan(id="long", phases=("c", "d")))


def ana(*services: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Ana with an order of services."""
    return participant("ana", order=FLOORS | {"services": services}, **more)


def in_week(week: int) -> date:
    """The date of admission of someone who is in this week of the stay; a Wednesday."""
    return MONDAY + timedelta(days=2, weeks=1 - week)


def due(*services: dict[str, Any], week: int | None, given: tuple[int, ...] = (), **more: Any) -> int:
    """How many individual sessions are due in a week of the stay, after those of earlier weeks."""
    admitted = None if week is None else in_week(week)
    history = {"services": [{"participant": "ana", "service": "individual", "date": MONDAY - timedelta(days=7 * n - 3)} for n in given]}
    made = instance(participants=[ana(*services, admitted=admitted, **more)], history=history)
    return len(Case(made).care.order("ana").needs)


class TestWeeks:
    @pytest.mark.parametrize(
        ("since", "number"), [("2026-11-30", 1), ("2026-12-06", 1), ("2026-11-29", 2), ("2026-11-23", 2), ("2026-12-07", 0)]
    )
    def test_the_calendar_week_of_admission_is_week_1(self, since: str, number: int) -> None:
        assert week_number(MONDAY, date.fromisoformat(since)) == number

    def test_the_stay_begins_with_admission_or_the_date_entered(self) -> None:
        for more, week in (({}, None), ({"admitted": "2026-11-17"}, 3), ({"admitted": "2026-11-30", "stay_since": "2026-11-10"}, 4)):
            assert stay_week(Participant.model_validate(participant("ana", **more)), MONDAY) == week

    @pytest.mark.parametrize(
        ("week", "first", "last", "is_in"),
        [(None, None, None, True), (None, 1, None, False), (None, None, 9, False), (4, None, 4, True), (5, None, 4, False),
         (5, 5, None, True), (4, 5, None, False), (5, 5, 5, True), (0, None, 4, False), (1, None, 4, True)],
    )  # fmt: skip
    def test_limits_are_included(self, week: int | None, first: int | None, last: int | None, is_in: bool) -> None:
        assert is_in_weeks(week, first, last) is is_in

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [(5, None, "weeks from 5"), (5, 5, "week 5"), (None, 4, "weeks 1-4"), (5, 13, "weeks 5-13"), (1, 1, "week 1")],
    )
    def test_they_have_words(self, first: int | None, last: int | None, words: str) -> None:
        assert weeks_named(first, last) == words


class TestDue:
    BY_WEEK = ({"service": "individual", "per_week": 2, "until_week": 4}, {"service": "individual", "per_week": 1, "from_week": 5})

    @pytest.mark.parametrize(("week", "number"), [(1, 2), (4, 2), (5, 1), (20, 1), (None, 0)])
    def test_counts_differ_by_week_of_the_stay(self, week: int | None, number: int) -> None:
        assert due(*self.BY_WEEK, week=week) == number

    @pytest.mark.parametrize(("week", "number"), [(2, 0), (3, 1)])
    def test_a_service_may_begin_later_in_the_stay(self, week: int, number: int) -> None:
        talk = {"id": "talk", "kind": "individual", "category": "talk", "minutes": 50, "from_week": 3}
        made = instance(
            services=[*instance().model_dump()["services"], talk],
            participants=[ana({"service": "talk", "per_week": 1}, admitted=in_week(week))],
        )
        assert len(Case(made).care.order("ana").needs) == number

    def test_a_number_in_all_is_spread_evenly(self) -> None:
        """Three in sixteen weeks, each given when it is due: weeks 1, 6 and 11."""
        given: list[int] = []
        for week in range(1, 18):
            if due(THREE, week=week, given=tuple(week - earlier for earlier in given)):
                given.append(week)
        assert given == [1, 6, 11]

    @pytest.mark.parametrize(
        ("week", "given", "number"),
        [(5, (), 1), (5, (4,), 0), (6, (5,), 1), (7, (1,), 1), (16, (), 1), (16, (3, 2, 1), 0), (17, (), 0), (1, (1,), 1), (6, (5, 6), 1)],
    )
    def test_what_is_missing_is_made_up_one_by_one(self, week: int, given: tuple[int, ...], number: int) -> None:
        """Sessions of an earlier stay do not count: in week 1 one was given last week, and in week 6 one six weeks ago."""
        assert due(THREE, week=week, given=given) == number

    def test_more_than_one_a_week(self) -> None:
        """Three in two weeks: two, then one."""
        often = {"service": "individual", "in_all": 3, "from_week": 3, "until_week": 4}
        assert [due(often, week=week) for week in (2, 3, 4, 5)] == [0, 2, 2, 0]
        assert due(often, week=4, given=(1, 1)) == 1
        assert due(often, week=3, given=(1, 1)) == 2

    def test_by_hand(self) -> None:
        assert due(THREE | {"due": False}, week=1) == 0
        assert due(THREE | {"due": True}, week=2, given=(1,)) == 1

    @pytest.mark.parametrize(
        ("given", "number"), [("2026-11-22", 1), ("2026-11-23", 0), ("2026-11-29", 0), ("2026-11-30", 1), ("2026-12-01", 1)]
    )
    def test_dates_count_from_the_monday_of_its_first_week_to_the_sunday_before_this_one(self, given: str, number: int) -> None:
        """Week 2 of the stay began on 30 November: one is due by then, and those of this week are no longer asked for."""
        history = {"services": [{"participant": "ana", "service": "individual", "date": given}]}
        made = instance(participants=[ana(THREE, admitted="2026-11-25")], history=history, now=at("wed", "09:00"))
        assert len(Case(made).care.order("ana").needs) == number

    @pytest.mark.parametrize(
        ("first", "second", "is_twice"),
        [
            ({"until_week": 4}, {"from_week": 5}, False),
            ({"from_week": 5}, {"until_week": 4}, False),
            ({"until_week": 5}, {"from_week": 5}, True),
            ({"from_week": 5}, {"until_week": 5}, True),
            ({"from_week": 2, "until_week": 3}, {"from_week": 4, "until_week": 6}, False),
            ({}, {"from_week": 9}, True),
        ],
    )
    def test_a_service_is_ordered_once_in_each_week(self, first: dict[str, int], second: dict[str, int], is_twice: bool) -> None:
        orders = [{"service": "individual", "per_week": 1} | weeks for weeks in (first, second)]
        issues = validate(instance(participants=[ana(*orders, admitted="2026-11-25")]))
        assert [i.code for i in issues] == (["duplicate_order"] if is_twice else [])

    def test_the_weeks_may_be_a_single_one(self) -> None:
        only = {"service": "individual", "per_week": 1, "from_week": 3, "until_week": 3}
        assert validate(instance(participants=[ana(only, admitted="2026-11-25")])) == ()
        assert [due(only, week=week) for week in (2, 3, 4)] == [0, 1, 0]

    def test_only_what_applies_is_spaced_and_exempt(self) -> None:
        orders = (
            {"service": "individual", "per_week": 2, "days_apart": 2, "until_week": 4},
            {"service": "individual", "in_all": 3, "days_apart": 3, "from_week": 5, "until_week": 9},
        )
        order = {week: Case(instance(participants=[ana(*orders, admitted=in_week(week))])).care.order("ana") for week in (4, 5)}
        assert [[s.least for s in order[week].spacings] for week in (4, 5)] == [[2], [3]]
        assert [order[week].interval_services for week in (4, 5)] == [(), ("individual",)]
        assert [(order[week].dated_services, order[week].counted_services) for week in (4, 5)] == [(("individual",), ("individual",))] * 2


class TestGroups:
    @pytest.mark.parametrize(
        ("dates", "days"),
        [
            ({"meets_from": "2026-11-30"}, 2),
            ({"meets_from": "2026-12-01"}, 1),
            ({"meets_from": "2026-12-03"}, 0),
            ({"meets_until": "2026-12-02"}, 2),
            ({"meets_until": "2026-12-01"}, 1),
            ({"meets_until": "2026-11-29"}, 0),
        ],
    )
    def test_a_group_meets_from_its_first_to_its_last_date(self, dates: dict[str, str], days: int) -> None:
        starts = [{"day": day, "time": "09:00"} for day in ("mon", "wed")]
        assert len(Case(instance(groups=[group("g", starts=starts, **dates)])).groups.spans("g")) == days

    @pytest.mark.parametrize(
        ("more", "when"),
        [
            ({"meets_until": "2026-11-01"}, "until 2026-11-01"),
            ({"meets_from": "2026-12-07"}, "from 2026-12-07"),
            ({"meets_from": "2026-12-01", "meets_until": "2026-12-06"}, "from 2026-12-01 until 2026-12-06"),
            ({"weeks": "B"}, "in B weeks"),
        ],
    )
    def test_why_it_does_not_meet_is_said(self, more: dict[str, Any], when: str) -> None:
        case = Case(instance(groups=[group("g", **more)]))
        ((barrier,),) = [group_barriers(OwnWeek(case, "ana"), "g")[1:]][0]
        assert barrier.sentence(["g"]) == f"g does not meet this week: it meets {when}"

    def test_places_are_released_by_the_week_of_the_stay(self) -> None:
        """Weeks 1-4: whoever is in week 4 keeps the place, whoever is in week 5 does not."""
        last = roster(run("g", "mon", "09:00", ("ana", "ben"), monday=MONDAY - timedelta(weeks=1)), monday=MONDAY - timedelta(weeks=1))
        people = [participant("ana", admitted=in_week(4)), participant("ben", admitted=in_week(5))]
        limited = group("g", eligibility={"until_week": 4})
        case = Case(instance(groups=[limited], participants=people, history={"last_week": last}))
        assert [case.places.held[p][0].released for p in ("ana", "ben")] == [None, "stay_week"]


class TestNextWeek:
    def test_every_date_of_a_service_ordered_in_all_is_kept(self) -> None:
        people = [
            ana(THREE, admitted=in_week(6)),
            participant("ben", order=FLOORS | {"services": [{"service": "individual", "every_n_weeks": 4}]}),
        ]
        history = {"services": [{"participant": p, "service": "individual", "date": MONDAY - timedelta(days=30)} for p in ("ana", "ben")]}
        week = instance(participants=people, history=history)
        made = roll_over(week, roster(meet("ana", "wed", "09:00"), meet("ben", "thu", "09:00"))).instance
        dates = {p: [e.date for e in made.history.services if e.participant == p] for p in ("ana", "ben")}
        assert dates == {"ana": [MONDAY - timedelta(days=30), MONDAY + timedelta(days=2)], "ben": [MONDAY + timedelta(days=3)]}
        assert Case(made).care.order("ana").needs == ()

    def test_dates_are_kept_before_the_weeks_in_which_they_matter(self) -> None:
        later = {"service": "individual", "every_n_weeks": 2, "from_week": 5}
        week = instance(participants=[ana({"service": "individual", "per_week": 1, "until_week": 4}, later, admitted=in_week(4))])
        made = roll_over(week, roster(meet("ana", "wed", "09:00"))).instance
        assert [e.date for e in made.history.services] == [MONDAY + timedelta(days=2)]
        assert Case(made).care.order("ana").needs == ()

    @pytest.mark.parametrize(
        ("until", "note"),
        [
            ("2026-11-29", ()),
            ("2026-11-30", ("Group g met for the last time by November 30, 2026.",)),
            ("2026-12-06", ("Group g met for the last time by December 6, 2026.",)),
            ("2026-12-07", ("Group g meets for the last time by December 7, 2026.",)),
            ("2026-12-13", ("Group g meets for the last time by December 13, 2026.",)),
            ("2026-12-14", ()),
        ],
    )
    def test_the_end_of_a_group_is_said(self, until: str, note: tuple[str, ...]) -> None:
        assert roll_over(instance(groups=[group("g", meets_until=until)]), roster()).notes == note

    def test_whoever_comes_back_from_hold_goes_on_in_the_stay(self) -> None:
        """From hold the weeks go on; after a discharge another stay begins."""
        held = {"status": "on_hold", "on_hold_since": "2026-11-24"}
        old = {"stay_since": "2026-05-04", "admitted": "2026-06-01"}
        people = [
            participant("ana", admitted="2026-11-09", **held),
            participant("ben", **old, **held),
            participant("cem", **old, status="discharged"),
        ]
        week = instance(participants=people)
        for id, since in (("ana", "2026-11-09"), ("ben", "2026-05-04"), ("cem", None)):
            back = next(p for p in admit(week, id, MONDAY).participants if p.id == id)
            assert (back.admitted, back.stay_since) == (MONDAY, None if since is None else date.fromisoformat(since))


class TestPhases:
    @pytest.mark.parametrize(
        ("phase", "more", "reached"),
        [
            ("b", {"phase_since": "2026-11-25"}, (2, 9)),
            ("b", {"phase_since": "2026-11-25", "admitted": "2026-01-05"}, (2, 9)),
            ("a", {"admitted": "2026-11-25"}, (2, 4)),
            ("b", {"admitted": "2026-10-26"}, (2, 9)),
            ("b", {"stay_since": "2026-10-19", "admitted": "2026-11-30"}, (3, 9)),
            ("b", {}, None),
            ("c", {"phase_since": "2026-11-25"}, None),
            ("d", {"admitted": "2026-11-25"}, (2, 2)),
            (None, {"phase_since": "2026-11-25"}, None),
        ],
    )
    def test_the_week_of_a_phase(self, phase: str | None, more: dict[str, str], reached: tuple[int, int] | None) -> None:
        """Since its date; else by the stay, less the weeks planned before it."""
        who = Participant.model_validate(participant("ana", phase=phase, **more))
        assert phase_week(who, BY_ID, PLANS, MONDAY) == reached

    def test_without_a_plan_or_with_an_open_phase_before_it_nothing_is_known(self) -> None:
        who = Participant.model_validate(participant("ana", phase="d", admitted="2026-11-25"))
        assert phase_week(who, BY_ID, (), MONDAY) is None
        assert phase_week(who, BY_ID, PLANS[1:], MONDAY) is None

    @pytest.mark.parametrize(("since", "is_over"), [("2026-11-23", False), ("2026-11-22", True)])
    def test_weeks_that_are_over_are_said_and_nobody_is_moved(self, since: str, is_over: bool) -> None:
        phases = [{"id": "a", "level": "2.1", "weeks": 2}]
        people = [
            participant(p, phase="a", phase_since=since, **more) for p, more in (("ana", {}), ("ben", {}), ("cem", {"status": "waiting"}))
        ]
        found = [issue.message for issue in validate(instance(phases=phases, participants=people)) if issue.code == "phase_over"]
        words = "ana (week 3 of 2 in a) and ben (week 3 of 2 in a)"
        assert found == ([f"decide who goes on to another phase, the planned weeks are over: {words}; no one is moved"] if is_over else [])

    def test_the_first_day_is_asked_for_where_it_makes_a_difference(self) -> None:
        people = [participant("ana"), participant("ben", admitted="2026-11-30"), participant("cem", status="waiting"), participant("dan")]
        limited = instance(groups=[group("g", eligibility={"until_week": 4})], participants=people)
        assert [i.message for i in validate(limited) if i.code == "admission_missing"] == [
            "enter the first day of ana and dan: without it, they get nothing that is limited to weeks of the stay"
        ]
        assert [i for i in validate(instance(groups=[group("g")], participants=people)) if i.code == "admission_missing"] == []
