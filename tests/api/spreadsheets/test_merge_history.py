"""How things stood before a week, taken over from a file where the program does not know it itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import ImportedHistoryRow, RosterRow
from api.kernel.errors import Problem
from api.spreadsheets.store.merging.merge_week import merge_history
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.store.rosters import roster_of
from scheduler.instance import Instance
from tests.api.weeks.small import BEFORE, MONDAY, draft, publish_draft, small_instance
from tests.build import roster, run

LAST = MONDAY - timedelta(weeks=1)
LATER = BEFORE + timedelta(hours=1)
ORDERS = ({"participant": "ana", "floor": 360, "ceiling": 400}, {"participant": "zoe", "floor": 60, "ceiling": 90})


@pytest.fixture
def changes(rows: Session) -> Changes:
    return Changes(rows, "north", [], "user:7", BEFORE)


def merged(changes: Changes, wanted: Instance, built: Instance | None = None) -> Any:
    found = merge_history(changes, built or small_instance(), wanted, LATER)
    changes.session.flush()
    return found


def ordered(**more: Any) -> Instance:
    return small_instance(history={"orders": [{"participant": "ana", "floor": 300, "ceiling": 500}]} | more)


def brought(changes: Changes, monday: Any = MONDAY) -> None:
    document = {"orders": ORDERS, "services": [{"participant": "ana", "service": "family", "date": "2026-11-05"}]}
    changes.session.add(ImportedHistoryRow(program="north", monday=monday, document=document))
    changes.session.flush()


def floors(changes: Changes) -> dict[str, int]:
    row = changes.session.get(ImportedHistoryRow, "north")
    return {} if row is None else {order["participant"]: order["floor"] for order in row.document["orders"]}


def test_how_things_stood_is_taken_over_where_nothing_is_known(changes):
    assert merged(changes, ordered(services=[{"participant": "ana", "service": "family", "date": "2026-11-05"}])) is None
    row = changes.session.get_one(ImportedHistoryRow, "north")
    assert (row.monday, floors(changes), changes.changed) == (MONDAY, {"ana": 300}, {"history": 1})
    assert [entry["service"] for entry in row.document["services"]] == ["family"]


def test_the_same_history_changes_nothing(changes):
    merged(changes, ordered(), ordered())
    assert (floors(changes), changes.changed) == ({}, {})


@pytest.mark.parametrize(
    "history",
    [
        {"services": [{"participant": "ana", "service": "family", "date": "2026-11-05"}]},
        {"modules": [{"participant": "ana", "curriculum": "dbt", "module": "m"}]},
    ],
)
def test_services_and_modules_count_as_well(changes, history):
    merged(changes, small_instance(history=history))
    row = changes.session.get_one(ImportedHistoryRow, "north")
    (name,) = history
    assert len(row.document[name]) == 1


def test_what_was_brought_for_this_week_is_corrected_and_others_people_stay(changes):
    brought(changes)
    merged(changes, ordered())
    assert floors(changes) == {"ana": 300, "zoe": 60}
    row = changes.session.get_one(ImportedHistoryRow, "north")
    assert (row.document["services"], row.monday) == ([], MONDAY)
    merged(changes, small_instance(), ordered())
    assert (floors(changes), changes.changed) == ({"zoe": 60}, {"history": 2})


def test_of_people_the_file_does_not_have_nothing_is_compared(changes):
    brought(changes)
    merged(changes, small_instance(), small_instance(history={"orders": [ORDERS[1]]}))
    assert (floors(changes), changes.changed) == ({"ana": 360, "zoe": 60}, {})


@pytest.mark.parametrize("weeks", [-1, 1])
def test_what_was_brought_for_another_week_stays(changes, weeks):
    brought(changes, MONDAY + weeks * timedelta(weeks=1))
    merged(changes, ordered())
    assert (floors(changes), changes.changed) == ({"ana": 360, "zoe": 60}, {})


def test_what_was_published_before_is_known_better(changes):
    publish_draft(changes.session, draft(changes.session, monday=LAST))
    merged(changes, ordered())
    assert (floors(changes), changes.changed) == ({}, {})


@pytest.mark.parametrize(("program", "monday", "is_draft"), [("south", LAST, False), ("north", MONDAY, False), ("north", LAST, True)])
def test_another_programs_weeks_later_ones_and_drafts_say_nothing(changes, program, monday, is_draft):
    row = draft(changes.session, program, monday)
    if not is_draft:
        publish_draft(changes.session, row)
    merged(changes, ordered())
    assert floors(changes) == {"ana": 300}


def ran(group: str = "g1") -> Instance:
    sessions = (run(group, "mon", "09:00", ("ana",), monday=LAST),)
    return small_instance(history={"last_week": roster(*sessions, monday=LAST).model_dump()})


def test_last_weeks_roster_is_published_once(changes):
    made = merged(changes, ran())
    assert (made.row.monday, made.row.state, made.row.published_at, made.row.published_by) == (LAST, "published", LATER, "user:7")
    assert [s.group for s in roster_of(changes.session, made.row).sessions] == ["g1"]
    assert merged(changes, ran()) is None
    assert len(changes.session.scalars(select(RosterRow).where(RosterRow.program == "north")).all()) == 1


def test_a_roster_that_cannot_be_told_apart_is_named_where_it_stands(changes):
    twice = [run("g1", day, "09:00", ("ana",), monday=LAST, id=day) for day in ("mon", "tue")]
    with pytest.raises(Problem) as problem:
        merged(changes, small_instance(history={"last_week": roster(*twice, monday=LAST).model_dump()}))
    assert [place.path for place in problem.value.issues] == ["history.last_week.sessions[0]", "history.last_week.sessions[1]"]


def test_what_is_published_of_last_week_is_never_rewritten(changes):
    row = draft(changes.session, monday=LAST)
    publish_draft(changes.session, row)
    assert merged(changes, ran("g2")) is None
