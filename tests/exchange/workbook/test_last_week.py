"""Last week's real roster shows its own conflicts, and no others."""

import datetime as dt

import pytest

from scheduler.exchange.workbook import judge_last_week, read_workbook
from scheduler.exchange.workbook.last_week import JUDGED, NOT_JUDGED
from scheduler.rules import RULES
from tests.build import MONDAY, group, instance, meet, participant, roster, run
from tests.cli.command import week
from tests.exchange.workbook.make import changed

LAST = MONDAY - dt.timedelta(days=7)


def judged(*sessions, **more):
    """The verdict on last week's sessions."""
    last = roster(*sessions, monday=LAST)
    base = week(groups=[group("g1")])
    return judge_last_week(instance(**(base | {"history": {"last_week": last.model_dump(mode="json")}} | more)))


def test_every_hard_rule_is_asked_or_says_why_not():
    hard = {rule.id for rule in RULES if rule.level == "hard"}
    assert {rule.id for rule in JUDGED} | set(NOT_JUDGED) == hard
    assert not {rule.id for rule in JUDGED} & set(NOT_JUDGED)


def test_without_last_week_there_is_no_verdict():
    assert judge_last_week(instance(**week())) is None


def test_a_clean_week_has_no_conflict():
    verdict = judged(run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), meet("ana", "tue", "09:00", monday=LAST))
    assert (verdict.conflicts, verdict.num_sessions, verdict.num_judged) == ((), 2, 2)


@pytest.mark.unmeasured
def test_two_places_at_once_are_shown_with_their_rows():
    def change(book):
        sheet = book["Last week"]
        sheet["C5"], sheet["D5"], sheet["E5"] = "2027-01-04", "17:00", "17:50"

    verdict = read_workbook(changed(change)).last_week
    found = {conflict.rule: conflict for conflict in verdict.conflicts}
    assert "p1" in found["participant_conflict"].about
    assert {place.row for place in found["participant_conflict"].places} == {2, 5}
    assert any("Last week, row 5" in str(place) for conflict in verdict.conflicts for place in conflict.places)


def test_a_session_of_the_wrong_length_is_shown_and_the_others_are_judged():
    verdict = judged(meet("ana", "tue", "09:00", minutes=55, monday=LAST), meet("ben", "tue", "09:00", monday=LAST),
                     meet("cam", "tue", "09:10", monday=LAST))  # fmt: skip
    assert {conflict.rule for conflict in verdict.conflicts} == {"roster_shape", "room_conflict", "clinician_conflict"}
    assert verdict.num_judged == 2


def test_who_is_gone_since_is_left_out():
    verdict = judged(run("g1", "mon", "09:00", ("ana", "zoe"), monday=LAST), run("g9", "tue", "09:00", ("ana",), monday=LAST))
    assert (verdict.num_sessions, verdict.num_judged, verdict.conflicts) == (2, 1, ())


def test_a_session_nobody_led_is_a_conflict():
    verdict = judged(meet("ana", "tue", "09:00", monday=LAST, facilitators=[]), run("g1", "mon", "09:00", ("ana",), monday=LAST))
    assert [conflict.rule for conflict in verdict.conflicts] == ["facilitator_ratio"]
    assert "Tuesday 2026-11-24 09:00" in verdict.conflicts[0].message


def test_a_session_nobody_came_to_is_a_conflict_and_one_whose_people_are_gone_is_none():
    assert [c.rule for c in judged(meet("ana", "tue", "09:00", monday=LAST, bookings=[])).conflicts] == ["group_size"]
    gone = judged(meet("zoe", "tue", "09:00", monday=LAST), run("g1", "mon", "09:00", ("zoe",), monday=LAST))
    assert (gone.num_judged, gone.conflicts) == (0, ())


def test_todays_status_is_no_conflict_of_last_week():
    people = [participant("ana", status="on_hold", on_hold_since=LAST.isoformat())]
    assert judged(run("g1", "mon", "09:00", ("ana",), monday=LAST), participants=people).conflicts == ()


def test_minutes_are_those_of_the_past_order():
    orders = [{"participant": "ana", "floor": 0, "ceiling": 100}]
    last = roster(run("g1", "mon", "09:00", ("ana",), monday=LAST), monday=LAST).model_dump(mode="json")
    verdict = judged(history={"last_week": last, "orders": orders})
    assert [conflict.rule for conflict in verdict.conflicts] == ["weekly_ceiling"]
