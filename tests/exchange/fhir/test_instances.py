"""The best known roster of every instance that is shipped, weeks of a change of the clock among them, told as FHIR."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from scheduler.reading import read_roster
from scheduler.roster import Roster
from tests.exchange.fhir.checks import faults, nameable
from tests.exchange.fhir.weeks import appointments, published, slots

BEST = {path.stem: path for path in sorted((Path(__file__).parents[3] / "instances" / "best").glob("*.json"))}
SAMPLED = ("dst_autumn", "dst_spring", "demo", "hold_24")


def check(roster: Roster) -> int:
    """Every booking is told once, at its time, by a resource that keeps to R4; how many there are."""
    history = published(roster)
    told = {key: json.loads(a.as_json()) for key, a in appointments(history, zone=roster.zone).items()}
    assert [fault for document in (*told.values(), *(json.loads(s.as_json()) for s in slots(history))) for fault in faults(document)] == []
    assert [path for document in told.values() for path in nameable(document)] == []
    booked = {(s.id, b.participant): (s.start, s.end) for s in roster.sessions for b in s.bookings}
    written = {key: tuple(datetime.fromisoformat(document[name]) for name in ("start", "end")) for key, document in told.items()}
    assert written == booked
    return len(told)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", SAMPLED)
def test_rosters_of_four_instances(name: str) -> None:
    assert check(read_roster(BEST[name])) > 30


@pytest.mark.proof
@pytest.mark.parametrize("name", BEST)
def test_rosters_of_every_instance(name: str) -> None:
    assert check(read_roster(BEST[name])) >= 0
    assert len(BEST) > 20
