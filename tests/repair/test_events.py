"""Repairs after new availability, merged and split groups, and several things at once; repairing twice equals once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.errors import StepdownError
from scheduler.instance import Instance, Published
from scheduler.repair.answers import repair
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import disrupted
from scheduler.verify import verify
from tests.build import MONDAY, at, group, meet, participant, roster, run, windows
from tests.repair.test_answers import LIMITS, ORDER, answer_of, answered, by_id, out, published_of, week


def other_hours(day: str, windows: list[dict[str, Any]]) -> Disruption:
    """Ana has other hours from a morning to the end of the week."""
    document = {"kind": "availability", "id": "ana", "start": at(day, "07:00"), "end": at("sun", "23:00"), "free": windows}
    return Disruption.model_validate(document)


def test_someone_with_other_hours_is_placed_within_them():
    windows_ = [{"day": "thu", "start": "09:00", "end": "15:00"}]
    disruption = other_hours("tue", windows_)
    repaired = answered(week(), disruption)
    first = repaired.answers[0]
    ahead = [s for s in first.roster.sessions if s.start > at("tue", "07:00") and "ana" in {b.participant for b in s.bookings}]
    assert all(s.start >= at("thu", "09:00") and s.end <= at("thu", "15:00") for s in ahead)
    # Of the two groups ordered, one was on Monday, and the other is out of reach.
    assert (first.care_lost.objective, first.care_lost.bound) == (180, 180)
    assert {notice.id for notice in first.tell} >= {"ana"}
    assert next(n.why for n in first.tell if n.id == "ana") == "ana has other hours"


def test_other_hours_of_a_day_that_has_begun_keep_what_was_free_before():
    windows_ = [{"day": "tue", "start": "08:00", "end": "20:00"}, {"day": "wed", "start": "10:00", "end": "11:00"}]
    start, end = at("tue", "12:00"), at("thu", "00:00")
    disruption = Disruption.model_validate({"kind": "availability", "id": "ana", "start": start, "end": end, "free": windows_})
    person = next(p for p in disrupted(week(), disruption).participants if p.id == "ana")
    dates = {entry.date.day: [(w.start, w.end) for w in entry.windows] for entry in person.availability.dates}
    assert dates == {1: [(0, 720), (720, 1200)], 2: [(600, 660)]}


MERGEABLE = (group("g1"), group("g2", "wed"), group("g3", "fri"))


def merged_week() -> Instance:
    """Ana and ben are in Wednesday's group, cem in Friday's."""
    floor = {"minutes": {"floor": 180}, "sessions": {"floor": 1}, "days": {"floor": 0}, "services": [{"service": "process", "per_week": 1}]}
    people = [participant(id, order=floor) for id in ("ana", "ben", "cem")]
    sessions = (run("g2", "wed", "09:00", ("ana", "ben")), run("g3", "fri", "09:00", ("cem",)))
    return week(*sessions, groups=list(MERGEABLE), participants=people)


def group_change(kind: str, id: str, into: str) -> Disruption:
    return Disruption.model_validate({"kind": kind, "id": id, "into": into, "start": at("tue", "07:00"), "end": at("sun", "23:59")})


def test_the_members_of_a_group_that_ends_join_the_other():
    repaired = answered(merged_week(), group_change("merge", "g2", "g3"))
    first = repaired.answers[0]
    assert "g.g2.2026-11-30" not in by_id(first.roster)
    assert {b.participant for b in by_id(first.roster)["g.g3.2026-11-30"].bookings} == {"ana", "ben", "cem"}
    assert first.care_lost.objective == first.care_lost.bound == 0
    assert {notice.why for notice in first.tell if notice.role == "participant"} == {"g2 is merged into g3"}


def test_a_group_that_is_split_has_a_leader_and_a_room_for_each_half():
    people = [participant(id, order=ORDER) for id in ("ana", "ben", "cem", "dov")]
    before = week(run("g2", "wed", "09:00", ("ana", "ben", "cem", "dov")), participants=people)
    repaired = repair(before, [group_change("split", "g2", "g2b")], LIMITS)
    changed = disrupted(before, group_change("split", "g2", "g2b"))
    first = repaired.answers[0]
    assert verify(changed, first.roster) == ()
    halves = [by_id(first.roster)[f"g.{id}.2026-11-30"] for id in ("g2", "g2b")]
    assert [len(half.bookings) for half in halves] == [2, 2]
    assert {half.start for half in halves} == {at("wed", "09:00")}
    assert len({half.room for half in halves}) == len({half.facilitators for half in halves}) == 2
    assert first.care_lost.objective == 0


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ((("merge", "g2", "g3"), ("split", "g2", "g2b")), "contradict each other"),
        ((("merge", "g2", "g3"), ("merge", "g3", "g2")), "name the group that stays"),
        ((("split", "g2", "g3"),), "the id g3 is taken"),
    ],
)
def test_what_cannot_both_be_meant_is_refused(pair, sentence):
    with pytest.raises(StepdownError, match=sentence):
        repair(merged_week(), [group_change(*one) for one in pair], LIMITS)


def test_two_new_availabilities_at_once_are_refused():
    first, second = (other_hours(day, []) for day in ("tue", "wed"))
    with pytest.raises(StepdownError, match="two new availabilities"):
        repair(week(), [first, second], LIMITS)


def test_several_disruptions_are_answered_together():
    both = (out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00")), out("room", "r1", ("wed", "00:00"), ("thu", "00:00")))
    repaired = answered(week(), *both)
    first = repaired.answers[0]
    assert by_id(first.roster)["g.g2.2026-11-30"].room != "r1"
    assert all("dan" not in s.facilitators for s in first.roster.sessions if at("tue", "07:40") < s.start < at("wed", "00:00"))
    assert first.is_proven


def test_a_place_of_last_week_is_given_up_where_its_interpreter_is_cancelled():
    """Otherwise ana's appointment would be held at a time at which it cannot take place, and could be at no other."""
    last = MONDAY - timedelta(weeks=1)
    before = roster(run("g2", "wed", "09:00", ("ana", "ben"), monday=last), meet("ana", "tue", "13:00", monday=last), monday=last)
    people = [participant("ana", order=ORDER, resources=[{"resource": "interpreter"}]), participant("ben", order=ORDER)]
    resources = [{"id": "interpreter", "kind": "sessions", "windows": windows("08:00", "21:00", capacity=1)}]
    routine = week(participants=people, resources=resources, history={"last_week": before.model_dump(), "orders": []})
    disruption = out("resource", "interpreter", ("tue", "12:00"), ("tue", "18:00"))
    held = {(p.service, p.released) for p in Case(disrupted(routine, disruption)).places.held["ana"]}
    assert held == {("individual", "agreed"), ("process", None)}
    moved = next(s for s in answer_of(answered(routine, disruption), "other_time").values() if s.id.startswith("a.ana"))
    assert not at("tue", "12:00") <= moved.start < at("tue", "18:00")


def test_repairing_twice_equals_once():
    """The second time nobody is concerned, so nothing changes."""
    disruption = out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00"))
    once = repair(week(), [disruption], LIMITS)
    roster_ = once.answers[0].roster
    assert once.instance is not None
    again = repair(once.instance.model_copy(update={"published": Published(roster=roster_)}), [disruption], LIMITS)
    assert [answer.roster for answer in again.answers] == [roster_]
    assert again.message == "No session to come is concerned: nothing changes."


def test_the_past_stays_word_for_word():
    disruption = out("clinician", "cora", ("mon", "00:00"), ("sat", "00:00"))
    repaired = answered(week(), disruption)
    for answer in repaired.answers:
        assert by_id(answer.roster)["g.g1.2026-11-30"] == by_id(published_of(week()))["g.g1.2026-11-30"]


def test_who_helps_is_told_why():
    repaired = answered(week(), out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00")))
    helper = next(notice for notice in repaired.answers[0].tell if notice.role == "clinician")
    assert helper.id in ("cora", "eve")
    assert helper.why == "helps ana"
    assert repaired.answers[0].people_changed.objective == 5
