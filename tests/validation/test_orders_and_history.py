"""Orders that nothing makes possible, couples that are kept apart, dates that lie ahead: what is told, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.validation import Issue, validate
from tests.build import at, clinician, free, group, instance, participant, windows
from tests.validation.spoiled import couple, ordered, program


def found(code: str, **more: Any) -> list[Issue]:
    """The issues of a code."""
    return [issue for issue in validate(instance(**more)) if issue.code == code]


def impossible(order: dict[str, Any], person: dict[str, Any] | None = None, **more: Any) -> list[str]:
    """What is told to be impossible of ana's order."""
    people = [participant("ana", order=order, **(person or {})), participant("ben")]
    return [issue.message for issue in found("service_impossible", participants=people, **more)]


TALK, BLOCK = ({"service": service, "per_week": 1} for service in ("individual", "process"))
GROUP_ROOM = [{"id": "r1", "site": "s1", "seats": 20, "uses": ["group"]}]
AWAY = [{"first": "2026-11-30", "last": "2026-12-06"}]
ON_LEAVE = [clinician(id, leave=AWAY) for id in ("cora", "dan")]
ACCESSIBLE = {"room_features": ["accessible"]}
NO_ACCESS = "no room at s1 has the feature accessible, which ana needs"


class TestServiceImpossible:
    def test_an_appointment_needs_a_room_or_an_agreement_to_telehealth(self) -> None:
        (message,) = impossible(ordered(TALK), rooms=GROUP_ROOM)
        why = "no room at s1 suits individual: r1 (for group sessions only)"
        assert message == f"make individual possible for ana, or order something else: {why}"
        assert len(impossible(ordered(TALK), rooms=[])) == 1
        assert impossible(ordered(TALK), {"modes": ["in_person", "telehealth"]}, rooms=[]) == []

    @pytest.mark.parametrize("staff", [[clinician("cora", hours=windows("09:00", "09:55", site="s1"))], ON_LEAVE])
    def test_an_appointment_needs_a_clinician_at_work_for_it_and_its_notes(self, staff: list[dict[str, Any]]) -> None:
        assert len(impossible(ordered(TALK), clinicians=staff)) == 1
        assert impossible(ordered(TALK), clinicians=[clinician("cora", hours=windows("09:00", "10:00", site="s1"))]) == []

    def test_an_appointment_needs_opening_hours(self) -> None:
        closed = program(closures=[{"date": f"2026-12-0{day}"} for day in range(1, 7)] + [{"date": "2026-11-30"}])
        people = [participant("ana", order=ordered(TALK))]
        night = [clinician("cora", hours=windows("22:00", "24:00", site="s1"))]
        assert len(found("service_impossible", participants=people, clinicians=night)) == 1
        assert len(found("service_impossible", participants=people, program=closed)) == 1

    def test_guests_and_partners_need_seats(self) -> None:
        """A family session of ana, a guest and a clinician needs three; so does a couple."""
        family = ordered({"service": "family", "per_week": 1, "guests": ["mum"]})
        guest = {"guests": [{"id": "mum", "availability": free()}]}
        for seats, number in ((2, 1), (3, 0)):
            rooms = [{"id": "r1", "site": "s1", "seats": seats}]
            assert len(impossible(family, guest, rooms=rooms)) == number
            couples = found("service_impossible", participants=[couple("ana", "ben"), couple("ben", "ana")], rooms=rooms)
            assert bool(couples) == bool(number)

    def test_a_group_needs_a_room_with_what_the_participant_needs(self) -> None:
        for order in (ordered(BLOCK), ordered(mix=[{"category": "process", "at_least": 1}]), {"minutes": {"floor": 180}}):
            (message,) = impossible(order, ACCESSIBLE, groups=[group("g")])
            assert message.endswith(NO_ACCESS)
            rooms = [{"id": "r1", "site": "s1", "seats": 20, "features": ["accessible"]}]
            assert impossible(order, ACCESSIBLE, groups=[group("g")], rooms=rooms) == []
            assert impossible(order, groups=[group("g")]) == []

    def test_one_group_that_can_meet_is_enough(self) -> None:
        phd, late = group("g", leading_credential="phd"), group("h", "tue", "20:00")
        assert impossible(ordered(BLOCK), groups=[phd, late, group("k", "tue")]) == []
        (message,) = impossible(ordered(BLOCK), groups=[phd, late])
        assert "no clinician has the credential phd, which the leader of g needs" in message
        assert "h cannot take place: s1 is open only 06:00-22:00 on Tuesday" in message
        assert impossible(ordered(BLOCK), groups=[phd, late], clinicians=[clinician("dan", credentials=["phd"])]) == []

    def test_modules_are_ordered_too(self) -> None:
        order, cycle = ordered(modules=["one"]), [{"id": "cycle", "modules": ["one"]}]
        teaching = group("g", curriculum="cycle", module="one")
        assert impossible(order, curricula=cycle, groups=[teaching]) == []
        (message,) = impossible(order, curricula=cycle, groups=[teaching], rooms=[])
        assert message == "make one possible for ana, or order something else: s1 has no room for g"

    def test_many_people_are_one_warning(self) -> None:
        people = [participant(f"p{n}", order=ordered(TALK)) for n in range(6)]
        (issue,) = found("service_impossible", participants=people, rooms=[])
        assert (issue.severity, issue.path) == ("warning", "participants[0].order")
        assert "for p0, p1, p2 and 3 more, or" in issue.message

    def test_who_is_not_served_and_what_is_not_due_is_left_out(self) -> None:
        assert impossible(ordered(TALK), {"status": "waiting"}, rooms=[]) == []
        assert impossible(ordered({"service": "individual", "due": False}), rooms=[]) == []
        assert impossible(ordered(mix=[{"category": "process", "at_most": 1}]), ACCESSIBLE, groups=[group("g")]) == []

    def test_what_is_over_is_not_asked_for(self) -> None:
        """On Tuesday, Monday's group has met."""
        assert impossible(ordered(BLOCK), ACCESSIBLE, groups=[group("g")], now=at("tue", "08:00")) == []


class TestCoupleApart:
    COUPLE = (couple("ana", "ben"), couple("ben", "ana"), participant("cem"))

    def relation(self, a: str, b: str, kind: str = "apart", people: tuple[dict[str, Any], ...] = COUPLE) -> list[str]:
        return [issue.path for issue in found("couple_apart", participants=list(people), relations=[{"a": a, "b": b, "kind": kind}])]

    def test_either_kind_in_either_order_is_an_error(self) -> None:
        for a, b, kind in (("ana", "ben", "apart"), ("ben", "ana", "apart"), ("ben", "ana", "apart_in_time")):
            assert self.relation(a, b, kind) == ["relations[0]"]
        assert self.relation("ana", "cem") == []

    def test_also_when_the_session_is_not_due_or_ordered_for_one_only(self) -> None:
        monthly = [couple(a, b, per_week=None, every_n_weeks=4) for a, b in (("ana", "ben"), ("ben", "ana"))]
        history = {"services": [{"participant": p, "service": "couple", "date": "2026-11-26"} for p in ("ana", "ben")]}
        relations = [{"a": "ana", "b": "ben", "kind": "apart"}]
        assert len(found("couple_apart", participants=monthly, relations=relations, history=history)) == 1
        assert self.relation("ana", "ben", people=(couple("ana", "ben"), participant("ben"))) == ["relations[0]"]

    def test_family_sessions_are_no_couples(self) -> None:
        family = ordered({"service": "family", "per_week": 1, "guests": ["ben"]})
        ana = participant("ana", order=family, guests=[{"id": "ben", "availability": free()}])
        assert self.relation("ana", "ben", people=(ana, participant("ben"))) == []

    def test_after_a_discharge_it_is_over(self) -> None:
        assert self.relation("ana", "ben", people=(couple("ana", "ben"), couple("ben", "ana") | {"status": "discharged"})) == []


class TestDateInFuture:
    def dates(self, *dates: str, who: str = "ana", **more: Any) -> list[str]:
        services = [{"participant": who, "service": "family", "date": date} for date in dates]
        return [issue.path for issue in found("date_in_future", history={"services": services}, **more)]

    def test_history_ends_on_the_sunday_before(self) -> None:
        assert self.dates("2026-11-29", "2026-11-30", "2026-12-06", "2027-06-01") == [f"history.services[{n}].date" for n in (1, 2, 3)]

    def test_now_moves_the_end(self) -> None:
        assert self.dates("2026-12-01", "2026-12-02", now=at("tue", "08:00")) == ["history.services[1].date"]
        ahead = at("mon", "08:00").replace(day=20, month=11)
        assert self.dates("2026-11-29", now=ahead) == [], "planned ahead: the week before will be over by then"

    def test_who_is_gone_is_ignored(self) -> None:
        assert self.dates("2027-01-01", who="gone") == []
