"""What rules judge together: a link names everyone and everything whose sessions its judgment depends on."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from scheduler.case import Case
from scheduler.rule import Link, Rule
from scheduler.rules.already_happened import AlreadyHappened
from scheduler.rules.clinician_balance import ClinicianBalance
from scheduler.rules.keep_apart import KeepApart
from scheduler.rules.pinned import Pinned
from scheduler.rules.resource_capacity import ResourceCapacity
from tests.build import at, clinician, instance, meet, participant, roster, view, windows


def links(rule: Rule, case: Case) -> list[Link]:
    return list(rule.links(case))


def test_each_relation_links_two_participants() -> None:
    """A relation that is listed twice is one."""
    relations = [{"a": a, "b": b, "kind": "apart"} for a, b in (("ana", "ben"), ("ben", "cho"), ("ana", "ben"))]
    case = Case(instance(participants=[participant(p) for p in ("ana", "ben", "cho")], relations=relations))
    assert links(KeepApart(), case) == [
        Link("0", (("participant", "ana"), ("participant", "ben"))),
        Link("1", (("participant", "ben"), ("participant", "cho"))),
    ]


def test_a_pin_concerns_its_participant_or_its_group() -> None:
    """It is Tuesday: the second pin is over, and the others keep their numbers."""
    pins = [
        {"kind": "booking", "participant": "ana", "service": "individual", "clinician": "dan"},
        {"kind": "booking", "participant": "ana", "service": "individual", "clinician": "dan", "day": "mon", "time": "10:00"},
        {"kind": "booking", "participant": "ana", "group": "g"},
        {"kind": "run", "group": "g"},
        {"kind": "room", "group": "g", "room": "r1"},
    ]
    case = Case(instance(pins=pins, now=at("tue", "08:00")))
    ana, group = ("participant", "ana"), ("group", "g")
    assert links(Pinned(), case) == [Link("0", (ana,)), Link("2", (ana,)), Link("3", (group,)), Link("4", (group,))]


def test_what_has_happened_concerns_its_session() -> None:
    """Monday's session; Wednesday's is still to come."""
    sessions = meet("ana", "mon", "10:00"), meet("ana", "wed", "10:00", ordinal=2)
    published = roster(*sessions)
    case = Case(instance(participants=[participant("ana")], now=at("tue", "08:00"), published={"roster": published}))
    past = published.sessions[0].id
    assert links(AlreadyHappened(), case) == [Link(past, (("session", past),))]


def test_a_resource_concerns_those_who_need_it() -> None:
    """The van has ana and cho; nobody needs the interpreter."""
    van = {"id": "van", "kind": "van", "site": "s1"}
    interpreter = {"id": "interpreter", "kind": "sessions", "windows": windows("08:00", "12:00", capacity=1)}
    people = [participant(p, resources=[{"resource": "van"}] if p != "ben" else []) for p in ("ana", "ben", "cho")]
    case = Case(instance(participants=people, resources=[van, interpreter]))
    assert links(ResourceCapacity(), case) == [Link("van", (("participant", "ana"), ("participant", "cho"))), Link("interpreter", ())]


def test_a_fair_share_concerns_everyone_with_contract_minutes() -> None:
    staff = [clinician("cora", contract_minutes=600), clinician("dan", contract_minutes=0), clinician("eve", contract_minutes=60)]
    case = Case(instance(clinicians=staff))
    assert links(ClinicianBalance(), case) == [Link("staff", (("clinician", "cora"), ("clinician", "eve")))]


def test_a_fair_share_reads_who_gives_an_appointment_how_long_it_is_and_its_evening() -> None:
    """The evening starts at 17:00."""
    made = instance(policy={"values": {"evening_start": "17:00"}})

    def aspect(day: str, time: str, minutes: int = 50, **more: Any) -> Hashable:
        found = view(made, meet("ana", day, time, minutes, **more))
        return ClinicianBalance().aspect(found.case, found.placed[0])

    assert len({aspect(day, time) for day, time in (("mon", "08:00"), ("mon", "16:59"), ("tue", "09:00"))}) == 1
    assert len({aspect(day, time) for day, time in (("mon", "17:00"), ("mon", "19:00"))}) == 1
    others = aspect("mon", "17:00"), aspect("tue", "17:00"), aspect("mon", "08:00", 60), aspect("mon", "08:00", facilitators=["cora"])
    assert len({aspect("mon", "08:00"), *others}) == 5
