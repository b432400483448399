"""Words to numbers for `already_happened`."""

from itertools import product

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules.already_happened import AlreadyHappened
from tests.build import MONDAY, ZONE, at, group, instance, meet, participant, run, view
from tests.faces import both, check_amount

RULE = AlreadyHappened()
ORDER = {"services": [{"service": "process", "per_week": 2}, {"service": "individual", "per_week": 1}]}
GROUP = run("g", "mon", "09:00", ("ana", "ben"), facilitators=["cora", "dan"])
TALK = meet("ana", "mon", "13:00")
LATER = run("h", "wed", "09:00", ("ana",))


def case(*sessions, now=("tue", "08:00"), published=(GROUP, TALK, LATER)):
    """A group and an individual on Monday and a group on Wednesday were published; it is Tuesday unless given."""
    made = instance(
        participants=[participant(p, order=ORDER) for p in ("ana", "ben")],
        groups=[group("g"), group("h", "wed")],
        now=None if now is None else at(*now),
        published={"roster": {"monday": MONDAY, "zone": ZONE, "sessions": published}},
    )
    return view(made, *sessions)


def test_the_past_as_it_was_is_legal():
    """Monday unchanged; Wednesday's group may be dropped or changed."""
    assert both(RULE, case(GROUP, TALK)) == (0, 0)
    assert both(RULE, case(GROUP, TALK, run("h", "wed", "09:00", ("ben",), room="r3"))) == (0, 0)


def test_a_missing_session_counts_one():
    """The group of Monday is gone; then the individual too."""
    assert both(RULE, case(TALK)) == (1, None)
    assert both(RULE, case()) == (2, None)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"room": "r3"}, "room"),
        ({"facilitators": ["cora"]}, "facilitators"),
        ({"mode": "hybrid"}, "mode"),
        ({"bookings": [{"participant": "ana"}]}, "bookings"),
        ({"start": at("mon", "09:15"), "end": at("mon", "12:15")}, "start, end"),
        ({"end": at("mon", "12:15")}, "end"),
        ({"start": at("wed", "09:00"), "end": at("wed", "12:00")}, "start, end"),
        ({"site": "s2"}, "site"),
    ],
)
def test_each_change_is_seen(change, fields):
    """One field of Monday's group differs: one session, and the message names the field."""
    changed = case(GROUP | change, TALK)
    assert both(RULE, changed) == (1, None)
    (found,) = RULE.check(changed.case, changed)
    assert found.message.endswith(f"changed: {fields}")


@pytest.mark.parametrize(
    ("change", "fields"),
    [({"ordinal": 2}, "ordinal"), ({"service": "family"}, "service"), ({"service": "process", "group": "h"}, "group, service")],
)
def test_another_thing_under_the_same_id_is_a_change(change, fields):
    """Monday's individual session is now something else; only the check can be asked, for no candidate is like that."""
    changed = case(GROUP, TALK | change)
    (found,) = RULE.check(changed.case, changed)
    assert (found.amount, found.message.partition("changed: ")[2]) == (1, fields)


def test_several_changes_of_one_session_count_once():
    """Room and facilitators differ in one session, both named in the message."""
    changed = case(GROUP | {"room": "r3", "facilitators": ["dan"]}, TALK)
    (found,) = RULE.check(changed.case, changed)
    assert (found.amount, found.sessions) == (1, (GROUP["id"],))
    assert found.message.endswith("changed: room, facilitators")


def test_nothing_new_begins_before_now():
    """An individual of Ben's on Monday that nobody published: one."""
    assert check_amount(RULE, case(GROUP, TALK, meet("ben", "mon", "15:00"))) == 1
    assert not RULE.admits(case().case, next(iter(view(case().case.instance, TALK).visits["ana"])))


def test_a_session_that_begins_now_has_not_happened():
    """Now is Monday 13:00: the individual at 13:00 may be dropped, at 13:01 it has begun."""
    assert both(RULE, case(GROUP, now=("mon", "13:00"))) == (0, 0)
    assert both(RULE, case(GROUP, now=("mon", "13:01"))) == (1, None)


def test_without_now_nothing_has_happened():
    """An instance that does not say what time it is."""
    assert not RULE.applies_to(case(now=None).case)
    assert RULE.applies_to(case().case)
    assert both(RULE, case(now=None)) == (0, 0)


def test_each_handle_of_the_past_has_one_row():
    """3 visits, 1 run, 2 staffings and 1 room have happened."""
    week = case().case
    rows = list(RULE.rows(week, enumerate_candidates(week, ())))
    assert len(rows) == 7
    assert {row.terms[0][0] for row in rows} == enumerate_candidates(week, ()).past
    assert {row.bound for row in rows} == {-1}
    assert list(RULE.rows(Case(instance()), enumerate_candidates(Case(instance()), ()))) == []


@pytest.mark.unmeasured
def test_faces_agree_on_every_roster():
    """Each of three groups not there, as published, or in another room: 27 rosters; the third is yet to come."""
    published = (GROUP, run("k", "mon", "14:00", ("ben",)), LATER)
    made = instance(
        participants=[participant("ana"), participant("ben")],
        groups=[group("g"), group("k", time="14:00"), group("h", "wed")],
        now=at("tue", "08:00"),
        published={"roster": {"monday": MONDAY, "zone": ZONE, "sessions": published}},
    )
    for chosen in product(*([None, session, session | {"room": "r3"}] for session in published)):
        amount, model = both(RULE, view(made, *(session for session in chosen if session)))
        assert (amount == 0) == (model == 0)
