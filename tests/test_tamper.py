"""A solved, legal roster, spoiled by hand in one place: the rule concerned says so, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from scheduler.instance import Instance
from scheduler.roster import Booking, Roster, Session
from scheduler.verify import SHAPE, score, verify
from tests.build import at, clinician, free, group, instance, instance_json, meet, participant
from tests.solving import solved

G1, G2, G3, TALK = "g.g1.2026-11-30", "g.g2.2026-11-30", "g.g3.2026-11-30", "a.ana.individual.2026-11-30.1"


def week(**more: Any) -> Instance:
    """Ana and ben in the red groups of Monday and Wednesday, cem and dov in Monday's blue one; ana sees dan after Wednesday's block."""
    absent = [{"first": "2026-12-01", "last": "2026-12-01"}]
    services = [{"service": "process", "per_week": 2}]
    return instance(
        program=instance_json()["program"] | {"closures": [{"date": "2026-12-03"}]},
        rooms=[{"id": "r1", "site": "s1", "seats": 5}, {"id": "r2", "site": "s1", "seats": 5}, {"id": "small", "site": "s1", "seats": 2}],
        clinicians=[clinician("cora"), clinician("dan", leave=[{"first": "2026-12-04", "last": "2026-12-04"}])],
        groups=[
            group("g1", facilitators=["cora"], eligibility={"attributes": ["red"]}, maximum=2),
            group("g2", facilitators=["dan", "cora"], eligibility={"attributes": ["blue"]}),
            group("g3", "wed", facilitators=["cora"], eligibility={"attributes": ["red"]}),
        ],
        participants=[
            participant(
                "ana",
                attributes=["red"],
                availability=free() | {"absences": absent},
                primary_therapist="dan",
                order={"minutes": {"floor": 410}, "services": [*services, {"service": "individual", "per_week": 1}]},
            ),
            participant("ben", attributes=["red"], order={"minutes": {"floor": 360}, "services": services}),
            participant("cem", attributes=["blue"], order={"minutes": {"floor": 180}, "services": services}),
            participant("dov", attributes=["blue", "red"], order={"minutes": {"floor": 180, "ceiling": 300}, "services": services}),
        ],
        relations=[{"a": "ben", "b": "dov", "kind": "apart"}],
        pins=[{"kind": "run", "group": "g1", "day": "mon", "time": "09:00"}],
        **more,
    )


@cache
def legal() -> Roster:
    """The solved roster."""
    roster = solved(week()).roster
    assert roster is not None
    return roster


def change(id: str, **fields: Any) -> Roster:
    """The roster with other fields in one session."""
    assert any(s.id == id for s in legal().sessions)
    return with_sessions(s.model_copy(update=fields) if s.id == id else s for s in legal().sessions)


def with_sessions(sessions: Any) -> Roster:
    """The roster with other sessions."""
    return legal().model_copy(update={"sessions": tuple(sessions)})


def session(id: str) -> Session:
    """A session of the legal roster."""
    return next(s for s in legal().sessions if s.id == id)


def move(id: str, day: str, time: str) -> Roster:
    """The roster with a session at another time, as long as before."""
    start = at(day, time)
    return change(id, start=start, end=start + (session(id).end - session(id).start))


def join(id: str, who: str) -> Roster:
    """The roster with one more booking."""
    return change(id, bookings=(*session(id).bookings, Booking(participant=who)))


def both_rooms(first: str, second: str) -> Roster:
    """The roster with the two Monday groups in these rooms."""
    rooms = {G1: first, G2: second}
    return with_sessions(s.model_copy(update={"room": rooms[s.id]}) if s.id in rooms else s for s in legal().sessions)


def both_staffs(first: str, second: str) -> Roster:
    """The roster with the two Monday groups led by these clinicians."""
    staff = {G1: (first,), G2: (second,)}
    return with_sessions(s.model_copy(update={"facilitators": staff[s.id]}) if s.id in staff else s for s in legal().sessions)


def by_telehealth() -> Roster:
    """Ana's appointment by telehealth, to which she did not consent."""
    return change(TALK, mode="telehealth", site=None, room=None, bookings=(Booking(participant="ana", mode="telehealth"),))


TAMPERED: dict[str, tuple[Callable[[], Roster], set[str]]] = {
    "one grain into the block": (lambda: move(TALK, "wed", "11:45"), {"participant_conflict"}),
    "an hour and a grain after the block": (lambda: move(TALK, "wed", "13:15"), {"longest_wait"}),
    "with cora during her notes": (lambda: change(TALK, facilitators=("cora",)), {"clinician_conflict"}),
    "on a day of leave": (lambda: move(TALK, "fri", "10:00"), {"clinician_availability"}),
    "on a closed day": (lambda: move(TALK, "thu", "10:00"), {"closures"}),
    "on a day of absence": (lambda: move(TALK, "tue", "10:00"), {"participant_availability"}),
    "without consent to the mode": (by_telehealth, {"eligibility"}),
    "facilitators swapped": (lambda: both_staffs("dan", "cora"), {"clinician_qualification"}),
    "one clinician for two groups": (lambda: both_staffs("cora", "cora"), {"clinician_conflict"}),
    "nobody leads": (lambda: change(G1, facilitators=()), {"facilitator_ratio"}),
    "booked twice at the same time": (
        lambda: with_sessions(_dov_in_g1_for(_without(G1, "ana"))),
        {"participant_conflict", "keep_apart", "weekly_ceiling"},
    ),
    "overfilled": (lambda: join(G1, "dov"), {"group_size", "participant_conflict", "keep_apart", "weekly_ceiling"}),
    "meets somebody to be kept apart, beyond the ceiling": (lambda: join(G3, "dov"), {"keep_apart", "weekly_ceiling"}),
    "joins without eligibility": (lambda: join(G3, "cem"), {"eligibility"}),
    "no room": (lambda: change(G1, room=None), {"room_fit"}),
    "a room too small": (lambda: both_rooms("small", session(G2).room or ""), {"room_fit"}),
    "two groups in one room": (lambda: both_rooms("r1", "r1"), {"room_conflict"}),
    "a pinned group a grain later": (lambda: move(G1, "mon", "09:15"), {"pinned"}),
    "a pinned group removed": (lambda: with_sessions(s for s in legal().sessions if s.id != G1), {"pinned"}),
    "a session twice": (lambda: with_sessions([*legal().sessions, session(G1)]), {SHAPE}),
    "an unknown room": (lambda: change(G1, room="attic"), {SHAPE}),
    "a minute too long": (lambda: change(G1, end=session(G1).end + timedelta(minutes=1)), {SHAPE}),
    "somebody twice in a session": (lambda: join(G1, "ana"), {SHAPE}),
    "a week later": (lambda: legal().model_copy(update={"monday": legal().monday + timedelta(days=7)}), {SHAPE}),
}


def _without(id: str, who: str) -> list[Session]:
    kept = tuple(b for b in session(id).bookings if b.participant != who)
    return [s.model_copy(update={"bookings": kept}) if s.id == id else s for s in legal().sessions]


def _dov_in_g1_for(sessions: list[Session]) -> list[Session]:
    return [s.model_copy(update={"bookings": (*s.bookings, Booking(participant="dov"))}) if s.id == G1 else s for s in sessions]


def test_the_roster_is_legal_and_complete() -> None:
    """No violation, and ana sees dan on Wednesday at 12:00, right after the block."""
    assert verify(week(), legal()) == ()
    assert (session(TALK).start, session(TALK).facilitators) == (at("wed", "12:00"), ("dan",))


@pytest.mark.parametrize("name", TAMPERED)
def test_the_named_rule_fires_and_no_other(name: str) -> None:
    """Spoiled in one way."""
    spoil, rules = TAMPERED[name]
    assert {v.rule for v in verify(week(), spoil())} == rules


@pytest.mark.parametrize("room", ["r1", "r2", "small"])
def test_harmless_changes_stay_legal(room: str) -> None:
    """Ana's appointment in any room."""
    assert verify(week(), change(TALK, room=room)) == ()


def test_swapped_rooms_are_as_good() -> None:
    """The two Monday groups change rooms."""
    first, second = session(G1).room, session(G2).room
    assert verify(week(), both_rooms(second or "", first or "")) == ()


def test_a_dropped_place_is_unmet_care() -> None:
    """Ben without Wednesday's block: 128 below 308 (360 x 6 of 7 open days), and one of two ordered groups missing (180)."""
    spoiled = with_sessions(_without(G3, "ben"))
    assert verify(week(), spoiled) == ()
    before, after = score(week(), legal()).by_rule, score(week(), spoiled).by_rule
    assert after["weekly_floor"] - before.get("weekly_floor", 0) == 128
    assert after["ordered_service"] - before.get("ordered_service", 0) == 180


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (lambda: both_rooms(session(G2).room or "", session(G2).room or ""), {"already_happened"}),
        (lambda: with_sessions(_without(G1, "ben")), {"already_happened"}),
        (lambda: with_sessions(s for s in legal().sessions if s.id != G2), {"already_happened"}),
        (lambda: move(TALK, "wed", "12:15"), set()),
    ],
    ids=["another room", "a booking less", "a session less", "the future may move"],
)
def test_the_past_stays(spoil: Callable[[], Roster], rules: set[str]) -> None:
    """It is Tuesday: Monday's sessions have happened; two of them in one room is nobody's violation any more."""
    later = week(now=at("tue", "08:00"), published={"roster": legal()})
    assert {v.rule for v in verify(later, spoil())} == rules


def test_a_new_session_in_the_past_is_refused() -> None:
    """An appointment on Monday, entered on Tuesday."""
    later = week(now=at("tue", "08:00"), published={"roster": legal()})
    backdated = Session.model_validate(meet("ben", "mon", "13:00"))
    assert {v.rule for v in verify(later, with_sessions([*legal().sessions, backdated]))} == {"already_happened"}
