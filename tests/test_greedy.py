"""A coordinator's week: what stands of last week, filled up, always legal; what cannot stand is made anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from instances.catalogue import ENTRIES
from scheduler import read_instance, score, verify
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.greedy import fill_week
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.model.initial_roster import take_initial_roster
from scheduler.model.lines import in_force
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.rules import RULES
from scheduler.rules.random_time import number
from scheduler.timegrid import Span
from scheduler.verify import judge
from scheduler.view import View
from tests.build import MONDAY, SERVICES, clinician, group, instance, instance_json, participant, roster, run, windows
from tests.source_tree import ROOT

pytestmark = pytest.mark.unmeasured

LAST = MONDAY - timedelta(days=7)
THREE_HOURS = {"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}


def held(**session: Any) -> Instance:
    """Ana held a place in the Monday group last week."""
    last = roster(run("g", "mon", "09:00", ("ana",), monday=LAST, **session), monday=LAST)
    people = [participant(p, order=THREE_HOURS, home_track="t", home_cohort="c") for p in ("ana", "ben")]
    return instance(
        participants=people,
        tracks=[{"id": "t"}],
        cohorts=[{"id": "c", "track": "t"}],
        groups=[group("g", track="t", cohort="c")],
        history={"last_week": last.model_dump(mode="json")},
    )


def test_what_stood_stands_and_is_filled_up() -> None:
    """Ana stays at nine with cora in r1; ben joins her."""
    (session,) = fill_week(held()).sessions
    assert (session.facilitators, session.room) == (("cora",), "r1")
    assert {b.participant for b in session.bookings} == {"ana", "ben"}


@pytest.mark.parametrize("gone", [{"room": "r9"}, {"facilitators": ["zoe"]}])
def test_what_cannot_stand_is_made_anew(gone: dict[str, Any]) -> None:
    """The room was given up, or the clinician left: the same group in another room, with somebody who is there."""
    week = held(**gone)
    made = fill_week(week)
    (session,) = made.sessions
    assert verify(week, made) == ()
    assert session.room in ("r1", "r2", "r3")
    assert {b.participant for b in session.bookings} == {"ana", "ben"}


LARGE = 100_000
"""Bytes of an instance from which it is looked at under `make proof` only."""


def is_large(name: str) -> bool:
    """Whether filling a week takes long: 60 people, or 30 of whom each wants much."""
    return (ROOT / "instances" / f"{name}.json").stat().st_size > LARGE


@pytest.mark.parametrize(
    "name",
    [pytest.param(e.name, marks=[pytest.mark.proof] if is_large(e.name) else []) for e in ENTRIES if not e.name.endswith(("_120", "_240"))],
)
def test_it_is_legal_in_every_week_of_the_catalogue(name: str) -> None:
    """Holidays, sick leaders, DST, partial hospitalization: never a hard rule broken; the largest under `make proof`."""
    week = read_instance(ROOT / "instances" / f"{name}.json")
    assert verify(week, fill_week(week)) == ()


@pytest.mark.parametrize(
    "name", ["rebuild_24", "hold_24", *(pytest.param(name, marks=pytest.mark.proof) for name in ("over_constrained", "evening_bottleneck"))]
)
def test_a_search_begins_where_a_coordinator_ends(name: str) -> None:
    """Before its first step it has a roster that is no worse; in the two largest of these weeks under `make proof`."""
    week = read_instance(ROOT / "instances" / f"{name}.json")
    case = Case(week)
    rules = in_force(case, RULES)
    state = SearchState(case, enumerate_candidates(case, rules), rules, Clock(SolveLimits(seconds=600), lambda: False), lambda: None)
    state.take(state.empty(), is_guess=True)
    take_initial_roster(state)
    assert state.best is not None
    assert state.best.score.care <= score(week, fill_week(week)).care


@pytest.mark.parametrize("is_published", [False, True])
def test_a_group_of_the_other_week_is_left_out(is_published: bool) -> None:
    """It is an A week: neither the place that somebody on hold keeps in a B group nor a published run of it stands in the way."""
    people = [
        participant("ana", status="on_hold", on_hold_since=MONDAY - timedelta(days=5)),
        participant("ben", order=THREE_HOURS, home_track="t", home_cohort="c"),
    ]
    before = roster(run("b", "tue", "09:00", ("ana",), monday=LAST), monday=LAST)
    now = roster(run("b", "tue", "09:00", ("ben",)))
    known: dict[str, Any] = {"published": {"roster": now}} if is_published else {"history": {"last_week": before}}
    groups = [group("g", track="t", cohort="c"), group("b", "tue", weeks="B")]
    week = instance(participants=people, tracks=[{"id": "t"}], cohorts=[{"id": "c", "track": "t"}], groups=groups, **known)
    assert [(s.group, s.bookings[0].participant) for s in fill_week(week).sessions] == [("g", "ben")]


HOURS = [group(f"{day}-{n}", day, f"{15 + n}:00", minutes=60, track="eve") for day in ("mon", "tue", "wed") for n in range(3)]


WITH_MEAL = [*SERVICES, {"id": "meal", "kind": "group", "category": "meal", "minutes": 60, "countable": False}]


class TestHourByHour:
    """Programs of single hours, in tracks without cohorts: the start sees a day of hours as it sees a block."""

    def order(self, floor: int, days: int) -> dict[str, Any]:
        """So many minutes on so many days."""
        return {
            "minutes": {"floor": floor, "ceiling": floor},
            "sessions": {"floor": 0, "ceiling": 12},
            "days": {"floor": days, "ceiling": days},
        }

    def booked(self, *orders: dict[str, Any], **more: Any) -> list[set[str]]:
        """The groups of each person in the greedy roster, which is legal and complete."""
        people = [participant(f"p{n}", order=order) for n, order in enumerate(orders)]
        fields = {
            "groups": HOURS,
            "tracks": [{"id": "eve"}],
            "policy": {"values": {"notes_after_group": 0, "day_sessions_ceiling": 6}},
        }
        week = instance(participants=people, **(fields | more))
        roster = fill_week(week)
        verdict = judge(Case(week), roster)
        assert (verdict.violations, verdict.score.care) == ((), 0)
        return [{s.group or "" for s in roster.sessions for b in s.bookings if b.participant == p["id"]} for p in people]

    def test_whole_days_are_booked(self):
        (groups,) = self.booked(self.order(360, 2))
        assert len(groups) == 6
        assert len({name.partition("-")[0] for name in groups}) == 2

    def test_everybody_comes(self):
        assert [len(groups) for groups in self.booked(*[self.order(540, 3)] * 4)] == [9, 9, 9, 9]

    def test_groups_of_no_track_fill_what_is_missing(self):
        more = [*HOURS, group("open", "thu", "16:00", minutes=60)]
        (groups,) = self.booked(self.order(600, 4), groups=more)
        assert "open" in groups

    def test_the_service_mix_is_booked_beyond_the_minutes(self):
        """Four hours are enough, but the meal is ordered three times; it is the second hour of each day."""
        groups = [g | ({"service": "meal"} if g["id"].endswith("-1") else {}) for g in HOURS]
        order = self.order(240, 2) | {
            "minutes": {"floor": 240, "ceiling": 400},
            "days": {"floor": 2, "ceiling": 3},
            "mix": [{"category": "meal", "at_least": 3}, {"category": "process"}],
        }
        (booked,) = self.booked(order, groups=groups, services=WITH_MEAL)
        assert {"mon-1", "tue-1", "wed-1"} <= booked

    def test_nobody_waits_through_an_hour_before_a_meal(self):
        """The hour between is booked, because a wait of an hour and a half is not allowed."""
        groups = [group("first", time="15:00", minutes=60, track="eve"), group("between", time="16:00", minutes=90, track="eve")]
        groups.append(group("meal", time="17:30", minutes=60, track="eve", service="meal"))
        order = self.order(60, 1) | {
            "minutes": {"floor": 60, "ceiling": 150},
            "mix": [{"category": "meal", "at_least": 1}, {"category": "process"}],
        }
        (booked,) = self.booked(order, groups=groups, services=WITH_MEAL)
        assert "meal" in booked

    def test_the_number_of_sessions_is_reached(self):
        """Two hours are ordered in at least four sessions, and a meal gives no minutes."""
        groups = [g | ({"service": "meal"} if g["id"].endswith("-2") else {}) for g in HOURS]
        bands = {"minutes": {"floor": 120, "ceiling": 400}, "sessions": {"floor": 4, "ceiling": 6}}
        order = self.order(120, 3) | bands | {"days": {"floor": 1, "ceiling": 3}}
        (booked,) = self.booked(order, groups=groups, services=WITH_MEAL)
        assert len(booked) == 4

    def test_a_hybrid_group_gets_a_room_for_it_and_a_licensed_leader(self):
        """Only the larger room is fit for a hybrid group; only dan may see who joins from Ohio."""
        rooms = [{"id": "small", "site": "s1", "seats": 10}, {"id": "large", "site": "s1", "seats": 20, "features": ["hybrid"]}]
        staff = [clinician("cora"), clinician("dan", licensed_states=["OH"])]
        person = participant("ana", order=THREE_HOURS, modes=["telehealth"], state="OH")
        week = instance(
            participants=[person, participant("ben", order=THREE_HOURS)], groups=[group("g", mode="hybrid")], rooms=rooms, clinicians=staff
        )
        (session,) = fill_week(week).sessions
        assert (session.room, session.facilitators, len(session.bookings)) == ("large", ("dan",), 2)


def staffed(**more: Any) -> Instance:
    """A week with somebody at the front desk all day, and a short visit a week ordered for ana."""
    site = {"id": "s1", "hours": windows("06:00", "22:00"), "front_desk": windows("06:00", "22:00")}
    order = THREE_HOURS | {"services": [{"service": "check", "per_week": 1}]}
    program = instance_json()["program"] | {"sites": [site]}
    return instance(**({"program": program, "groups": [group("g")], "participants": [participant("ana", order=order)]} | more))


@pytest.mark.parametrize(
    ("bound", "day", "start", "is_booked"),
    [
        ("same_day", "mon", "12:30", True),
        ("same_day", "tue", "12:00", False),
        ("beside_group", "mon", "12:00", True),
        ("beside_group", "mon", "12:30", False),
        (None, "tue", "12:00", True),
    ],
)
def test_a_short_visit_is_booked_only_where_it_needs_no_trip(bound: str | None, day: str, start: str, is_booked: bool) -> None:
    """The group meets on Monday from 9:00 to 12:00; the nurse is there for half an hour a week."""
    check = {"id": "check", "kind": "individual", "category": "medical", "minutes": 15, "credentials": ["rn"], "without_trip": bound}
    end = f"{start[:2]}:{int(start[3:]) + 29}"
    rita = clinician("rita", credentials=["rn"], hours=windows(start, end, (day,), site="s1"))
    week = staffed(services=[*SERVICES, check], clinicians=[clinician("cora"), rita])
    assert [s.service for s in fill_week(week).sessions if s.group is None] == (["check"] if is_booked else [])


def test_a_random_time_has_the_lowest_number_of_the_draw() -> None:
    """Of all starts of both clinicians, from 9:00 to 16:30; ten minutes of notes follow each."""
    check = {"id": "check", "kind": "individual", "category": "drug_screen", "minutes": 15, "standing": False}
    halves = (("cora", "09:00", "13:00"), ("dan", "13:00", "17:00"))
    staff = [clinician(id, hours=windows(start, end, site="s1")) for id, start, end in halves]
    week = staffed(services=[*SERVICES, check], clinicians=staff, groups=[], seed="k7")
    case, first = Case(week), fill_week(week)
    (visit,) = View(case, first).visits["ana"]
    starts = [1440 * day + minute for day in range(5) for minute in range(540, 1005, 15) if minute != 765]
    assert number(case, visit) == min(number(case, replace(visit, span=Span(start, start + 15))) for start in starts)
    assert first.seed == "k7"
