"""Repairs of tiny weeks: what has happened, pins and everyone else stay; each answer is legal and really different."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.case import Case
from scheduler.errors import StepdownError
from scheduler.instance import Instance, Published
from scheduler.repair.answers import repair
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import disrupted
from scheduler.repair.impact import impact_of
from scheduler.repair.result import Repair
from scheduler.result import SolveLimits
from scheduler.roster import Roster, Session
from scheduler.timegrid import day_span
from scheduler.verify import verify
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, windows

LIMITS = SolveLimits(workers=1, deterministic_time=20.0)
ORDER = {
    "minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 0},
    "services": [{"service": "process", "per_week": 2}, {"service": "individual", "per_week": 1}],
}  # fmt: skip
BOTH = ["in_person", "telehealth"]


def week(*sessions: dict[str, Any], now: tuple[str, str] | None = ("mon", "12:30"), **more: Any) -> Instance:
    """Ana and ben have a group on Monday, now over, and one on Wednesday with cora; dan sees ana on Tuesday, and ben on Thursday."""
    usual = (
        run("g1", "mon", "09:00", ("ana", "ben")),
        run("g2", "wed", "09:00", ("ana", "ben")),
        meet("ana", "tue", "13:00"),
        meet("ben", "thu", "13:00"),
    )
    document = {
        # Few times to choose from keep these tests short.
        "policy": {"values": {"second_staff_required": False, "start_grain": 60}},
        "groups": [group("g1"), group("g2", "wed")],
        "participants": [participant("ana", order=ORDER, modes=BOTH, state="NY"), participant("ben", order=ORDER)],
        "clinicians": [clinician(id, licensed_states=["NY"], hours=windows("08:00", "16:00", site="s1")) for id in ("cora", "dan", "eve")],
    }
    made = instance(**document | more)
    return made.model_copy(update={"published": Published(roster=roster(*(sessions or usual))), "now": now and at(*now)})


def out(kind: str, id: str | None, start: tuple[str, str], end: tuple[str, str]) -> Disruption:
    return Disruption.model_validate({"kind": kind, "id": id, "start": at(*start), "end": at(*end)})


def answered(week: Instance, *disruptions: Disruption) -> Repair:
    """The answers, each checked: legal by a verdict that never saw the model, and equal to the published roster elsewhere."""
    repaired = repair(week, disruptions, LIMITS)
    changed = disrupted(week, *disruptions)
    assert repaired.instance == changed
    case, published = Case(changed), published_of(week)
    concerned = {one.placed.id for one in impact_of(case, View(case, published), *disruptions).sessions}
    for answer in repaired.answers:
        assert verify(changed, answer.roster) == ()
        after = by_id(answer.roster)
        for id, session in by_id(published).items():
            if id not in concerned:
                # Someone who loses a group place may be booked in another group, but nobody who is in it notices.
                assert after[id].model_copy(update={"bookings": session.bookings}) == session
                assert set(session.bookings) <= set(after[id].bookings)
    kinds = [answer.kind for answer in repaired.answers]
    assert len({answer.roster.sessions for answer in repaired.answers}) == len(kinds) <= 3
    return repaired


def published_of(week: Instance) -> Roster:
    assert week.published is not None
    return week.published.roster


def by_id(roster: Roster) -> dict[str, Session]:
    return {session.id: session for session in roster.sessions}


def answer_of(repaired: Repair, kind: str) -> dict[str, Session]:
    return next(by_id(answer.roster) for answer in repaired.answers if answer.kind == kind)


def test_someone_else_takes_over_at_the_same_time_or_the_same_clinician_another_day():
    repaired = answered(week(), out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00")))
    assert {answer.kind for answer in repaired.answers} == {"same_time", "other_time", "cancel"}
    assert repaired.answers[-1].kind == "cancel"
    (meeting,) = (id for id in by_id(published_of(week())) if id.startswith("a.ana"))
    taken_over = answer_of(repaired, "same_time")[meeting]
    assert taken_over.start == at("tue", "13:00")
    assert taken_over.facilitators[0] in ("cora", "eve")
    assert answer_of(repaired, "other_time")[meeting].start != at("tue", "13:00")
    assert meeting not in answer_of(repaired, "cancel")


def test_a_group_is_led_by_someone_else_who_is_free():
    repaired = answered(week(), out("clinician", "cora", ("wed", "00:00"), ("thu", "00:00")))
    led = answer_of(repaired, "same_time")["g.g2.2026-11-30"]
    assert led.facilitators[0] in ("dan", "eve")
    assert (led.room, led.start, len(led.bookings)) == ("r1", at("wed", "09:00"), 2)


def test_of_two_leaders_the_one_who_is_there_stays():
    two = (run("g1", "mon", "09:00", ("ana",)), run("g2", "wed", "09:00", ("ana", "ben"), facilitators=["dan", "cora"]))
    repaired = answered(week(*two), out("clinician", "cora", ("wed", "00:00"), ("thu", "00:00")))
    assert "dan" in answer_of(repaired, "same_time")["g.g2.2026-11-30"].facilitators


def test_what_has_begun_is_listed_and_stays():
    started, disruption = week(now=("mon", "09:10")), out("clinician", "cora", ("mon", "09:10"), ("thu", "00:00"))
    case = Case(disrupted(started, disruption))
    concerned = impact_of(case, View(case, published_of(started)), disruption)
    assert [one.placed.session.group for one in concerned.begun] == ["g1"]
    assert [one.placed.session.group for one in concerned.sessions] == ["g2"]
    assert concerned.people == ("ana", "ben")
    answered(started, disruption)


def test_a_clinician_without_sessions_then_concerns_nobody():
    repaired = answered(week(), out("clinician", "eve", ("tue", "00:00"), ("fri", "00:00")))
    assert [(answer.kind, answer.comparison.bookings) for answer in repaired.answers] == [("cancel", ())]


def test_a_participant_who_is_out_loses_only_their_own_places():
    repaired = answered(week(), out("participant", "ana", ("tue", "00:00"), ("wed", "00:00")))
    assert {answer.kind for answer in repaired.answers} == {"other_time", "cancel"}
    moved = next(s for s in answer_of(repaired, "other_time").values() if s.id.startswith("a.ana"))
    assert moved.start > at("wed", "00:00")
    assert {c.participant for answer in repaired.answers for c in answer.comparison.bookings} == {"ana"}


def test_a_group_goes_on_without_the_participant_who_is_out():
    repaired = answered(week(), out("participant", "ana", ("wed", "08:00"), ("wed", "20:00")))
    assert [b.participant for b in answer_of(repaired, "cancel")["g.g2.2026-11-30"].bookings] == ["ben"]


def test_a_lost_place_is_made_up_in_another_group():
    groups = [group("g1"), group("g2", "wed"), group("g3", "fri")]
    sessions = (
        run("g1", "mon", "09:00", ("ana", "ben")),
        run("g2", "wed", "09:00", ("ana", "ben")),
        run("g3", "fri", "09:00", ("cem", "dee")),
    )
    floor = {"minutes": {"floor": 360}, "sessions": {"floor": 2}, "days": {"floor": 0}, "services": [{"service": "process", "per_week": 2}]}
    people = [participant(id, order=floor) for id in ("ana", "ben", "cem", "dee")]
    repaired = answered(week(*sessions, groups=groups, participants=people), out("participant", "ana", ("wed", "00:00"), ("thu", "00:00")))
    assert "ana" in {b.participant for b in answer_of(repaired, "other_time")["g.g3.2026-11-30"].bookings}


def test_a_lost_room_is_replaced_and_nothing_else_changes():
    repaired = answered(week(), out("room", "r1", ("tue", "12:00"), ("fri", "00:00")))
    found = answer_of(repaired, "same_time")["g.g2.2026-11-30"]
    assert found.room in ("r2", "r3")
    assert next(a for a in repaired.answers if a.kind == "same_time").comparison.bookings == ()


@pytest.mark.parametrize("site", [None, "s1"])
def test_when_it_snows_those_who_agreed_join_online(site: str | None):
    repaired = answered(week(), out("site", site, ("tue", "14:00"), ("thu", "00:00")))
    online = answer_of(repaired, "online")["g.g2.2026-11-30"]
    assert (online.mode, online.room, [b.participant for b in online.bookings]) == ("telehealth", None, ["ana"])
    kept = next(s for s in answer_of(repaired, "cancel").values() if s.id.startswith("a.ana"))
    assert kept.start == at("tue", "13:00")


def test_an_interpreter_who_cancels_concerns_those_who_need_one():
    people = [participant("ana", order=ORDER, resources=[{"resource": "interpreter"}]), participant("ben", order=ORDER)]
    resources = [{"id": "interpreter", "kind": "sessions", "windows": windows("08:00", "21:00", capacity=1)}]
    repaired = answered(week(participants=people, resources=resources), out("resource", "interpreter", ("tue", "12:00"), ("tue", "18:00")))
    moved = next(s for s in answer_of(repaired, "other_time").values() if s.id.startswith("a.ana"))
    assert not at("tue", "12:00") <= moved.start < at("tue", "18:00")
    assert {c.participant for answer in repaired.answers for c in answer.comparison.bookings} == {"ana"}


def test_a_van_that_does_not_run_concerns_its_riders():
    people = [participant("ana", order=ORDER, resources=[{"resource": "van"}], modes=BOTH, state="NY"), participant("ben", order=ORDER)]
    times = (("to_site", "08:50"), ("from_site", "12:10"))
    runs = [{"day": day, "direction": way, "time": time, "seats": 4} for day in ("mon", "wed") for way, time in times]
    sessions = (run("g1", "mon", "09:00", ("ana", "ben")), run("g2", "wed", "09:00", ("ana", "ben")))
    changed = week(*sessions, participants=people, resources=[{"id": "van", "kind": "van", "site": "s1", "runs": runs}])
    disruption = out("resource", "van", ("wed", "08:00"), ("wed", "10:00"))
    assert [(r.day, r.time) for r in disrupted(changed, disruption).resources[0].runs] == [("mon", 530), ("mon", 730), ("wed", 730)]
    repaired = answered(changed, disruption)
    assert [b.participant for b in answer_of(repaired, "cancel")["g.g2.2026-11-30"].bookings] == ["ben"]


def test_a_pin_stays_and_is_named_where_nothing_else_is_possible():
    pin = {"kind": "booking", "participant": "ana", "service": "individual", "day": "tue", "time": "13:00", "clinician": "dan"}
    repaired = repair(week(pins=[pin]), [out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00"))], LIMITS)
    assert repaired.answers == ()
    assert any("pin" in sentence for sentence in repaired.broken)


def test_an_evening_with_nobody_to_take_over_says_which_rule():
    few = [clinician("cora"), clinician("dan", hours=windows("12:00", "18:00", site="s1"))]
    repaired = answered(week(clinicians=few), out("clinician", "cora", ("wed", "00:00"), ("thu", "00:00")))
    (stuck,) = repaired.stuck
    assert stuck.session == "g.g2.2026-11-30"
    assert any("dan" in reason and "working hours" in reason for reason in stuck.reasons)


def test_a_disruption_without_time_or_subject_is_refused():
    with pytest.raises(ValidationError, match="not after"):
        out("clinician", "dan", ("tue", "12:00"), ("tue", "12:00"))
    with pytest.raises(ValidationError, match="who or what"):
        out("clinician", None, ("tue", "12:00"), ("tue", "13:00"))
    for kind in ("clinician", "participant", "room", "site", "resource"):
        with pytest.raises(StepdownError, match=f"there is no {kind} zoe"):
            disrupted(week(), out(kind, "zoe", ("tue", "12:00"), ("tue", "13:00")))
    with pytest.raises(StepdownError, match="nothing is published"):
        repair(instance(), [out("clinician", "dan", ("tue", "12:00"), ("tue", "13:00"))], LIMITS)


def test_a_disruption_of_several_days_is_few_absences():
    absences = out("clinician", "dan", ("mon", "13:30"), ("fri", "10:00")).absences("America/New_York")
    assert [(a.first.day, a.last.day, a.start, a.end) for a in absences] == [(30, 30, 810, 1440), (1, 3, 0, 1440), (4, 4, 0, 600)]
    whole = out("clinician", "dan", ("mon", "00:00"), ("wed", "00:00")).absences("America/New_York")
    assert [(a.first, a.last) for a in whole] == [(date(2026, 11, 30), date(2026, 12, 1))]


def test_hours_of_a_resource_are_cut_out():
    week_ = week(resources=[{"id": "interpreter", "kind": "sessions", "windows": windows("08:00", "21:00", ("mon", "tue"), capacity=2)}])
    cut = disrupted(week_, out("resource", "interpreter", ("tue", "12:00"), ("tue", "18:00"))).resources[0]
    assert [(w.day, w.start, w.end, w.capacity) for w in cut.windows] == [
        ("mon", 480, 1260, 2), ("tue", 480, 720, 2), ("tue", 1080, 1260, 2),
    ]  # fmt: skip


def test_telehealth_keeps_its_hours_while_every_site_is_closed():
    case = Case(disrupted(week(), out("site", None, ("tue", "14:00"), ("wed", "00:00"))))
    assert case.time.open("s1")[1] == day_span(1, 360, 840)
    assert case.time.open(None)[1] == day_span(1, 360, 1320)
