"""A group that many need does not go without its leader for the sake of appointments that can move or be given by somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.clock import Clock
from scheduler.model.first_steps import FIRST_BATCH, batches, first_steps
from scheduler.model.idle_groups import around_idle_group, idle_groups
from scheduler.model.initial_roster import take_roster
from scheduler.model.neighbourhoods import NeighbourhoodSelector
from scheduler.model.sampling import FIRST_OPTIONS
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.roster import Roster
from scheduler.rules import RULES
from tests.build import clinician, free, group, instance, meet, participant, roster, run
from tests.solving import solved

FLOOR = {"minutes": {"floor": 180}, "sessions": {"floor": 0}, "days": {"floor": 0}}
TALK = {"minutes": {"floor": 0}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [{"service": "individual", "per_week": 1}]}
ONLY_TALK = TALK | {"only": True, "mix": [{"category": "skills", "at_least": 0}]}
MORNING = free("09:00", "12:00", ("mon",))


def week(**more: Any) -> Instance:
    """Ana, ben and cem need Monday's group, which only cora leads; dora is ordered an individual session, free on Monday and Tuesday."""
    people = [participant(p, order=FLOOR, availability=MORNING) for p in ("ana", "ben", "cem")]
    dora = participant("dora", order=ONLY_TALK, availability=free("09:00", "12:00", ("mon", "tue")))
    base = {"participants": [*people, dora], "groups": [group("g", facilitators=["cora"]), group("h", "tue")]}
    return instance(**(base | more))


def state_of(instance: Instance, made: Roster) -> SearchState:
    """A search that has a roster."""
    case = Case(instance)
    rules = [rule for rule in RULES if rule.applies_to(case)]
    clock = Clock(SolveLimits(workers=1, deterministic_time=5.0), lambda: False)
    state = SearchState(case, enumerate_candidates(case, rules), rules, clock, lambda: None)
    assert state.take(state.empty(), is_guess=True)
    assert take_roster(state, made)
    return state


IN_THE_WAY = meet("dora", "mon", "10:00", facilitators=["cora"])


def test_a_group_without_its_leader_is_idle_if_people_with_unmet_care_could_join() -> None:
    """Nobody misses Tuesday's group."""
    state = state_of(week(), roster(IN_THE_WAY))
    assert idle_groups(state) == ["g"]


def test_a_group_that_meets_is_not_idle() -> None:
    """Ben and cem may still come."""
    state = state_of(week(), roster(run("g", "mon", "09:00", ("ana",)), meet("dora", "tue", "09:00")))
    assert idle_groups(state) == []


def test_groups_with_more_unmet_care_come_first() -> None:
    """Two miss Tuesday's group, three Monday's."""
    days = {"v": "mon", "w": "tue", "x": "mon", "y": "tue", "z": "mon"}
    people = [participant(p, order=FLOOR, availability=free("09:00", "12:00", (day,))) for p, day in days.items()]
    assert idle_groups(state_of(week(participants=people), roster())) == ["g", "h"]


def test_a_step_around_it_moves_the_appointment_and_fills_the_group() -> None:
    """Dora is in the way; she, and those who would come, are free together."""
    state = state_of(week(), roster(IN_THE_WAY))
    neighbourhood = around_idle_group(state, "g")
    assert neighbourhood.groups == ["g"]
    assert neighbourhood.participants == ["ana", "ben", "cem", "dora"]
    assert state.best is not None
    step = state.destroy_and_repair(neighbourhood, state.best.solution, 1.0)
    assert state.take_step(step, state.best.solution)
    assert state.best.score.care == 0
    (first, second) = sorted(state.best.roster.sessions, key=lambda s: s.group or "")
    assert (second.facilitators, len(second.bookings)) == (("cora",), 3)
    assert first.bookings[0].participant == "dora"


@pytest.mark.parametrize(("start", "people"), [("08:15", ["ana", "dora"]), ("08:00", ["ana"])])
def test_notes_are_in_the_way_too(start: str, people: list[str]) -> None:
    """Fifty minutes and ten of notes: from a quarter past eight they take the leader's time at nine, from eight they do not."""
    everybody = [participant("ana", order=FLOOR, availability=MORNING), participant("dora", order=ONLY_TALK)]
    made = roster(meet("dora", "mon", start, facilitators=["cora"]))
    assert around_idle_group(state_of(week(participants=everybody), made), "g").participants == people


def test_another_group_of_the_leader_is_freed_as_well() -> None:
    """Cora leads a group that nobody has to be in."""
    groups = [group("g", facilitators=["cora"]), group("other", facilitators=["cora"])]
    people = [participant(p, order=FLOOR, availability=MORNING) for p in ("ana", "ben", "eli")]
    state = state_of(week(groups=groups, participants=people), roster(run("other", "mon", "09:00", ("eli",))))
    assert around_idle_group(state, "g").groups == ["g", "other"]


def test_a_search_makes_room_for_it_at_the_start() -> None:
    """After those with unmet care were placed as far as possible, if the group is still idle."""
    state = state_of(week(), roster(IN_THE_WAY))
    (batch, room) = first_steps(state)
    assert batch.participants == ["ana", "ben", "cem"]
    assert room == around_idle_group(state, "g")


def test_a_search_begins_around_unmet_care() -> None:
    """Three people miss the group: so many steps come first, each ends at the best care, whatever kind has helped most."""
    kinds = NeighbourhoodSelector(state_of(week(), roster(IN_THE_WAY)))
    kinds.credit = [1.0] + [0.0] * 6
    assert [kinds.next()[0].is_for_care for _ in range(4)] == [True, True, True, False]


def test_without_unmet_care_no_step_is_for_it() -> None:
    """Even if that kind has helped most."""
    kinds = NeighbourhoodSelector(state_of(week(participants=[participant("eli")]), roster()))
    kinds.credit = [1.0] + [0.0] * 5 + [1e9]
    assert not kinds.next()[0].is_for_care


def test_whoever_has_the_clinicians_needed_at_that_time_makes_room() -> None:
    """Ana can be seen on Monday at ten only. Dora is with one clinician then, eli with the other; fay comes on Tuesday."""
    people = [participant(p, order=ONLY_TALK) for p in ("dora", "eli", "fay")]
    ana = participant("ana", order=ONLY_TALK, availability=free("10:00", "10:50", ("mon",)))
    made = roster(meet("dora", "mon", "10:00", facilitators=["cora"]), meet("eli", "mon", "10:30"), meet("fay", "tue", "10:00"))
    kinds = NeighbourhoodSelector(state_of(week(participants=[*people, ana], groups=[]), made))
    picked, *others = kinds._around_unmet()[0]
    assert (picked, sorted(others)) == ("ana", ["dora", "eli"])


def test_a_group_led_at_the_time_of_a_needed_session_is_freed() -> None:
    """Cora, the only clinician, leads a group when ana could be seen; another of her groups is on Tuesday."""
    ana = participant("ana", order=ONLY_TALK, availability=free("10:00", "10:50", ("mon",)))
    made = roster(run("g", "mon", "09:00", ("ben",)), run("h", "tue", "09:00", ("ben",)))
    ben = participant("ben", order=FLOOR | {"minutes": {"floor": 360}})
    instance = week(participants=[ben, ana], clinicians=[clinician("cora")])
    assert NeighbourhoodSelector(state_of(instance, made))._around_unmet() == (["ana"], ["g"])


def test_a_solve_mends_a_hint_in_which_appointments_took_the_leader() -> None:
    """All get what they need."""
    result = solved(week(), 2.0, hint=roster(IN_THE_WAY))
    assert result.care is not None
    assert result.care.objective == 0


def test_batches_hold_few_people_and_few_options() -> None:
    """The thirteenth begins another batch; so does whoever would bring too many options, and one with more than all of them is alone."""
    people = [f"p{n}" for n in range(FIRST_BATCH + 1)]
    assert list(batches(people, lambda _: 1)) == [people[:-1], people[-1:]]
    options = {"a": FIRST_OPTIONS - 1, "b": 1, "c": 1, "d": FIRST_OPTIONS + 1, "e": 2}
    assert list(batches(options, options.__getitem__)) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert list(batches([], lambda _: 1)) == []


def test_staff_of_another_kind_stays() -> None:
    """Dan is not listed for the group, so his sessions are not in the way."""
    state = state_of(week(clinicians=[clinician("cora"), clinician("dan")]), roster(meet("dora", "mon", "10:00")))
    assert around_idle_group(state, "g").participants == ["ana", "ben", "cem"]
