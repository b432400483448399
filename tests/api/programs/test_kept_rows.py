"""What a program keeps as rows, without a service around it: whose it is, who names it, and who changed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.database.listing import Listing
from api.database.tables import EntityRow, PinRow, ProgramRow, PublishedSessionRow, RoomRow
from api.database.tables.base import now
from api.kernel.errors import Place, Problem
from api.programs.store.entities import (
    archive_kept,
    create_kept,
    find_kept,
    find_participant,
    list_kept,
    lock_program,
    new_row,
    replace_kept,
    restore_kept,
)
from api.programs.store.kinds import KINDS
from api.programs.store.programs import lock_any
from api.programs.store.reference_checks import MOST_TOLD, require_references, require_unused, wrong_references
from api.weeks.store.weeks import lock_week
from scheduler.fields import Model
from tests.api.weeks.small import MONDAY, changed_elsewhere, draft, person, publish_draft
from tests.build import at, roster, run, windows

AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ZONE = {"zone": "America/New_York"}
ROOM = {"id": "r9", "site": "s1", "seats": 4}


def model(kind: str, /, **document: Any) -> Model:
    return KINDS[kind].model.model_validate(document)


def made(rows: Session, kind: str = "rooms", program: str = "north", /, **document: Any) -> EntityRow:
    return create_kept(rows, program, KINDS[kind], model(kind, **(document or ROOM)), "user:1")


def code_of(act: Any, *given: Any, **more: Any) -> str:
    return refused(act, *given, **more).code


def refused(act: Any, *given: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        act(*given, **more)
    return problem.value


def places(problem: Problem) -> list[tuple[str, str]]:
    return [(place.path, place.code) for place in problem.issues]


class TestKept:
    def test_something_new_says_who_made_it(self, rows):
        row = made(rows)
        assert (row.program, row.id, row.document["seats"], row.version, row.created_by, row.changed_by) == (
            "north", "r9", 4, 1, "user:1", "user:1",
        )  # fmt: skip
        assert row.created_at == row.changed_at
        assert abs(row.created_at - now()) < timedelta(minutes=1)
        assert find_kept(rows, "north", KINDS["rooms"], "r9") is row
        assert code_of(find_kept, rows, "south", KINDS["rooms"], "r9") == "not_found"
        assert [code_of(made, rows), code_of(made, rows, "rooms", "west")] == ["exists", "not_found"]
        assert made(rows, "rooms", "south").program == "south"

    def test_what_it_names_must_be_there(self, rows):
        assert places(refused(made, rows, id="r9", site="s9", seats=4)) == [("site", "unknown_id")]
        assert code_of(find_kept, rows, "north", KINDS["rooms"], "r9") == "not_found"

    def test_fields_to_search_by_are_columns(self, rows):
        row = new_row("north", KINDS["participants"], model("participants", **person("dea", status="on_hold")), "user:1")
        assert (row.status, row.document["status"]) == ("on_hold", "on_hold")
        rows.add(row)
        rows.flush()
        replace_kept(rows, row, KINDS["participants"], model("participants", **person("dea", status="discharged")), "user:2")
        assert (row.status, row.version, row.changed_by) == ("discharged", 2, "user:2")

    def test_another_document_takes_the_place_of_the_former(self, rows):
        row = made(rows)
        replace_kept(rows, row, KINDS["rooms"], model("rooms", **ROOM | {"seats": 5}), "user:2")
        assert (row.document["seats"], row.version, row.changed_by, row.created_by) == (5, 2, "user:2", "user:1")
        wrong = model("rooms", **ROOM | {"site": "s9"})
        assert places(refused(replace_kept, rows, row, KINDS["rooms"], wrong, "user:2")) == [("site", "unknown_id")]
        row.archived_at = AT
        assert code_of(replace_kept, rows, row, KINDS["rooms"], model("rooms", **ROOM), "user:2") == "wrong_state"

    def test_it_is_archived_and_restored_once(self, rows):
        row, kind = made(rows), KINDS["rooms"]
        for _ in range(2):
            archive_kept(rows, row, kind, "user:2", AT)
        assert (row.archived_at, row.version, row.changed_by) == (AT, 2, "user:2")
        for _ in range(2):
            restore_kept(rows, row, kind, "user:3")
        assert (row.archived_at, row.version, row.changed_by) == (None, 3, "user:3")
        archive_kept(rows, row, kind, "user:2", AT)
        row.document = row.document | {"site": "s9"}
        assert code_of(restore_kept, rows, row, kind, "user:3") == "bad_reference"
        site = find_kept(rows, "north", KINDS["sites"], "s1")
        assert code_of(archive_kept, rows, site, KINDS["sites"], "user:2", AT) == "in_use"
        assert site.archived_at is None

    @pytest.mark.parametrize("act", [lock_program, lock_any])
    def test_a_program_is_read_again_before_it_is_changed(self, rows, act):
        known = lock_program(rows, "north")
        changed_elsewhere(rows, ProgramRow)
        assert known.version == 1
        assert act(rows, "north").version == 7

    def test_an_entity_is_read_again(self, rows):
        known = find_kept(rows, "north", KINDS["rooms"], "r1")
        changed_elsewhere(rows, RoomRow)
        assert known.version == 1
        assert find_kept(rows, "north", KINDS["rooms"], "r1").version == 7

    def test_a_participant_is_found_in_their_program_archived_or_not(self, rows):
        found = find_participant(rows, "south", "ana")
        assert (found.program, found.id) == ("south", "ana")
        found.archived_at = AT
        rows.flush()
        assert find_participant(rows, "south", "ana") is found
        assert [refused(find_participant, rows, *given).detail for given in (("north", "zoe"), ("west", "ana"))] == [
            "The program has no such participant.", "There is no such program.",
        ]  # fmt: skip

    def test_nothing_changes_in_an_archived_program(self, rows):
        assert lock_program(rows, "north").id == "north"
        rows.get(ProgramRow, "north").archived_at = AT
        rows.flush()
        assert [code_of(lock_program, rows, program) for program in ("north", "west")] == ["wrong_state", "not_found"]
        assert code_of(find_kept, rows, "north", KINDS["sites"], "s1", to_change=True) == "wrong_state"
        assert find_kept(rows, "north", KINDS["sites"], "s1").id == "s1"
        assert lock_any(rows, "north").id == "north"
        assert code_of(lock_any, rows, "west") == "not_found"

    def test_they_are_listed_by_id_status_and_whom_they_are_about(self, rows):
        kind = KINDS["participants"]

        def listed(limit: int = 5, after: str | None = None, **more: Any) -> list[str]:
            return [row.id for row in list_kept(rows, "north", kind, Listing(limit, after), **more).rows]

        assert (listed(), listed(1), listed(after="ana")) == (["ana", "ben", "cid"], ["ana"], ["ben", "cid"])
        ben = find_kept(rows, "north", kind, "ben")
        ben.archived_at, ben.status = AT, "on_hold"
        rows.flush()
        assert (listed(), listed(include_archived=True)) == (["ana", "cid"], ["ana", "ben", "cid"])
        on_hold = [{"status": ["on_hold", "waiting"]}]
        assert (listed(where=on_hold), listed(where=on_hold, include_archived=True)) == ([], ["ben"])
        for n, whose in enumerate(({"participant": "ana"}, {"clinician": "cora"}, {"clinician": "dan"})):
            made(rows, "absences", id=f"a{n}", first=MONDAY, last=MONDAY, **whose)
        where = [{"participant": ["ana", "ben"], "clinician": ["cora"]}]
        assert [row.id for row in list_kept(rows, "north", KINDS["absences"], Listing(), where=where).rows] == ["a0", "a1"]
        assert list_kept(rows, "north", KINDS["absences"], Listing(), where=[*where, {"clinician": ["dan"]}]).rows == []

    def test_whoever_touches_a_row_raises_its_version(self, rows):
        row = rows.get(ProgramRow, "north")
        row.touch("user:5")
        assert (row.version, row.changed_by) == (2, "user:5")
        assert abs(row.changed_at - now()) < timedelta(minutes=1)


class TestReferences:
    def test_documents_checked_together_share_what_the_program_has_but_no_guests(self, rows):
        shared: dict[str, frozenset[str]] = {}
        order = {"services": [{"service": "individual", "guests": ["mum"]}]}
        ana = rows_document(rows, "participants", "ana") | {"order": order, "guests": [{"id": "mum"}]}
        ben = rows_document(rows, "participants", "ben") | {"order": order}
        assert wrong_references(rows, "north", "participants", ana, shared) == []
        assert [place.path for place in wrong_references(rows, "north", "participants", ben, shared)] == ["order.services[0].guests[0]"]
        assert "services" in shared
        assert "guests" not in shared

    def test_categories_modules_and_guests_are_looked_up_where_they_are(self, rows):
        made(rows, "curricula", id="dbt", modules=["m1"])
        made(rows, "curricula", id="cbt", modules=["m2"])
        spec = {"mix": [{"category": "none", "per_week": 1}], "modules": ["m1", "m2", "m3"]}
        found = refused(require_references, rows, "north", "phases", {"id": "p", "order": spec})
        assert found.code == "bad_reference"
        assert [place.message.partition(";")[0] for place in found.issues] == [
            f"name one of the program's {kind}" for kind in ("categories", "modules")
        ]
        assert places(found) == [("order.mix[0].category", "unknown_id"), ("order.modules[2]", "unknown_id")]
        group = rows_document(rows, "groups", "g1") | {"curriculum": "dbt", "module": "m2"}
        assert places(refused(require_references, rows, "north", "groups", group)) == [("module", "unknown_id")]
        require_references(rows, "north", "groups", group | {"module": "m1"})
        guests = {"services": [{"service": "family", "guests": ["mum"]}]}
        ana = rows_document(rows, "participants", "ana") | {"order": guests}
        assert places(refused(require_references, rows, "north", "participants", ana)) == [("order.services[0].guests[0]", "unknown_id")]
        require_references(rows, "north", "participants", ana | {"guests": [{"id": "mum"}]})
        entry = {"id": "o", "participant": "ana", "order": guests}
        assert places(refused(require_references, rows, "north", "orders", entry)) == [("order.services[0].guests[0]", "unknown_id")]
        person_row = find_kept(rows, "north", KINDS["participants"], "ana")
        person_row.document = person_row.document | {"guests": [{"id": "mum"}]}
        rows.flush()
        require_references(rows, "north", "orders", entry)

    def test_what_is_archived_or_of_another_program_is_not_there(self, rows):
        made(rows)
        find_kept(rows, "north", KINDS["rooms"], "r1").archived_at = AT
        rows.flush()
        group = rows_document(rows, "groups", "g1") | {"rooms": ["r1", "r2", "r9"]}
        assert places(refused(require_references, rows, "north", "groups", group)) == [("rooms[0]", "unknown_id")]
        assert places(refused(require_references, rows, "south", "groups", group)) == [("rooms[2]", "unknown_id")]


def rows_document(rows: Session, kind: str, id: str) -> dict[str, Any]:
    return find_kept(rows, "north", KINDS[kind], id).document


class TestUses:
    def uses(self, rows: Session, kind: str, id: str, when: datetime = AT, program: str = "north") -> list[str]:
        """The places that name something, in order."""
        try:
            require_unused(rows, program, kind, id, when)
        except Problem as problem:
            return [place.path for place in problem.issues if place.code == "in_use"]
        return []

    def test_everything_that_names_it_is_told_but_itself_and_what_belongs_to_it(self, rows):
        made(rows, "curricula", id="dbt", modules=["m1"])
        assert self.uses(rows, "curricula", "dbt") == []
        group = find_kept(rows, "north", KINDS["groups"], "g1")
        group.document = group.document | {"curriculum": "dbt", "facilitators": ["dan", "cora"]}
        rows.flush()
        assert self.uses(rows, "curricula", "dbt") == ["groups/g1.curriculum"]
        assert self.uses(rows, "curricula", "dbt", program="south") == []
        assert self.uses(rows, "clinicians", "cora") == ["groups/g1.facilitators[1]"]
        group.archived_at = AT
        rows.flush()
        assert self.uses(rows, "curricula", "dbt") == []
        made(rows, "orders", id="o", participant="ana", first=MONDAY, order={})
        assert self.uses(rows, "participants", "ana") == []
        ben = find_kept(rows, "north", KINDS["participants"], "ben")
        ben.document = ben.document | {"order": {"services": [{"service": "family", "per_week": 1, "partner": "ana"}]}}
        rows.flush()
        assert self.uses(rows, "participants", "ana") == ["participants/ben.order.services[0].partner"]

    def test_the_program_names_its_sites(self, rows):
        made(rows, "sites", id="s2", hours=windows())
        row = rows.get(ProgramRow, "north")
        row.document = row.document | {"closures": [{"date": "2026-12-25", "site": "s2"}]}
        rows.flush()
        assert self.uses(rows, "sites", "s2") == ["programs/north.closures[0].site"]

    def test_published_sessions_hold_it_until_they_are_over(self, rows):
        publish_draft(rows, draft(rows))
        end = at("mon", "12:00")
        week = f"weeks/{MONDAY}"
        for kind, id in (("participants", "ben"), ("clinicians", "cora"), ("groups", "g2"), ("services", "individual"), ("rooms", "r1")):
            assert week in self.uses(rows, kind, id, end - timedelta(minutes=1)), kind
            assert week not in self.uses(rows, kind, id, at("wed", "13:50")), kind
        assert self.uses(rows, "groups", "g1", end - timedelta(minutes=1)) == [week]
        assert self.uses(rows, "groups", "g1", end) == []
        assert self.uses(rows, "groups", "g1", program="south") == []
        assert self.uses(rows, "groups", "g3") == []
        assert rows.get(PublishedSessionRow, ("north", MONDAY, "g.g1.2026-11-30")) is not None

    def test_they_hold_only_the_people_who_are_in_them(self, rows):
        publish_draft(rows, draft(rows, document=roster(run("g1", "mon", "09:00", ("ana",)))))
        people = (("participants", "ana"), ("participants", "ben"), ("clinicians", "cora"), ("clinicians", "dan"))
        assert [self.uses(rows, *who) for who in people] == [[f"weeks/{MONDAY}"], [], [f"weeks/{MONDAY}"], []]

    def test_pins_of_weeks_that_are_not_over_hold_what_they_name(self, rows):
        for program, monday in (("north", MONDAY), ("north", MONDAY + timedelta(weeks=1)), ("south", MONDAY)):
            lock_week(rows, program, monday)
            id = f"{program}.{monday}"
            rows.add(PinRow(id=id, program=program, monday=monday, document={"kind": "run", "group": "g3"}))
        rows.flush()
        first, second = (f"weeks/{monday}/pins/north.{monday}" for monday in (MONDAY, MONDAY + timedelta(weeks=1)))
        assert self.uses(rows, "groups", "g3") == [first, second]
        assert self.uses(rows, "groups", "g3", datetime(2026, 12, 6, 23, tzinfo=UTC)) == [first, second]
        assert self.uses(rows, "groups", "g3", datetime(2026, 12, 7, tzinfo=UTC)) == [second]
        assert self.uses(rows, "groups", "g2") == []

    def test_a_hundred_places_are_told(self, rows):
        for n in range(MOST_TOLD + 1):
            row = new_row("north", KINDS["rooms"], model("rooms", id=f"x{n:03}", site="s1", seats=1), "user:1")
            rows.add(row)
        rows.flush()
        problem = refused(require_unused, rows, "north", "sites", "s1", AT)
        assert len(problem.issues) == MOST_TOLD == 100
        assert problem.detail == ("Named by clinicians, groups, rooms; every place is listed. Change or archive those first.")
        assert all(isinstance(place, Place) and place.code == "in_use" for place in problem.issues)
