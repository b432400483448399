"""Homes from week to week in the service: nobody loses a place without cause, and a changed home track moves somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from api.database import Store
from api.weeks.models.edits import BookParticipant, UnbookParticipant
from api.weeks.store.editing import edited
from scheduler.case import Case
from scheduler.roster import Home
from scheduler.validation import validate
from tests.api.programs.seed import built, change, keep, publish_week, seed, set_week
from tests.build import MONDAY, group, instance, roster, run
from tests.test_homes import DAY, DAYS, EVE, EVENINGS, TIMES, groups_of, made, person, week

WEEKS = [MONDAY + timedelta(weeks=n) for n in range(4)]


def program(store: Store, *people: dict[str, Any]) -> str:
    """A program with a track by day and one in the evening."""
    return seed(store, week(*people))


def next_week(store: Store, program: str, n: int, mode: str | None = None) -> Any:
    """Build, solve and publish the week of that number."""
    set_week(store, program, WEEKS[n], **({} if mode is None else {"mode": mode}))
    found = made(built(store, program, WEEKS[n]).instance)
    publish_week(store, program, WEEKS[n], found)
    return found


@pytest.mark.parametrize("mode", ["hold", "rebuild"])
def test_who_was_placed_elsewhere_stays_there_week_after_week(store: Store, mode: str) -> None:
    """At home by day and free in the evening: four weeks of 540 minutes in the evening, and a warning that says what to set."""
    north = program(store, person(availability=EVENINGS), person("p2", "eve"))
    for n in range(4):
        assert groups_of(next_week(store, north, n, mode if n else None)) == EVE
    assert [issue.code for issue in validate(built(store, north, WEEKS[3]).instance)] == ["home_elsewhere"]


def test_a_home_track_changed_by_the_coordinator_moves_the_next_week(store: Store) -> None:
    """The evening, then by day, then a week later still by day."""
    north = program(store, person(home="eve", availability=EVENINGS))
    assert groups_of(next_week(store, north, 0)) == EVE
    change(store, north, "participants", "p1", home_track="day", availability=person()["availability"])
    assert groups_of(next_week(store, north, 1)) == DAY
    assert groups_of(next_week(store, north, 2)) == DAY


def test_who_has_no_home_of_their_own_keeps_the_one_a_week_gave(store: Store) -> None:
    """A newcomer without a home, free in the evening: the week's home, also when a new term follows, or free by day later."""
    north = program(store, person(home=None, availability=EVENINGS))
    assert groups_of(next_week(store, north, 0)) == EVE
    change(store, north, "participants", "p1", availability=person()["availability"])
    for n, mode in ((1, "hold"), (2, "hold")):
        assert groups_of(next_week(store, north, n, mode)) == EVE
    assert built(store, north, WEEKS[3]).instance.participants[0].home_track == "eve"


def test_a_newcomer_with_a_home_joins_there(store: Store) -> None:
    """P3 comes in the second week, at home by day; p1 stays in the evening."""
    north = program(store, person(home="eve", availability=EVENINGS))
    next_week(store, north, 0)
    keep(store, north, "participants", **person("p3", "day"))
    second = next_week(store, north, 1)
    assert (groups_of(second), groups_of(second, "p3")) == (EVE, DAY)


def test_an_edit_by_hand_stores_the_home_of_where_it_puts_somebody() -> None:
    """P1 is booked out of three evenings and into three days of a new term."""
    sessions = [run(f"{track}-{day}", day, TIMES[track], ("p1",) if track == "eve" else ("p2",)) for track in TIMES for day in DAYS]
    before = roster(*sessions, homes=({"participant": "p1", "track": "eve"}, {"participant": "p2", "track": "day"}))
    ids = {s.group: s.id for s in before.sessions}
    out = [UnbookParticipant(do="unbook", session=ids[g], participant="p1") for g in EVE]
    into = [BookParticipant(do="book", session=ids[g], participant="p1") for g in DAY]
    after = edited(Case(week(person(home="eve"), person("p2"))), before, [*out, *into])
    assert after.homes == (Home(participant="p1", track="day", given_track="eve"), Home(participant="p2", track="day"))


def test_a_published_home_that_is_gone_is_left_out(store: Store) -> None:
    """The week was made when p1 was at home in a track that is no more: neither the track nor what was given is named."""
    north = seed(store, instance(participants=[person(home=None)], groups=[group("g")]))
    gone = {"participant": "p1", "track": "gone", "given_track": "gone", "given_cohort": "gone"}
    published = built(store, north, MONDAY).instance
    publish_week(store, north, MONDAY, roster(run("g", "mon", "09:00", ("p1",)), homes=(gone,)))
    again = built(store, north, MONDAY).instance
    assert published.published is None
    assert again.published is not None
    assert again.published.roster.homes == (Home(participant="p1"),)
