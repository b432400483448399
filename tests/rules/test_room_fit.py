"""Words to numbers for `room_fit`."""

from itertools import combinations, product
from typing import Any

import pytest

from scheduler.enumeration import enumerate_candidates
from scheduler.rules.room_fit import RoomFit
from scheduler.view import View
from tests.build import SERVICES, at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both

RULE = RoomFit()
HOURS = windows("08:00", "14:00", ("mon",), site="s1")
REMOTE = {"modes": ["in_person", "telehealth"]}


def room(seats: int = 20, **more: Any) -> dict[str, Any]:
    """Room r1."""
    return {"id": "r1", "site": "s1", "seats": seats} | more


def talk(office: dict[str, Any], service: str = "individual", guests: tuple[str, ...] = (), **ana: Any) -> View:
    """A session of ana and dan in r1 at 9:00."""
    free = {"weekly": windows()}
    person = participant("ana", order={"services": [{"service": service, "guests": guests}]}, **REMOTE, **ana)
    person |= {"guests": [{"id": g, "availability": free} for g in guests]}
    made = instance(participants=[person], rooms=[office], clinicians=[clinician("dan", hours=HOURS)])
    minutes = 60 if service == "family" else 50
    return view(made, meet("ana", "mon", "09:00", minutes, service=service, room="r1", guests=guests))


def test_appointment_needs_two_seats_and_one_per_guest() -> None:
    """ana and dan fill 2 seats; with two guests they are 4, one too many for 3."""
    assert both(RULE, talk(room(2))) == (0, 0)
    assert both(RULE, talk(room(1))) == (1, None)
    assert both(RULE, talk(room(4), "family", ("gus", "gil"))) == (0, 0)
    assert both(RULE, talk(room(3), "family", ("gus", "gil"))) == (1, None)


def test_couple_needs_three_seats_and_what_both_need() -> None:
    """ana, ben and dan; ben needs the lift."""
    people = [
        participant("ana", order={"services": [{"service": "couple", "partner": "ben"}]}),
        participant("ben", order={"services": [{"service": "couple", "partner": "ana"}]}, room_features=["lift"]),
    ]
    session = meet("ana", "mon", "09:00", 60, service="couple", room="r1") | {"bookings": [{"participant": "ana"}, {"participant": "ben"}]}
    for office, amount in ((room(3, features=["lift"]), 0), (room(2, features=["lift"]), 1), (room(3), 1), (room(2), 2)):
        made = instance(participants=people, rooms=[office], clinicians=[clinician("dan", hours=HOURS)])
        assert both(RULE, view(made, session)) == (amount, None if amount else 0)


def test_room_has_features_use_and_site() -> None:
    """ana needs a lift and a hearing loop: a room with the lift only lacks 1; a group room and another site lack 1 each."""
    needs = {"room_features": ["lift", "loop"]}
    assert both(RULE, talk(room(features=["loop", "lift", "piano"]), **needs)) == (0, 0)
    assert both(RULE, talk(room(features=["lift"]), **needs)) == (1, None)
    assert both(RULE, talk(room(uses=["individual"]))) == (0, 0)
    assert both(RULE, talk(room(uses=["group"]))) == (1, None)
    assert both(RULE, talk(room(site="s2"))) == (1, None)


def test_on_site_session_has_a_room() -> None:
    """A run without a room is 1 missing; an appointment by telehealth needs none."""
    made = instance(participants=[participant("ana")], groups=[group("g")], clinicians=[clinician("cora", hours=HOURS)])
    assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",)))) == (0, 0)
    assert both(RULE, view(made, run("g", "mon", "09:00", ("ana",), room=None))) == (1, None)
    person = participant("ana", order={"services": [{"service": "individual"}]}, **REMOTE)
    made = instance(participants=[person], clinicians=[clinician("dan", hours=HOURS)])
    assert both(RULE, view(made, meet("ana@home", "mon", "09:00"))) == (0, 0)


PEOPLE = [
    participant("ana", animal="support", **REMOTE),
    participant("ben", avoids_animals=True, **REMOTE),
    participant("cho", room_features=["lift"], **REMOTE),
    participant("dee", animal="service", **REMOTE),
    participant("eve", animal="support", avoids_animals=True, **REMOTE),
]


def meeting(office: dict[str, Any], *people: str, staff: tuple[str, ...] = ("cora",), **more: Any) -> View:
    """Group g in r1, led by cora (and dan, who avoids animals)."""
    staff_of = [clinician("cora", hours=HOURS), clinician("dan", hours=HOURS, avoids_animals=True)]
    spare = {"id": "r2", "site": "s1", "seats": 20, "features": ["lift", "animals", "hybrid", "sink"]}
    made = instance(participants=PEOPLE, groups=[group("g", **more)], rooms=[office, spare], clinicians=staff_of, services=SERVICES)
    mode = more.get("mode", "in_person")
    return view(made, run("g", "mon", "09:00", people, facilitators=list(staff), mode=mode))


def test_group_room_seats_participants_and_facilitators() -> None:
    """Two participants and two facilitators: 4 seats are enough, 3 lack one; who joins remotely takes none."""
    assert both(RULE, meeting(room(4), "ben", "dee", staff=("cora", "dan"))) == (0, 0)
    assert both(RULE, meeting(room(3), "ben", "dee", staff=("cora", "dan"))) == (1, None)
    hybrid = room(3, features=["hybrid"])
    assert both(RULE, meeting(hybrid, "ben", "dee@home", staff=("cora", "dan"), mode="hybrid")) == (0, 0)


def test_group_room_has_the_features_of_group_and_mode() -> None:
    """A hybrid group that needs a sink lacks both in a plain room, and one in a room with a sink."""
    more = {"mode": "hybrid", "room_features": ["sink"]}
    assert both(RULE, meeting(room(), "ben", **more)) == (2, None)
    assert both(RULE, meeting(room(features=["sink"]), "ben", **more)) == (1, None)
    assert both(RULE, meeting(room(features=["sink", "hybrid"]), "ben", **more)) == (0, 0)


def test_group_names_its_rooms() -> None:
    """A group that names r2 may not meet in r1."""
    assert both(RULE, meeting(room(), "ben", rooms=["r1", "r2"])) == (0, 0)
    assert both(RULE, meeting(room(), "ben", rooms=["r2"])) == (1, None)


def test_a_group_needs_a_room_for_groups() -> None:
    """A room for individual sessions only is none."""
    assert both(RULE, meeting(room(uses=["group"]), "ben")) == (0, 0)
    assert both(RULE, meeting(room(uses=["individual"]), "ben")) == (1, None)


def test_participants_bring_their_needs_into_a_run() -> None:
    """cho needs the lift in the room, not at home; ana's support animal needs the feature `animals`, dee's service animal does not."""
    assert both(RULE, meeting(room(features=["lift"]), "cho", "ben")) == (0, 0)
    assert both(RULE, meeting(room(), "cho", "ben")) == (1, None)
    assert both(RULE, meeting(room(features=["hybrid"]), "cho@home", mode="hybrid")) == (0, 0)
    assert both(RULE, meeting(room(), "ana", "cho")) == (2, None)
    assert both(RULE, meeting(room(features=["animals"]), "ana", "dee")) == (0, 0)


def test_the_chosen_room_counts_not_the_other() -> None:
    """cho needs the lift: r2 has one, r1 has none."""
    session = run("g", "mon", "09:00", ("cho", "ben"))
    for chosen, amount in (("r2", 0), ("r1", 1)):
        assert both(RULE, view(meeting(room()).case.instance, session | {"room": chosen})) == (amount, None if amount else 0)


@pytest.mark.parametrize(("rooms", "is_allowed"), [((), False), (("r1",), True), (("r2",), True), (("r1", "r2"), False)])
def test_a_run_has_exactly_one_room(rooms: tuple[str, ...], is_allowed: bool) -> None:
    """A roster cannot say two, the rows can; and a run that does not meet has none."""
    made = meeting(room()).case
    candidates = enumerate_candidates(made, ())
    (monday,) = candidates.runs
    rows = list(RULE.rows(made, candidates))
    for chosen, expected in (({monday}, is_allowed), (set(), rooms == ())):
        true = chosen | {housing for housing in candidates.housings[monday] if housing.room in rooms}
        assert all(sum(c * (h in true) for h, c in row.terms) <= row.bound for row in rows) is expected


@pytest.mark.parametrize(
    ("people", "staff", "amount"),
    [
        (("ana", "ben"), "cora", 1),
        (("ana",), "dan", 1),
        (("dee", "ben"), "dan", 0),
        (("ana@home", "ben"), "cora", 0),
        (("ana", "ben@home"), "cora", 0),
        (("eve",), "cora", 0),
        (("eve", "ana"), "cora", 0),
        (("eve", "ben"), "cora", 1),
    ],
)
def test_avoided_animals_stay_out(people: tuple[str, ...], staff: str, amount: int) -> None:
    """ben and dan avoid ana's and eve's support animals in the room, not dee's service animal; eve brings one and does not count."""
    office = room(features=["animals", "hybrid"])
    assert both(RULE, meeting(office, *people, staff=(staff,), mode="hybrid")) == (amount, None if amount else 0)


def test_appointment_with_an_avoided_animal() -> None:
    """ana's support animal and dan: legal in a room for animals, 1 when dan avoids them, whatever the room."""
    person = participant("ana", order={"services": [{"service": "individual"}]}, animal="support", **REMOTE)
    session = meet("ana", "mon", "09:00", room="r1")
    for avoids, features, amount in ((False, ["animals"], 0), (False, [], 1), (True, ["animals"], 1), (True, [], 2)):
        dan = clinician("dan", hours=HOURS, avoids_animals=avoids)
        made = instance(participants=[person], rooms=[room(features=features)], clinicians=[dan])
        assert both(RULE, view(made, session)) == (amount, None if amount else 0)


def test_by_telehealth_nobody_meets_an_animal() -> None:
    """ana stays at home with hers, and dan avoids animals."""
    person = participant("ana", order={"services": [{"service": "individual"}]}, animal="support", **REMOTE)
    made = instance(participants=[person], clinicians=[clinician("dan", hours=HOURS, avoids_animals=True)])
    assert both(RULE, view(made, meet("ana@home", "mon", "09:00"))) == (0, 0)


def test_the_second_of_a_couple_may_bring_an_animal() -> None:
    """ben brings it, ana comes with him: legal with cora, 1 with dan, who avoids animals."""
    people = [
        participant("ana", order={"services": [{"service": "couple", "partner": "ben"}]}),
        participant("ben", order={"services": [{"service": "couple", "partner": "ana"}]}, animal="support"),
    ]
    staff = [clinician("cora", hours=HOURS), clinician("dan", hours=HOURS, avoids_animals=True)]
    made = instance(participants=people, rooms=[room(features=["animals"])], clinicians=staff)
    session = meet("ana", "mon", "09:00", 60, service="couple", room="r1") | {"bookings": [{"participant": "ana"}, {"participant": "ben"}]}
    assert both(RULE, view(made, session | {"facilitators": ["cora"]})) == (0, 0)
    assert both(RULE, view(made, session)) == (1, None)


def test_the_service_has_its_needs_alone_and_in_a_group() -> None:
    """Individual sessions and process groups need a sink, which r1 lacks."""
    services = [s | {"room_features": ["sink"] if s["id"] in ("individual", "process") else []} for s in SERVICES]
    person = participant("ana", order={"services": [{"service": "individual"}]})
    for features, amount in (([], 2), (["sink"], 0)):
        made = instance(participants=[person], services=services, rooms=[room(features=features)], groups=[group("g")])
        sessions = run("g", "mon", "09:00", ("ana",)), meet("ana", "mon", "13:00", room="r1")
        assert both(RULE, view(made, *sessions)) == (amount, None if amount else 0)


def test_what_comes_after_a_session_without_a_room_is_judged() -> None:
    """ana by telehealth at 8:00, then ben in a room of one seat."""
    people = [participant(p, order={"services": [{"service": "individual"}]}, **REMOTE) for p in ("ana", "ben")]
    made = instance(participants=people, rooms=[room(1)], clinicians=[clinician("dan", hours=HOURS)])
    assert both(RULE, view(made, meet("ana@home", "mon", "08:00"), meet("ben", "mon", "09:00", room="r1"))) == (1, None)


def test_past_rooms_are_not_judged() -> None:
    """A run with 2 people in a room of 1 seat that began before 9:01 is no violation, without a room neither."""
    for office in ("r1", None):
        session = run("g", "mon", "09:00", ("ben",), room=office)
        document = meeting(room(1)).case.instance.model_dump(mode="json")
        assert both(RULE, view(instance(**document), session)) == (1, None)
        document |= {"now": at("mon", "09:01").isoformat(), "published": {"roster": roster(session).model_dump(mode="json")}}
        assert both(RULE, view(instance(**document), session)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_all_meetings() -> None:
    """Every set of people, each team, rooms with and without features and seats: legal exactly when check is silent."""
    ids = [p["id"] for p in PEOPLE]
    offices = [room(seats, features=f) for seats, f in product((2, 4, 20), ([], ["animals"], ["lift"], ["animals", "lift"]))]
    for office, size, staff in product(offices, range(6), (("cora",), ("cora", "dan"))):
        for people in combinations(ids, size):
            amount, model = both(RULE, meeting(office, *people, staff=staff))
            assert (amount == 0) == (model is not None)


def test_rule_needs_rooms() -> None:
    """A telehealth program without rooms is not asked."""
    assert RULE.applies_to(view(instance()).case)
    assert not RULE.applies_to(view(instance(rooms=[])).case)
