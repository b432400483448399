"""Words to numbers for `published_change`."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from scheduler.rules.published_change import PublishedChange
from scheduler.view import View
from tests.build import at, group, instance, meet, participant, roster, run, view
from tests.faces import both

RULE = PublishedChange()
NOON = at("mon", "12:00")
GROUPS = [group("g", starts=[{"day": "thu", "time": "09:00"}, {"day": "thu", "time": "14:00"}], mode="hybrid"), group("h", "mon")]


def week(
    published: list[dict[str, object]] | None,
    *this: dict[str, object],
    now: datetime | None = NOON,
    told: datetime | None = None,
    **values: int,
) -> View:
    """The published sessions of the week and those of the roster; now is Monday noon unless given."""
    order = {"minutes": {"floor": 0}, "services": [{"service": "individual", "per_week": 2}]}
    known = None if published is None else {"roster": roster(*published), "at": told}
    people = [participant("ana", order=order), participant("ben", order=order)]
    return view(instance(participants=people, groups=GROUPS, published=known, now=now, policy={"values": values}), *this)


def test_the_published_roster_costs_nothing() -> None:
    """A group place and an appointment, as published; another clinician and room are no change."""
    known = [run("g", "thu", "09:00", ("ana", "ben@home"), mode="hybrid"), meet("ana", "fri", "10:00")]
    this = [known[0], meet("ana", "fri", "10:00", facilitators=["cora"], room="r3")]
    assert both(RULE, week(known, *this)) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "amount"),
    [
        (("wed", "11:00"), ("wed", "12:00"), 5),  # 47 h to the old start
        (("wed", "12:00"), ("wed", "13:00"), 2),  # 48 h to the old start
        (("fri", "10:00"), ("wed", "11:45"), 5),  # 47:45 h to the new start
        (("fri", "10:00"), ("fri", "10:15"), 2),
    ],
)
def test_notice_runs_to_the_earlier_start(old: tuple[str, str], new: tuple[str, str], amount: int) -> None:
    """From Monday noon: below 48 h it counts 5, from 48 h on 2."""
    assert both(RULE, week([meet("ana", *old)], meet("ana", *new))) == (amount, amount)


def test_a_week_of_notice_counts_one() -> None:
    """From Thursday 08:00 before to Thursday 08:00 lie 168 h: 1; to Wednesday 20:00 less: 2."""
    before = at("thu", "08:00") - timedelta(days=7)
    assert both(RULE, week([meet("ana", "thu", "08:00")], meet("ana", "fri", "08:00"), now=before)) == (1, 1)
    assert both(RULE, week([meet("ana", "wed", "20:00")], meet("ana", "fri", "08:00"), now=before)) == (2, 2)


def test_the_weights_are_policy() -> None:
    """Of a change with less than 48 h, and of one with less than a week."""
    own = {"notice_weight_short": 9, "notice_weight_long": 4}
    assert both(RULE, week([meet("ana", "wed", "11:00")], meet("ana", "wed", "12:00"), **own)) == (9, 9)
    assert both(RULE, week([meet("ana", "fri", "10:00")], meet("ana", "fri", "10:15"), **own)) == (4, 4)


def test_a_change_of_mode_or_site_counts() -> None:
    """From the room to telehealth, at the same time on Friday."""
    assert both(RULE, week([meet("ana", "fri", "10:00")], meet("ana@home", "fri", "10:00"))) == (2, 2)


def test_a_group_is_the_same_with_another_service() -> None:
    """Published as peer support, it is held as a process group at the same time."""
    known = [run("g", "thu", "09:00", ("ana",), mode="hybrid", service="peer")]
    assert both(RULE, week(known, run("g", "thu", "09:00", ("ana",), mode="hybrid"))) == (0, 0)


def test_a_moved_group_counts_for_everybody_in_it() -> None:
    """Thursday 09:00 to 14:00, two people, 69 h of notice: 2 x 2."""
    known = [run("g", "thu", "09:00", ("ana", "ben"), mode="hybrid")]
    assert both(RULE, week(known, run("g", "thu", "14:00", ("ana", "ben"), mode="hybrid"))) == (4, 4)


def test_cancelled_and_added() -> None:
    """Ben's place on Thursday is cancelled (2), Ana's appointment on Wednesday 09:00 added (5)."""
    known = [run("g", "thu", "09:00", ("ana", "ben"), mode="hybrid")]
    this = [run("g", "thu", "09:00", ("ana",), mode="hybrid"), meet("ana", "wed", "09:00")]
    assert both(RULE, week(known, *this)) == (7, 7)


def test_the_message_says_what_has_become_of_a_session() -> None:
    """An appointment is moved by an hour, another added, a third cancelled."""
    known = [meet("ana", "thu", "09:00"), meet("ben", "fri", "09:00")]
    made = week(known, meet("ana", "thu", "10:00"), meet("ana", "wed", "13:00", ordinal=2))
    assert sorted(found.message for found in RULE.check(made.case, made)) == [
        "ana has individual on Thursday 2026-12-03 10:00 changed after publication",
        "ana has individual on Wednesday 2026-12-02 13:00 added after publication",
        "ben has individual on Friday 2026-12-04 09:00 cancelled after publication",
    ]


def test_another_ordinal_is_another_booking() -> None:
    """The first appointment is cancelled on Friday (2), a second one added on Tuesday (5): not one move."""
    assert both(RULE, week([meet("ana", "fri", "10:00")], meet("ana", "tue", "10:00", ordinal=2))) == (7, 7)


def test_cancelled_without_any_candidate_is_a_constant() -> None:
    """Medication management was published and is not ordered any more: 2."""
    assert both(RULE, week([meet("ana", "fri", "10:00", service="medication", minutes=30)])) == (2, 2)


def test_the_past_never_counts() -> None:
    """h on Monday 09:00 lies before noon: kept, it costs nothing; cancelled on paper, neither does it."""
    known = [run("h", "mon", "09:00", ("ana",))]
    assert both(RULE, week(known, known[0])) == (0, 0)
    assert both(RULE, week(known)) == (0, 0)
    assert both(RULE, week([], meet("ana", "mon", "10:00"))) == (0, 0)


def test_without_now_notice_runs_from_publication_or_monday() -> None:
    """Thursday 09:00: 81 h after Monday 00:00 (2), 47 h after Tuesday 10:00 (5), 177 h after the Thursday before at 00:00 (1).

    What was told for Wednesday 00:00 lies 48 h after Monday 00:00, not a minute less.
    """
    known = [meet("ana", "thu", "09:00")]
    assert both(RULE, week(known, now=None)) == (2, 2)
    assert both(RULE, week(known, now=None, told=at("tue", "10:00"))) == (5, 5)
    assert both(RULE, week(known, now=None, told=at("thu", "00:00") - timedelta(days=7))) == (1, 1)
    assert both(RULE, week([meet("ana", "wed", "00:00")], now=None)) == (2, 2)


def test_strangers_of_the_published_roster_are_ignored() -> None:
    """Zoe has left the program."""
    assert both(RULE, week([meet("zoe", "fri", "10:00")])) == (0, 0)


def test_without_a_published_roster_it_does_not_apply() -> None:
    """Nobody was told anything."""
    made = week(None, meet("ana", "fri", "10:00"))
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert RULE.applies_to(week([]).case)


@pytest.mark.unmeasured
def test_faces_agree_on_all_pairs_of_weeks() -> None:
    """An appointment absent or at three times and two modes, published and now, with and without a group place."""
    options: list[list[dict[str, object]]] = [[]]
    options += [[meet(who, *when)] for when in (("tue", "09:00"), ("wed", "13:00"), ("fri", "09:00")) for who in ("ana", "ana@home")]
    place = [run("g", "thu", "09:00", ("ana",), mode="hybrid")]
    for known, this in product(options, options):
        checked, modelled = both(RULE, week(known + place, *this))
        assert checked == modelled
