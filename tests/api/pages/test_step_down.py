"""The step-down plan of the weeks to come: what its phases order if they end as planned."""

from __future__ import annotations

from datetime import date

from api.pages.people.hours_chart import hours_chart
from api.pages.people.step_down import planned_weeks
from scheduler.instance import Participant, Phase, Plan, Policy
from tests.build import participant

MONDAY = date(2026, 11, 30)


def phase(id: str, weeks: int | None, floor: int, ceiling: int) -> Phase:
    order = {"minutes": {"floor": floor, "ceiling": ceiling}}
    return Phase.model_validate({"id": id, "level": "2.1", "weeks": weeks, "order": order})


PHASES = {
    one.id: one for one in (phase("four", 4, 720, 900), phase("three", 2, 540, 720), phase("one", 2, 90, 180), phase("open", None, 0, 60))
}
PLANS = (Plan(id="p", phases=("four", "three", "one")), Plan(id="q", phases=("four", "open")))


def weeks(first: date = MONDAY, plans: tuple[Plan, ...] = PLANS, **more) -> list[tuple[str, int, int]]:
    person = Participant.model_validate(participant("ana", phase="four", phase_since="2026-11-16") | more)
    return [(week.phase, week.floor, week.ceiling) for week in planned_weeks(person, PHASES, plans, Policy(), first)]


def test_the_phases_follow_each_other_for_their_planned_weeks():
    assert weeks() == [("four", 720, 900)] * 2 + [("three", 540, 720)] * 2 + [("one", 90, 180)] * 2


def test_a_phase_without_hours_of_its_own_has_those_of_the_policy():
    plain = {"four": Phase(id="four", level="2.1", weeks=4)}
    person = Participant.model_validate(participant("ana", phase="four", phase_since="2026-11-30"))
    assert {(week.floor, week.ceiling) for week in planned_weeks(person, plain, PLANS, Policy(), MONDAY)} == {(540, 720)}


def test_an_overdue_phase_goes_on_since_only_a_clinician_ends_it():
    assert weeks(date(2027, 1, 4))[:2] == [("four", 720, 900), ("three", 540, 720)]


def test_it_ends_with_the_stay_and_where_a_length_is_open():
    assert len(weeks(discharge="2026-12-15")) == 3
    assert weeks(plans=PLANS[1:]) == [("four", 720, 900)] * 2
    assert weeks(status="on_hold", on_hold_since="2026-11-23") == []
    assert weeks(phase=None) == []


def test_it_is_drawn_after_the_published_weeks_to_the_same_scale():
    person = Participant.model_validate(participant("ana", phase="four", phase_since="2026-11-16"))
    chart = hours_chart([], planned_weeks(person, PHASES, PLANS, Policy(), MONDAY))
    assert [week.monday for week in chart.planned][:2] == [MONDAY, date(2026, 12, 7)]
    tops = [week.band.y for week in chart.planned]
    assert tops == sorted(tops), "hours step down"
    assert [week.band.x for week in chart.planned] == [44 + 84 * n for n in range(6)]
