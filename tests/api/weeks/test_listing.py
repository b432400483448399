"""Lists in the same words everywhere: what has changed since, sorted, counted, filtered, and page by page without a gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.listing import Listing, list_rows, orders_of
from api.database.tables import RoomRow, WeekRow
from api.kernel.errors import Problem
from api.programs.store.entities import archive_kept, create_kept, find_kept, list_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.weeks.store.dated_records import lay_on_people, of_week
from api.weeks.store.weeks import lock_week
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM, WEEK, person

MINUTE = timedelta(minutes=1)
A_TIME = "2026-11-30T08:00:00.000000Z"
PEOPLE, DECISIONS = KINDS["participants"], KINDS["phase_decisions"]
LISTS = [f"/v1/programs/{PROGRAM}/{kind}" for kind in KINDS] + [
    "/v1/programs",
    f"/v1/programs/{PROGRAM}/weeks",
    f"{WEEK}/rosters",
    f"{WEEK}/attendance",
    f"{WEEK}/calls",
    f"/v1/programs/{PROGRAM}/calls",
    f"/v1/programs/{PROGRAM}/announcements",
    f"/v1/programs/{PROGRAM}/feeds",
    f"/v1/programs/{PROGRAM}/participants/ana/consents",
    f"/v1/programs/{PROGRAM}/participants/ana/links",
    f"/v1/programs/{PROGRAM}/users",
    f"/v1/programs/{PROGRAM}/keys",
    f"/v1/programs/{PROGRAM}/webhooks",
    f"/v1/programs/{PROGRAM}/deletions",
    f"/v1/programs/{PROGRAM}/offers",
    f"{WEEK}/pins",
    f"{WEEK}/outreach",
    f"{WEEK}/late-notices",
    "/v1/users",
    "/v1/keys",
    "/v1/jobs",
]
COMPUTED = {f"/v1/programs/{PROGRAM}/due", f"{WEEK}/minutes"}
"""Made anew for each request: their lines have no time of change, and their own order. They can be counted."""
OTHERS = {
    "/v1/audit": "a log, newest first, with `since` and `until`; nothing in it changes",
    f"/v1/programs/{PROGRAM}/audit": "the same of a program",
    f"/v1/programs/{PROGRAM}/outbox": "what is sent, latest first, by state",
    f"/v1/programs/{PROGRAM}/webhooks/{{webhook}}/messages": "the same of a webhook",
    f"/v1/programs/{PROGRAM}/participants/{{participant}}/minutes": "the weeks between two Mondays, as a whole",
    f"/v1/programs/{PROGRAM}/offers/schedules/{{participant}}": "three at most, as a whole",
    f"{WEEK}/attendance/{{session}}/{{participant}}/former": "the marks of one entry, as a whole",
}
"""Lists that take none of the words, and why."""


def made(rows: Session, kind: str, /, **document: Any) -> Any:
    return create_kept(rows, "north", KINDS[kind], KINDS[kind].model.model_validate(document), "user:1")


class TestPages:
    """Six rooms, changed in three moments."""

    @pytest.fixture
    def rooms(self, rows: Session) -> Session:
        for n in range(1, 7):
            if n > 3:
                create_kept(
                    rows, "north", KINDS["rooms"], KINDS["rooms"].model.model_validate({"id": f"r{n}", "site": "s1", "seats": 4}), "u"
                )
            rows.get_one(RoomRow, {"program": "north", "id": f"r{n}"}).changed_at = BEFORE + MINUTE * (n % 3) + timedelta(microseconds=7)
        rows.flush()
        return rows

    def walk(self, rows: Session, **more: Any) -> list[str]:
        """Every page, one after the other."""
        ids, after = [], None
        while True:
            page = list_rows(rows, _rooms(), Listing(2, after, **more), orders_of(RoomRow, "id"), RoomRow.id)
            ids += [row.id for row in page.rows]
            assert page.total is None
            after = page.next
            if after is None:
                return ids

    def test_every_order_holds_over_pages(self, rooms):
        assert self.walk(rooms) == ["r1", "r2", "r3", "r4", "r5", "r6"]
        assert self.walk(rooms, sort="-id") == ["r6", "r5", "r4", "r3", "r2", "r1"]
        assert self.walk(rooms, sort="changed_at") == ["r3", "r6", "r1", "r4", "r2", "r5"]
        assert self.walk(rooms, sort="-changed_at") == ["r5", "r2", "r4", "r1", "r6", "r3"]

    def test_what_has_changed_since_includes_the_instant(self, rooms):
        since = BEFORE + MINUTE + timedelta(microseconds=7)
        assert self.walk(rooms, changed_since=since) == ["r1", "r2", "r4", "r5"]
        assert self.walk(rooms, changed_since=since + timedelta(microseconds=1), sort="-id") == ["r5", "r2"]

    def test_a_row_that_changes_meanwhile_moves_no_other(self, rooms):
        first = list_rows(rooms, _rooms(), Listing(2, sort="changed_at"), orders_of(RoomRow, "id"), RoomRow.id)
        rooms.get_one(RoomRow, {"program": "north", "id": "r6"}).changed_at = BEFORE + timedelta(hours=1)
        rooms.flush()
        rest = list_rows(rooms, _rooms(), Listing(9, first.next, sort="changed_at"), orders_of(RoomRow, "id"), RoomRow.id)
        assert [row.id for row in rest.rows] == ["r1", "r4", "r2", "r5", "r6"]

    def test_the_total_counts_all_pages(self, rooms):
        page = list_rows(rooms, _rooms(), Listing(2, "r2", is_counted=True), orders_of(RoomRow, "id"), RoomRow.id)
        assert ([row.id for row in page.rows], page.total, page.next) == (["r3", "r4"], 6, "r4")
        page = list_rows(rooms, _rooms(), Listing(6, is_counted=True), orders_of(RoomRow, "id"), RoomRow.id)
        assert (page.total, page.next) == (6, None)

    @pytest.mark.parametrize("after", ["", "soon", "2026-11-30~r1", A_TIME, "~", f"{A_TIME}~r1~r2"])
    def test_the_end_of_another_list_is_refused(self, rows, after):
        with pytest.raises(Problem) as problem:
            list_rows(rows, _rooms(), Listing(2, after, sort="changed_at"), orders_of(RoomRow, "id"), RoomRow.id)
        assert [(place.path, place.code) for place in problem.value.issues] == [("query.after", "value")]

    def test_dates_are_places_too(self, rows):
        for weeks in range(3):
            lock_week(rows, "north", MONDAY + timedelta(weeks=weeks))
        page = list_rows(rows, _weeks(), Listing(1, str(MONDAY), sort="monday"), orders_of(WeekRow, "monday"), WeekRow.monday)
        assert ([row.monday for row in page.rows], page.next) == ([date(2026, 12, 7)], "2026-12-07")


def _rooms() -> Any:
    return select(RoomRow).where(RoomRow.program == "north")


def _weeks() -> Any:
    return select(WeekRow).where(WeekRow.program == "north")


class TestPeople:
    def ids(self, rows: Session, *where: Any, **more: Any) -> list[str]:
        return [row.id for row in list_kept(rows, "north", PEOPLE, Listing(**more), where=where, monday=MONDAY).rows]

    def put(self, rows: Session, id: str, **more: Any) -> None:
        replace_kept(rows, find_kept(rows, "north", PEOPLE, id), PEOPLE, PEOPLE.model.model_validate(person(id, **more)), "user:1")
        rows.flush()

    def test_they_are_found_by_track_therapist_and_status_together(self, rows):
        made(rows, "tracks", id="t1")
        self.put(rows, "ana", home_track="t1", primary_therapist="cora")
        self.put(rows, "ben", home_track="t1", status="on_hold")
        assert self.ids(rows, {"track": ["t1"]}) == ["ana", "ben"]
        assert self.ids(rows, {"therapist": ["cora", "dan"]}) == ["ana"]
        assert self.ids(rows, {"track": ["t1"]}, {"status": ["on_hold"]}) == ["ben"]
        assert self.ids(rows, {"track": ["t1"]}, {"status": ["active"]}, {"therapist": ["dan"]}) == []

    def test_the_phase_is_that_of_the_week_as_it_is_built(self, rows):
        """Whatever decisions there are, the list and the week agree."""
        for id in ("p1", "p2"):
            made(rows, "phases", id=id, level="iop")
        week, sunday, after = MONDAY, MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)
        self.put(rows, "ana", phase="p1", phase_since=str(week))
        self.put(rows, "ben", phase="p1", phase_since=str(after))
        self.put(rows, "cid")
        for person_id in ("ana", "ben", "cid"):
            for day in (week - timedelta(days=1), week, sunday, after):
                row = made(rows, "phase_decisions", id=f"{person_id}.{day}", participant=person_id, first=str(day), phase="p2")
                for phase in ("p1", "p2"):
                    assert self.ids(rows, {"phase": [phase]}) == self.built(rows, phase)
                if day == sunday:
                    archive_kept(rows, row, DECISIONS, "user:1", BEFORE)
                    assert self.ids(rows, {"phase": ["p2"]}) == self.built(rows, "p2")

    def built(self, rows: Session, phase: str) -> list[str]:
        rows.flush()
        decisions = [DECISIONS.model.model_validate(row.document) for row in list_kept(rows, "north", DECISIONS, Listing(500)).rows]
        people = [PEOPLE.model.model_validate(row.document) for row in list_kept(rows, "north", PEOPLE, Listing()).rows]
        week = of_week(MONDAY, (), decisions, ())  # type: ignore[arg-type]
        return [one.id for one in lay_on_people(people, week, {}, {}) if one.phase == phase]  # type: ignore[arg-type]

    def test_who_was_archived_since_is_told(self, rows):
        row = find_kept(rows, "north", PEOPLE, "ben")
        row.changed_at = BEFORE - MINUTE
        for id in ("ana", "cid"):
            find_kept(rows, "north", PEOPLE, id).changed_at = BEFORE - MINUTE
        rows.flush()
        assert self.ids(rows, changed_since=BEFORE) == []
        archive_kept(rows, row, PEOPLE, "user:1", datetime.now(UTC))
        rows.flush()
        assert (self.ids(rows, changed_since=BEFORE), self.ids(rows)) == (["ben"], ["ana", "cid"])


WRONG = {"sort": ("name", "changed_at"), "changed_since": ("2026-11-26T15:00:00", "offset"), "after": ("a~b~c~d", "next")}
"""A wrong value of each parameter, and what the answer says to send."""


@pytest.mark.usefixtures("program")
def test_every_list_takes_the_same_words(admin):
    words = {"changed_since": "2026-11-26T15:00:00Z", "total": "true", "sort": "-changed_at", "limit": 1}
    for address in LISTS:
        answer = admin.get(address, params=words)
        assert answer.status_code == 200, (address, answer.text)
        assert answer.json()["total"] == len(admin.get(address, params=words | {"limit": 500}).json()["items"]), address
        assert admin.get(address).json()["total"] is None
        for name, (value, hint) in WRONG.items():
            wrong = admin.get(address, params={name: value})
            (issue,) = wrong.json()["issues"]
            assert (wrong.status_code, issue["path"]) == (422, f"query.{name}"), address
            assert hint in issue["message"], address


def test_no_list_is_forgotten(app):
    """Every route that answers a page is among the lists above; one that is new must take the words, or say why not."""
    known = {"program": PROGRAM, "monday": str(MONDAY)}
    lists = set()
    for path, operations in app.openapi()["paths"].items():
        answer = operations["get"]["responses"].get("200", {}) if "get" in operations else {}
        schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").split("/")[-1].startswith("PageOf"):
            for name, value in known.items():
                path = path.replace(f"{{{name}}}", value)
            lists.add(path.replace("{participant}/consents", "ana/consents").replace("{participant}/links", "ana/links"))
    assert lists == {*LISTS, *COMPUTED, *OTHERS}


@pytest.mark.usefixtures("program")
def test_computed_lists_are_counted(coordinator):
    for address in COMPUTED:
        page = coordinator.get(address, params={"total": "true", "limit": 1}).json()
        assert page["total"] == len(coordinator.get(address, params={"limit": 500}).json()["items"]), address
        assert coordinator.get(address).json()["total"] is None
        assert coordinator.get(address, params={"changed_since": "2026-11-26T15:00:00Z"}).status_code == 422


def test_filters_of_people_are_joined(coordinator, program):
    address = f"/v1/programs/{PROGRAM}/participants"
    ana = coordinator.get(f"{address}/ana")
    coordinator.put(f"{address}/ana", json=ana.json() | {"primary_therapist": "cora"}, headers={"If-Match": ana.headers["ETag"]})
    page = coordinator.get(address, params={"therapist": ["cora", "dan"], "status": "active", "total": True}).json()
    assert ([entry["id"] for entry in page["items"]], page["total"]) == (["ana"], 1)
    assert coordinator.get(address, params={"phase": "none"}).json()["items"] == []
