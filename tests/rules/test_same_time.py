"""Words to numbers for `same_time`."""

from datetime import timedelta
from itertools import product

import pytest

from scheduler.case import Case
from scheduler.instance import History
from scheduler.rules.same_time import SameTime
from scheduler.view import View
from tests import build
from tests.build import MONDAY, group, instance, meet, participant, roster, run, view
from tests.faces import both

RULE = SameTime()
LAST = MONDAY - timedelta(days=7)
SERVICES = [{"service": "individual", "per_week": 2}, {"service": "medication", "per_week": 1}]
ORDER = {"minutes": {"floor": 0}, "services": SERVICES}


def week(last: list[dict[str, object]], *this: dict[str, object]) -> View:
    """Last week's sessions and this week's."""
    made = instance(
        participants=[participant(p, order=ORDER) for p in ("ana", "ben")],
        groups=[group("g")],
        history={"last_week": roster(*last, monday=LAST)},
    )
    return view(made, *this)


def then(day: str, time: str, **more: object) -> dict[str, object]:
    """An appointment of Ana last week."""
    return meet("ana", day, time, monday=LAST, **more)


def test_same_weekday_and_time_cost_nothing() -> None:
    """Tuesday 10:00 again, with another clinician."""
    assert both(RULE, week([then("tue", "10:00")], meet("ana", "tue", "10:00", facilitators=["cora"]))) == (0, 0)


def test_another_time_counts_one() -> None:
    """Tuesday 10:15 instead of 10:00, and 20:00 just the same."""
    assert both(RULE, week([then("tue", "10:00")], meet("ana", "tue", "10:15"))) == (1, 1)
    assert both(RULE, week([then("tue", "10:00")], meet("ana", "tue", "20:00"))) == (1, 1)


def test_another_day_counts_three_whatever_the_time() -> None:
    """Wednesday at 10:00 or at 11:00 instead of Tuesday 10:00."""
    assert both(RULE, week([then("tue", "10:00")], meet("ana", "wed", "10:00"))) == (3, 3)
    assert both(RULE, week([then("tue", "10:00")], meet("ana", "wed", "11:00"))) == (3, 3)


def test_the_message_says_whether_the_day_changed() -> None:
    """Another time of Tuesday; another day."""
    for this, word, other in (("tue", "time", "day"), ("wed", "day", "time")):
        made = week([then("tue", "10:00")], meet("ana", this, "11:00"))
        (found,) = RULE.check(made.case, made)
        assert f"another {word}" in found.message
        assert f"another {other}" not in found.message


def test_appointments_are_told_apart_by_service_and_ordinal() -> None:
    """First at another time (1), second on another day (3), medication new (0)."""
    last = [then("tue", "10:00"), then("thu", "10:00", ordinal=2)]
    this = [meet("ana", "tue", "11:00"), meet("ana", "fri", "10:00", ordinal=2), meet("ana", "mon", "08:00", service="medication")]
    assert both(RULE, week(last, *this)) == (4, 4)


def test_new_appointments_and_other_people_cost_nothing() -> None:
    """Ben had none last week."""
    assert both(RULE, week([then("tue", "10:00")], meet("ben", "fri", "16:00"))) == (0, 0)


def test_groups_do_not_count() -> None:
    """A group that moves from Tuesday to Monday is no appointment; alone in the history it is no data for this rule."""
    made = week([run("g", "tue", "09:00", ("ana",), monday=LAST)], run("g", "mon", "09:00", ("ana",)))
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week([then("tue", "10:00")]).case)


def test_what_is_not_standing_has_no_time_of_last_week() -> None:
    """Individual sessions get random times, medication stays; appointments of services that are gone are forgotten."""
    services = [service | {"standing": service["id"] != "individual"} for service in build.SERVICES]
    last = [then("tue", "10:00"), then("wed", "10:00", service="medication"), then("thu", "10:00", service="gone")]
    made = instance(services=services, participants=[participant("ana", order=ORDER)], history={"last_week": roster(*last, monday=LAST)})
    here = view(made, meet("ana", "mon", "10:00"), meet("ana", "tue", "11:00", 30, service="medication"))
    assert both(RULE, here) == (3, 3)
    alone = made.model_copy(update={"history": History(last_week=roster(last[0], last[2], monday=LAST))})
    assert not RULE.applies_to(Case(alone))


def test_wall_clock_counts_across_a_clock_change() -> None:
    """10:00 in winter time and 10:00 the week before, in summer time."""
    monday = MONDAY - timedelta(days=28)
    before = monday - timedelta(days=7)
    made = instance(monday=monday.isoformat(), history={"last_week": roster(meet("ana", "tue", "10:00", monday=before), monday=before)})
    here = View(Case(made), roster(meet("ana", "tue", "10:00", monday=monday), monday=monday))
    assert both(RULE, here) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_all_pairs_of_times() -> None:
    """Two appointments on three days at two times each."""
    times = list(product(("mon", "tue", "fri"), ("09:00", "15:00")))
    for first, second in product(times, times):
        made = week([then(*times[0]), then(*times[3], ordinal=2)], meet("ana", *first), meet("ana", *second, ordinal=2))
        checked, modelled = both(RULE, made)
        assert checked == modelled
