"""Words to numbers for `guest_presence`, and the places and seats that guests take."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.barriers.meetings import group_barriers
from scheduler.barriers.own_week import OwnWeek
from scheduler.rules.group_size import GroupSize
from scheduler.rules.guest_presence import GuestPresence
from scheduler.rules.held_place import HeldPlaceRule
from scheduler.rules.room_fit import RoomFit
from scheduler.validation import validate
from scheduler.view import View
from tests.build import SERVICES, at, free, group, instance, meet, participant, roster, run, view
from tests.faces import both, check_amount

RULE = GuestPresence()


def guest(id: str, start: str = "17:00", end: str = "21:00", **more: Any) -> dict[str, Any]:
    """A guest who must come to the family group, free on Monday to Friday evening."""
    return {"id": id, "availability": free(start, end), "required_in": ["multi"]} | more


def week(*people: str, guests: dict[str, list[dict[str, Any]]], service: dict[str, Any] | None = None, **more: Any) -> View:
    """A family group of 90 minutes on Monday at 17:30, with these people in it."""
    multi = {"id": "multi", "kind": "group", "category": "family", "minutes": 90, "guests": "welcome"} | (service or {})
    ids = dict.fromkeys(p.removesuffix("@home") for p in people)
    given = {
        "services": [*SERVICES, multi],
        "groups": [group("m", "mon", "17:30", service="multi", minutes=90, **({"mode": "hybrid"} | more.pop("offer", {})))],
        "rooms": [{"id": "r1", "site": "s1", "seats": 20, "features": ["hybrid"]}],
        "participants": [participant(id, modes=["in_person", "telehealth"], guests=guests.get(id, [])) for id in ids],
    }
    session = run("m", "mon", "17:30", people, minutes=90, service="multi", mode="hybrid")
    return view(instance(**(given | more)), session)


@pytest.mark.parametrize(
    ("hours", "amount"),
    [(("17:30", "19:00"), 0), (("17:31", "19:00"), 1), (("17:30", "18:59"), 1), (("08:00", "12:00"), 1)],
)
def test_a_guest_who_must_come_is_free_for_the_whole_group(hours: tuple[str, str], amount: int) -> None:
    """To the minute, at both ends; travel is not known."""
    assert both(RULE, week("ana", guests={"ana": [guest("mum", *hours)]})) == (amount, None if amount else 0)


def test_each_missing_guest_counts() -> None:
    """Two of three parents cannot come, and one of ben's; cem has nobody and is welcome alone."""
    late = {"start": "18:00"}
    guests = {"ana": [guest("mum", **late), guest("dad", **late), guest("aunt")], "ben": [guest("mum", **late)]}
    assert both(RULE, week("ana", "ben", "cem", guests=guests)) == (3, None)


@pytest.mark.parametrize(
    ("more", "is_refused"),
    [
        ({"modes": ["telehealth"]}, True),
        ({"modes": ["in_person"]}, False),
        ({"languages": ["en"]}, True),
        ({"languages": ["en", "es"]}, False),
        ({"languages": []}, False),
        ({"required_in": [], "preferred_in": ["multi"], "modes": ["telehealth"]}, False),
        ({"required_in": []}, False),
        ({"required_in": ["process"], "modes": ["telehealth"]}, False),
    ],
)
def test_mode_language_and_service_matter(more: dict[str, Any], is_refused: bool) -> None:
    """Ana comes in person to a group in Spanish."""
    made = week("ana", guests={"ana": [guest("mum", **more)]}, offer={"language": "es"})
    assert both(RULE, made) == ((1, None) if is_refused else (0, 0))


def test_a_guest_takes_part_as_the_participant_does() -> None:
    """Ana joins from home, and her mother has agreed to that only."""
    guests = {"ana": [guest("mum", modes=["telehealth"])]}
    assert both(RULE, week("ana@home", guests=guests)) == (0, 0)
    assert both(RULE, week("ana", guests=guests)) == (1, None)


@pytest.mark.parametrize(
    ("guests", "amount"),
    [
        ([], 1),
        ([guest("mum")], 0),
        ([guest("mum", start="18:00")], 1),
        ([guest("mum", required_in=[], preferred_in=["multi"])], 0),
        ([guest("mum", start="18:00", required_in=[], preferred_in=["multi"])], 1),
        ([guest(id, start=start, required_in=[], preferred_in=["multi"]) for id, start in (("mum", "18:00"), ("dad", "17:00"))], 0),
        ([guest("mum"), guest("dad", start="18:00", required_in=[], preferred_in=["multi"])], 0),
        ([guest("mum", required_in=[])], 1),
    ],
)
def test_a_service_that_requires_guests_takes_nobody_alone(guests: list[dict[str, Any]], amount: int) -> None:
    """One who must come, or one who may; a guest who must come and cannot is missed once."""
    made = week("ana", guests={"ana": guests}, service={"guests": "required"})
    assert both(RULE, made) == (amount, None if amount else 0)


def test_without_guests_at_the_service_nobody_is_asked() -> None:
    made = week("ana", guests={"ana": [guest("mum", start="18:00")]}, service={"guests": "none"})
    assert both(RULE, made) == (0, 0)
    assert not RULE.applies_to(made.case)
    assert all(RULE.applies_to(week("ana", guests={}, service={"guests": access}).case) for access in ("welcome", "required"))


def test_what_has_happened_is_no_violation() -> None:
    past = week("ana", guests={"ana": [guest("mum", start="18:00")]}, now=at("mon", "18:00"))
    assert check_amount(RULE, past) == 0


def test_sessions_that_are_over_or_take_no_guests_hide_none_that_does() -> None:
    """An appointment, and a group that has met, come before the family group of the evening."""
    mum = {"ana": [guest("mum", start="18:00")]}
    family = run("m", "mon", "17:30", ("ana",), minutes=90, service="multi", mode="hybrid")
    talk = meet("ana", "mon", "09:00")
    assert both(RULE, view(week("ana", guests=mum).case.instance, talk, family)) == (1, None)
    groups = [group("g", "mon", "12:00"), group("m", "mon", "17:30", service="multi", minutes=90, mode="hybrid")]
    met = run("g", "mon", "12:00", ("ana",))
    later = {"groups": groups, "now": at("mon", "16:00"), "published": {"roster": roster(met)}}
    assert both(RULE, view(week("ana", guests=mum, **later).case.instance, met, family)) == (1, None)


def test_the_message_says_who_and_why() -> None:
    """A guest by id and participant, or the participant without any."""
    free = {"required_in": [], "preferred_in": ["multi"]}
    cases = [
        ([guest("mum", start="18:00")], "welcome", "guest mum of ana is not free then", ("ana", "mum")),
        ([guest("mum", modes=["telehealth"])], "welcome", "guest mum of ana has not agreed to sessions in person", ("ana", "mum")),
        ([guest("mum", languages=["en"])], "welcome", "guest mum of ana does not speak es", ("ana", "mum")),
        ([], "required", "ana has no guest to bring", ("ana",)),
        ([guest("mum", start="18:00", **free)], "required", "ana has no guest who can come", ("ana",)),
    ]
    for guests, access, why, about in cases:
        made = week("ana", guests={"ana": guests}, service={"guests": access}, offer={"language": "es"})
        (found,) = RULE.check(made.case, made)
        assert (found.message, found.about) == (f"m on Monday 2026-11-30 17:30: {why}", about)


GUESTS = {"ana": [guest("mum"), guest("dad")], "ben": [guest("mum")]}
"""Three people in the room beside ana, ben and cem."""


@pytest.mark.parametrize(("each", "maximum", "over"), [(0, 3, 0), (0, 2, 1), (1, 6, 0), (1, 5, 1), (2, 9, 0), (2, 7, 2)])
def test_guests_take_places_as_their_service_says(each: int, maximum: int, over: int) -> None:
    """None unless it says so: 3 participants with 3 guests are 3, 6 or 9."""
    made = week("ana", "ben", "cem", guests=GUESTS, service={"guest_places": each}, offer={"maximum": maximum, "reserve": 0})
    assert both(GroupSize(), made) == (over, None if over else 0)


def test_the_message_counts_places_for_guests() -> None:
    made = week("ana", "ben", guests=GUESTS, service={"guest_places": 1}, offer={"maximum": 3, "reserve": 0})
    (found,) = GroupSize().check(made.case, made)
    assert found.message == "m on Monday 2026-11-30 17:30 has 2 participants and 3 places for guests, 2 more than allowed"


@pytest.mark.parametrize(("each", "seats", "short"), [(1, 7, 0), (1, 6, 1), (0, 4, 0), (0, 3, 1), (2, 10, 0), (2, 8, 2)])
def test_guests_take_seats_as_their_service_says(each: int, seats: int, short: int) -> None:
    """One each unless it says otherwise, and one for the leader."""
    rooms = [{"id": "r1", "site": "s1", "seats": seats, "features": ["hybrid"]}]
    made = week("ana", "ben", "cem", guests=GUESTS, service={"guest_seats": each}, rooms=rooms)
    assert both(RoomFit(), made) == (short, None if short else 0)


def test_guests_at_home_take_no_seats() -> None:
    """Ana and her two parents join from home: ben, his mother and the leader sit in the room."""
    rooms = [{"id": "r1", "site": "s1", "seats": 3, "features": ["hybrid"]}]
    assert both(RoomFit(), week("ana@home", "ben", guests=GUESTS, rooms=rooms)) == (0, 0)


@pytest.mark.parametrize(("access", "seats", "short"), [("required", 3, 0), ("required", 2, 1), ("welcome", 2, 0)])
def test_one_guest_has_a_seat_where_one_is_required(access: str, seats: int, short: int) -> None:
    """Ana, whose parents may both come, needs a seat for one of them, or for none where guests are welcome only."""
    both_may = [guest(id, required_in=[], preferred_in=["multi"]) for id in ("mum", "dad")]
    rooms = [{"id": "r1", "site": "s1", "seats": seats, "features": ["hybrid"]}]
    made = week("ana", guests={"ana": both_may}, service={"guests": access}, rooms=rooms)
    assert both(RoomFit(), made) == (short, None if short else 0)


def held(*people: str, **more: Any) -> View:
    """The family group, in which ana with her two guests was last week."""
    monday = at("mon", "17:30").date().replace(day=23)
    last = run("m", "mon", "17:30", ("ana",), minutes=90, service="multi", mode="hybrid", monday=monday)
    return week(*people, history={"last_week": roster(last, monday=monday).model_dump(mode="json")}, mode="hold", **more)


@pytest.mark.parametrize(("maximum", "over"), [(5, 0), (4, 1), (3, 2)])
def test_a_held_place_holds_those_of_its_guests(maximum: int, over: int) -> None:
    """Ana keeps three places, so ben with his mother finds two of five, or one of four."""
    made = held("ben", "ana", guests=GUESTS, service={"guest_places": 1}, offer={"maximum": maximum, "reserve": 0})
    assert both(HeldPlaceRule(), made) == (over, None if over else 0)


def test_members_keep_the_places_of_their_guests_in_a_group_that_is_too_small_now() -> None:
    """Ana and her parents hold three places of a group that now has two: they may stay, and ben cannot join, even if they are away."""
    people = [participant(id, modes=["in_person", "telehealth"], guests=GUESTS[id]) for id in ("ana", "ben")]
    more = {"guests": GUESTS, "service": {"guest_places": 1}, "offer": {"maximum": 2, "reserve": 0}, "participants": people}
    assert both(GroupSize(), held("ana", **more)) == (0, 0)
    assert both(GroupSize(), held("ben", **more)) == (1, None)


@pytest.mark.parametrize(("maximum", "over"), [(5, 0), (4, 1)])
def test_places_of_somebody_on_hold_are_kept_with_those_of_the_guests(maximum: int, over: int) -> None:
    """Ana on hold keeps three places; ben and his mother need two."""
    on_hold = {"status": "on_hold", "on_hold_since": "2026-11-25"}
    people = [participant(id, modes=["in_person", "telehealth"], guests=GUESTS[id]) for id in ("ana", "ben")]
    more = {"service": {"guest_places": 1}, "offer": {"maximum": maximum, "reserve": 0}, "participants": [people[0] | on_hold, people[1]]}
    assert both(GroupSize(), held("ben", guests=GUESTS, **more)) == (over, None if over else 0)


def test_a_place_is_released_when_a_guest_who_must_come_cannot() -> None:
    """Her father's shift changes; if he may come only, she keeps the place."""
    shift = guest("dad", start="18:00")
    guests = (GUESTS["ana"], [guest("mum"), shift], [guest("mum"), shift | {"required_in": [], "preferred_in": ["multi"]}])
    released = [held("ana", guests={"ana": of_ana}).case.places.held["ana"][0].released for of_ana in guests]
    assert released == [None, "availability", None]
    away = held("ana", guests={"ana": [guest("mum", modes=["telehealth"])]})
    assert away.case.places.held["ana"][0].released == "consent"


def attending(*people: str, seats: int = 20, **more: Any) -> list[tuple[str, str]]:
    """Who comes with these people."""
    rooms = [{"id": "r1", "site": "s1", "seats": seats, "features": ["hybrid"]}]
    made = week(*people, rooms=rooms, **more)
    return list(made.guests(made.placed[0]))


MAY = {"required_in": [], "preferred_in": ["multi"]}
SOME = {"ana": [guest("dad", **MAY), guest("mum")], "ben": [guest("mum", **MAY), guest("late", start="18:00", **MAY)]}


@pytest.mark.parametrize(
    ("seats", "coming"),
    [
        (20, [("ana", "mum"), ("ana", "dad"), ("ben", "mum")]),
        (6, [("ana", "mum"), ("ana", "dad"), ("ben", "mum")]),
        (5, [("ana", "mum"), ("ana", "dad")]),
        (4, [("ana", "mum")]),
    ],
)
def test_who_may_come_comes_while_seats_are_left(seats: int, coming: list[tuple[str, str]]) -> None:
    """Ana, ben, the leader and ana's mother have a seat; then her father, then ben's mother. Who is not free does not come."""
    assert attending("ana", "ben", guests=SOME, seats=seats) == coming


def test_who_may_come_comes_while_places_are_left() -> None:
    """Ana, her mother and ben take three of four places."""
    places = {"service": {"guest_places": 1}, "offer": {"maximum": 4, "reserve": 0}}
    assert attending("ana", "ben", guests=SOME, **places) == [("ana", "mum"), ("ana", "dad")]


def test_who_joins_from_home_needs_no_seat() -> None:
    assert attending("ana@home", "ben", guests=SOME, seats=2) == [("ana", "mum"), ("ana", "dad")]


def test_one_comes_for_sure_where_one_is_required() -> None:
    """Ben's mother has her seat before ana's father, who may come besides her mother."""
    found = attending("ana", "ben", guests=SOME, seats=5, service={"guests": "required"})
    assert found == [("ana", "mum"), ("ben", "mum")]


def test_to_a_family_session_come_the_guests_it_lists() -> None:
    session = meet("ana", "mon", "17:30", 60, service="family", guests=["mum"])
    made = view(week("ana", guests=SOME).case.instance, session)
    assert made.guests(made.placed[0]) == (("ana", "mum"),)


MUM = "guest mum of ana, who must come along,"


@pytest.mark.parametrize(
    ("guests", "access", "reason"),
    [
        ([guest("mum", start="18:00")], "welcome", f"{MUM} is free only from 18:00 on Monday, 30 minutes too late for m"),
        ([guest("mum", end="18:30")], "welcome", f"{MUM} is free until 18:30 on Monday, 30 minutes too short for m"),
        ([guest("mum", modes=[])], "welcome", f"{MUM} has not agreed to sessions in person, which rules out m"),
        ([], "required", "takes nobody without a guest, and ana has no guest to bring"),
        ([guest("mum", start="18:00", **MAY)], "required", "takes nobody without a guest, and ana has no guest who can come"),
    ],
)  # fmt: skip
def test_the_reason_is_told_before_a_solve(guests: list[dict[str, Any]], access: str, reason: str) -> None:
    """Why ana cannot be in the only family group."""
    order = {"services": [{"service": "multi", "per_week": 1}]} | participant("x")["order"]
    ana = participant("ana", guests=guests, order=order)
    made = week("ana", guests={}, service={"guests": access}, offer={"mode": "in_person"}, participants=[ana]).case.instance
    assert [issue.message for issue in validate(made) if reason in issue.message and issue.code == "service_impossible"]


@pytest.mark.parametrize(("seats", "reasons"), [(5, []), (4, ["no room at s1 suits m on Monday 17:30: r1 (too small for 5)"])])
def test_the_reason_counts_the_seats_of_the_guests(seats: int, reasons: list[str]) -> None:
    """Ana, three guests who must come, and the leader."""
    order = {"services": [{"service": "multi", "per_week": 1}]} | participant("x")["order"]
    ana = participant("ana", order=order, guests=[guest("mum"), guest("dad"), guest("aunt")])
    rooms = [{"id": "r1", "site": "s1", "seats": seats, "features": ["hybrid"]}]
    own = OwnWeek(week("ana", guests={}, offer={"mode": "in_person"}, participants=[ana], rooms=rooms).case, "ana")
    name, barriers = group_barriers(own, "m")
    assert [barrier.sentence([name]) for barrier in barriers] == reasons
