"""A roster explained as a whole, and one participant's week."""

from datetime import timedelta

import pytest

from scheduler import explain, why
from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.build import MONDAY, clinician, group, instance, meet, participant, roster, run

LAST = MONDAY - timedelta(days=7)
ORDER = {"minutes": {"floor": 410, "ceiling": 600}, "sessions": {"floor": 0}, "days": {"floor": 0}, "services": [{"service": "individual"}]}
GROUPS = [group("g", track="am"), group("h", "tue", track="am", maximum=1, reserve=0), group("i", "thu", track="am", maximum=1, reserve=0)]


def week() -> tuple[Instance, Roster]:
    """Ana has g as last week, a talk after it with her therapist; h is hers, i is full with ben."""
    last = roster(run("g", "mon", "09:00", ("ana", "ben"), monday=LAST), monday=LAST)
    made = instance(
        participants=[
            participant("ana", order=ORDER, home_track="am", primary_therapist="dan"),
            participant("ben", order={"minutes": {"floor": 900}, "sessions": {"floor": 0}, "days": {"floor": 0}}),
        ],
        tracks=[{"id": "am"}],
        groups=GROUPS,
        history={"last_week": last.model_dump(mode="json")},
    )
    booked = roster(
        run("g", "mon", "09:00", ("ana", "ben")),
        run("h", "tue", "09:00", ("ana",)),
        run("i", "thu", "09:00", ("ben",)),
        meet("ana", "mon", "12:30"),
    )
    return made, booked


@pytest.mark.unmeasured
def test_every_booking_has_its_reasons() -> None:
    """Held, home track, therapist, no extra trip."""
    found = why(*week(), "ana")
    reasons = {booking.what: booking.reasons for booking in found.bookings}
    assert reasons["g"][:2] == ("held from last week", "home track am")
    assert reasons["h"][0] == "home track am"
    assert {"ordered this week", "own therapist dan", "on the day of g: no extra trip"} <= set(reasons["individual"])


def test_a_random_time_says_so() -> None:
    """Of an appointment that is not standing; the others keep silent."""
    made, booked = week()
    services = tuple(s.model_copy(update={"standing": s.id != "individual"}) for s in made.services)
    drawn = {b.what: b.reasons for b in why(made.model_copy(update={"services": services}), booked, "ana").bookings}
    assert "random time, drawn anew every week" in drawn["individual"]
    assert all("random" not in reason for b in why(made, booked, "ana").bookings for reason in b.reasons)


TRIPS = [("same_day", "on a day on site, without a trip"), ("beside_group", "beside a group, without a trip"), (None, None)]


@pytest.mark.parametrize(("bound", "reason"), TRIPS)
def test_a_visit_without_a_trip_says_so(bound: str | None, reason: str | None) -> None:
    """Of an appointment on site that is bound to other sessions."""
    made, booked = week()
    services = tuple(s.model_copy(update={"without_trip": bound if s.id == "individual" else None}) for s in made.services)
    found = {b.what: b.reasons for b in why(made.model_copy(update={"services": services}), booked, "ana").bookings}
    assert [r for r in found["individual"] if "without a trip" in r] == ([] if reason is None else [reason])


def test_hours_against_the_order() -> None:
    """410 of 410 minutes in three sessions."""
    hours = why(*week(), "ana").hours
    assert hours is not None
    assert (hours.minutes, hours.floor, hours.ceiling, hours.sessions, hours.days) == (410, 410, 600, 3, 2)


@pytest.mark.unmeasured
def test_alternatives_say_what_stands_against_them() -> None:
    """Thursday instead of Tuesday is full with ben."""
    (other,) = [a for a in why(*week(), "ana").alternatives if a.instead.startswith("i ") and "h" in a.session]
    assert (other.is_possible, other.rule, other.about) == (False, "group_size", ("i",))
    assert other.sentence == "i Thursday instead of Tuesday: i is full (1 of 1)"


@pytest.mark.unmeasured
def test_possible_alternatives_have_a_price() -> None:
    """Another time for the talk is possible and costs preferences, no care."""
    possible = [a for a in why(*week(), "ana").alternatives if a.is_possible]
    assert possible
    assert all(a.care_change == 0 for a in possible)


def test_the_whole_roster() -> None:
    """Ben misses 540 of 900 minutes, by far the worst week."""
    found = explain(*week())
    assert (found.care, found.by_rule["weekly_floor"], found.people[0].participant) == (540, 540, "ben")
    assert found.unmet[0].what == "540 of 900 minutes missing"
    assert found.lines[0].startswith("Care: 540 minutes missing")
    assert "g meets with 2 participants, fewer than 3" in found.notices


def test_one_of_the_whole() -> None:
    """The same entry by id."""
    assert explain(*week(), "ben").unmet[0].amount == 540
    with pytest.raises(KeyError):
        why(*week(), "zoe")


@pytest.mark.unmeasured
def test_what_a_hand_made_roster_breaks_comes_first() -> None:
    """Two in a group for one."""
    made, booked = week()
    broken = roster(run("h", "tue", "09:00", ("ana", "ben")), run("g", "mon", "09:00", ("ana", "ben")))
    assert explain(made, broken).lines[0] == "Not legal: h on Tuesday 2026-12-01 09:00 has 2 participants, 1 more than allowed"
    assert why(made, broken, "ana").lines[0].startswith("ana: ")
    assert booked.sessions


def test_a_roster_of_another_week_is_not_read() -> None:
    """Nothing is explained, the reason is."""
    made, _ = week()
    found = explain(made, roster(monday=LAST))
    assert found.lines[0] == "The roster does not fit the instance:"


@pytest.mark.unmeasured
def test_off_grain_times_made_by_hand() -> None:
    """12:37 is no candidate and still has its reasons."""
    made, _ = week()
    odd = roster(run("g", "mon", "09:00", ("ana", "ben")), meet("ana", "mon", "12:37"))
    assert "own therapist dan" in {b.what: b.reasons for b in why(made, odd, "ana").bookings}["individual"]


@pytest.mark.unmeasured
def test_a_full_caseload_is_noticed() -> None:
    """Dan may see one own participant and does."""
    made = instance(
        clinicians=[clinician("dan", limits={"caseload": 1})],
        participants=[participant("ana", primary_therapist="dan", order={"services": [{"service": "individual"}]})],
    )
    assert "dan sees 1 own participants, the most allowed" in explain(made, roster(meet("ana", "mon", "09:00"))).notices


def test_the_hours_of_a_block_move_together() -> None:
    """Ana is in the morning block; the afternoon's is possible as a whole, and a reason for each hour is its block."""
    groups = [
        group(f"{block}_{n}", time=f"{start + n:02}:00", minutes=60, block=block, facilitators=[leader])
        for block, start in (("am", 9), ("pm", 13))
        for n, leader in enumerate(("cora", "dan"))
    ]
    order = ORDER | {"minutes": {"floor": 120, "ceiling": 120}, "sessions": {"floor": 1, "ceiling": 1}, "services": []}
    made = instance(participants=[participant("ana", order=order)], groups=groups)
    hours = (("am_0", "09:00", "cora"), ("am_1", "10:00", "dan"))
    booked = roster(*(run(id, "mon", time, ("ana",), minutes=60, facilitators=[leader]) for id, time, leader in hours))
    found = why(made, booked, "ana")
    assert all("with all hours of block am" in booking.reasons for booking in found.bookings)
    assert {a.instead.split()[0] for a in found.alternatives if a.is_possible} == {"pm_0", "pm_1"}
    assert {a.care_change for a in found.alternatives} == {0}
