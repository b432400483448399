"""Whole weeks in and out over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.database import Store
from api.database.tables import ENTITY_TABLES, AttendanceRow, ProgramRow, PublishedBookingRow, PublishedSessionRow, RosterRow, WeekRow
from scheduler.instance import Instance
from scheduler.reading import dump_json
from scheduler.roster import Roster as RosterDocument
from scheduler.validation import errors, validate
from tests.api.programs.seed import instance_of, seed
from tests.api.programs.test_round_trip import plain
from tests.build import MONDAY, at, group, instance, meet, participant, roster, run

JSON = {"Content-Type": "application/json"}
NEXT = MONDAY + timedelta(weeks=1)


def import_(api: TestClient, week: Instance, program: str = "demo") -> Any:
    """Import a week into a new program."""
    api.post("/v1/programs", json={"id": program, "zone": "UTC"})
    return api.post(f"/v1/programs/{program}/import", content=dump_json(week), headers=JSON)


def count(store: Store, table: Any) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_import_says_what_it_made(admin: TestClient) -> None:
    week = instance_of("monday_740")
    answer = import_(admin, week)
    assert answer.status_code == 201
    made = answer.json()
    assert made["created"].items() >= {"participants": 40, "sites": 1, "groups": len(week.groups), "rooms": len(week.rooms)}.items()
    assert (made["monday"], made["last_week"]["monday"], made["published"]["monday"]) == ("2027-01-11", "2027-01-04", "2027-01-11")
    assert (made["last_week"]["left_out"], made["published"]["left_out"]) == ([], [])
    # The clinician who is out on Monday at 7:40 leads five of the sessions that were published on Thursday.
    assert (made["last_week"]["violations"], made["published"]["violations"]) == (0, 5)


def test_the_imported_week_comes_back_and_may_be_solved_unchanged(admin: TestClient) -> None:
    week = instance_of("wednesday_changes")
    import_(admin, week)
    address = f"/v1/programs/demo/weeks/{week.monday}"
    answer = admin.get(f"{address}/instance", params={"at": week.now.isoformat() if week.now else None})
    assert answer.status_code == 200
    found = Instance.model_validate_json(answer.content)
    assert plain(found) == plain(week)
    assert errors(validate(found)) == ()
    issues = admin.get(f"{address}/issues", params={"at": week.now.isoformat() if week.now else None}).json()
    assert (issues["is_solvable"], len(issues["issues"])) == (True, len(validate(found)))


def test_imported_rosters_are_published_weeks(admin: TestClient, store: Store) -> None:
    week = instance_of("monday_740")
    import_(admin, week)
    assert week.history.last_week is not None
    assert week.published is not None
    rosters = (week.history.last_week, week.published.roster)
    assert count(store, PublishedSessionRow) == sum(len(r.sessions) for r in rosters)
    assert count(store, PublishedBookingRow) == sum(len(s.bookings) for r in rosters for s in r.sessions)
    with store.reading() as session:
        rows = session.scalars(select(RosterRow).order_by(RosterRow.monday)).all()
        found = [(row.monday, row.state, row.origin, row.number, row.published_at == week.published.at) for row in rows]
    days = (week.monday - timedelta(weeks=1), week.monday)
    assert found == [(days[0], "published", "imported", 1, False), (days[1], "published", "imported", 1, True)]


def test_a_roster_with_conflicts_is_taken_as_it_was_and_its_conflicts_are_counted(admin: TestClient, store: Store) -> None:
    last = roster(run("g1", "mon", "09:00", ("ana",), monday=MONDAY - timedelta(weeks=1)),
                  meet("ana", "mon", "10:00", monday=MONDAY - timedelta(weeks=1)), monday=MONDAY - timedelta(weeks=1))  # fmt: skip
    made = import_(admin, instance(groups=[group("g1")], history={"last_week": last.model_dump()})).json()
    # At two places at once.
    assert (made["last_week"]["violations"], made["last_week"]["left_out"]) == (1, [])
    with store.reading() as session:
        assert session.scalars(select(RosterRow.accepted)).one() == ["participant_conflict"]


def test_what_history_names_and_the_program_has_not_is_kept_in_the_roster_but_not_published(admin: TestClient, store: Store) -> None:
    before = MONDAY - timedelta(weeks=1)
    last = roster(run("gone", "mon", "09:00", ("ana",), monday=before), meet("ben", "tue", "13:00", monday=before), monday=before)
    made = import_(admin, instance(history={"last_week": last.model_dump()})).json()
    assert made["last_week"]["left_out"] == [f"session g.gone.{before}: its group is no longer in this week"]
    assert count(store, PublishedSessionRow) == 1
    found = Instance.model_validate_json(admin.get(f"/v1/programs/demo/weeks/{MONDAY}/instance").content)
    assert found.history.last_week == last


class TestRefusals:
    def nothing_is_kept(self, store: Store) -> bool:
        return not any(count(store, table) for table in (*ENTITY_TABLES.values(), WeekRow, RosterRow, PublishedSessionRow))

    def test_an_instance_that_makes_no_sense(self, admin: TestClient, store: Store) -> None:
        answer = import_(admin, instance(participants=[participant("ana", phase="none")]))
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_instance")
        assert [place["path"] for place in answer.json()["issues"]] == ["participants[0].phase"]
        assert self.nothing_is_kept(store)

    def test_a_program_that_keeps_something_already(self, admin: TestClient) -> None:
        assert import_(admin, instance()).status_code == 201
        answer = import_(admin, instance())
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
        assert len(admin.get("/v1/programs/demo/participants").json()["items"]) == 2

    def test_a_program_that_is_not_there(self, admin: TestClient) -> None:
        assert admin.post("/v1/programs/none/import", content=dump_json(instance()), headers=JSON).status_code == 404

    def test_sessions_that_cannot_be_told_apart_leave_nothing_behind(self, admin: TestClient, store: Store) -> None:
        twice = (run("g1", "mon", "09:00", ("ana",), id="one"), run("g1", "tue", "09:00", ("ben",), id="two"))
        week = instance(groups=[group("g1")], published={"roster": roster(*twice).model_dump()})
        answer = import_(admin, week)
        assert (answer.status_code, [place["path"] for place in answer.json()["issues"]]) == (
            400, ["published.roster.sessions[0]", "published.roster.sessions[1]"],
        )  # fmt: skip
        assert self.nothing_is_kept(store)

    def test_a_body_of_the_wrong_shape(self, admin: TestClient) -> None:
        admin.post("/v1/programs", json={"id": "demo", "zone": "UTC"})
        answer = admin.post("/v1/programs/demo/import", json={"id": "x", "monday": "2026-11-30"})
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")


class TestWeeks:
    def test_the_issues_of_a_week_are_told_all_at_once(self, admin: TestClient, store: Store) -> None:
        seed(store, instance(groups=[group("g1")]))
        for address, patch in (("participants/ana", {"order": {"minutes": {"floor": 700, "ceiling": 600}}}),
                               ("groups/g1", {"minutes": 200, "segments": [{"service": "process", "minutes": 180}]})):  # fmt: skip
            assert admin.patch(f"/v1/programs/demo/{address}", json=patch, headers={"If-Match": '"1"'}).status_code == 200
        answer = admin.get(f"/v1/programs/demo/weeks/{MONDAY}/issues?at={at('mon', '08:00').isoformat().replace('+', '%2B')}").json()
        assert answer["is_solvable"] is False
        assert {(i["code"], i["path"]) for i in answer["issues"] if i["severity"] == "error"} == {
            ("segments_sum", "groups[0].segments"), ("band_reversed", "participants[0].order.minutes"),
        }  # fmt: skip

    def test_what_was_left_out_is_a_warning(self, admin: TestClient, store: Store) -> None:
        seed(store, instance(groups=[group("g1")], pins=[{"kind": "run", "group": "g1"}]))
        with store.writing() as session:
            session.connection().exec_driver_sql("UPDATE groups SET archived_at = '2026-11-01 00:00:00'")
        answer = admin.get(f"/v1/programs/demo/weeks/{MONDAY}/issues").json()
        assert [(i["code"], i["severity"]) for i in answer["issues"] if i["code"] == "left_out"] == [("left_out", "warning")]

    def test_the_week_after_holds_what_was_published(self, admin: TestClient, store: Store) -> None:
        week = instance(groups=[group("g1")], published={"roster": roster(run("g1", "mon", "09:00", ("ana",))).model_dump()})
        seed(store, week)
        found = Instance.model_validate_json(admin.get(f"/v1/programs/demo/weeks/{NEXT}/instance").content)
        assert isinstance(found.history.last_week, RosterDocument)
        assert [s.group for s in found.history.last_week.sessions] == ["g1"]
        assert (found.published, found.pins, [o.participant for o in found.history.orders]) == (None, (), ["ana", "ben"])

    @pytest.mark.parametrize("monday", ["2026-12-01", "2026-11-31", "x", "1890-01-06"])
    def test_a_week_is_named_by_its_monday(self, admin: TestClient, store: Store, monday: str) -> None:
        seed(store, instance())
        for what in ("instance", "issues"):
            assert admin.get(f"/v1/programs/demo/weeks/{monday}/{what}").status_code == 422

    def test_a_program_without_a_site_has_no_week(self, admin: TestClient) -> None:
        admin.post("/v1/programs", json={"id": "demo", "zone": "UTC"})
        answer = admin.get(f"/v1/programs/demo/weeks/{MONDAY}/issues")
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_deleting_a_program_row_takes_everything_with_it(store: Store) -> None:
    seed(store, "monday_740")
    with store.writing() as session:
        session.delete(session.get_one(ProgramRow, "demo"))
    assert not any(count(store, table) for table in (*ENTITY_TABLES.values(), WeekRow, RosterRow, PublishedSessionRow, AttendanceRow))
