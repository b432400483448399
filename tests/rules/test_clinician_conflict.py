"""Words to numbers for `clinician_conflict`: notes take 15 minutes after a group, 10 after other sessions."""

from itertools import product
from typing import Any

import pytest

from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.rules import RULES
from scheduler.rules.clinician_conflict import ClinicianConflict
from scheduler.view import View
from tests.build import at, clinician, group, instance, meet, participant, roster, run, view, windows
from tests.faces import both, check_amount

RULE = ClinicianConflict()
SERVICES = {"order": {"services": [{"service": "individual"}]}, "modes": ["in_person", "telehealth"]}
PEOPLE = [participant("ana", **SERVICES), participant("ben", **SERVICES), participant("cho")]


def two(first: dict[str, Any], second: dict[str, Any], **more: Any) -> View:
    """Two sessions in a program of one site."""
    return view(instance(participants=PEOPLE, groups=[group("g")], **more), first, second)


def two_sites(dan: dict[str, Any], *sessions: dict[str, Any], rooms: tuple[str, ...] = ("s1", "s2")) -> View:
    """Sessions in a program with the sites s1 and s2, 30 minutes apart, and rooms there."""
    sites = [{"id": s, "hours": windows("06:00", "22:00")} for s in ("s1", "s2")]
    program = {"id": "p", "zone": "America/New_York", "sites": sites, "travel": [{"a": "s2", "b": "s1", "minutes": 30}]}
    offices = [{"id": f"r{s}", "site": s, "seats": 20} for s in rooms]
    made = instance(program=program, rooms=offices, participants=PEOPLE, groups=[group("g")], clinicians=[dan])
    return view(made, *sessions)


BOTH_SITES = clinician("dan", hours=[w for s in ("s1", "s2") for w in windows("08:00", "14:00", ("mon",), site=s)])


def test_session_may_start_when_the_notes_of_a_group_end() -> None:
    """Group 9:00-12:00 with notes to 12:15; a session at 12:15 touches."""
    assert both(RULE, two(run("g", "mon", "09:00", ("cho",)), meet("ana", "mon", "12:15", facilitators=["cora"]))) == (0, 0)


def test_session_within_the_notes_of_a_group_is_illegal() -> None:
    """Group to 12:00 with notes to 12:15; a session at 12:00 comes 15 minutes too early."""
    assert both(RULE, two(run("g", "mon", "09:00", ("cho",)), meet("ana", "mon", "12:00", facilitators=["cora"]))) == (15, None)


def test_notes_after_an_individual_session_take_ten_minutes() -> None:
    """Session 9:00-9:50 and notes to 10:00: the next may start at 10:00, at 9:45 it lacks 15 minutes."""
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "10:00"))) == (0, 0)
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "09:45"))) == (15, None)


def test_policy_says_how_long_notes_take() -> None:
    """Notes of 25 minutes after a session to 9:50 end at 10:15, 15 minutes after the next start."""
    policy = {"values": {"notes_after_session": 25}}
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "10:00"), policy=policy)) == (15, None)
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "10:15"), policy=policy)) == (0, 0)


@pytest.mark.parametrize(("notes", "expected"), [(10, (0, 0)), (11, (1, None))])
def test_one_minute_too_few_is_too_few(notes: int, expected: tuple[int, int | None]) -> None:
    """Sessions at 9:00 to 9:50 and at 10:00."""
    policy = {"values": {"notes_after_session": notes}}
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "10:00"), policy=policy)) == expected


def test_other_clinicians_and_days_do_not_collide() -> None:
    """The same time with another clinician, or on another day, is legal."""
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "mon", "09:00", facilitators=["cora"]))) == (0, 0)
    assert both(RULE, two(meet("ana", "mon", "09:00"), meet("ben", "tue", "09:00"))) == (0, 0)


def test_a_couple_takes_one_session() -> None:
    """A couple session has two visits and is one session of its clinician."""
    order = {"services": [{"service": "couple", "partner": "ben"}]}, {"services": [{"service": "couple", "partner": "ana"}]}
    people = [participant("ana", order=order[0]), participant("ben", order=order[1])]
    session = meet("ana", "mon", "09:00", 60, service="couple") | {"bookings": [{"participant": "ana"}, {"participant": "ben"}]}
    assert both(RULE, view(instance(participants=people), session)) == (0, 0)


def test_travel_follows_the_notes() -> None:
    """Session on s1 to 9:50, notes to 10:00, 30 minutes of travel: on s2 from 10:30, at 10:15 it lacks 15 minutes."""
    first = meet("ana", "mon", "09:00", room="rs1")
    assert both(RULE, two_sites(BOTH_SITES, first, meet("ben", "mon", "10:30", site="s2", room="rs2"))) == (0, 0)
    assert both(RULE, two_sites(BOTH_SITES, first, meet("ben", "mon", "10:15", site="s2", room="rs2"))) == (15, None)
    assert both(RULE, two_sites(BOTH_SITES, first, meet("ben", "mon", "10:00", site="s2", room="rs2"))) == (30, None)
    assert both(RULE, two_sites(BOTH_SITES, first, meet("ben", "mon", "10:00", room="rs1"))) == (0, 0)


def test_a_way_shorter_than_the_grain_is_a_way() -> None:
    """10 minutes to the other site after the notes: at 10:00 all of them are missing, at 10:15 none."""
    near = {"id": "p", "zone": "America/New_York", "travel": [{"a": "s1", "b": "s2", "minutes": 10}]}
    near["sites"] = [{"id": s, "hours": windows("06:00", "22:00")} for s in ("s1", "s2")]
    offices = [{"id": f"r{s}", "site": s, "seats": 20} for s in ("s1", "s2")]
    made = instance(program=near, rooms=offices, participants=PEOPLE, clinicians=[BOTH_SITES])
    first = meet("ana", "mon", "09:00", room="rs1")
    assert both(RULE, view(made, first, meet("ben", "mon", "10:00", site="s2", room="rs2"))) == (10, None)
    assert both(RULE, view(made, first, meet("ben", "mon", "10:15", site="s2", room="rs2"))) == (0, 0)


def test_telehealth_is_given_where_the_clinician_works() -> None:
    """On s1 until 10:00, from 10:00 on s2: telehealth at 10:15 lacks 15 of the 30 minutes; with hours on both sites it does not."""
    half = clinician("dan", hours=[*windows("08:00", "10:00", ("mon",), site="s1"), *windows("10:00", "14:00", ("mon",), site="s2")])
    sessions = meet("ana", "mon", "09:00", room="rs1"), meet("ben@home", "mon", "10:15")
    assert both(RULE, two_sites(half, *sessions)) == (15, None)
    assert both(RULE, two_sites(half, *sessions, rooms=("s1",))) == (15, None)
    assert both(RULE, two_sites(BOTH_SITES, *sessions)) == (0, 0)
    assert both(RULE, two_sites(BOTH_SITES, sessions[0], meet("ben@home", "mon", "10:00"))) == (0, 0)
    assert both(RULE, two_sites(half, meet("ana@home", "mon", "09:00"), meet("ben@home", "mon", "10:15"))) == (15, None)
    late = meet("ana@home", "mon", "15:00"), meet("ben@home", "mon", "16:00")
    assert check_amount(RULE, two_sites(BOTH_SITES, *late)) == 0  # outside the hours there is no site either


def test_somebody_who_only_telephones_from_a_site_travels_there_too() -> None:
    """A group on s1 to 10:00 with notes to 10:15, then telehealth from s2, where no session takes place: 30 minutes of travel."""
    half = clinician("dan", hours=[*windows("08:00", "10:15", ("mon",), site="s1"), *windows("10:15", "14:00", ("mon",), site="s2")])
    at_home = [participant("ana", **(SERVICES | {"modes": ["telehealth"]})), participant("cho")]
    sites = [{"id": s, "hours": windows("06:00", "22:00")} for s in ("s1", "s2")]
    program = {"id": "p", "zone": "America/New_York", "sites": sites, "travel": [{"a": "s1", "b": "s2", "minutes": 30}]}
    made = instance(
        program=program, rooms=[{"id": "r1", "site": "s1", "seats": 20}], participants=at_home, groups=[group("g", minutes=60)],
        clinicians=[half],
    )  # fmt: skip
    led = run("g", "mon", "09:00", ("cho",), 60, facilitators=["dan"])
    assert both(RULE, view(made, led, meet("ana@home", "mon", "10:45"))) == (0, 0)
    assert both(RULE, view(made, led, meet("ana@home", "mon", "10:30"))) == (15, None)
    rows = list(RULE.rows(Case(made), enumerate_candidates(Case(made), RULES)))
    assert {row.key[1:3] for row in rows if "s2" in row.key} == {("s1", "s2")}


def past(second: str, at_now: str = "09:30", third: str | None = None) -> View:
    """Published: ana at 9:00 and, overlapping, ben at 9:15, both begun at 9:30; a third session at another time with the same dan."""
    begun = [meet("ana", "mon", "09:00"), meet("ben", "mon", second)]
    people = [*PEOPLE[:2], participant("cho", **SERVICES)]
    published = {"roster": roster(*begun).model_dump(mode="json")}
    made = instance(participants=people, published=published, now=at("mon", at_now).isoformat())
    return view(made, *begun, *([] if third is None else [meet("cho", "mon", third)]))


def test_what_happened_is_no_violation() -> None:
    """9:00 and 9:15 overlap but both have begun at 9:30; a third session waits until 10:15, when the notes of both end."""
    assert both(RULE, past("09:15")) == (0, 0)
    assert both(RULE, past("09:15", third="10:15")) == (0, 0)
    assert both(RULE, past("09:15", third="10:00")) == (15, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize("sites", list(product(("s1", "s2"), repeat=2)))
def test_faces_agree_on_all_starts(sites: tuple[str, str]) -> None:
    """Two sessions at each quarter hour 9:00 to 10:45: 20 pairs lie an hour apart, 6 an hour and a half; a group 9:00-12:00 never fits."""
    starts = [f"{h:02d}:{m:02d}" for h in (9, 10) for m in (0, 15, 30, 45)]
    legal = 0
    for a, b in product(starts, repeat=2):
        sessions = [meet(p, "mon", t, site=s, room=f"r{s}") for p, t, s in zip(("ana", "ben"), (a, b), sites, strict=True)]
        group_run = run("g", "mon", "09:00", ("cho",), minutes=180, facilitators=["dan"], room="rs1")
        amount, model = both(RULE, two_sites(BOTH_SITES, *sessions))
        assert (amount == 0) == (model is not None)
        legal += amount == 0
        amount, model = both(RULE, two_sites(BOTH_SITES, *sessions, group_run))
        assert amount > 0
        assert model is None
    assert legal == (20 if sites[0] == sites[1] else 6)


class TestShortBreaks:
    """Groups one after the other: notes are written in the break."""

    def hours(self, second: str, first: dict[str, Any] | None = None, **more: Any) -> View:
        """Cora leads a group from 9:00 to 9:50 and another one."""
        fields = {"minutes": 50, "track": "day"}
        groups = [group("h1", "mon", "09:00", **fields | (first or {})), group("h2", "mon", second, **fields | more)]
        sessions = [run("h1", "mon", "09:00", ("cho",), minutes=50), run("h2", "mon", second, ("cho",), minutes=50)]
        return view(instance(participants=PEOPLE, tracks=[{"id": "day"}, {"id": "eve"}], groups=groups), *sessions)

    @pytest.mark.parametrize("second", ["09:50", "09:55", "10:00", "10:05", "11:00"])
    def test_the_next_group_of_the_track_may_follow_at_once(self, second: str) -> None:
        assert both(RULE, self.hours(second)) == (0, 0)

    def test_in_programs_without_tracks_as_well(self) -> None:
        assert both(RULE, self.hours("10:00", {"track": None}, track=None)) == (0, 0)

    def test_a_group_of_another_track_waits_for_the_notes(self) -> None:
        assert both(RULE, self.hours("10:00", track="eve")) == (5, None)

    def test_a_session_after_it_waits_for_as_much_as_the_break(self) -> None:
        """The break to 10:00 is ten minutes; ana's session may begin then, and not at 9:55."""
        fields = {"minutes": 50, "track": "day"}
        groups = [group("h1", "mon", "09:00", **fields), group("h2", "mon", "10:00", **fields)]
        week = instance(participants=PEOPLE, tracks=[{"id": "day"}], groups=groups)
        first = run("h1", "mon", "09:00", ("cho",), minutes=50)
        assert both(RULE, view(week, first, meet("ana", "mon", "10:00", facilitators=["cora"]))) == (0, 0)
        assert check_amount(RULE, view(week, first, meet("ana", "mon", "09:55", facilitators=["cora"]))) == 5
