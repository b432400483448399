"""Calendars read back by two readers to exactly the roster; privacy; bytes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.case import Case
from scheduler.exchange.events import initials_or_id
from scheduler.exchange.ical import MOST_BYTES, write_calendar
from scheduler.exchange.options import FeedOptions
from scheduler.exchange.stamps import VersionedEvent
from scheduler.exchange.words import People
from scheduler.instance import Instance
from scheduler.roster import Roster
from scheduler.view import View
from tests.build import MONDAY, clinician, group, instance, instance_json, meet, participant, roster, run, view
from tests.exchange.readers import NOW, assert_well_formed, calendars_of, read_icalendar, read_vobject
from tests.exchange.weeks import LEADERS, PEOPLE, medium_instance, medium_roster

ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "America/Phoenix", "UTC",
         "Africa/Cairo", "Africa/Casablanca", "Asia/Kolkata")  # fmt: skip


def theirs(seen: View, person: str) -> list[tuple[datetime, datetime]]:
    """Starts and ends of a participant's sessions, drug screens left out."""
    sessions = [s for s in seen.roster.sessions if any(b.participant == person for b in s.bookings) and s.service != "screen"]
    return sorted((s.start.astimezone(UTC), s.end.astimezone(UTC)) for s in sessions)


def zoned(zone: str, monday: date) -> Instance:
    """Two people and two clinicians in another zone and week."""
    program = instance_json()["program"] | {"zone": zone}
    return instance(program=program, monday=monday.isoformat())


def meet_at(zone: str, minute: int, ordinal: int, monday: date, length: int = 50, fold: int = 0) -> dict[str, Any]:
    """Ana's appointment at a wall-clock minute of the week."""
    local = datetime.combine(monday, datetime.min.time()) + timedelta(minutes=minute)
    start = local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
    end = start + timedelta(minutes=length)
    return meet("ana", "mon", "09:00", ordinal=ordinal, monday=monday) | {"start": start, "end": end}


@pytest.mark.unmeasured
def test_both_readers_see_exactly_the_roster() -> None:
    """For each of sixteen participants; one of them has a drug screen, which is not there."""
    seen = View(Case(medium_instance()), medium_roster())
    bodies = calendars_of(seen)
    for person in PEOPLE:
        body = bodies[person]
        assert_well_formed(body)
        events = read_icalendar(body)
        assert [(e.start, e.end) for e in events] == theirs(seen, person)
        assert read_vobject(body) == events
        assert {e.summary for e in events} == {"Appointment"}
    assert len(theirs(seen, "p01")) == 4


def test_clinicians_see_groups_initials_and_rooms() -> None:
    """M. Ortiz: a group of eight and six single appointments."""
    seen = View(Case(medium_instance()), medium_roster())
    bodies = calendars_of(seen)
    body = bodies["mo"]
    assert_well_formed(body)
    summaries = [e.summary for e in read_icalendar(body)]
    assert summaries == ["Group g1 (8)", "K.B.", "B.F.", "L.P.", "J.S.", "A.T.", "R.G."]
    assert body.count(b"LOCATION:r3") == 3
    assert sum(len(read_icalendar(bodies[c])) for c in LEADERS) == len(seen.placed)


@pytest.mark.parametrize(
    ("label", "shown"), [("T.R.", "T.R."), ("TR", "TR"), ("Ana", "p"), ("T. Reed", "p"), ("", "p"), ("ANNA", "p"), ("T1", "p")]
)
def test_only_initials_stand_for_a_participant(label: str, shown: str) -> None:
    """Anything that could be a name gives way to the id."""
    case = Case(instance(participants=[participant("p", label=label)]))
    assert initials_or_id(case, People.of(case), "p") == shown


def test_same_initials_are_told_apart_for_clinicians_and_never_for_participants() -> None:
    """Ana and Ben are both A.B.: the clinician's calendar adds their ids, their own calendars name nobody."""
    made = instance(participants=[participant("ana", label="A.B."), participant("ben", label="AB"), participant("cam", label="C.D.")])
    plan = [meet(id, day, "09:00") for id, day in (("ana", "mon"), ("ben", "tue"), ("cam", "wed"))]
    bodies = calendars_of(view(made, *plan))
    assert [e.summary for e in read_icalendar(bodies["dan"])] == ["A.B. ana", "AB ben", "C.D."]
    assert all(b"A.B." not in bodies[id] and id.encode() not in bodies[id] for id in ("ana", "ben"))


def test_a_couple_is_named_by_both() -> None:
    """Both initials, and one event for the clinician."""
    made = instance(participants=[participant("ana", label="A.B."), participant("ben")])
    couple = meet("ana", "mon", "09:00", service="couple", bookings=[{"participant": "ana"}, {"participant": "ben"}])
    events = read_icalendar(calendars_of(view(made, couple))["dan"])
    assert [e.summary for e in events] == ["A.B. & ben"]


def test_planted_names_never_reach_a_participant() -> None:
    """Neither labels nor ids of program, people, groups, services, rooms or sites, nor identities of sessions."""
    planted = "Zzyzx"
    base = medium_instance()
    made = base.model_copy(
        update={
            "label": f"{planted} week",
            "program": base.program.model_copy(update={"id": f"{planted}-iop", "label": f"{planted} recovery"}),
            "participants": tuple(p.model_copy(update={"label": f"{planted} {p.id}"}) for p in base.participants),
            "clinicians": tuple(c.model_copy(update={"label": f"{planted} {c.id}"}) for c in base.clinicians),
            "groups": tuple(g.model_copy(update={"label": f"{planted} {g.id}"}) for g in base.groups),
            "rooms": tuple(r.model_copy(update={"label": f"{planted} {r.id}"}) for r in base.rooms),
            "services": tuple(s.model_copy(update={"label": f"{planted} {s.id}"}) for s in base.services),
        }
    )
    seen = View(Case(made), medium_roster())
    bodies = calendars_of(seen)
    for person in PEOPLE:
        body = bodies[person].replace(b"\r\n ", b"").decode()
        assert planted.lower() not in body.lower()
        for name in ("DESCRIPTION", "LOCATION", "ORGANIZER", "ATTENDEE", "CATEGORIES", "URL", "CONTACT"):
            assert name not in body
        written = {line.split(":", 1)[1] for line in body.splitlines() if line.startswith(("UID", "SUMMARY"))}
        assert all(value == "Appointment" or (len(value) == 64 and set(value) <= set("0123456789abcdef")) for value in written)
        assert body.count("CLASS:PRIVATE") == body.count("BEGIN:VEVENT")
        if person == "p01":
            assert body.count("BEGIN:VEVENT") == 4


def test_two_people_of_one_session_cannot_be_matched() -> None:
    """Their UIDs differ, as do the clinician's, and another secret gives other ones."""
    seen = view(instance(groups=[group("g")]), run("g", "mon", "09:00", ("ana", "ben")))
    bodies = calendars_of(seen)
    uids = [read_icalendar(bodies[person])[0].uid for person in ("ana", "ben", "cora")]
    uids.append(read_icalendar(calendars_of(seen, bytes(32))["ana"])[0].uid)
    assert len(set(uids)) == 4


def test_moving_a_session_keeps_its_uid() -> None:
    """Monday 9:00 becomes Thursday 16:00."""
    before, after = (view(instance(), meet("ana", day, time)) for day, time in (("mon", "09:00"), ("thu", "16:00")))
    uids = {read_icalendar(calendars_of(v)["ana"])[0].uid for v in (before, after)}
    assert len(uids) == 1


def test_spring_week_of_new_york() -> None:
    """2027-03-14: Saturday 9:00 is 14:00 UTC, Sunday 9:00 is 13:00 UTC, for both readers."""
    monday = date(2027, 3, 8)
    made = zoned("America/New_York", monday)
    sessions = [meet_at("America/New_York", day * 1440 + 540, day + 1, monday) for day in (5, 6)]
    body = calendars_of(View(Case(made), roster(*sessions, monday=monday)))["ana"]
    assert_well_formed(body)
    for read in (read_icalendar, read_vobject):
        assert [e.start for e in read(body)] == [datetime(2027, 3, 13, 14, tzinfo=UTC), datetime(2027, 3, 14, 13, tzinfo=UTC)]
    assert b"DTSTART;TZID=America/New_York:20270314T090000" in body


@pytest.mark.parametrize(("fold", "hour"), [(0, 5), (1, 6)])
def test_autumn_half_past_one_is_written_in_utc(fold: int, hour: int) -> None:
    """2026-11-01 has 1:30 twice: at 5:30 and at 6:30 UTC. The sessions around it stay local."""
    monday, zone = date(2026, 10, 26), "America/New_York"
    made = zoned(zone, monday)
    sessions = [meet_at(zone, 6 * 1440 + 90, 1, monday, 20, fold), meet_at(zone, 6 * 1440 + 240, 2, monday), meet_at(zone, 540, 3, monday)]
    body = calendars_of(View(Case(made), roster(*sessions, monday=monday)))["ana"]
    assert_well_formed(body)
    expected = [datetime(2026, 10, 26, 13, tzinfo=UTC), datetime(2026, 11, 1, hour, 30, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)]
    for read in (read_icalendar, read_vobject):
        assert [e.start for e in read(body)] == expected
    assert f"DTSTART:20261101T0{hour}3000Z".encode() in body
    assert body.count(b"DTSTART;TZID=America/New_York") == 2


def test_an_end_in_the_overlap_takes_the_start_with_it() -> None:
    """0:50 to 1:40: both ends are in UTC."""
    monday, zone = date(2026, 10, 26), "America/New_York"
    seen = View(Case(zoned(zone, monday)), roster(meet_at(zone, 6 * 1440 + 50, 1, monday), monday=monday))
    body = calendars_of(seen)["ana"]
    assert b"DTSTART:20261101T045000Z" in body
    assert b"DTEND:20261101T054000Z" in body


def test_a_zone_without_a_rule_is_written_in_utc_with_a_timezone_all_the_same() -> None:
    """Cairo."""
    seen = View(Case(zoned("Africa/Cairo", MONDAY)), roster(meet_at("Africa/Cairo", 540, 1, MONDAY)))
    body = calendars_of(seen)["ana"]
    assert_well_formed(body)
    assert b"DTSTART:20261130T070000Z" in body
    assert b"TZID:UTC" in body
    assert b"X-WR-TIMEZONE:Africa/Cairo" in body


@pytest.mark.unmeasured
@given(
    st.sampled_from(ZONES),
    st.sampled_from((date(2026, 10, 19), date(2026, 10, 26), date(2027, 3, 8), date(2027, 3, 22), date(2026, 11, 30), date(2026, 12, 28))),
    st.lists(st.tuples(st.integers(0, 10079), st.integers(5, 240), st.integers(0, 1)), max_size=8),
)
def test_random_rosters_are_read_back_by_both(zone: str, monday: date, times: list[tuple[int, int, int]]) -> None:
    """Any minute of change weeks and others, in zones with and without a rule."""
    sessions = [meet_at(zone, minute, n + 1, monday, length, fold) for n, (minute, length, fold) in enumerate(times)]
    seen = View(Case(zoned(zone, monday)), roster(*sessions, monday=monday))
    body = calendars_of(seen)["ana"]
    assert_well_formed(body)
    events = read_icalendar(body)
    assert sorted((e.start, e.end) for e in events) == theirs(seen, "ana")
    assert read_vobject(body) == events
    assert len({e.uid for e in events}) == len(times)


@pytest.mark.unmeasured
@given(st.text(max_size=200))
def test_any_label_keeps_the_bytes_well_formed(label: str) -> None:
    """Long, multi-byte, with line ends, controls or surrogates."""
    options = FeedOptions.model_construct(label=label, is_private=True, has_place=False, reminder_minutes=None)
    body = calendars_of(view(instance(), meet("ana", "mon", "09:00")), options=options)["ana"]
    assert_well_formed(body)
    assert body.count(b"BEGIN:VEVENT") == 1


def test_the_order_of_sessions_does_not_matter() -> None:
    """The roster reversed gives the same bytes."""
    made, plan = medium_instance(), medium_roster()
    turned = Roster(monday=plan.monday, zone=plan.zone, sessions=plan.sessions[::-1])
    bodies = {calendars_of(View(Case(made), r))["sl"] for r in (plan, turned)}
    assert len(bodies) == 1


def test_header_is_neutral_and_complete() -> None:
    """Name, zone and refresh are there for a calendar without any event."""
    body = calendars_of(view(instance()))["ana"]
    assert_well_formed(body)
    lines = body.decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for line in (
        "PRODID:-//Calendar//EN", "CALSCALE:GREGORIAN", "NAME:Appointments", "X-WR-CALNAME:Appointments", "X-WR-TIMEZONE:America/New_York",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H",
    ):  # fmt: skip
        assert lines.count(line) == 1


def test_an_enormous_calendar_loses_its_oldest_events() -> None:
    """3,000 events would be more than clients take."""
    start = datetime(2026, 11, 30, 14, tzinfo=UTC)
    events = [
        VersionedEvent(
            uid=f"{n:064x}", start=start + timedelta(hours=n), end=start + timedelta(hours=n + 1), summary="Appointment", place="s1",
            calendar="participants/x", changed_at=NOW,
        )
        for n in range(3000)
    ]  # fmt: skip
    body = write_calendar(events, ZoneInfo("America/New_York"), FeedOptions(), 2026)
    assert len(body) < MOST_BYTES
    assert f"UID:{2999:064x}".encode() in body
    assert f"UID:{0:064x}".encode() not in body


def test_a_clinician_on_screen_is_at_telehealth() -> None:
    """No room: the place is named so."""
    seen = view(instance(clinicians=[clinician("dan")]), meet("ana@home", "mon", "09:00"))
    assert b"LOCATION:Telehealth" in calendars_of(seen)["dan"]
