"""Every place is judged as a full verdict would: of tiny weeks, whatever their rosters, and of whole programs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.errors import EditError
from scheduler.reading import read_instance, read_roster
from scheduler.rules import RULES
from scheduler.timegrid import DAY, clock
from scheduler.whatif import BookingMove, PossiblePlace, Whatif, leaders_for, places, places_of_need, places_of_session, rooms_for
from tests.build import clinician, group, instance, meet, participant, roster, run, windows
from tests.tiny import WEEKS
from tests.whatif.drawing import draw_edit
from tests.whatif.test_whatif import INSTANCES, starts


def check(whatif: Whatif, options: Iterable[PossiblePlace]) -> None:
    """Compare places with the effects of their edits."""
    for option in options:
        effect = whatif.judge(option.edit)
        is_worse = (effect.care, effect.preference) > (0, 0)
        assert option.kind == ("forbidden" if effect.broken else "costly" if is_worse else "free"), option
        if option.kind == "forbidden":
            assert option.reasons, option
            assert {*option.reasons} <= {v.message for v in effect.broken}, option
            assert (option.care, option.preference) == (None, None)
        else:
            assert (option.care, option.preference) == (effect.care, effect.preference), option
            assert sorted(option.reasons) == sorted(v.message for v in effect.costs if is_worse), option
        after = whatif.apply(option.edit).view
        wheres = [(p.span.start, p.session.mode, p.session.site, p.session.room, p.session.facilitators) for p in after.placed]
        assert (option.start, option.mode, option.site, option.room, option.clinicians) in wheres


def every_place(whatif: Whatif) -> Iterable[PossiblePlace]:
    """All places of all bookings, sessions and needs, as a long list."""
    for placed in whatif.view.placed:
        for who in placed.participants():
            yield from places(whatif, placed.id, who)
        for ask in (places_of_session, leaders_for, rooms_for):
            yield from ask(whatif, placed.id) if placed.participants() or placed.session.group is not None else ()
    for who, visits in whatif.view.visits.items():
        for need in whatif.case.care.order(who).needs:
            if not any((v.service, v.ordinal, v.group) == (need.service, need.ordinal, None) for v in visits):
                yield from places_of_need(whatif, who, need.service, need.ordinal)


def test_only_hard_rules_judge_clinicians_and_rooms() -> None:
    """Places of appointments ask them only whether a place is forbidden, and leave out what they would cost."""
    assert {rule.level for rule in RULES if rule.judges & {"duty", "clinician", "room"}} == {"hard"}


@settings(max_examples=25)
@given(week=st.sampled_from(sorted(WEEKS)), seed=st.integers(0, 2**32 - 1))
def test_places_of_tiny_weeks(week: str, seed: int) -> None:
    """A sample of all places of a roster, and again after an edit."""
    rng = random.Random(seed)
    here = rng.choice(starts(week))
    for _ in range(2):
        options = [*every_place(here)]
        check(here, rng.sample(options, min(len(options), 6)))
        with suppress(EditError):
            here = here.apply(draw_edit(rng, here.case, here.roster))


@pytest.mark.proof
@pytest.mark.parametrize("name", sorted(path.stem for path in (INSTANCES / "best").glob("*.json")))
def test_places_of_whole_programs(name: str) -> None:
    """A sample of the places of some bookings of the best roster on record."""
    rng = random.Random(name)
    here = Whatif(Case(read_instance(INSTANCES / f"{name}.json")), read_roster(INSTANCES / "best" / f"{name}.json"))
    for placed in rng.sample(here.view.placed, min(12, len(here.view.placed))):
        options = [*places(here, placed.id, rng.choice(placed.participants())), *leaders_for(here, placed.id)]
        check(here, rng.sample(options, min(len(options), 25)))


def week(*sessions: dict[str, Any]) -> Whatif:
    """One group on Monday at 9:00 or Tuesday at 10:00, another of the same service on Tuesday at 9:00, two rooms, two clinicians."""
    document = instance(
        policy={"values": {"start_grain": 60, "second_staff_required": False}},
        rooms=[{"id": "r1", "site": "s1", "seats": 9}, {"id": "r2", "site": "s1", "seats": 2, "uses": ["individual"]}],
        clinicians=[
            clinician("cora", hours=windows("09:00", "13:15", ("mon", "tue"), site="s1")),
            clinician("dan", hours=windows("09:00", "12:00", ("mon",), site="s1")),
        ],
        groups=[
            group("g1", maximum=2, reserve=0) | {"starts": [{"day": "mon", "time": "09:00"}, {"day": "tue", "time": "10:00"}]},
            group("g2", "tue", "09:00", maximum=1, reserve=0),
        ],
        participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]}), participant("ben")],
    )
    return Whatif(Case(document), roster(*sessions))


G1, G2, MEETING = "g.g1.2026-11-30", "g.g2.2026-11-30", "a.ana.individual.2026-11-30.1"
MORNING = run("g1", "mon", "09:00", ("ben",))
BOTH = run("g1", "mon", "09:00", ("ana", "ben"))
AT_HOME = {"participant": "ana", "mode": "telehealth"}
TUESDAY = run("g2", "tue", "09:00", ("ana",))


def allowed(options: Iterable[PossiblePlace]) -> set[tuple[object, ...]]:
    """Weekday, time, room and clinicians of the places that no rule forbids."""
    return {(p.start // DAY, clock(p.start % DAY), p.room, *p.clinicians) for p in options if p.kind != "forbidden"}


def test_an_ordered_appointment() -> None:
    """With whoever is free, in the first room that is free; notes end with the working hours."""
    options = places_of_need(week(MORNING), "ana", "individual")
    tuesday = {(1, time, "r1", "cora") for time in ("09:00", "10:00", "11:00", "12:00")}
    monday = {(0, "09:00", "r2", "dan"), (0, "10:00", "r2", "dan"), (0, "11:00", "r2", "dan")}
    assert allowed(options) == tuesday | monday
    busy = next(p for p in options if (p.start, p.clinicians) == (9 * 60, ("cora",)))
    assert busy.reasons == ("cora needs 60 more minutes between the sessions on Monday 2026-11-30 09:00 and 09:00",)


def test_an_appointment_keeps_its_room_and_is_not_in_its_own_way() -> None:
    """An hour later with the same clinician, in the room where it is."""
    options = places(week(meet("ana", "tue", "09:00", facilitators=["cora"], room="r2")), MEETING, "ana")
    assert (1, "10:00", "r2", "cora") in allowed(options)
    assert not any((p.start, p.clinicians) == (DAY + 9 * 60, ("cora",)) for p in options)


def test_without_a_free_room() -> None:
    """The first room that would suit is named, with the rule that forbids it."""
    taken = meet("ben", "tue", "09:00", facilitators=["dan"], room="r2")
    options = places_of_need(week(run("g2", "tue", "09:00", ("ben",), facilitators=["dan"]), taken), "ana", "individual")
    found = next(p for p in options if (p.start, p.clinicians) == (DAY + 9 * 60, ("cora",)))
    assert (found.room, found.reasons) == ("r1", ("r1 holds two sessions for 50 minutes from Tuesday 2026-12-01 09:00",))


def test_a_group_place() -> None:
    """Each other run of the service; a full one is forbidden."""
    (option,) = places(week(BOTH, TUESDAY | {"bookings": []}), G1, "ben")
    assert (option.edit, option.kind) == (BookingMove(G1, "ben", G2, "in_person"), "free")
    (full,) = places(week(BOTH, TUESDAY), G1, "ben")
    assert (full.kind, full.care) == ("forbidden", None)
    assert full.reasons[0].startswith("g2 on Tuesday 2026-12-01 09:00 has 2 participants, 1 more than allowed")


def test_a_group() -> None:
    """Its other start in the room that suits groups; it would collide with the other group there."""
    (option,) = places_of_session(week(MORNING, TUESDAY), G1)
    assert (option.start, option.room, option.kind) == (DAY + 10 * 60, "r1", "forbidden")
    (option,) = places_of_session(week(MORNING), G1)
    assert option.kind != "forbidden"


def test_rooms_and_leaders() -> None:
    """Every other room of the site, every other clinician, each with the rule that is against it."""
    here = week(MORNING)
    assert [(p.room, p.reasons) for p in rooms_for(here, G1)] == [
        ("r2", (f"r2 does not suit {G1} on Monday 2026-11-30 09:00: use group",)),
    ]
    assert [(p.clinicians, p.kind) for p in leaders_for(here, G1)] == [(("dan",), "forbidden")]
    assert [p.clinicians for p in leaders_for(week(MORNING | {"facilitators": []}), G1)] == [("cora",), ("dan",)]
    remote = week(meet("ana", "tue", "09:00", facilitators=["cora"], mode="telehealth", site=None, room=None, bookings=[AT_HOME]))
    assert rooms_for(remote, MEETING) == ()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda here: places(here, "g.g9", "ben"), "g.g9 is no session of the roster"),
        (lambda here: places(here, G1, "ana"), f"ana is not in {G1}"),
        (lambda here: leaders_for(here, "g.g9"), "g.g9 is no session of the roster"),
        (lambda here: places_of_need(here, "zoe", "individual"), "zoe is no participant of the instance"),
        (lambda here: places_of_need(here, "ben", "individual"), "individual number 1 is not ordered for ben this week"),
        (lambda here: places_of_need(here, "ana", "individual", 2), "individual number 2 is not ordered for ana this week"),
    ],
)
def test_a_question_about_what_is_not_there(ask: Callable[[Whatif], object], message: str) -> None:
    """The answer says what is not there."""
    with pytest.raises(EditError) as refusal:
        ask(week(MORNING))
    assert str(refusal.value) == message


def test_an_appointment_that_is_there_has_other_places_only() -> None:
    """Of a need that is met, the places are those of its booking."""
    with pytest.raises(EditError, match="ana has individual number 1 already"):
        places_of_need(week(meet("ana", "tue", "09:00", facilitators=["cora"], room="r2")), "ana", "individual")
