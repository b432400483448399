"""What keeps a roster from being read, each fault alone, and how amounts become a score."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules import RULES
from scheduler.timegrid import WEEKDAYS
from scheduler.verify import SHAPE, Score, judge, multiplier, not_applicable, score, shape_faults, verify
from tests.build import MONDAY, SERVICES, at, group, instance, meet, participant, roster, run

BLOCK = run("g1", "mon", "09:00", ("ana",))
TALK = meet("ana", "mon", "12:15")


def faults(*sessions: dict[str, Any]) -> list[str]:
    """What is wrong with the shape of a roster; nothing else may be said of it."""
    order = {"services": [{"service": "individual", "per_week": 2}]}
    people = [participant("ana", order=order), participant("ben")]
    found = verify(instance(groups=[group("g1"), group("g2")], participants=people), roster(*sessions))
    assert {v.rule for v in found} <= {SHAPE}, found
    return [v.message for v in found]


def test_a_roster_drawn_with_another_seed_is_told() -> None:
    """Its times are not those that the week draws; without a seed, or without random times, nothing is said."""
    screen = {"id": "screen", "kind": "individual", "category": "drug_screen", "minutes": 15, "standing": False}
    drawn, every = instance(services=[*SERVICES, screen], seed="k7"), instance(seed="k7")
    other, same, none = (roster().model_copy(update={"seed": seed}) for seed in ("k8", "k7", None))
    assert [(v.about, v.message) for v in verify(drawn, other)] == [
        ((), "the roster was drawn with another seed than the week's: solve the week again, or give it the seed of the roster")
    ]
    assert [verify(drawn, same), verify(drawn, none), verify(every, other)] == [(), (), ()]


@pytest.mark.parametrize(
    ("sessions", "sentence"),
    [
        ((TALK, meet("ben", "tue", "09:00", id=TALK["id"])), "session a.ana.individual.2026-11-30.1 occurs 2 times"),
        ((BLOCK, run("g1", "tue", "09:00", id="other")), "g1 meets 2 times"),
        ((TALK, meet("ana", "tue", "09:00", id="other")), "ana has individual number 1 twice"),
        ((BLOCK | {"end": at("mon", "12:01")},), "lasts 181 minutes instead of 180"),
        ((BLOCK | {"end": at("mon", "11:59")},), "lasts 179 minutes instead of 180"),
        ((TALK | {"end": TALK["end"] + timedelta(minutes=5)},), "lasts 55 minutes instead of 50"),
        ((run("g1", "mon", "22:00"),), "is not within one day of the week"),
        ((BLOCK | {k: BLOCK[k] - timedelta(days=1) for k in ("start", "end")},), "is not within one day of the week"),
        ((BLOCK | {k: BLOCK[k] + timedelta(days=7) for k in ("start", "end")},), "is not within one day of the week"),
        ((BLOCK | {"service": "skills"},), "has a different service from its group"),
        ((BLOCK | {"group": None, "end": at("mon", "12:00")},), "has a group service but no group"),
        ((BLOCK | {"bookings": BLOCK["bookings"] * 2},), "books a participant twice"),
        ((BLOCK | {"facilitators": ["cora", "cora"]},), "lists a facilitator twice"),
        ((BLOCK | {"site": None, "room": None},), "books a participant in person but has no site"),
        ((BLOCK | {"mode": "telehealth"},), "is telehealth but has bookings of another mode"),
        ((BLOCK | {"bookings": [{"participant": "ana", "mode": "telehealth"}]},), "is in_person but has bookings of another mode"),
        ((BLOCK | {"room": "attic"},), "unknown room attic"),
        ((BLOCK | {"facilitators": ["eve"]},), "unknown clinician eve"),
        ((BLOCK | {"group": "g9"},), "unknown group g9"),
        ((BLOCK | {"service": "yoga"},), "unknown service yoga"),
        ((BLOCK | {"site": "moon"},), "unknown site moon"),
        ((BLOCK | {"bookings": [{"participant": "eve"}]},), "unknown participant eve"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_named(sessions: tuple[dict[str, Any], ...], sentence: str) -> None:
    """One fault, in words, and no other."""
    (message,) = faults(*sessions)
    assert message.endswith(sentence)


def test_a_readable_roster_has_no_fault() -> None:
    """The sessions the faults are made of, and the last minute of the week."""
    assert faults(BLOCK, TALK, meet("ana", "tue", "09:00", ordinal=2)) == []
    late = instance(groups=[group("g1", "sun", "21:00")])
    assert SHAPE not in {v.rule for v in verify(late, roster(run("g1", "sun", "21:00")))}


def test_a_hybrid_session_books_either_mode() -> None:
    """Together, or one mode alone; other sessions book their own mode only."""
    case = Case(instance(groups=[group("g1")]))
    for people in (("ana", "ben@home"), ("ana@home",), ("ben",)):
        assert list(shape_faults(case, roster(run("g1", "mon", "09:00", people, mode="hybrid")))) == []
    assert faults(run("g1", "mon", "09:00", ("ana@home", "ben"))) == [
        f"session {BLOCK['id']} on Monday 2026-11-30 09:00: is in_person but has bookings of another mode"
    ]


def test_a_roster_of_another_week_is_named() -> None:
    """Seven days later."""
    (found,) = verify(instance(), roster(monday=MONDAY + timedelta(days=7)))
    assert "2026-12-07" in found.message
    assert found.rule == SHAPE


@pytest.mark.parametrize(("weights", "cost"), [({}, 2 * 7), ({"group_balance": 5}, 5 * 7), ({"group_balance": 0}, 0)])
def test_weights_of_the_instance_multiply(weights: dict[str, int], cost: int) -> None:
    """One person in a group of eight is seven places away: weight 2, 5, or switched off."""
    made = instance(groups=[group("g1")], weights=weights)
    assert score(made, roster(BLOCK)).by_rule.get("group_balance", 0) == cost


def test_care_counts_by_its_factor() -> None:
    """540 minutes missing, at risk: 4 x 540, besides sessions and days (4 x 180 each)."""
    made = instance(participants=[participant("ana", order={}, has_risk_flag=True)])
    found = score(made, roster())
    assert found.by_rule == {"weekly_floor": 4 * 540, "session_floor": 4 * 180, "service_day_floor": 4 * 180}
    assert (found.care, found.preference) == (4 * 900, 0)


def test_rules_without_data_are_listed_and_say_nothing() -> None:
    """No pins, no relations, no published roster; the floors do apply."""
    case = Case(instance(participants=[participant("ana", order={})]))
    silent = not_applicable(case)
    assert {"pinned", "keep_apart", "published_change", "held_place"} <= set(silent)
    assert "weekly_floor" not in silent
    assert not {a.rule for a in judge(case, roster()).amounts} & set(silent)


@pytest.mark.parametrize("session", [TALK, meet("ana@home", "mon", "12:15"), BLOCK])
def test_a_session_that_nobody_leads_is_illegal(session: dict[str, Any]) -> None:
    """Whoever made the roster: an appointment on site, one by telehealth, a group."""
    order = {"services": [{"service": "individual"}], "minutes": {"floor": 0}}
    people = [participant("ana", order=order, modes=["in_person", "telehealth"])]
    made = instance(groups=[group("g1")], participants=people)
    assert verify(made, roster(session)) == ()
    (found,) = verify(made, roster(session | {"facilitators": []}))
    assert (found.rule, found.amount, found.sessions) == ("facilitator_ratio", 1, (session["id"],))
    assert found.message.startswith("nobody leads")


@pytest.mark.parametrize("session", [TALK, BLOCK])
def test_a_session_nobody_is_booked_in_is_illegal(session: dict[str, Any]) -> None:
    """An appointment like a group."""
    (found,) = verify(instance(groups=[group("g1")]), roster(session | {"bookings": []}))
    assert (found.rule, found.amount, found.sessions) == ("group_size", 1, (session["id"],))


def test_what_happened_without_a_leader_is_no_violation() -> None:
    """A published session of Monday that nobody led, on Tuesday."""
    unled = TALK | {"facilitators": []}
    made = instance(published={"roster": roster(unled)}, now=at("tue", "08:00"), participants=[participant("ana")])
    assert verify(made, roster(unled)) == ()


def test_unreadable_rosters_have_no_score() -> None:
    """A fault is one violation about what it names; the wrong week is about nothing."""
    case = Case(instance(groups=[group("g1")]))
    verdict = judge(case, roster(BLOCK | {"end": at("mon", "12:01")}))
    assert [(v.rule, v.amount, v.about) for v in verdict.violations] == [(SHAPE, 1, (BLOCK["id"],))]
    assert (verdict.amounts, verdict.score) == ((), Score(0, 0, {}))
    assert [(v.amount, v.about) for v in shape_faults(case, roster(monday=MONDAY + timedelta(days=7)))] == [(1, ())]


SHORT = [{"id": "screen", "kind": "individual", "category": "medical", "minutes": 5}]


@pytest.mark.parametrize("day", WEEKDAYS)
def test_every_day_lasts_from_midnight_to_midnight(day: str) -> None:
    """Five minutes after midnight and the five before the next; those over a midnight are refused, also by a minute."""
    case = Case(instance(services=SHORT))
    midnight = at(day, "00:00")

    def is_readable(minutes: int) -> bool:
        start = midnight + timedelta(minutes=minutes)
        session = meet("ana", day, "00:00", 5, service="screen") | {"start": start, "end": start + timedelta(minutes=5)}
        return list(shape_faults(case, roster(session))) == []

    assert [is_readable(minutes) for minutes in (0, 1, 1434, 1435, 1436, 1439)] == [True] * 4 + [False] * 2
    assert is_readable(-1) is is_readable(-4) is False
    assert is_readable(-5) is (day != "mon")
    assert is_readable(1440) is (day != "sun")


def test_a_group_lasts_as_long_as_it_says_not_as_its_service() -> None:
    """90 minutes of a service of 180."""
    case = Case(instance(groups=[group("g1", minutes=90)]))
    assert list(shape_faults(case, roster(run("g1", "mon", "09:00", minutes=90)))) == []
    assert [f.message for f in shape_faults(case, roster(BLOCK))] == [
        f"session {BLOCK['id']} on Monday 2026-11-30 09:00: lasts 180 minutes instead of 90"
    ]


def test_an_amount_without_a_participant_counts_once() -> None:
    """Care of nobody in particular has no factor; ana's has hers."""
    case = Case(instance(participants=[participant("ana", has_risk_flag=True)]))
    care = next(rule for rule in RULES if rule.level == "care")
    assert [multiplier(case, care, who) for who in (None, "ana")] == [1, 4]
