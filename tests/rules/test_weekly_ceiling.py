"""Words to numbers for `weekly_ceiling`."""

from itertools import product

import pytest

from scheduler.rules.weekly_ceiling import WeeklyCeiling
from tests.build import MONDAY, SERVICES, ZONE, at, clinician, group, instance, meet, participant, run, view, windows
from tests.faces import both, check_amount

RULE = WeeklyCeiling()
DAYS = ("mon", "tue", "wed", "thu", "fri")
EXTRA = [
    *SERVICES,
    {"id": "assessment", "kind": "individual", "category": "intake", "minutes": 90, "outside_bands": True},
    {"id": "check", "kind": "individual", "category": "medical", "minutes": 30},
]
CLINICIANS = [clinician("cora"), clinician("dan", hours=windows("13:00", "16:00", site="s1"))]
LESSON = {"service": "education", "minutes": 60}
GROUPS = [
    *(group(f"g{n}", day) for n, day in enumerate(DAYS)),
    *(group(f"e{n}", day, "16:00", **LESSON) for n, day in enumerate(DAYS)),
    group("mixed", "mon", "18:00", segments=[{"service": "process", "minutes": 110}, {"service": "education", "minutes": 70}]),
    group("long", "sat", minutes=361),
]


def block(n):
    """The 180-minute group of a weekday."""
    return run(f"g{n}", DAYS[n], "09:00", ("ana",))


def lesson(n):
    """The education hour of a weekday at 16:00."""
    return run(f"e{n}", DAYS[n], "16:00", ("ana",), 60, service="education")


def case(*sessions, more=None, values=None, **order):
    """One person with an order; group services are not ordered by count."""
    given = {"services": [{"service": s, "per_week": 1} for s in ("individual", "assessment", "check")]} | order
    made = instance(
        participants=[participant("ana", order=given)],
        services=EXTRA,
        clinicians=CLINICIANS,
        groups=GROUPS,
        policy={"values": {"second_staff_required": False} | (values or {})},
        **(more or {}),
    )
    return view(made, *sessions)


def test_a_full_week_is_legal():
    """Four blocks are 720 minutes, the ceiling, in 4 sessions on 4 days."""
    assert both(RULE, case(*map(block, range(4)))) == (0, 0)


def test_one_lesson_more_is_sixty_minutes_over():
    """Four blocks and a lesson on Friday: 780 of 720 minutes; 5 sessions on 5 days are allowed."""
    assert both(RULE, case(*map(block, range(4)), lesson(4))) == (60, None)


def test_the_order_replaces_the_policy():
    """Five blocks, ordered up to 840 minutes in 4 sessions on 3 days: 60 + 1 + 2 over."""
    order = {"minutes": {"ceiling": 840}, "sessions": {"ceiling": 4}, "days": {"ceiling": 3}}
    assert both(RULE, case(*map(block, range(5)), **order)) == (63, None)


def test_sessions_and_days_are_counted_apart():
    """Three lessons and three blocks on three days, at most 5 sessions: 1 session over; 720 minutes and 3 days are fine."""
    assert both(RULE, case(*map(block, range(3)), *map(lesson, range(3)))) == (1, None)


def test_a_day_has_360_minutes_and_2_sessions():
    """Monday 180 + 180 is legal; with an individual of 50 in between it is 50 minutes and 1 session over; 361 minutes are 1 over."""
    mixed = run("mixed", "mon", "18:00", ("ana",))
    assert both(RULE, case(block(0), mixed)) == (0, 0)
    assert both(RULE, case(block(0), mixed, meet("ana", "mon", "13:00"))) == (51, None)
    assert both(RULE, case(run("long", "sat", "09:00", ("ana",), 361))) == (1, None)


def test_short_and_outside_services_take_minutes_only():
    """Block, lesson, a 30-minute check and an assessment of 90 on Monday: 2 counted sessions, 1 day, exactly 360 minutes."""
    more = (meet("ana", "mon", "13:00", 90, service="assessment"), meet("ana", "mon", "15:00", 30, service="check"))
    assert both(RULE, case(block(0), lesson(0), *more)) == (0, 0)
    order = {"sessions": {"ceiling": 2}, "days": {"ceiling": 1}, "minutes": {"ceiling": 353}}
    assert both(RULE, case(block(0), lesson(0), *more, **order)) == (7, None)
    assert both(RULE, case(*more, sessions={"ceiling": 0}, days={"ceiling": 0})) == (0, 0)


def test_the_service_mix_counts_segments_too():
    """At most 1 education: one lesson is legal, a lesson and a block with an education segment are 1 over, with two lessons 2."""
    mixed, mix = run("mixed", "mon", "18:00", ("ana",)), [{"category": "education", "at_most": 1}]
    assert both(RULE, case(lesson(1), mix=mix)) == (0, 0)
    assert both(RULE, case(lesson(1), mixed, mix=mix)) == (1, None)
    assert both(RULE, case(lesson(1), lesson(2), mixed, mix=mix)) == (2, None)
    assert both(RULE, case(lesson(1), lesson(2), mixed, mix=[{"category": "education", "at_least": 1}])) == (0, 0)


def test_what_has_happened_raises_the_ceiling_to_itself():
    """Two blocks (360 minutes, 2 sessions, 2 days) have happened under an order of 300, 1 and 1: no violation; a third adds 180 + 1 + 1."""
    past = [block(0), block(1)]
    more = {"now": at("tue", "20:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": past}}}
    order = {"minutes": {"ceiling": 300}, "sessions": {"ceiling": 1}, "days": {"ceiling": 1}}
    assert both(RULE, case(*past, more=more, **order)) == (0, 0)
    assert both(RULE, case(*past, block(2), more=more, **order)) == (182, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "order",
    [
        {"minutes": {"ceiling": 420}},
        {"sessions": {"ceiling": 3}},
        {"days": {"ceiling": 2}},
        {"mix": [{"category": "education", "at_most": 1}, {"category": "process"}]},
    ],
)
def test_faces_agree_on_every_roster(order):
    """All 32 choices of two blocks, two lessons and an individual."""
    options = (block(0), block(1), lesson(0), lesson(2), meet("ana", "mon", "13:00"))
    for chosen in product((False, True), repeat=5):
        booked = [session for session, is_booked in zip(options, chosen, strict=True) if is_booked]
        amount, model = both(RULE, case(*booked, **order))
        assert (amount == 0) == (model == 0)


def test_categories_are_counted_apart():
    """At most three process groups and one lesson: two blocks and a lesson are legal, two lessons are one too many."""
    mix = [{"category": "process", "at_most": 3}, {"category": "education", "at_most": 1}]
    assert both(RULE, case(block(0), block(1), lesson(0), mix=mix)) == (0, 0)
    assert both(RULE, case(block(0), lesson(0), lesson(1), mix=mix)) == (1, None)


def test_a_ceiling_of_nothing_allows_nothing():
    """No lesson at all, on a week of which nothing has happened; no lesson is a candidate then, so only the check is asked."""
    mix = [{"category": "education", "at_most": 0}]
    assert both(RULE, case(block(0), mix=mix)) == (0, 0)
    assert check_amount(RULE, case(lesson(0), mix=mix)) == 1


def test_the_message_says_what_is_counted():
    """Minutes and sessions, of the week and of a day; group places of a category."""

    def words(made):
        return {found.message.partition(": ")[0].partition(" has ")[2] or found.message for found in RULE.check(made.case, made)}

    mix = [{"category": "education", "at_most": 1}]
    assert any("minutes in the week" in text for text in words(case(*map(block, range(4)), lesson(4))))
    assert any("minutes on one day" in text for text in words(case(block(0), values={"day_minutes_ceiling": 170})))
    assert any("sessions on one day" in text for text in words(case(block(0), lesson(0), values={"day_sessions_ceiling": 1})))
    assert any("sessions in the week" in text for text in words(case(block(0), block(1), sessions={"ceiling": 1})))
    assert any("group places of education" in text for text in words(case(lesson(0), lesson(1), mix=mix)))
    assert words(case(block(0), block(1), days={"ceiling": 1})) == {
        "ana comes on 2 days, the ceiling is 1: Monday 2026-11-30, Tuesday 2026-12-01"
    }
