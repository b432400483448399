"""Words to numbers for `held_place`."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from scheduler.possible_visits import need_visits
from scheduler.rules.held_place import HeldPlaceRule
from scheduler.terms import Visit
from scheduler.timegrid import Span
from tests.build import (
    MONDAY,
    SERVICES,
    ZONE,
    at,
    clinician,
    free,
    group,
    instance,
    instance_json,
    meet,
    participant,
    roster,
    run,
    view,
    windows,
)
from tests.faces import both

RULE = HeldPlaceRule()
LAST = MONDAY - timedelta(days=7)
MODES = ["in_person", "telehealth"]
GROUPS = [
    group("a", starts=[{"day": "mon", "time": "09:00"}, {"day": "mon", "time": "14:00"}]),
    group("b", "tue", mode="hybrid"),
    group("c", "wed"),
    group("d", "thu"),
]
PROGRAM = instance_json()["program"]
FAR = {"travel": {"s1": 60}, "availability": free("08:30", "20:00")}
IN_PERSON = [service | {"modes": ["in_person"]} for service in SERVICES]
CLINICIANS = [clinician(c, hours=windows("09:00", "18:00", site="s1")) for c in ("cora", "dan")]


def last(*more, b="ana"):
    """Last week ana was in groups a and b, there in person unless "ana@home", and saw dan on Friday at 10:00."""
    sessions = (
        run("a", "mon", "09:00", ("ana",), monday=LAST),
        run("b", "tue", "09:00", (b,), monday=LAST, mode="hybrid"),
        meet("ana", "fri", "10:00", monday=LAST),
    )
    return {"monday": LAST, "zone": ZONE, "sessions": [*sessions, *more]}


def case(*sessions, mode="hold", more=None, order=None, last_week=None, **person):
    """Ana with an individual a week, free all week."""
    given = {"services": [{"service": "process", "per_week": 4}, {"service": "individual", "per_week": 1}]} | (order or {})
    base = {
        "participants": [participant("ana", **({"order": given, "modes": MODES} | person))],
        "groups": GROUPS,
        "clinicians": CLINICIANS,
        "history": {"last_week": last_week or last()},
        "mode": mode,
    }
    made = instance(**(base | (more or {})))
    return view(made, *sessions)


A, B, C, D = (run(g, day, "09:00", ("ana",)) for g, day in zip("abcd", ("mon", "tue", "wed", "thu"), strict=True))
TALK = meet("ana", "fri", "10:00")


def test_keeping_everything_is_legal():
    """The same groups and the same appointment, with another clinician and another room."""
    assert both(RULE, case(A, B, TALK)) == (0, 0)
    assert both(RULE, case(A, B, meet("ana", "fri", "10:00", facilitators=["cora"], room="r3"))) == (0, 0)


def test_leaving_places_empty_is_legal():
    """Nothing at all; only one of two groups; the appointment without groups."""
    assert both(RULE, case()) == (0, 0)
    assert both(RULE, case(A)) == (0, 0)
    assert both(RULE, case(TALK)) == (0, 0)


def test_new_groups_come_on_top_only():
    """c beside a and b is legal; c and d in exchange for b are 2, and 2 again when a and b are both empty."""
    assert both(RULE, case(A, B, C)) == (0, 0)
    assert both(RULE, case(A, C, D)) == (2, None)
    assert both(RULE, case(C, D)) == (2, None)


def test_a_held_group_meets_at_last_weeks_time_or_not_at_all():
    """Group a at 14:00 instead of 9:00 is 1; with a new group beside it 2, for a's own place is empty."""
    later = run("a", "mon", "14:00", ("ana",))
    assert both(RULE, case(later, B)) == (1, None)
    assert both(RULE, case(later, B, C)) == (2, None)


@pytest.mark.parametrize("kept", [0, 2])
def test_it_speaks_where_a_group_or_an_appointment_is_held(kept):
    """Last week had a group, or an appointment."""
    alone = last() | {"sessions": [last()["sessions"][kept]]}
    assert RULE.applies_to(case(last_week=alone).case)


@pytest.mark.parametrize("held", ["ana", "ana@home"])
def test_a_group_place_keeps_its_mode(held):
    """Hybrid group b in the mode of last week is legal, in the other one it is 1, and 2 with a new group beside the place left empty."""
    other = "ana" if held == "ana@home" else "ana@home"
    last_week = last(b=held)
    kept, turned = (run("b", "tue", "09:00", (who,), mode="hybrid") for who in (held, other))
    assert both(RULE, case(A, kept, C, last_week=last_week)) == (0, 0)
    assert both(RULE, case(A, turned, last_week=last_week)) == (1, None)
    assert both(RULE, case(A, turned, C, last_week=last_week)) == (2, None)


@pytest.mark.parametrize(
    ("held", "more", "person", "reason"),
    [
        ("ana@home", {}, {"modes": ["in_person"]}, "consent"),
        ("ana", {}, {"modes": ["telehealth"]}, "consent"),
        ("ana@home", {"groups": [*GROUPS[:1], group("b", "tue"), *GROUPS[2:]]}, {}, "offer_ended"),
        ("ana", {"groups": [*GROUPS[:1], group("b", "tue", mode="telehealth"), *GROUPS[2:]]}, {}, "offer_ended"),
        ("ana@home", {}, {"state": "PA"}, "licence"),
        ("ana", {}, {"state": "PA"}, None),
        ("ana@home", {"clinicians": [clinician("cora", licensed_states=["PA"]), clinician("dan")]}, {"state": "PA"}, None),
        ("ana@home", {"program": PROGRAM | {"telehealth_hours": windows("13:00", "18:00")}}, {}, "closure"),
        ("ana", {"program": PROGRAM | {"telehealth_hours": windows("13:00", "18:00")}}, {}, None),
        ("ana", {"program": PROGRAM | {"closures": [{"date": "2026-12-01", "site": "s1"}]}}, {}, "closure"),
        ("ana", {}, FAR, "availability"),
        ("ana@home", {}, FAR, None),
    ],
)
def test_data_alone_release_the_mode(held, more, person, reason):
    """Consent, the group's own mode, licence, telehealth hours, closures and travel release b; without them it is held in its mode."""
    found = case(more=more, last_week=last(b=held), **person)
    (place,) = (h for h in found.case.places.held["ana"] if h.group == "b")
    assert place.released == reason


@pytest.mark.parametrize(
    ("person", "more", "reason"), [({"modes": ["in_person"]}, {}, "consent"), ({}, {"services": IN_PERSON}, "offer_ended")]
)
def test_an_appointment_is_released_like_a_group_place(person, more, reason):
    """Friday's appointment by telehealth: consent withdrawn, or the service is given on site only; it is then placed freely."""
    remote = {"monday": LAST, "zone": ZONE, "sessions": [meet("ana@home", "fri", "10:00", monday=LAST)]}
    found = case(meet("ana", "wed", "14:00"), last_week=remote, more=more, **person)
    assert [h.released for h in found.case.places.held["ana"]] == [reason]
    assert both(RULE, found) == (0, 0)


@pytest.mark.parametrize(
    ("ben", "reason"),
    [
        ({}, None),
        ({"modes": ["telehealth"]}, "consent"),
        ({"availability": {"weekly": windows("08:00", "18:00", ["mon", "wed"])}}, "availability"),
    ],
)
def test_what_releases_one_of_a_couple_releases_both(ben, reason):
    """Friday's session of ana and ben: as soon as ben cannot come as they did, it is placed anew for both."""
    partners = {"ana": "ben", "ben": "ana"}
    order = {name: {"services": [{"service": "couple", "per_week": 1, "partner": other}]} for name, other in partners.items()}
    people = [participant("ana", order=order["ana"], modes=MODES), participant("ben", **({"order": order["ben"], "modes": MODES} | ben))]
    bookings = [{"participant": name, "mode": "in_person"} for name in ("ana", "ben")]
    held = meet("ana", "fri", "10:00", 60, LAST, "couple", bookings=bookings)
    found = case(last_week={"monday": LAST, "zone": ZONE, "sessions": [held]}, more={"participants": people})
    assert [[place.released for place in found.case.places.held[name]] for name in ("ana", "ben")] == [[reason], [reason]]


@pytest.mark.parametrize(("start", "reason"), [("10:00", None), ("10:15", "availability")])
def test_a_guest_who_cannot_come_any_more_releases_the_appointment(start, reason):
    """Friday 10:00 with a guest who is free from 10:00 on, or only from 10:15 on."""
    guests = [{"id": "mother", "availability": {"weekly": windows(start, "12:00", ["fri"])}}]
    ana = participant("ana", order={"services": [{"service": "family", "per_week": 1, "guests": ["mother"]}]}, guests=guests)
    held = meet("ana", "fri", "10:00", 60, LAST, "family", guests=["mother"])
    found = case(last_week={"monday": LAST, "zone": ZONE, "sessions": [held]}, more={"participants": [ana]})
    assert [place.released for place in found.case.places.held["ana"]] == [reason]


def test_a_released_mode_frees_place_and_mode():
    """Consent to telehealth withdrawn: b in person, and c instead of b, are legal."""
    assert both(RULE, case(A, B, last_week=last(b="ana@home"), modes=["in_person"])) == (0, 0)
    assert both(RULE, case(A, C, last_week=last(b="ana@home"), modes=["in_person"])) == (0, 0)


@pytest.mark.parametrize("moved", [("fri", "10:15", "ana"), ("thu", "10:00", "ana"), ("fri", "10:00", "ana@home")])
def test_an_appointment_keeps_day_time_and_mode(moved):
    """15 minutes later, a day earlier, or by telehealth: 1."""
    day, time, person = moved
    assert both(RULE, case(A, B, meet(person, day, time))) == (1, None)


def test_other_appointments_are_free():
    """The second individual of a week that had one is placed anywhere."""
    order = {"services": [{"service": "process", "per_week": 4}, {"service": "individual", "per_week": 2}]}
    assert both(RULE, case(A, B, TALK, meet("ana", "wed", "14:00", ordinal=2), order=order)) == (0, 0)


def test_the_order_of_last_weeks_sessions_never_matters():
    """An appointment before the groups: b is given up, so c is one too many."""
    listed = last()["sessions"]
    assert both(RULE, case(A, C, last_week=last() | {"sessions": listed})) == (1, None)
    assert both(RULE, case(A, C, last_week=last() | {"sessions": listed[::-1]})) == (1, None)


def test_released_places_bind_nobody():
    """Away on Tuesday: b is released, so c beside a is legal; away on Friday: the appointment moves freely."""
    away = {"weekly": windows("00:00", "24:00"), "absences": [{"first": "2026-12-01", "last": "2026-12-01"}]}
    assert both(RULE, case(A, C, availability=away)) == (0, 0)
    off = {"weekly": windows("00:00", "24:00"), "absences": [{"first": "2026-12-04", "last": "2026-12-04"}]}
    assert both(RULE, case(A, B, meet("ana", "wed", "14:00"), availability=off)) == (0, 0)


def test_rebuild_holds_nothing():
    """Everything moved in a new term."""
    free = case(run("a", "mon", "14:00", ("ana",)), C, D, meet("ana", "wed", "14:00"), mode="rebuild")
    assert not RULE.applies_to(free.case)
    assert both(RULE, free) == (0, 0)
    assert RULE.applies_to(case().case)


def test_a_place_whose_time_has_passed_binds_nobody():
    """It is Tuesday 8:00 and Monday's group was held without ana: c is new beside b, which still must be kept."""
    more = {"now": at("tue", "08:00")}
    assert both(RULE, case(B, C, more=more)) == (0, 0)
    assert both(RULE, case(C, more=more)) == (1, None)


def test_what_has_happened_is_no_swap():
    """Group c on Wednesday was published and held without a and b: no violation; d on Thursday is new, but nothing is held any more."""
    more = {"now": at("wed", "18:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [C]}}}
    assert both(RULE, case(C, more=more)) == (0, 0)
    assert both(RULE, case(C, D, more=more)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_every_roster():
    """All 96 choices: a absent, kept or moved; b, c, d there or not; the appointment absent, kept or moved to three times."""
    moved = (None, TALK, meet("ana", "fri", "10:15"), meet("ana", "thu", "16:00"))
    for a, b, c, d, talk in product((None, A, run("a", "mon", "14:00", ("ana",))), (None, B), (None, C), (None, D), moved):
        amount, model = both(RULE, case(*(s for s in (a, b, c, d, talk) if s)))
        assert (amount == 0) == (model == 0)


HOLDERS = ("p0", "p1", "p2")


def shared(people, holders=HOLDERS, mode="hold", more=None, persons=None, **found):
    """Six people and a Monday group; the holders were in it last week, people are booked now."""
    made = instance(
        participants=[participant(f"p{n}", **(persons or {}).get(f"p{n}", {})) for n in range(6)],
        groups=[group("g", **found)],
        history={"last_week": {"monday": LAST, "zone": ZONE, "sessions": [run("g", "mon", "09:00", holders, monday=LAST)]}},
        mode=mode,
        **(more or {}),
    )
    return view(made, run("g", "mon", "09:00", people))


def test_what_nobody_holds_is_for_others():
    """5 places, 3 held: two others are legal beside the holders and without them."""
    assert both(RULE, shared(("p0", "p1", "p2", "p3", "p4"), maximum=5)) == (0, 0)
    assert both(RULE, shared(("p3", "p4"), maximum=5)) == (0, 0)


def test_an_empty_held_place_is_not_given_away():
    """4 places, 3 held and empty: one other is legal, three are 2 too many."""
    assert both(RULE, shared(("p3",), maximum=4)) == (0, 0)
    assert both(RULE, shared(("p3", "p4", "p5"), maximum=4)) == (2, None)


def test_the_reserve_is_not_for_others_either():
    """5 places less a reserve of 1, 3 held: one other; the second is 1 too many."""
    assert both(RULE, shared(("p3",), maximum=5, reserve=1)) == (0, 0)
    assert both(RULE, shared(("p3", "p4"), maximum=5, reserve=1)) == (1, None)


def test_more_held_than_the_maximum_leaves_nothing():
    """3 held in a group of at most 2: the holders keep their places, an other is 1 too many."""
    assert both(RULE, shared(HOLDERS, maximum=2)) == (0, 0)
    assert both(RULE, shared(("p3",), maximum=2)) == (1, None)


def test_a_released_place_is_for_others():
    """p0 was discharged: 4 places, 2 held, two others are legal and the third is 1 too many."""
    left = {"p0": {"status": "discharged"}}
    assert both(RULE, shared(("p3", "p4"), maximum=4, persons=left)) == (0, 0)
    assert both(RULE, shared(("p3", "p4", "p5"), maximum=4, persons=left)) == (1, None)


def test_places_that_nobody_holds_are_not_counted():
    """p0, the only holder, was discharged; five people in a group of four are one too many, which `group_size` says."""
    left = {"p0": {"status": "discharged"}}
    assert both(RULE, shared(("p1", "p2", "p3", "p4", "p5"), holders=("p0",), maximum=4, persons=left)) == (0, 0)


def test_people_on_hold_are_counted_once():
    """p0 is on hold and keeps a place: 4 places less 1 kept less 2 held leave 1 for others, not 0."""
    on_hold = {"p0": {"status": "on_hold", "on_hold_since": "2026-11-25"}}
    assert both(RULE, shared(("p1", "p2", "p3"), maximum=4, persons=on_hold)) == (0, 0)
    assert both(RULE, shared(("p1", "p2", "p3", "p4"), maximum=4, persons=on_hold)) == (1, None)


def test_rebuild_frees_the_places_too():
    """The same roster that gives 2 places away."""
    assert both(RULE, shared(("p3", "p4", "p5"), maximum=4, mode="rebuild")) == (0, 0)


def test_a_run_that_has_happened_is_no_violation():
    """Three others were in the group on Monday, with 1 place for them; it is Tuesday."""
    past = run("g", "mon", "09:00", ("p3", "p4", "p5"))
    more = {"now": at("tue", "08:00"), "published": {"roster": {"monday": MONDAY, "zone": ZONE, "sessions": [past]}}}
    assert both(RULE, shared(("p3", "p4", "p5"), maximum=4, more=more)) == (0, 0)


@pytest.mark.unmeasured
def test_faces_agree_on_every_choice_of_people():
    """All 64 choices of six people, 5 places, 3 held."""
    for chosen in product((False, True), repeat=6):
        people = tuple(f"p{n}" for n, is_booked in enumerate(chosen) if is_booked)
        amount, model = both(RULE, shared(people, maximum=5))
        assert (amount == 0) == (model == 0)


def test_an_appointment_is_held_at_its_site():
    """Last Friday at s1: on s2 at the same time it is elsewhere; a group may move with its room."""
    sites = [{"id": site, "hours": windows("06:00", "22:00")} for site in ("s1", "s2")]
    made = instance(
        program={"id": "p", "zone": ZONE, "sites": sites},
        participants=[participant("ana", order={"services": [{"service": "individual", "per_week": 1}]})],
        rooms=[{"id": f"r{site}", "site": site, "seats": 9} for site in ("s1", "s2")],
        clinicians=[clinician("dan", hours=[w for site in ("s1", "s2") for w in windows("09:00", "18:00", site=site)])],
        history={"last_week": {"monday": LAST, "zone": ZONE, "sessions": [meet("ana", "fri", "10:00", monday=LAST)]}},
        mode="hold",
    )
    assert both(RULE, view(made, meet("ana", "fri", "10:00", room="rs1"))) == (0, 0)
    assert both(RULE, view(made, meet("ana", "fri", "10:00", site="s2", room="rs2"))) == (1, None)


APPOINTMENT = {"monday": LAST, "zone": ZONE, "sessions": [meet("ana", "fri", "10:00", monday=LAST)]}
NEW = [group("d", "thu"), group("f", "fri"), group("s", "sat"), group("o", "fri", "14:00", track="t")]


class TestMakingWay:
    """A standing appointment makes way for its own holder, and for nobody else."""

    def amounts(self, *sessions, last_week=None, more=None, **person):
        """Both faces of ana's week; she was in no group last week, and saw dan on Friday at 10:00."""
        more = {"groups": NEW, "tracks": [{"id": "t"}, {"id": "u"}]} | (more or {})
        return both(RULE, case(*sessions, last_week=last_week or APPOINTMENT, more=more, **person))

    def test_a_new_group_that_clashes_lets_it_move(self):
        """To another time or day; without the group, or with one on another day only, it stays."""
        friday, thursday = run("f", "fri", "09:00", ("ana",)), run("d", "thu", "09:00", ("ana",))
        moved = meet("ana", "wed", "10:00")
        assert self.amounts(friday, moved) == (0, 0)
        assert self.amounts(friday, meet("ana", "fri", "13:00")) == (0, 0)
        assert self.amounts(moved) == (1, None)
        assert self.amounts(thursday, moved) == (1, None)

    @pytest.mark.parametrize(("start", "wait", "moves"), [("11:50", False, False), ("12:00", False, True), ("12:00", True, False)])
    def test_a_new_group_after_a_wait_that_is_too_long_lets_it_move(self, start, wait, moves):
        """The appointment ends at 10:50, and an hour of waiting is allowed, or more where the participant agreed."""
        more = {"groups": [group("f", "fri", start)]}
        amounts = self.amounts(run("f", "fri", start, ("ana",)), meet("ana", "wed", "10:00"), more=more, may_wait_longer=wait)
        assert amounts == ((0, 0) if moves else (1, None))

    @pytest.mark.parametrize(("start", "minutes", "moves"), [("06:00", 180, False), ("06:00", 150, True)])
    def test_so_does_one_before_a_wait_that_is_too_long(self, start, minutes, moves):
        """The group ends at 9:00, or at 8:30: an hour or an hour and a half before the appointment."""
        more = {"groups": [group("f", "fri", start, minutes=minutes)]}
        amounts = self.amounts(run("f", "fri", start, ("ana",), minutes), meet("ana", "wed", "10:00"), more=more)
        assert amounts == ((0, 0) if moves else (1, None))

    def test_waiting_at_home_lets_nothing_move(self):
        """Both by telehealth, with more than an hour between them; a telehealth group that clashes does."""
        home = {**APPOINTMENT, "sessions": [meet("ana@home", "fri", "10:00", monday=LAST)]}
        moved = meet("ana@home", "wed", "10:00")
        for start, amounts in (("12:00", (1, None)), ("10:00", (0, 0))):
            more = {"groups": [group("f", "fri", start, mode="telehealth")]}
            sessions = run("f", "fri", start, ("ana@home",), mode="telehealth", site=None, room=None), moved
            assert self.amounts(*sessions, last_week=home, more=more) == amounts

    def test_a_group_that_is_left_for_the_appointment_is_not_in_the_way(self):
        """The appointment is within the group, which may be left for it; one that starts during the appointment cannot."""
        services = [s | {"pulls_out_of": ["process"]} if s["id"] == "individual" else s for s in SERVICES]
        for start, amounts in (("09:00", (1, None)), ("10:30", (0, 0))):
            more = {"services": services, "groups": [group("f", "fri", start)]}
            assert self.amounts(run("f", "fri", start, ("ana",)), meet("ana", "wed", "10:00"), more=more) == amounts

    @pytest.mark.parametrize(
        ("values", "moves"),
        [({"day_minutes_ceiling": 230}, False), ({"day_sessions_ceiling": 1}, True), ({"day_minutes_ceiling": 229}, True)],
    )
    def test_a_new_group_on_a_day_without_room_for_both_lets_it_move(self, values, moves):
        """The group of 180 minutes begins at 11:30, after the appointment of 50: two sessions and 230 minutes a day."""
        policy = {"values": {"second_staff_required": False} | values}
        more = {"groups": [group("f", "fri", "11:30")], "policy": policy}
        amounts = self.amounts(run("f", "fri", "11:30", ("ana",)), meet("ana", "wed", "10:00"), more=more)
        assert amounts == ((0, 0) if moves else (1, None))

    def test_a_group_for_others_or_beside_a_held_one_does_not_count(self):
        """A group of women, one outside ana's free time, one when the site is closed, and one at the time of a group she holds."""
        moved, friday = meet("ana", "wed", "10:00"), run("f", "fri", "09:00", ("ana",))
        women = {"groups": [group("f", "fri", eligibility={"genders": ["f"]})]}
        assert self.amounts(friday, moved, more=women, gender="m") == (1, None)
        assert self.amounts(friday, moved, more=women, gender="f") == (0, 0)
        late = {"weekly": windows("09:30", "18:00")}
        assert self.amounts(friday, moved, availability=late) == (1, None)
        closed = {"program": PROGRAM | {"closures": [{"date": "2026-12-04", "start": "11:00", "end": "24:00"}]}}
        assert self.amounts(friday, moved, more=closed) == (1, None)
        held = {**APPOINTMENT, "sessions": [*APPOINTMENT["sessions"], run("e", "fri", "11:00", ("ana",), monday=LAST)]}
        both_groups = {"groups": [group("e", "fri", "11:00"), group("f", "fri")]}
        assert self.amounts(friday, moved, last_week=held, more=both_groups)[0] == 2

    def test_a_held_group_lets_it_move_only_where_they_clash(self):
        """Held beside each other: the group ended before it, and now the holder is not free for the wait between them."""
        groups = [group("f", "fri", minutes=30), group("d", "thu")]
        both_held = {**APPOINTMENT, "sessions": [*APPOINTMENT["sessions"], run("f", "fri", "09:00", ("ana",), 30, monday=LAST)]}
        sessions = run("f", "fri", "09:00", ("ana",), 30), meet("ana", "wed", "10:00")
        assert self.amounts(*sessions, last_week=both_held, more={"groups": groups}) == (1, None)
        busy = free() | {"busy": [{"start": at("fri", "09:35"), "end": at("fri", "09:55")}]}
        assert self.amounts(*sessions, last_week=both_held, more={"groups": groups}, availability=busy) == (0, 0)

    def test_groups_of_other_tracks_and_services_not_ordered_do_not_count(self):
        other = run("o", "fri", "14:00", ("ana",))
        moved = meet("ana", "wed", "10:00")
        assert self.amounts(other, moved) == (0, 0)
        home = {**APPOINTMENT, "homes": [{"participant": "ana", "track": "u"}]}
        groups = {"groups": [*NEW, group("u", "tue", track="u")]}
        assert self.amounts(other, moved, last_week=home, more=groups, home_track="u") == (1, None)
        assert self.amounts(other, moved, last_week=home, more=groups, home_track="u", may_change_track=True) == (0, 0)
        after = {"groups": [NEW[3], NEW[1], group("u", "tue", track="u")]}
        assert self.amounts(run("f", "fri", "09:00", ("ana",)), moved, last_week=home, more=after, home_track="u") == (0, 0)
        only = {"only": True, "services": [{"service": "individual", "per_week": 1}, {"service": "skills", "per_week": 1}]}
        assert self.amounts(run("f", "fri", "09:00", ("ana",)), moved, order=only) == (1, None)

    def test_groups_on_as_many_other_days_as_ordered_let_it_move(self):
        """Two days are ordered: groups on Thursday and Saturday, new or held, leave none for Friday; one, or an appointment, does not."""
        two, groups = {"days": {"ceiling": 2}}, {"groups": [group("d", "thu"), group("s", "sat")]}
        days = run("d", "thu", "09:00", ("ana",)), run("s", "sat", "09:00", ("ana",))
        moved = meet("ana", "thu", "13:00")
        assert self.amounts(*days, moved, order=two, more=groups) == (0, 0)
        assert self.amounts(days[0], moved, order=two, more=groups) == (1, None)
        assert self.amounts(days[0], meet("ana", "wed", "10:00"), order=two, more=groups) == (1, None)
        assert self.amounts(*days, moved, order={"days": {"ceiling": 3}}, more=groups) == (1, None)
        held = {**APPOINTMENT, "sessions": [*APPOINTMENT["sessions"], run("d", "thu", "09:00", ("ana",), monday=LAST)]}
        assert self.amounts(*days, moved, order=two, more=groups, last_week=held) == (0, 0)

    def test_days_elsewhere_do_not_count_where_a_group_is_held_on_its_day(self):
        """The held group comes first, so the new ones on Thursday and Saturday (2 places) are no reason to move (1)."""
        groups = {"groups": [group("d", "thu"), group("s", "sat"), group("f", "fri", "11:00")]}
        held = {**APPOINTMENT, "sessions": [*APPOINTMENT["sessions"], run("f", "fri", "11:00", ("ana",), monday=LAST)]}
        days = run("d", "thu", "09:00", ("ana",)), run("s", "sat", "09:00", ("ana",))
        two = {"days": {"ceiling": 2}}
        assert self.amounts(*days, meet("ana", "thu", "13:00"), order=two, more=groups, last_week=held) == (3, None)

    def test_held_appointments_make_way_for_each_other_only_where_they_clash_now(self):
        """Held at 10:00 and 12:00: they clash once ana is busy between them; otherwise nothing could be in the way of either."""
        ordered = {"services": [{"service": name, "per_week": 1} for name in ("individual", "medication")]}
        other = meet("ana", "fri", "12:00", 30, service="medication", facilitators=["doc"])
        last_week = {
            **APPOINTMENT,
            "sessions": [
                *APPOINTMENT["sessions"],
                other | meet("ana", "fri", "12:00", 30, monday=LAST, service="medication", facilitators=["doc"]),
            ],
        }
        staff = [*CLINICIANS, clinician("doc", credentials=["prescriber"], hours=windows("12:00", "12:45", ("fri",), site="s1"))]
        moved, none = meet("ana", "wed", "10:00"), {"groups": [], "clinicians": staff}
        busy = free() | {"busy": [{"start": at("fri", "11:00"), "end": at("fri", "11:30")}]}
        assert self.amounts(other, moved, order=ordered, more=none, last_week=last_week, availability=busy) == (0, 0)
        assert self.amounts(other, moved, order=ordered, more=none, last_week=last_week) == (1, None)
        visit = Visit("ana", "individual", None, 1, Span(2 * 1440 + 600, 2 * 1440 + 650), "in_person", "s1", "dan")
        assert not RULE.admits(case(order=ordered, more=none, last_week=last_week).case, visit)

    def test_an_appointment_that_does_not_clash_is_not_in_the_way(self):
        """Medication is held in the afternoon; the group that could be in the way is not booked."""
        ordered = {"services": [{"service": name, "per_week": 1} for name in ("process", "individual", "medication")]}
        last_week = {
            **APPOINTMENT,
            "sessions": [*APPOINTMENT["sessions"], meet("ana", "fri", "12:00", 30, monday=LAST, service="medication")],
        }
        other = meet("ana", "fri", "12:00", 30, service="medication")
        assert self.amounts(other, meet("ana", "wed", "10:00"), order=ordered, last_week=last_week) == (1, None)

    def test_a_standing_appointment_without_another_time_lets_it_move(self):
        """Medication is given on Friday from 10:00 to 11:00 only; where it has another time, or is not standing, nothing moves."""
        ordered = {"services": [{"service": name, "per_week": 1} for name in ("individual", "medication")]}
        clash = meet("ana", "fri", "10:15", 30, service="medication", facilitators=["doc"])
        moved = meet("ana", "wed", "10:00")

        def week(*hours, **more):
            staff = [*CLINICIANS, clinician("doc", credentials=["prescriber"], hours=windows(*hours, days=("fri",), site="s1"))]
            return {"groups": [], "clinicians": staff} | more

        assert self.amounts(clash, moved, order=ordered, more=week("10:00", "11:00")) == (0, 0)
        assert self.amounts(clash, moved, order=ordered, more=week("10:00", "11:30")) == (1, None)
        assert self.amounts(moved, order=ordered, more=week("10:00", "11:00")) == (1, None)
        flexible = {"services": [service | {"standing": service["id"] != "medication"} for service in SERVICES]}
        assert self.amounts(clash, moved, order=ordered, more=week("10:00", "11:00", **flexible)) == (1, None)

    def test_two_held_appointments_make_no_way_for_each_other(self):
        """Both were held side by side, so neither is in the way of the other, wherever one is put."""
        ordered = {"services": [{"service": name, "per_week": 1} for name in ("individual", "medication")]}
        held = {**APPOINTMENT, "sessions": [*APPOINTMENT["sessions"], meet("ana", "fri", "12:00", 30, service="medication", monday=LAST)]}
        onto = meet("ana", "fri", "10:00", 30, service="medication")
        assert self.amounts(onto, meet("ana", "wed", "10:00"), order=ordered, last_week=held) == (2, None)

    def test_what_has_happened_is_not_in_the_way(self):
        """It is Friday at 13:00, and the group of the morning is over."""
        held = {**APPOINTMENT, "sessions": [meet("ana", "fri", "16:00", monday=LAST)]}
        past = run("f", "fri", "09:00", ("ana",))
        now = {"now": at("fri", "13:00"), "published": {"roster": roster(past)}, "groups": [group("f", "fri")]}
        assert self.amounts(past, meet("ana", "fri", "14:00"), last_week=held, more=now) == (1, None)

    @pytest.mark.parametrize("who", [("ana",), ("ben",)])
    def test_a_couple_makes_way_for_either_partner(self, who):
        """The group of one of them is in the way of their session; days elsewhere are no reason."""
        couple = {"bookings": [{"participant": p} for p in ("ana", "ben")], "service": "couple"}
        last_week = {**APPOINTMENT, "sessions": [meet("ana", "fri", "10:00", 60, monday=LAST, **couple)]}
        base, pairs = participant("x")["order"] | {"days": {"ceiling": 1}}, (("ana", "ben"), ("ben", "ana"))
        orders = {p: base | {"services": [{"service": "couple", "per_week": 1, "partner": q}]} for p, q in pairs}
        more = {"participants": [participant(p, order=order) for p, order in orders.items()]}
        moved = meet("ana", "wed", "10:00", 60, **couple)
        assert self.amounts(run("f", "fri", "09:00", who), moved, last_week=last_week, more=more) == (0, 0)
        assert self.amounts(run("d", "thu", "09:00", who), moved, last_week=last_week, more=more) == (2, None)

    def test_nobody_elses_group_counts(self):
        ordered = participant("x")["order"] | {"services": [{"service": "individual", "per_week": 1}]}
        more = {"participants": [participant("ana", order=ordered), participant("ben")]}
        assert self.amounts(run("f", "fri", "09:00", ("ben",)), meet("ana", "wed", "10:00"), more=more) == (1, None)

    def test_a_place_that_nothing_can_be_in_the_way_of_is_no_candidate(self):
        """Without groups on its day and without other appointments, its other times are not even looked at."""
        visit = Visit("ana", "individual", None, 1, Span(2 * 1440 + 600, 2 * 1440 + 650), "in_person", "s1", "dan")
        assert not RULE.admits(case(more={"groups": [group("d", "thu")]}, last_week=APPOINTMENT).case, visit)
        assert RULE.admits(case(more={"groups": [group("d", "fri", "18:00")]}, last_week=APPOINTMENT).case, visit)


@pytest.mark.parametrize("mode", ["hold", "rebuild"])
def test_all_times_of_an_appointment_are_judged_like_each(mode):
    """Ana's first talk is held, her second is not; whether the clinician is the same makes no difference."""
    week_case = case(mode=mode, order={"services": [{"service": "individual", "per_week": 2}]}).case
    judged = []
    for need in week_case.care.order("ana").needs:
        visits = [visit for visit in need_visits(week_case, need) if visit.site == "s1"]
        each = [RULE.admits(week_case, visit) for visit in visits]
        fits = RULE.admits_times(week_case, need, np.array([v.span.start for v in visits], dtype=np.int64), "s1")
        judged.append(None if fits is None else fits.tolist() == each == [True] * len(visits))
        assert each == [RULE.admits(week_case, replace(visit, clinician="cora")) for visit in visits]
    assert judged == [None if mode == "hold" else True, True]
