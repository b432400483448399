"""Homes are where people are: over weeks in a row nobody loses a place without cause, and a changed home track moves somebody."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.roster import Home, Roster
from scheduler.validation import validate
from scheduler.verify import judge
from tests.build import MONDAY, free, group, instance, participant, roster, run
from tests.solving import objective, solved

pytestmark = pytest.mark.unmeasured

DAYS = ("mon", "wed", "fri")
TIMES = {"day": "09:00", "eve": "17:00"}
LAST = MONDAY - timedelta(days=7)
BANDS = {"minutes": {"floor": 540, "ceiling": 540}}
EVENINGS = free("15:00", "22:00", DAYS)


def person(id: str = "p1", home: str | None = "day", **more: Any) -> dict[str, Any]:
    """Somebody who is to get three blocks."""
    return participant(id, order=BANDS, home_track=home, **more)


def week(*people: dict[str, Any], monday: date = MONDAY, tracks: dict[str, dict[str, Any]] | None = None, **more: Any) -> Instance:
    """A track by day and one in the evening, of three blocks each; ``tracks`` changes the groups of one."""
    groups = [
        group(f"{track}-{day}", day, time, track=track, **(tracks or {}).get(track, {})) for track, time in TIMES.items() for day in DAYS
    ]
    found: dict[str, Any] = {"monday": monday.isoformat(), "tracks": [{"id": t} for t in TIMES], "groups": groups, "participants": people}
    return instance(**found | more)


def after(last: Roster, *people: dict[str, Any], mode: str | None = None, **more: Any) -> Instance:
    """The week after a roster."""
    return week(*people, monday=last.monday + timedelta(days=7), mode=mode, history={"last_week": last}, **more)


def lived(*places: tuple[str, tuple[str, ...]], homes: tuple[dict[str, Any], ...] = ()) -> Roster:
    """Last week: groups and who was in them."""
    sessions = (run(g, g[4:], TIMES[g[:3]], people, monday=LAST) for g, people in places)
    return roster(*sessions, monday=LAST, homes=homes)


def three(track: str, *people: str, homes: tuple[dict[str, Any], ...] = ()) -> Roster:
    """Last week with three places in one track."""
    return lived(*((f"{track}-{day}", people) for day in DAYS), homes=homes)


def home(participant: str = "p1", track: str = "eve", **more: Any) -> dict[str, Any]:
    """A stored home."""
    return {"participant": participant, "track": track, **more}


def made(week: Instance) -> Roster:
    """The roster of a solved week, with all care in it."""
    result = solved(week)
    assert objective(result)[0] == 0, result.unmet
    assert result.roster is not None
    assert judge(Case(week), result.roster).violations == ()
    return result.roster


def groups_of(roster: Roster, participant: str = "p1") -> list[str]:
    """The groups of somebody, in order."""
    return [s.group or "" for s in roster.sessions if any(b.participant == participant for b in s.bookings)]


def codes(week: Instance) -> list[str]:
    """What validation says."""
    return [issue.code for issue in validate(week)]


def released(week: Instance, participant: str = "p1") -> list[str | None]:
    """The groups whose places the home releases."""
    return [place.group for place in Case(week).places.held[participant] if place.released == "home_track"]


EVE = ["eve-mon", "eve-wed", "eve-fri"]
DAY = ["day-mon", "day-wed", "day-fri"]


@pytest.mark.parametrize("modes", [("hold", "hold", "hold"), ("rebuild", "hold", "rebuild"), ("hold", "rebuild", "hold")])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_who_was_placed_elsewhere_stays_there_week_after_week(modes: tuple[str, ...], is_reversed: bool) -> None:
    """P1 is free in the evening and at home by day: the new term stores the evening, and three unchanged weeks give 540 minutes each."""
    people = [person(availability=EVENINGS), person("p2", "eve")]
    people = people[::-1] if is_reversed else people
    last = made(week(*people))
    for mode in modes:
        assert last.homes == (Home(participant="p1", track="eve", given_track="day"), Home(participant="p2", track="eve"))
        now = after(last, *people, mode=mode)
        assert codes(now) == ["home_elsewhere"]
        last = made(now)
        assert groups_of(last) == groups_of(last, "p2") == EVE


def test_who_found_no_place_in_a_full_track_stays_where_there_was_one() -> None:
    """The groups by day hold one, pinned for p2; p1, free all day and at home by day, is placed in the evening and stays."""
    people = [person(), person("p2")]
    narrow = {"day": {"maximum": 1, "reserve": 0}}
    pins = [{"kind": "booking", "participant": "p2", "group": g} for g in DAY]
    last = made(week(*people, tracks=narrow, pins=pins))
    for _ in range(3):
        assert groups_of(last) == EVE
        assert last.homes[0] == Home(participant="p1", track="eve", given_track="day")
        last = made(after(last, *people, tracks=narrow))


def test_a_stored_home_that_was_never_true_moves_nobody() -> None:
    """Stored by day and given by day, with three places in the evening: they are held, and validation says what to set."""
    now = after(three("eve", "p1", homes=(home(track="day"),)), person(availability=EVENINGS))
    assert [(i.code, i.path) for i in validate(now)] == [("home_elsewhere", "participants[0].home_track")]
    assert groups_of(made(now)) == EVE


def test_a_changed_home_track_moves_and_releases_the_old_places() -> None:
    """P1 goes from the evening to the day; p3 takes the only place that p1 leaves in each evening group."""
    narrow = {"eve": {"maximum": 1, "reserve": 0}}
    now = after(three("eve", "p1", homes=(home(),)), person(), person("p3", "eve"), tracks=narrow)
    assert [(i.code, i.path) for i in validate(now)] == [("home_moves", "participants[0].home_track")]
    moved = made(now)
    assert (groups_of(moved), groups_of(moved, "p3")) == (DAY, EVE)
    assert moved.homes[0] == Home(participant="p1", track="day")
    assert groups_of(made(after(moved, person(), person("p3", "eve"), tracks=narrow))) == DAY


@pytest.mark.parametrize("homes", [(), (home(),), (home(given_track="eve"),)])
def test_a_home_that_was_given_otherwise_is_a_changed_one(homes: tuple[dict[str, Any], ...]) -> None:
    """Not stored (the places tell), stored as it was given, or stored with what was given then."""
    assert groups_of(made(after(three("eve", "p1", homes=homes), person()))) == DAY


def test_the_home_of_now_named_by_a_coordinator_changes_nothing() -> None:
    """After a new term put p1 into the evening the coordinator names the evening: no warning, nobody moves."""
    now = after(three("eve", "p1", homes=(home(given_track="day"),)), person(home="eve"))
    assert codes(now) == []
    assert groups_of(made(now)) == EVE


def test_a_track_without_a_group_for_somebody_takes_nobody() -> None:
    """P1 is never free by day, or too young: naming the day as home keeps the evening."""
    last = three("eve", "p1", homes=(home(),))
    assert groups_of(made(after(last, person(availability=EVENINGS)))) == EVE
    young = {"eligibility": {"age_group": "adolescent"}}
    youth = after(last, person(age_group="adolescent"), tracks={"eve": young})
    assert released(youth) == []
    assert released(after(last, person(age_group="adolescent"), tracks={"eve": young, "day": young})) == EVE


@pytest.mark.parametrize("reason", ["may_change_track", "has_rotating_shifts"])
def test_who_is_free_of_tracks_keeps_places_in_several_and_the_home(reason: str) -> None:
    """Two evenings and a day with the home by day: nothing is released; a changed home releases the old track only."""
    last = lived(("eve-mon", ("p1",)), ("eve-wed", ("p1",)), ("day-fri", ("p1",)), homes=(home(track="day"),))
    now = after(last, person(**{reason: True}))
    assert (codes(now), released(now)) == ([], [])
    kept = made(now)
    assert groups_of(kept) == ["eve-mon", "eve-wed", "day-fri"]
    assert kept.homes == (Home(participant="p1", track="day"),)
    assert released(after(last, person(home="eve", **{reason: True}))) == ["day-fri"]


def test_a_consent_that_ends_releases_the_places_outside_the_home() -> None:
    """Two evenings and a day, at home by day: only the day is left of it, and the day has two more."""
    last = lived(("eve-mon", ("p1",)), ("eve-wed", ("p1",)), ("day-fri", ("p1",)), homes=(home(track="day"),))
    assert released(after(last, person())) == ["eve-mon", "eve-wed"]
    assert groups_of(made(after(last, person()))) == DAY


def test_without_a_given_home_two_tracks_become_the_one_with_more_places() -> None:
    """Two evenings and a day without any home: the evening."""
    last = lived(("eve-mon", ("p1",)), ("eve-wed", ("p1",)), ("day-fri", ("p1",)))
    assert groups_of(made(after(last, person(home=None)))) == EVE


def test_a_newcomer_gets_a_home_and_keeps_it() -> None:
    """P1 has none: the evening is stored, and held in the weeks after."""
    last = made(week(person(home=None, availability=EVENINGS)))
    for _ in range(2):
        assert last.homes == (Home(participant="p1", track="eve"),)
        last = made(after(last, person(home=None, availability=EVENINGS)))
        assert groups_of(last) == EVE


def test_a_make_up_run_changes_no_home_and_stands_in_nobodys_way() -> None:
    """Last week p1 made up a block by day; this week the group meets as always: three evenings, and no fourth place held."""
    last = lived(*((g, ("p1",)) for g in EVE), ("day-mon", ("p1",)), homes=(home(),))
    now = after(last, person(home="eve"))
    assert released(now) == ["day-mon"]
    assert groups_of(made(now)) == EVE
    extra = week(person(home="eve"), groups=[group("day-mon", track="day", is_make_up=True)])
    assert Case(extra).places.homes_to_store(roster(run("day-mon", "mon", "09:00", ("p1",))).sessions) == (
        Home(participant="p1", track="eve"),
    )


def test_who_has_no_group_place_keeps_the_home() -> None:
    """A week away, on hold, and back: the evening is stored each time, also after a new term put p1 there."""
    away = person(availability=EVENINGS | {"absences": [{"first": "2026-11-30", "last": "2026-12-06"}]})
    stored = (home(given_track="day"),)
    for gone in (away, person(status="on_hold", on_hold_since="2026-11-20")):
        empty = made_without_care(after(three("eve", "p1", homes=stored), gone))
        assert empty.homes == (Home(participant="p1", track="eve", given_track="day"),)
        assert groups_of(made(after(empty, person(availability=EVENINGS)))) == EVE


def made_without_care(week: Instance) -> Roster:
    """The roster of a week in which p1 gets nothing."""
    found = solved(week).roster
    assert found is not None
    assert found.sessions == ()
    return found


def test_a_home_in_a_track_that_is_gone_is_the_given_one() -> None:
    """The evening is over: p1, put there by a new term, is at home by day again."""
    last = three("eve", "p1", homes=(home(given_track="day"),))
    day = [group(f"day-{day}", day, track="day") for day in DAYS]
    now = week(person(), monday=MONDAY, history={"last_week": last}, groups=day)
    assert groups_of(made(now)) == DAY


def test_a_cohort_in_which_a_new_term_placed_somebody_is_the_home() -> None:
    """At home in cohort x of the evening, placed in y: y is stored with x, and next week the places in y cost nothing."""
    cohorts = {"cohorts": [{"id": c, "track": "eve"} for c in "xy"]}
    sizes = {"x": 0, "y": 3}
    groups = [group(f"{c}-{day}", day, "17:00", track="eve", cohort=c, maximum=n, reserve=0) for c, n in sizes.items() for day in DAYS]
    ana = person(home="eve", home_cohort="x")
    last = made(week(ana, groups=groups, **cohorts))
    assert last.homes == (Home(participant="p1", track="eve", cohort="y", given_cohort="x"),)
    now = after(last, ana, groups=groups, **cohorts)
    assert [(i.code, i.path) for i in validate(now) if "home" in i.code] == [("home_elsewhere", "participants[0].home_cohort")]
    assert (Case(now).places.home("p1").cohort, objective(solved(now))[0]) == ("y", 0)
    changed = after(last, person(home="eve", home_cohort="y"), groups=groups, **cohorts)
    assert [code for code in codes(changed) if "home" in code] == []


def test_another_track_brings_no_cohort_of_the_old_one() -> None:
    """At home in cohort x by day, placed in the evening, which has no cohorts: none is stored."""
    cohorts = [{"id": "x", "track": "day"}]
    ana = person(availability=EVENINGS, home_cohort="x")
    last = made(week(ana, tracks={"day": {"cohort": "x"}}, cohorts=cohorts))
    assert last.homes == (Home(participant="p1", track="eve", given_track="day", given_cohort="x"),)
    assert groups_of(made(after(last, ana, tracks={"day": {"cohort": "x"}}, cohorts=cohorts))) == EVE
