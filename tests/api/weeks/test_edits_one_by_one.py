"""Each small edit asked directly, without a service around it: what it changes, what it leaves alone, and why it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from api.kernel.errors import Problem
from api.weeks.models.edits import EditRequest
from api.weeks.store.editing import edited
from api.weeks.store.judging import is_same_week
from scheduler.case import Case
from scheduler.roster import Home, Roster, Session
from tests.api.weeks.small import good_roster, small_instance
from tests.build import at, instance_json, meet, roster, run, windows
from tests.clocks import SPRING, week

ANA, BEN, G1, G2 = "a.ana.individual.2026-11-30.1", "a.ben.individual.2026-11-30.1", "g.g1.2026-11-30", "g.g2.2026-11-30"
SITES = [{"id": s, "hours": windows("06:00", "22:00")} for s in ("s1", "s2")]
ROOMS = [*({"id": f"r{n}", "site": "s1", "seats": 20} for n in (1, 2, 3)), {"id": "far", "site": "s2", "seats": 20}]
WEEK = small_instance(program=instance_json()["program"] | {"sites": SITES}, rooms=ROOMS)
CHANGE = {"do": "move", "session": G1}


def after(*edits: dict[str, Any], roster: Roster | None = None) -> dict[str, Session]:
    """The sessions after edits, by id."""
    request = EditRequest.model_validate({"edits": edits})
    return {s.id: s for s in edited(Case(WEEK), roster or good_roster(), request.edits).sessions}


def booked(session: Session) -> list[tuple[str, str]]:
    return [(b.participant, b.mode) for b in session.bookings]


def refused(*edits: dict[str, Any], roster: Roster | None = None) -> list[tuple[str, str]]:
    """Path and code of everything that is wrong."""
    with pytest.raises(Problem) as problem:
        after(*edits, roster=roster)
    return [(place.path, place.code) for place in problem.value.issues]


class TestBooking:
    def test_somebody_joins_the_others(self):
        two = good_roster(people=("ana", "ben"))
        made = after({"do": "book", "session": G1, "participant": "cid"}, roster=two)
        assert booked(made[G1]) == [("ana", "in_person"), ("ben", "in_person"), ("cid", "in_person")]
        assert booked(made[G2]) == [("ana", "in_person"), ("ben", "in_person")]

    def test_who_is_booked_already_changes_the_mode(self):
        made = after({"do": "book", "session": G1, "participant": "ana", "mode": "telehealth"})
        assert sorted(booked(made[G1])) == [("ana", "telehealth"), ("ben", "in_person"), ("cid", "in_person")]

    def test_one_leaves_and_the_others_stay(self):
        assert booked(after({"do": "unbook", "session": G1, "participant": "ben"})[G1]) == [("ana", "in_person"), ("cid", "in_person")]

    def test_a_run_without_anybody_stays_an_appointment_does_not(self):
        everybody = [{"do": "unbook", "session": G1, "participant": p} for p in ("ana", "ben", "cid")]
        made = after(*everybody, {"do": "unbook", "session": ANA, "participant": "ana"})
        assert booked(made[G1]) == []
        assert ANA not in made

    def test_of_two_in_an_appointment_one_stays(self):
        both = [{"do": "book", "session": ANA, "participant": "ben"}, {"do": "unbook", "session": ANA, "participant": "cid"}]
        assert refused(*both) == [("edits[1].participant", "not_booked")]
        made = after(both[0], {"do": "unbook", "session": ANA, "participant": "ben"})
        assert booked(made[ANA]) == [("ana", "in_person")]

    def test_refusals(self):
        assert refused({"do": "book", "session": G1, "participant": "zoe"}) == [("edits[0].participant", "unknown_id")]
        assert refused({"do": "unbook", "session": ANA, "participant": "ben"}) == [("edits[0].participant", "not_booked")]
        assert refused({"do": "book", "session": "g.none", "participant": "ana"}) == [("edits[0].session", "unknown_id")]
        assert refused({"do": "remove", "session": G1}, {"do": "remove", "session": G1}) == [("edits[1].session", "unknown_id")]


class TestMoving:
    def test_a_day_keeps_the_time_and_a_time_keeps_the_day(self):
        made = after({"do": "move", "session": ANA, "day": "thu"}, {"do": "move", "session": BEN, "time": "15:20"})
        assert (made[ANA].start, made[ANA].end) == (at("thu", "13:00"), at("thu", "13:50"))
        assert (made[BEN].start, made[BEN].end) == (at("tue", "15:20"), at("tue", "16:10"))

    def test_what_is_not_named_stays(self):
        before, made = {s.id: s for s in good_roster().sessions}, after({"do": "move", "session": G1, "facilitators": ["dan", "cora"]})
        assert made[G1] == before[G1].model_copy(update={"facilitators": ("dan", "cora")})
        assert {id: s for id, s in made.items() if id != G1} == {id: s for id, s in before.items() if id != G1}

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"room": "r3"}, ("s1", "r3")),
            ({"room": "far"}, ("s2", "far")),
            ({"site": "s2"}, ("s2", "r1")),
            ({"site": "s1", "room": "far"}, ("s1", "far")),
            ({"room": None}, ("s1", None)),
            ({"mode": "telehealth"}, (None, None)),
            ({"mode": "telehealth", "room": "far"}, (None, None)),
            ({"mode": "hybrid"}, ("s1", "r1")),
        ],
    )
    def test_a_room_brings_its_site_and_telehealth_needs_neither(self, change, place):
        made = after(CHANGE | change)[G1]
        assert (made.site, made.room) == place

    def test_everybody_gets_the_mode_of_the_session_but_in_a_hybrid_one(self):
        mixed = after(CHANGE | {"mode": "hybrid"}, {"do": "book", "session": G1, "participant": "ana", "mode": "telehealth"})[G1]
        assert (mixed.mode, dict(booked(mixed))) == ("hybrid", {"ana": "telehealth", "ben": "in_person", "cid": "in_person"})
        away = after(CHANGE | {"mode": "telehealth"})[G1]
        assert (away.mode, {mode for _, mode in booked(away)}) == ("telehealth", {"telehealth"})
        back = after(CHANGE | {"mode": "telehealth"}, CHANGE | {"mode": "in_person"})[G1]
        assert (back.mode, {mode for _, mode in booked(back)}) == ("in_person", {"in_person"})

    @pytest.mark.parametrize(("field", "value"), [("room", "r9"), ("site", "s9"), ("facilitators", ["cora", "eve"])])
    def test_every_id_is_known(self, field, value):
        assert refused(CHANGE | {field: value}) == [(f"edits[0].{field}", "unknown_id")]


ADD = {"do": "add", "day": "thu", "time": "09:00"}
TALK = ADD | {"service": "individual", "participants": ["ana"]}


class TestAdding:
    def test_a_run_of_a_group(self):
        made = after(ADD | {"group": "g3", "room": "far", "facilitators": ["dan"], "participants": ["cid", "ana"]})["g.g3.2026-11-30"]
        assert (made.service, made.group, made.ordinal, made.mode) == ("process", "g3", 1, "in_person")
        assert (made.start, made.end) == (at("thu", "09:00"), at("thu", "12:00"))
        assert (made.site, made.room, made.facilitators) == ("s2", "far", ("dan",))
        assert booked(made) == [("cid", "in_person"), ("ana", "in_person")]

    @pytest.mark.parametrize(
        ("mode", "place", "booking"), [("hybrid", ("s1", "r2"), "in_person"), ("telehealth", (None, None), "telehealth")]
    )
    def test_in_every_mode(self, mode, place, booking):
        made = after(ADD | {"group": "g3", "site": "s1", "room": "r2", "mode": mode, "participants": ["ana"]})["g.g3.2026-11-30"]
        assert (made.mode, (made.site, made.room), booked(made)) == (mode, place, [("ana", booking)])

    def test_an_appointment_takes_the_first_number_that_is_free(self):
        made = after(TALK, TALK | {"day": "fri"})
        assert [(s.ordinal, s.start, s.end) for s in made.values() if s.service == "individual" and s.start >= at("thu", "00:00")] == [
            (2, at("thu", "09:00"), at("thu", "09:50")),
            (3, at("fri", "09:00"), at("fri", "09:50")),
        ]
        again = after(TALK, {"do": "remove", "session": ANA}, TALK | {"day": "fri"})
        assert [s.start for s in again.values() if s.id == ANA] == [at("fri", "09:00")]
        other = after(ADD | {"service": "medication", "participants": ["ana"]})["a.ana.medication.2026-11-30.1"]
        assert (other.ordinal, other.group, other.end) == (1, None, at("thu", "09:30"))

    def test_guests_come_along(self):
        made = after(ADD | {"service": "family", "participants": ["ana"], "guests": ["mum"]})["a.ana.family.2026-11-30.1"]
        assert (made.guests, made.end) == (("mum",), at("thu", "10:00"))

    @pytest.mark.parametrize(
        ("edit", "field", "code"),
        [
            (ADD, "", "shape"),
            (TALK | {"group": "g3"}, "", "shape"),
            (ADD | {"group": "g1"}, ".group", "duplicate_id"),
            (ADD | {"service": "individual"}, ".participants", "shape"),
            (ADD | {"group": "g9"}, ".group", "unknown_id"),
            (TALK | {"service": "yoga"}, ".service", "unknown_id"),
            (TALK | {"participants": ["ana", "zoe"]}, ".participants", "unknown_id"),
            (TALK | {"room": "r9"}, ".room", "unknown_id"),
            (TALK | {"site": "s9"}, ".site", "unknown_id"),
            (TALK | {"facilitators": ["eve"]}, ".facilitators", "unknown_id"),
        ],
    )
    def test_refusals(self, edit, field, code):
        assert refused(TALK, edit) == [(f"edits[1]{field}", code)]


def test_a_week_is_the_same_whatever_time_it_is_and_whatever_is_published():
    later = WEEK.model_copy(update={"now": at("tue", "08:00"), "mode": "hold"})
    known = small_instance(published={"roster": good_roster()})
    assert is_same_week(WEEK, later)
    assert is_same_week(small_instance(), known)
    assert not is_same_week(WEEK, WEEK.model_copy(update={"rooms": WEEK.rooms[:2]}))


def test_what_the_program_no_longer_has_can_be_moved_and_lasts_no_time():
    """Until it is removed, the check says what is wrong with it."""
    gone = good_roster(run("gone", "wed", "09:00", ("ana",)), meet("ana", "thu", "13:00", service="yoga"))
    for id in ("g.gone.2026-11-30", "a.ana.yoga.2026-11-30.1"):
        made = after({"do": "move", "session": id, "day": "fri", "time": "10:00"}, roster=gone)[id]
        assert made.start == made.end == at("fri", "10:00")


@pytest.mark.parametrize(("time", "is_refused"), [("01:05", False), ("01:45", True), ("02:30", True), ("03:00", False)])
def test_no_session_lies_in_the_hour_the_clocks_skip(time, is_refused):
    before = roster(meet("ana", "sat", "13:00", monday=SPRING), monday=SPRING)
    request = EditRequest.model_validate({"edits": [{"do": "move", "session": before.sessions[0].id, "day": "sun", "time": time}]})
    if not is_refused:
        assert edited(Case(week(SPRING)), before, request.edits).sessions[0].start == at("sun", time, SPRING)
        return
    with pytest.raises(Problem) as problem:
        edited(Case(week(SPRING)), before, request.edits)
    assert [(place.path, place.code) for place in problem.value.issues] == [("edits[0].time", "clock_change")]


def test_homes_follow_from_the_sessions():
    kept = good_roster().model_copy(update={"homes": (Home(participant="ana", track="gone"),)})
    request = EditRequest.model_validate({"edits": [CHANGE | {"room": "r3"}]})
    assert edited(Case(WEEK), kept, request.edits).homes == edited(Case(WEEK), good_roster(), request.edits).homes
