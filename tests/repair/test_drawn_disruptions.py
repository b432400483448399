"""What holds of repairs whatever happens: the past and pins stay, twice is once, and nobody changes without need."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.instance import Instance, Pin, Published
from scheduler.model.clock import Clock
from scheduler.repair.answers import repair
from scheduler.repair.disruption import Disruption
from scheduler.repair.neighbourhood import RepairNeighbourhood
from scheduler.repair.prices import people_changed
from scheduler.repair.search import nearest
from scheduler.repair.start import start_of
from scheduler.verify import verify
from scheduler.view import View
from tests.build import at
from tests.repair.test_answers import LIMITS, by_id, out, published_of, week

IDS = {"clinician": ("cora", "dan", "eve"), "participant": ("ana", "ben"), "room": ("r1", "r2"), "site": ("s1",)}
SUBJECTS = [(kind, id) for kind, ids in IDS.items() for id in ids]
PIN = Pin(kind="booking", participant="ben", group="g2")
PINNED = "g.g2.2026-11-30"


@st.composite
def disruptions(draw: st.DrawFn) -> Disruption:
    """Someone or something is out from an hour of the week on, for hours or days."""
    kind, id = draw(st.sampled_from(SUBJECTS))
    start = at(draw(st.sampled_from(("mon", "tue", "wed", "thu"))), f"{draw(st.sampled_from((8, 13, 14))):02}:00")
    length = timedelta(hours=draw(st.sampled_from((6, 24, 72))))
    return Disruption(kind=kind, id=id, start=start, end=start + length)  # type: ignore[arg-type]


def pinned() -> Instance:
    """Ben is pinned to the group on Wednesday."""
    return week().model_copy(update={"pins": (PIN,)})


def check_repair(disruption: Disruption) -> None:
    """The properties of one repair."""
    before = pinned()
    published, repaired = by_id(published_of(before)), repair(before, [disruption], LIMITS)
    if not repaired.answers:
        assert repaired.broken
        return
    for answer in repaired.answers:
        after = by_id(answer.roster)
        past = [id for id, session in published.items() if before.now is not None and session.start <= before.now]
        assert past
        assert [after[id] for id in past] == [published[id] for id in past]
        assert "ben" in {booking.participant for booking in after[PINNED].bookings}
        assert by_id(answer.roster).keys() - published.keys() <= {id for id, s in after.items() if before.now and s.start > before.now}
    first = repaired.answers[0]
    _check_nobody_moves_without_need(before, disruption, (first.care_lost.objective, first.people_changed.objective))
    if first.is_proven:
        assert repaired.instance is not None
        again = repair(repaired.instance.model_copy(update={"published": Published(roster=first.roster)}), [disruption], LIMITS)
        assert again.answers[0].roster == first.roster


def _check_nobody_moves_without_need(before: Instance, disruption: Disruption, price: tuple[int, int]) -> None:
    """The price is no worse than with everyone held who is not concerned, and better if one of them changes."""
    start = start_of(before, [disruption])
    question = start.question()
    alone = nearest(RepairNeighbourhood(question, sorted(question.concerned)), Clock(LIMITS, lambda: False), 5.0)
    if alone is None or not question.concerned:
        return
    assert price <= (alone.loss, alone.changed)
    first = repair(before, [disruption], LIMITS).answers[0]
    changed = people_changed(start.view, View(start.case, first.roster), start.excused)
    others = [person for person in changed if person in start.case.participants and person not in question.concerned]
    assert not others or price < (alone.loss, alone.changed)


@given(disruptions())
@settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
def test_what_holds_whatever_happens(disruption):
    """A few drawn disruptions."""
    check_repair(disruption)


@pytest.mark.proof
@given(disruptions())
@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
def test_what_holds_whatever_happens_in_many_draws(disruption):
    """Many drawn disruptions."""
    check_repair(disruption)


@pytest.mark.parametrize("nothing", [("clinician", "eve"), ("room", "r3"), ("participant", "cid")])
def test_what_nobody_needs_then_changes_nothing(nothing):
    """Eve, an unused room, and someone without a session are out all week."""
    before = week()
    if nothing[1] == "cid":
        cid = before.participants[0].model_copy(update={"id": "cid"})
        before = before.model_copy(update={"participants": (*before.participants, cid)})
    repaired = repair(before, [out(*nothing, ("mon", "13:00"), ("sun", "00:00"))], LIMITS)
    assert [answer.roster for answer in repaired.answers] == [published_of(before)]
    assert (repaired.answers[0].care_lost.objective, repaired.answers[0].people_changed.objective) == (0, 0)


def test_people_changed_weigh_as_the_policy_says():
    """Someone else takes over ana's appointment in a day: the helper alone changes."""
    weights = {"second_staff_required": False, "start_grain": 60, "notice_weight_short": 9}
    disruption = out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00"))
    usual, own = (repair(week(**more), [disruption], LIMITS).answers[0] for more in ({}, {"policy": {"values": weights}}))
    assert (usual.people_changed.objective, own.people_changed.objective) == (5, 9)


def test_an_absence_that_is_taken_back_may_go_back():
    """Both rosters are legal in the week without the absence: the one that was published, and the repaired one."""
    repaired = repair(week(), [out("clinician", "dan", ("tue", "07:40"), ("wed", "00:00"))], LIMITS)
    for roster in (published_of(week()), repaired.answers[0].roster):
        assert verify(week(), roster) == ()
