"""An import as rows, without a service around it: what is kept, where, and what of it is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.tables import EntityRow, ImportedHistoryRow, PinRow, PublishedBookingRow, PublishedSessionRow, RoomRow, RosterRow, WeekRow
from api.instances.store import ImportedProgram, import_instance, is_empty, publish_imported
from api.kernel.errors import Problem
from api.programs.models import ProgramSettings
from api.programs.store.kinds import KINDS
from api.programs.store.programs import create_program
from api.weeks.store.rosters import roster_of
from api.weeks.store.weeks import lock_week, pin_of, pins_of
from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.build import MONDAY, at, group, instance, instance_json, meet, participant, roster, run, windows

AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
LAST = MONDAY - timedelta(weeks=1)


def empty(rows: Session) -> Any:
    return create_program(rows, "east", ProgramSettings(zone="UTC", letter_sender="Riverside"), "user:1")


def taken(rows: Session, week: Instance) -> ImportedProgram:
    """Import into a program of its own."""
    empty(rows)
    return import_instance(rows, "east", week, "user:2", AT)


def kept(rows: Session, kind: str, id: str) -> EntityRow:
    return rows.get_one(KINDS[kind].table, {"program": "east", "id": id})


def last_week(*sessions: dict[str, Any]) -> dict[str, Any]:
    return {"last_week": roster(*sessions, monday=LAST).model_dump()}


def refused(act: Any, *given: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value


def test_everything_is_kept_by_whoever_brings_it_and_counted(rows):
    people = [participant("ana"), participant("ben", status="on_hold"), participant("cid")]
    apart = [{"a": "ana", "b": "ben", "kind": "apart"}, {"a": "ben", "b": "cid", "kind": "apart_in_time"}]
    made = taken(rows, instance(participants=people, groups=[group("g1"), group("g2", "tue")], relations=apart))
    assert made.created == {"sites": 1, "rooms": 3, "services": 8, "groups": 2, "clinicians": 2, "participants": 3, "relations": 2}
    assert (made.last_week, made.published) == (None, None)
    row = kept(rows, "participants", "ben")
    assert (row.status, row.created_by, row.changed_by, row.version) == ("on_hold", "user:2", "user:2", 1)
    assert [kept(rows, "relations", id).document for id in ("r0001", "r0002")] == [
        {"id": f"r000{n}"} | entry for n, entry in enumerate(apart, 1)
    ]


def test_the_program_takes_over_its_settings_and_keeps_who_letters_come_from(rows):
    place = {"id": "s2", "hours": windows()}
    document = instance_json()["program"] | {
        "label": "Evenings", "telehealth_hours": windows(), "closures": [{"date": "2026-12-25"}],
        "travel": [{"a": "s1", "b": "s2", "minutes": 20}],
    }  # fmt: skip
    week = instance(program=document | {"sites": [*document["sites"], place]}, weights={"trips": 7})
    row = empty(rows)
    import_instance(rows, "east", week, "user:2", AT)
    fields = ("label", "zone", "travel", "telehealth_hours", "closures", "week_a")
    expected = {name: getattr(week.program, name) for name in fields}
    assert ProgramSettings.model_validate(row.document) == ProgramSettings(
        **expected, policy=week.policy, weights={"trips": 7}, letter_sender="Riverside"
    )
    assert (row.version, row.changed_by) == (2, "user:2")


def test_what_is_of_the_week_is_kept_with_the_week(rows):
    taught = {"curriculum": "dbt", "module": "m2"}
    groups = [group("g1", **taught), group("g2", "tue", intake_override=4), group("g3", "wed")]
    released = [{"participant": "ana", "group": "g1"}]
    pins = [{"kind": "run", "group": f"g{n}"} for n in (3, 1, 2)]
    week = instance(groups=groups, curricula=[{"id": "dbt", "modules": ["m1", "m2"]}], history={"released": released}, pins=pins)
    taken(rows, week.model_copy(update={"mode": "rebuild"}))
    assert [(kept(rows, "groups", g).document["module"], kept(rows, "groups", g).document["intake_override"]) for g in ("g1", "g2")] == [
        (None, None),
        (None, None),
    ]
    row = rows.get_one(WeekRow, ("east", MONDAY))
    settings = row.document
    assert (settings["mode"], row.created_by) == ("rebuild", "user:2")
    assert {g: (special["module"], special["intake_override"]) for g, special in settings["groups"].items()} == {
        "g1": ("m2", None), "g2": (None, 4),
    }  # fmt: skip
    assert [(place["participant"], place["group"]) for place in settings["released"]] == [("ana", "g1")]
    found = pins_of(rows, "east", MONDAY)
    assert [pin_of(pin).group for pin in found] == ["g3", "g1", "g2"]
    assert [pin.id[:4] for pin in found] == ["0000", "0001", "0002"]
    assert {(pin.created_by, pin.changed_by, pin.created_at, len(pin.id)) for pin in found} == {("user:2", "user:2", row.created_at, 32)}
    assert rows.scalar(select(PinRow.id).where(PinRow.program != "east")) is None


def test_history_is_brought_along_without_the_roster_and_the_places_given_up(rows):
    orders = [{"participant": "ana", "floor": 360, "ceiling": 400}]
    history = last_week() | {"orders": orders, "released": [{"participant": "ana", "group": "g1"}]}
    taken(rows, instance(groups=[group("g1")], history=history))
    brought = rows.get_one(ImportedHistoryRow, "east")
    assert (brought.monday, brought.document["orders"][0]["floor"]) == (MONDAY, 360)
    assert (brought.document["last_week"], brought.document["released"]) == (None, [])


def test_its_rosters_are_published_when_it_says_or_now(rows):
    before = run("g1", "mon", "09:00", ("ana",), monday=LAST)
    this = run("g1", "mon", "09:00", ("ana", "ben"))
    when = AT - timedelta(hours=3)
    made = taken(rows, instance(
        groups=[group("g1")], history=last_week(before), published={"roster": roster(this).model_dump(), "at": when},
    ))  # fmt: skip
    assert made.last_week is not None
    assert made.published is not None
    for week, monday, moment in ((made.last_week, LAST, AT), (made.published, MONDAY, when)):
        row = week.row
        assert (row.program, row.monday, row.state, row.origin, row.created_by) == ("east", monday, "published", "imported", "user:2")
        assert (row.published_at, row.published_by, row.accepted, week.left_out) == (moment, "user:2", [], [])
        assert rows.get_one(WeekRow, ("east", monday)).created_by == "user:2"
    named = rows.execute(select(PublishedBookingRow.monday, PublishedBookingRow.participant).where(PublishedBookingRow.program == "east"))
    assert sorted(map(tuple, named)) == [(LAST, "ana"), (MONDAY, "ana"), (MONDAY, "ben")]


def test_a_roster_without_a_time_of_its_own_counts_as_published_now(rows):
    made = taken(rows, instance(groups=[group("g1")], published={"roster": roster(run("g1", "mon", "09:00", ("ana",))).model_dump()}))
    assert made.published is not None
    assert made.published.row.published_at == AT


def test_conflicts_are_accepted_each_rule_once_in_order(rows):
    again = (meet(person, "mon", "10:00", monday=LAST, facilitators=["cora"]) for person in ("ana", "ben"))
    made = taken(rows, instance(groups=[group("g1")], history=last_week(run("g1", "mon", "09:00", ("ana", "ben"), monday=LAST), *again)))
    assert made.last_week is not None
    assert made.last_week.row.accepted == ["clinician_conflict", "participant_conflict", "room_conflict"]


def test_what_names_missing_things_is_kept_in_the_roster_and_not_published(rows):
    gone = run("gone", "tue", "09:00", ("ana",), monday=LAST)
    made = taken(rows, instance(groups=[group("g1")], history=last_week(run("g1", "mon", "09:00", ("ana",), monday=LAST), gone)))
    assert made.last_week is not None
    assert made.last_week.left_out == [f"session g.gone.{LAST}: its group is no longer in this week"]
    assert {s.group for s in roster_of(rows, made.last_week.row).sessions} == {"g1", "gone"}
    assert set(rows.scalars(select(PublishedSessionRow.group).where(PublishedSessionRow.program == "east"))) == {"g1"}


@pytest.mark.parametrize("where", ["history.last_week", "published.roster"])
def test_sessions_that_cannot_be_told_apart_are_named_where_they_stand(rows, where):
    monday = LAST if where.startswith("history") else MONDAY
    sessions = [run("g1", day, "09:00", ("ana",), monday=monday, id=day) for day in ("mon", "wed")]
    twice = roster(sessions[0], meet("ana", "tue", "13:00", monday=monday), sessions[1], monday=monday).model_dump()
    more = {"history": {"last_week": twice}} if monday == LAST else {"published": {"roster": twice}}
    problem = refused(taken, rows, instance(groups=[group("g1")], **more))
    assert problem.code == "bad_instance"
    assert [(place.path, place.code) for place in problem.issues] == [
        (f"{where}.sessions[0]", "duplicate_id"),
        (f"{where}.sessions[2]", "duplicate_id"),
    ]


def test_a_roster_may_be_published_by_itself(rows):
    empty(rows)
    import_instance(rows, "east", instance(groups=[group("g1")]), "user:2", AT)
    document: Roster = roster(run("g1", "mon", "09:00", ("ana",), id="other"))
    week = publish_imported(rows, "east", MONDAY, document, "user:3", AT, "somewhere")
    assert roster_of(rows, week.row).sessions[0].id == f"g.g1.{MONDAY}"
    assert (week.row.created_by, week.row.published_by) == ("user:3", "user:3")
    assert rows.scalar(select(PublishedSessionRow.start).where(PublishedSessionRow.program == "east")) == at("mon", "09:00")


class TestEmpty:
    def test_a_program_is_empty_until_something_is_kept_even_archived(self, rows):
        assert (is_empty(rows, "north"), is_empty(rows, "none")) == (False, True)
        empty(rows)
        assert is_empty(rows, "east")
        rows.add(RoomRow(program="east", id="r", document={}, archived_at=AT))
        rows.flush()
        assert not is_empty(rows, "east")
        assert refused(import_instance, rows, "east", instance(), "user:2", AT).code == "wrong_state"

    def test_or_has_a_week(self, rows):
        empty(rows)
        lock_week(rows, "east", MONDAY)
        assert not is_empty(rows, "east")
        assert rows.scalar(select(RosterRow.id)) is None

    def test_nothing_is_imported_into_a_program_that_is_not_there_or_archived(self, rows):
        assert refused(import_instance, rows, "none", instance(), "user:2", AT).code == "not_found"
        empty(rows).archived_at = AT
        rows.flush()
        assert refused(import_instance, rows, "east", instance(), "user:2", AT).code == "wrong_state"
