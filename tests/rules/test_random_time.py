"""Words to numbers for `random_time`; the numbers are the first 8 digits of `printf "k7 ana screen 1 600" | sha256sum`, and so on."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.rules.random_time import NUMBERS, RandomTime, number
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.view import View
from tests.build import MONDAY, SERVICES, group, instance, meet, participant, roster, run, view
from tests.faces import both
from tests.solving import solved

RULE = RandomTime()
LAST = MONDAY - timedelta(days=7)
SCREEN = {"id": "screen", "kind": "individual", "category": "drug_screen", "minutes": 15, "standing": False}
ORDER = participant("x")["order"] | {"services": [{"service": "screen", "per_week": 2}, {"service": "individual", "per_week": 1}]}

MONDAY_10 = 864  # 0x013c4450
TUESDAY_10_15 = 666  # 2055 minutes, 0x48b17df2
WEDNESDAY_10_SECOND = 205  # 3480 minutes, 0xca1b71ad
BEN_MONDAY_10 = 719  # 0x90391b97


def week(*sessions: dict[str, Any], screen: dict[str, Any] = SCREEN, **more: Any) -> View:
    """Ana and ben have two drug screens and an individual session a week."""
    people = [participant(p, order=ORDER) for p in ("ana", "ben")]
    base = {"services": [*SERVICES, screen], "participants": people, "groups": [group("g")], "seed": "k7"}
    return view(instance(**(base | more)), *sessions)


def screen(day: str, time: str, person: str = "ana", **more: Any) -> dict[str, Any]:
    """A drug screen."""
    return meet(person, day, time, 15, service="screen", **more)


def test_each_start_has_its_number() -> None:
    """By person, service, number in the week and minute; the clinician does not matter."""
    assert both(RULE, week(screen("mon", "10:00"))) == (MONDAY_10, MONDAY_10)
    assert both(RULE, week(screen("mon", "10:00", facilitators=["cora"]))) == (MONDAY_10, MONDAY_10)
    assert both(RULE, week(screen("tue", "10:15"))) == (TUESDAY_10_15, TUESDAY_10_15)
    assert both(RULE, week(screen("mon", "10:00", "ben"))) == (BEN_MONDAY_10, BEN_MONDAY_10)
    two = week(screen("tue", "10:15"), screen("wed", "10:00", ordinal=2))
    assert both(RULE, two) == (TUESDAY_10_15 + WEDNESDAY_10_SECOND,) * 2


def test_another_seed_draws_other_numbers() -> None:
    drawn = [both(RULE, week(screen("mon", "10:00"), seed=seed))[0] for seed in ("k7", "k8", None)]
    assert len(set(drawn)) == 3


def test_standing_appointments_and_groups_have_none() -> None:
    assert both(RULE, week(meet("ana", "mon", "13:00"), run("g", "mon", "09:00", ("ana",)))) == (0, 0)
    everything = week(screen("mon", "13:00"), screen=SCREEN | {"standing": True})
    assert both(RULE, everything) == (0, 0)
    assert not RULE.applies_to(everything.case)
    assert RULE.applies_to(week().case)


def test_groups_meet_at_their_times_whatever_their_service_says() -> None:
    """Validation warns of a group service that is not standing."""
    services = [SERVICES[0] | {"standing": False}, *SERVICES[1:], SCREEN]
    assert both(RULE, week(run("g", "mon", "09:00", ("ana",)), services=services)) == (0, 0)


def test_last_weeks_time_is_the_last_choice() -> None:
    """At a weekday and time that the person had for the service last week, whatever its number in the week then."""
    last = [
        screen("mon", "10:00", ordinal=2, monday=LAST),
        screen("tue", "10:15", "ben", monday=LAST),
        meet("ana", "wed", "10:00", monday=LAST),
    ]
    history = {"last_week": roster(*last, monday=LAST)}
    assert both(RULE, week(screen("mon", "10:00"), history=history)) == (NUMBERS, NUMBERS)
    assert both(RULE, week(screen("tue", "10:15"), history=history)) == (TUESDAY_10_15, TUESDAY_10_15)
    assert both(RULE, week(screen("wed", "10:00", ordinal=2), history=history)) == (WEDNESDAY_10_SECOND,) * 2


def test_a_published_time_stays() -> None:
    """At its published start an appointment costs nothing, even at last week's time; elsewhere it has its number."""
    published = {
        "published": {"roster": roster(screen("mon", "10:00"))},
        "history": {"last_week": roster(screen("mon", "10:00", monday=LAST), monday=LAST)},
    }
    assert both(RULE, week(screen("mon", "10:00"), **published)) == (0, 0)
    assert both(RULE, week(screen("tue", "10:15"), **published)) == (TUESDAY_10_15, TUESDAY_10_15)
    assert both(RULE, week(screen("mon", "10:00", ordinal=2), **published)) == (NUMBERS, NUMBERS)


def test_the_sentence_says_the_number() -> None:
    made = week(screen("tue", "10:15"))
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has screen on Tuesday 2026-12-01 10:15; this time has number 666 in the draw"
    made = week(screen("tue", "10:15"), history={"last_week": roster(screen("tue", "10:15", monday=LAST), monday=LAST)})
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana has screen on Tuesday 2026-12-01 10:15, as last week"


def test_numbers_are_spread_evenly() -> None:
    """Of 2,000 seeds, the lowest of five days' numbers falls on each day about 400 times (5 standard deviations are 90)."""
    lowest: Counter[int] = Counter()
    starts = [Span(day * 1440 + 600, day * 1440 + 615) for day in range(5)]
    visits = [Visit("ana", "screen", None, 1, span, "in_person", "s1", "dan") for span in starts]
    made = week().case
    for seed in range(2000):
        made.seed = f"s{seed}"
        numbers = [number(made, visit) for visit in visits]
        assert all(0 <= n < NUMBERS for n in numbers)
        lowest[numbers.index(min(numbers))] += 1
    assert all(310 < lowest[day] < 490 for day in range(5)), lowest


class TestSolving:
    """Ana is free on Monday from 9:00 to 12:00, and her screen may begin at 9:00, 10:00 or 11:00."""

    def solve(self, seed: str | None, **more: Any) -> tuple[str, str | None]:
        order = ORDER | {"services": [{"service": "screen", "per_week": 1}]}
        ana = participant("ana", order=order, availability={"weekly": [{"day": "mon", "start": "09:00", "end": "12:00"}]})
        values = {"second_staff_required": False, "start_grain": 60}
        made = instance(services=[*SERVICES, SCREEN], participants=[ana], seed=seed, policy={"values": values}, **more)
        found = solved(made, 0.5).roster
        assert found is not None
        return f"{found.sessions[0].start:%H}", found.seed

    @pytest.mark.unmeasured
    def test_the_lowest_number_wins_and_the_roster_keeps_the_seed(self) -> None:
        """Of the three numbers, which `test_each_start_has_its_number` checks."""
        case = Case(instance(services=[*SERVICES, SCREEN], seed="k7"))
        visits = [Visit("ana", "screen", None, 1, Span(m, m + 15), "in_person", "s1", "dan") for m in (540, 600, 660)]
        best = min(visits, key=lambda visit: number(case, visit))
        assert self.solve("k7") == (f"{best.span.start // 60:02d}", "k7")

    @pytest.mark.unmeasured
    def test_it_never_returns_at_the_same_minute(self) -> None:
        """After last week's, which was drawn with the same seed, another time is taken; nothing is held."""
        first, _ = self.solve("k7")
        last = roster(screen("mon", f"{first}:00", monday=LAST), monday=LAST)
        again, _ = self.solve("k7", history={"last_week": last})
        assert again != first
