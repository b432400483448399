"""The waiting list: in order of need, when each could begin, and what they wait for."""

from __future__ import annotations

import json
from datetime import date

import pytest

from scheduler.errors import EditError
from scheduler.model.clock import Clock
from scheduler.offers import OffersQuestion, WaitingList, ask_offers, waiting_list
from scheduler.result import SolveLimits
from tests.build import at, clinician, free, group, instance, participant, roster, run, windows
from tests.cli.command import stepdown, written

FLOORS = {"minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 1}}
ORDER = FLOORS | {"services": [{"service": "process", "per_week": 1}]}
WITH_HOUR = FLOORS | {"services": [{"service": "process", "per_week": 1}, {"service": "individual", "per_week": 1}]}


def clock() -> Clock:
    return Clock(SolveLimits(deterministic_time=10, workers=1), lambda: False)


def week(now: str | None = None, **zoe):
    """Monday's group is full, Tuesday's has a seat; dan is there on Monday only, and cora gives groups."""
    people = [
        participant("ben", order=ORDER),
        participant("amy", order=ORDER, status="waiting", availability=free("08:00", "16:00", ("mon",))),
        participant("tom", order=ORDER, status="waiting", first_session_due="2026-12-04", availability=free("08:00", "16:00", ("tue",))),
        participant("uma", order=WITH_HOUR, status="waiting", has_risk_flag=True, primary_therapist="cora") | zoe,
    ]
    hours = windows("08:00", "12:30", ("mon", "tue"), site="s1")
    made = instance(
        groups=[group("g1", maximum=1, reserve=0), group("g2", "tue", reserve=0)],
        participants=people,
        clinicians=[clinician("cora", hours=hours), clinician("dan", hours=windows("13:00", "16:00", ("mon",), site="s1"))],
        **({} if now is None else {"now": at(now, "18:00")}),
    )
    return made, roster(run("g1", "mon", "09:00", ("ben",)), run("g2", "tue", "09:00", ("ben",)))


def listed(**more) -> WaitingList:
    return waiting_list(*week(**more), clock())


def test_it_is_in_order_of_need_with_what_each_could_have_and_waits_for():
    uma, tom, amy = listed().people
    assert (uma.participant, uma.is_at_risk, tom.participant, tom.due) == ("uma", True, "tom", date(2026, 12, 4))
    assert (tom.first, tom.minutes, tom.missing) == (date(2026, 12, 1), 180, ())
    assert [(seat.group, seat.day, seat.start) for seat in tom.seats] == [("g2", "tue", 540)]
    assert (amy.first, amy.minutes, amy.seats) == (None, 0, ())
    assert [seat.group for seat in amy.full] == ["g1"]
    assert [(one.service, one.therapist) for one in uma.appointments] == [("individual", "cora")]


def test_it_is_told_line_by_line():
    lines = listed().lines
    assert lines[0] == "3 people wait"
    assert lines[1] == "1. uma, at risk"
    assert "   individual: waits for an hour with cora" in lines
    assert "   could begin on Tuesday 2026-12-01 with 180 minutes a week" in lines
    assert lines[-3:] == ("3. amy", "   cannot begin with what is free", "   waits for a seat: g1 on Monday 09:00")


def test_what_has_passed_this_week_begins_in_the_next():
    """It is Tuesday evening: the group meets again a week later. Whoever is cleared for later begins then."""
    assert listed(now="tue").people[1].first == date(2026, 12, 8)
    later = listed(status="cleared", admitted="2026-12-16", primary_therapist=None).people[0]
    assert later.first == date(2026, 12, 21)


def test_an_offer_begins_on_the_day_that_is_listed():
    """Whoever is cleared for a later day is not offered an earlier one."""
    made, before = week(status="cleared", admitted="2026-12-16", primary_therapist=None)
    answer = ask_offers(made, before, OffersQuestion(participant="uma"), clock())
    assert answer.offers[0].first == waiting_list(made, before, clock()).people[0].first


def test_without_time_no_first_day_is_told():
    over = Clock(SolveLimits(deterministic_time=0.001, workers=1), lambda: True)
    assert [one.first for one in waiting_list(*week(), over).people] == [None] * 3


def test_another_roster_is_refused():
    made, _ = week()
    with pytest.raises(EditError, match="does not belong"):
        waiting_list(made, roster(run("g9", "mon", "09:00", ("ben",))), clock())


def test_on_the_command_line(tmp_path):
    made, before = week()
    files = [str(written(tmp_path, name, one)) for name, one in (("week.json", made), ("roster.json", before))]
    done = stepdown("waiting", *files)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "3 people wait")
    people = json.loads(stepdown("waiting", *files, "--json").stdout)["people"]
    assert [one["participant"] for one in people] == ["uma", "tom", "amy"]
