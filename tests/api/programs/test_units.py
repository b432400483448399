"""Units of authorizations used before a week: those entered, and those of published sessions since they were counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from api.database import Store
from api.database.tables import AttendanceRow
from scheduler.instance import Authorization
from tests.api.programs.seed import built, change, keep, publish_week, seed
from tests.build import MONDAY, group, instance, meet, roster, run

NEXT = MONDAY + timedelta(weeks=1)
AFTER = MONDAY + timedelta(weeks=2)
GRANT = {"id": "a1", "unit": "session", "first": "2026-11-01", "last": "2026-12-31", "used": 4, "counted_on": "2026-11-30"}
PEER = run("peers", "sat", "09:00", ("ana",), 60, service="peer")
SESSIONS = (run("g1", "mon", "09:00", ("ana", "ben")), run("g2", "tue", "09:00", ("ana",)), meet("ana", "tue", "13:00"), PEER)


@pytest.fixture
def program(store: Store) -> str:
    """Two blocks of 180 minutes on Monday and Tuesday, 50 minutes on Tuesday, and peer support, which counts for nothing."""
    groups = [group("g1", "mon"), group("g2", "tue"), group("peers", "sat", service="peer", minutes=60)]
    made = seed(store, instance(groups=groups, policy={"values": {"billable_day_minutes": 180, "second_staff_required": False}}))
    publish_week(store, made, MONDAY, roster(*SESSIONS))
    return made


def used(store: Store, program: str, *grants: dict[str, Any], monday: date = NEXT, **more: Any) -> list[tuple[int, int, date | None]]:
    """Units used, those in the payer's week, and up to when, of each authorization of ana."""
    change(store, program, "participants", "ana", authorizations=list(grants), **more)
    (person,) = (p for p in built(store, program, monday).instance.participants if p.id == "ana")
    return [(grant.used, grant.used_in_week, grant.counted_on) for grant in person.authorizations]


ADDED: list[tuple[dict[str, Any], tuple[int, int]]] = [
    ({}, (4 + 3, 0)),
    ({"unit": "hour"}, (4 + 3 + 3 + 1, 0)),
    ({"unit": "quarter_hour"}, (4 + 12 + 12 + 4, 0)),
    ({"unit": "day"}, (4 + 2, 0)),
    ({"services": ["individual"]}, (4 + 1, 0)),
    ({"services": ["peer"]}, (4 + 1, 0)),
    ({"first": "2026-12-01"}, (4 + 2, 0)),
    ({"last": "2026-11-30"}, (4 + 1, 0)),
    ({"counted_on": "2026-12-01"}, (4 + 2, 0)),
    ({"counted_on": "2026-11-01"}, (4 + 3, 0)),
    ({"week_start": "tue"}, (4 + 3, 2)),
    ({"week_start": "tue", "used_in_week": 9}, (4 + 3, 2)),
    ({"week_start": "tue", "used_in_week": 9, "counted_on": "2026-12-02"}, (4, 9)),
    ({"week_start": "tue", "used_in_week": 9, "counted_on": "2026-12-01"}, (4 + 2, 2)),
    ({"state": "asked"}, (4, 0)),
]
"""What a grant has other than `GRANT`, and the units used then, with those in the payer's week."""


def test_published_sessions_are_added(store: Store, program: str) -> None:
    found = [used(store, program, GRANT | grant) for grant, _ in ADDED]
    assert found == [[(*expected, NEXT)] for _, expected in ADDED]


def test_without_a_date_they_are_counted_by_staff_alone(store: Store, program: str) -> None:
    assert used(store, program, GRANT | {"counted_on": None}) == [(4, 0, None)]
    assert used(store, program, GRANT | {"counted_on": NEXT.isoformat(), "used_in_week": 2}) == [(4, 2, NEXT)]
    assert used(store, program, GRANT | {"counted_on": AFTER.isoformat()}) == [(4, 0, AFTER)]


def test_the_week_itself_is_not_before_it_and_later_weeks_add_up(store: Store, program: str) -> None:
    assert used(store, program, GRANT, monday=MONDAY) == [(4, 0, MONDAY)]
    publish_week(store, program, NEXT, roster(run("g1", "mon", "09:00", ("ana",), monday=NEXT), monday=NEXT))
    assert used(store, program, GRANT) == [(7, 0, NEXT)]
    assert used(store, program, GRANT, monday=AFTER) == [(8, 0, AFTER)]
    assert used(store, program, GRANT | {"counted_on": NEXT.isoformat()}, monday=AFTER) == [(5, 0, AFTER)]


def test_what_was_missed_uses_nothing_and_less_was_delivered_than_planned(store: Store, program: str) -> None:
    def mark(session: str, participant: str, status: str, minutes: int, **more: Any) -> None:
        key = {"program": program, "monday": MONDAY, "session": f"{session}.{MONDAY}", "participant": participant}
        with store.writing() as writing:
            writing.add(AttendanceRow(**key, status=status, minutes=minutes, **more))

    mark("g.g1", "ana", "no_show", 0)
    assert used(store, program, GRANT) == [(6, 0, NEXT)]
    mark("g.g2", "ana", "late", 100)
    assert used(store, program, GRANT | {"unit": "hour"}) == [(4 + 2 + 1, 0, NEXT)]
    assert used(store, program, GRANT | {"unit": "day"}) == [(4, 0, NEXT)]
    assert used(store, program, GRANT | {"unit": "day"}, order={"billable_day_minutes": 150}) == [(5, 0, NEXT)]
    assert used(store, program, GRANT | {"unit": "day"}, order={"billable_day_minutes": 151}) == [(4, 0, NEXT)]
    mark("g.g2", "ben", "attended", 180, is_walk_in=True)
    change(store, program, "participants", "ben", authorizations=[GRANT])
    (ben,) = (p for p in built(store, program, NEXT).instance.participants if p.id == "ben")
    assert [grant.used for grant in ben.authorizations] == [4 + 2]


def test_the_minimum_of_a_phase_decides_where_the_order_has_none(store: Store, program: str) -> None:
    keep(store, program, "phases", id="core", level="2.1", order={"billable_day_minutes": 200})
    assert used(store, program, GRANT | {"unit": "day"}, phase="core") == [(5, 0, NEXT)]
    assert used(store, program, GRANT | {"unit": "day"}, phase="core", order={"billable_day_minutes": 180}) == [(6, 0, NEXT)]


def test_the_one_that_ends_first_is_drawn_on_while_it_has_units(store: Store, program: str) -> None:
    last = GRANT | {"id": "a2", "last": "2027-01-31", "used": 0}
    assert used(store, program, last, GRANT | {"units": 6}) == [(1, 0, NEXT), (6, 0, NEXT)]
    assert used(store, program, last, GRANT) == [(0, 0, NEXT), (7, 0, NEXT)]
    assert used(store, program, GRANT | {"units": 5}) == [(7, 0, NEXT)], "where none is left, the last one is overrun"
    assert used(store, program, last, GRANT | {"counted_on": None}) == [(3, 0, NEXT), (4, 0, None)]


def test_nobody_elses_units_change(store: Store, program: str) -> None:
    used(store, program, GRANT)
    change(store, program, "participants", "ben", authorizations=[GRANT | {"counted_on": None}])
    people = {p.id: p for p in built(store, program, NEXT).instance.participants}
    assert people["ben"].authorizations == (Authorization.model_validate(GRANT | {"counted_on": None}),)
