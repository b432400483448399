"""Any week in any zone, published any number of times: valid, complete, and read back as it was told."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.fhir.bundles import Bundle, BundleEntry
from scheduler.exchange.fhir.history import Last
from scheduler.exchange.fhir.resources import Appointment, Slot
from scheduler.roster import Roster
from tests.build import MONDAY, meet, roster, run
from tests.exchange.fhir.checks import faults, nameable
from tests.exchange.fhir.weeks import appointments, published, slots, teller

pytestmark = pytest.mark.unmeasured

PEOPLE = ("ana", "ben", "cid", "dora_2")
ZONES = ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "UTC")
# Minutes of the fortnight around the end of summer time in New York, in UTC.
STARTS = st.integers(0, 14 * 288).map(lambda n: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(minutes=5 * n))


@st.composite
def rosters(draw: st.DrawFn) -> Roster | None:
    """A few sessions at any time, with anybody in them; or a week that is taken back."""
    if draw(st.integers(0, 5)) == 0:
        return None
    sessions: list[dict[str, Any]] = []
    for n in draw(st.sets(st.integers(1, 4), max_size=3)):
        people = draw(st.lists(st.sampled_from([*PEOPLE, "ana@home"]), unique_by=lambda p: p.partition("@")[0], max_size=4))
        leads = draw(st.lists(st.sampled_from(["cora", "dan", "e_v_e"]), unique=True, max_size=2))
        start = draw(STARTS)
        more = {"start": start, "end": start + timedelta(minutes=draw(st.integers(1, 300))), "facilitators": leads}
        more |= {"room": draw(st.sampled_from([None, "r1", "room_2"]))}
        sessions.append(run(f"g{n}", "mon", "09:00", tuple(people), **more))
    for person in draw(st.sets(st.sampled_from(PEOPLE), max_size=2)):
        start = draw(STARTS)
        sessions.append(meet(person, "mon", "09:00", start=start, end=start + timedelta(minutes=50)))
    return roster(*sessions)


@settings(max_examples=25, deadline=None)
@given(st.lists(rosters(), min_size=1, max_size=4), st.sampled_from(ZONES))
def test_what_is_told_is_valid_and_read_back_as_it_was(steps: list[Roster | None], zone: str) -> None:
    history = published(*steps)
    told = list(appointments(history, zone=zone).values())
    for resource in (*told, *slots(history)):
        document = json.loads(resource.as_json())
        assert faults(document) == []
        assert nameable(document) == []
        assert type(resource).model_validate_json(resource.as_json()) == resource
    assert len({a.id for a in told}) == len(told)
    starts = {(s.thing.session.start, s.thing.session.end) for s in history.seats}
    assert {(a.start, a.end) for a in told} == starts
    assert all(a.start is not None and a.start.utcoffset() == a.start.astimezone(ZoneInfo(zone)).utcoffset() for a in told)


@settings(max_examples=30, deadline=None)
@given(st.lists(rosters(), min_size=1, max_size=4))
def test_a_copy_that_follows_the_changes_is_the_last_roster(steps: list[Roster | None]) -> None:
    """Who is booked is booked in the last roster; everybody who ever was is told, and nobody else."""
    told = appointments(published(*steps))
    last = steps[-1].sessions if steps[-1] is not None else ()
    booked = {(s.id, b.participant) for s in last for b in s.bookings}
    ever = {(s.id, b.participant) for step in steps if step is not None for s in step.sessions for b in s.bookings}
    assert {key for key, a in told.items() if a.status == "booked"} == booked
    assert set(told) == ever
    assert {a.status for key, a in told.items() if key not in booked} <= {"cancelled"}


@settings(max_examples=30, deadline=None)
@given(st.lists(rosters(), min_size=2, max_size=4))
def test_a_version_changes_with_what_is_told_and_only_then(steps: list[Roster | None]) -> None:
    before, after = appointments(published(*steps[:-1])), appointments(published(*steps))
    for key, old in before.items():
        same = old.model_copy(update={"meta": None}) == after[key].model_copy(update={"meta": None})
        assert same == (old == after[key])
        assert old.meta is not None
        assert after[key].meta is not None
        assert old.meta.last_updated <= after[key].meta.last_updated  # type: ignore[operator]


def bundle_of(count: int) -> Bundle:
    """So many appointments of as many sessions, as a search answers them."""
    week = roster(*(run(f"g{n}", "mon", "09:00", tuple(f"p{m}" for m in range(10))) for n in range(count // 10)))
    told, history = teller(), published(week)
    entries = []
    for seat in history.seats:
        made = told.appointment(seat, *told.standing(seat, None, datetime(2026, 11, 26, tzinfo=UTC)))
        entries.append(BundleEntry(full_url=f"https://rosters.example.org/v1/programs/north/fhir/Appointment/{made.id}", resource=made))
    return Bundle(type="collection", entry=tuple(entries))


def test_two_thousand_appointments_are_written_at_once() -> None:
    """Measured 40 ms and less; the test leaves room for a machine that is busy ten times over."""
    bundle = bundle_of(2000)
    begun = time.process_time()
    text = bundle.as_json()
    assert time.process_time() - begun < 0.5
    assert len(bundle.entry or ()) == 2000
    assert text.count(b'"resourceType":"Appointment"') == 2000


def test_a_bundle_is_read_back_as_it_was() -> None:
    bundle = bundle_of(100)
    assert Bundle.model_validate_json(bundle.as_json()) == bundle


def test_the_models_are_what_a_reader_gets() -> None:
    seat: Last[Any] = published(roster(run("g1", "mon", "09:00", ("ana",)))).seats[0]
    assert seat.thing.session.id == f"g.g1.{MONDAY}"
    assert {Appointment.model_fields[name].alias for name in ("resource_type", "cancelation_reason", "minutes_duration")} == {
        "resourceType",
        "cancelationReason",
        "minutesDuration",
    }
    assert Slot.model_fields["service_type"].alias == "serviceType"
