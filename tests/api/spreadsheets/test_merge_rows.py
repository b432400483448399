"""What a merge does to rows, without a file: made, changed, restored, archived where somebody asked; and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.database.tables import ProgramRow, PublishedSessionRow, RoomRow
from api.kernel.errors import Problem
from api.programs.store.entities import create_kept, find_kept
from api.programs.store.kinds import KINDS
from api.programs.store.reference_checks import MOST_TOLD
from api.spreadsheets.store.merging.checks import require_whole
from api.spreadsheets.store.merging.rows import Changes
from api.spreadsheets.store.merging.state_hash import LETTERS, state_of
from api.weeks.store.weeks import lock_week
from scheduler.fields import Model
from tests.api.weeks.small import BEFORE, MONDAY, draft, person, publish_draft, small_instance
from tests.build import at, windows

LATER = BEFORE + timedelta(hours=1)


def thing(kind: str, /, **document: Any) -> Model:
    return KINDS[kind].model.model_validate(document)


def room(id: str, seats: int = 20) -> Model:
    return thing("rooms", id=id, site="s1", seats=seats)


def changing(rows: Session, *archive: str, is_all: bool = False) -> Changes:
    return Changes(rows, "north", None if is_all else archive, "user:7", BEFORE)


def row_of(rows: Session, id: str, program: str = "north") -> RoomRow:
    return rows.get_one(RoomRow, {"program": program, "id": id})


class TestChanges:
    def test_something_new_is_made(self, rows):
        changes = changing(rows)
        changes.put("rooms", room("r9", 4))
        changes.put("rooms", room("r8", 4))
        rows.flush()
        row = row_of(rows, "r9")
        assert (row.document["seats"], row.created_by, row.version) == (4, "user:7", 1)
        assert (changes.created, changes.changed, changes.restored) == ({"rooms": 2}, {}, {})
        assert changes.model("rooms", "r9") == room("r9", 4), "it is among the rows at once"
        changes.put("rooms", room("r9", 5))
        assert (changes.created, changes.changed) == ({"rooms": 2}, {"rooms": 1})

    def test_what_says_it_already_stays_untouched(self, rows):
        changes = changing(rows)
        changes.put("rooms", room("r1"))
        assert (row_of(rows, "r1").version, changes.created, changes.changed) == (1, {}, {})

    def test_what_differs_is_changed_in_this_program_only(self, rows):
        changes = changing(rows)
        for id in ("r1", "r2"):
            changes.put("rooms", room(id, 7))
        row = row_of(rows, "r1")
        assert (row.document["seats"], row.version, row.changed_by) == (7, 2, "user:7")
        assert changes.changed == {"rooms": 2}
        assert row_of(rows, "r1", "south").document["seats"] == 20

    def test_fields_to_search_by_are_columns(self, rows):
        changing(rows).put("participants", thing("participants", **person("ana", status="on_hold")))
        row = find_kept(rows, "north", KINDS["participants"], "ana")
        assert (row.status, row.document["status"]) == ("on_hold", "on_hold")

    def test_what_is_archived_is_restored_even_unchanged(self, rows):
        for id in ("r1", "r2"):
            row_of(rows, id).archived_at = BEFORE
        rows.flush()
        changes = changing(rows)
        assert (changes.active("rooms", "r1"), changes.model("rooms", "r1")) == (None, None)
        for id in ("r1", "r2"):
            changes.put("rooms", room(id))
        row = row_of(rows, "r1")
        assert (row.archived_at, row.version, row.changed_by) == (None, 2, "user:7")
        assert (changes.restored, changes.changed) == ({"rooms": 2}, {})
        assert changes.active("rooms", "r1") is row

    def test_rows_are_those_of_the_program_archived_ones_included(self, rows):
        row_of(rows, "r1").archived_at = BEFORE
        rows.flush()
        changes = changing(rows)
        assert {id: row.program for id, row in changes.rows("rooms").items()} == dict.fromkeys(("r1", "r2", "r3"), "north")
        assert changes.rows("rooms") is changes.rows("rooms")
        assert (changes.active("rooms", "none"), changes.model("rooms", "none")) == (None, None)

    def test_only_what_somebody_asked_for_is_archived(self, rows):
        changes = changing(rows, "rooms/r1", "rooms/r2", "rooms/none", "groups/g1")
        for id in ("r1", "r2", "r3", "none"):
            changes.remove("rooms", id)
        row = row_of(rows, "r1")
        assert (row.archived_at, row.version, row.changed_by) == (BEFORE, 2, "user:7")
        assert (row_of(rows, "r3").archived_at, row_of(rows, "r3").version) == (None, 1)
        assert changes.archived == {"rooms": 2}
        assert changes.removals == {"rooms/r1": True, "rooms/r2": True, "rooms/r3": False}
        assert changes.unknown() == [2, 3]

    def test_without_a_list_everything_missing_is_archived(self, rows):
        changes = changing(rows, is_all=True)
        changes.remove("rooms", "r3")
        assert row_of(rows, "r3").archived_at == BEFORE
        assert (changes.removals, changes.unknown()) == ({"rooms/r3": True}, [])

    def test_what_is_archived_already_is_not_missing(self, rows):
        row_of(rows, "r1").archived_at = LATER
        rows.flush()
        changes = changing(rows, is_all=True)
        changes.remove("rooms", "r1")
        assert (row_of(rows, "r1").archived_at, changes.archived, changes.removals) == (LATER, {}, {})


class TestWhole:
    def places(self, rows: Session, *gone: tuple[str, str], when: Any = BEFORE) -> list[tuple[str, str]]:
        """Where something archived is still named."""
        found: list[Problem] = []
        try:
            require_whole(rows, "north", set(gone), when)
        except Problem as problem:
            found.append(problem)
        assert {code for problem in found for code in (problem.code, *(place.code for place in problem.issues))} <= {"in_use"}
        return [(place.path, place.message) for problem in found for place in problem.issues]

    def archive(self, rows: Session, kind: str, id: str, program: str = "north") -> None:
        find_kept(rows, program, KINDS[kind], id).archived_at = BEFORE

    def test_nothing_archived_nothing_refused(self, rows):
        row_of(rows, "r1").document = {"id": "r1", "site": "none", "seats": 1}
        assert self.places(rows) == []

    def test_everything_active_that_names_it_is_told_but_what_belongs_to_it(self, rows):
        group = find_kept(rows, "north", KINDS["groups"], "g1")
        group.document = group.document | {"rooms": ["r2", "r1"], "facilitators": ["dan"]}
        create_kept(rows, "north", KINDS["orders"], thing("orders", id="o", participant="ana", first=MONDAY, order={}), "user:1")
        for kind, id in (("rooms", "r1"), ("clinicians", "dan"), ("participants", "ana")):
            self.archive(rows, kind, id)
        gone = (("rooms", "r1"), ("clinicians", "dan"), ("participants", "ana"), ("rooms", "g1"))
        assert sorted(self.places(rows, *gone)) == [
            ("groups/g1.facilitators[0]", "it is referenced here"),
            ("groups/g1.rooms[1]", "it is referenced here"),
        ]
        self.archive(rows, "groups", "g1")
        assert self.places(rows, *gone) == []

    def test_the_program_names_its_sites(self, rows):
        create_kept(rows, "north", KINDS["sites"], thing("sites", id="s2", hours=windows()), "user:1")
        row = rows.get_one(ProgramRow, "north")
        row.document = row.document | {"closures": [{"date": "2026-12-25", "site": "s2"}]}
        self.archive(rows, "sites", "s2")
        assert [path for path, _ in self.places(rows, ("sites", "s2"))] == ["programs/north.closures[0].site"]
        assert self.places(rows, ("sites", "s3")) == []

    def test_published_sessions_to_come_need_it_until_they_are_over(self, rows):
        for program in ("north", "south"):
            publish_draft(rows, draft(rows, program))
        end = at("wed", "13:50")
        for kind, id in (
            ("participants", "cid"), ("clinicians", "dan"), ("services", "individual"), ("sites", "s1"), ("rooms", "r2"),
        ):  # fmt: skip
            needed = (f"weeks/{MONDAY}", f"future published sessions need {kind}/{id}")
            assert needed in self.places(rows, (kind, id), when=end - timedelta(minutes=1)), kind
            assert needed not in self.places(rows, (kind, id), when=end), kind
        row = rows.get_one(PublishedSessionRow, ("north", MONDAY, "g.g1.2026-11-30"))
        assert self.places(rows, ("groups", "g1"), when=row.end - timedelta(minutes=1)) == [
            (f"weeks/{MONDAY}", "future published sessions need groups/g1")
        ]
        assert self.places(rows, ("groups", "g1"), when=row.end) == []
        assert self.places(rows, ("tracks", "g1"), ("groups", "g3"), ("rooms", "g1")) == []
        both = self.places(rows, ("participants", "ana"), ("groups", "g2"))
        assert [message.rpartition(" ")[2] for _, message in both] == ["participants/ana", "groups/g2"]

    def test_a_hundred_places_are_told(self, rows):
        for n in range(MOST_TOLD + 1):
            create_kept(rows, "north", KINDS["rooms"], room(f"x{n:03}"), "user:1")
        self.archive(rows, "sites", "s1")
        assert len(self.places(rows, ("sites", "s1"))) == MOST_TOLD


class TestState:
    def test_the_same_letters_until_something_changes(self, rows):
        built = small_instance()
        seen = [self.now(rows, built)]
        assert seen[0] == self.now(rows, built)
        assert len(seen[0]) == LETTERS == 24

        def is_new(*given: Any) -> None:
            seen.append(self.now(rows, *(given or (built,))))
            assert seen.count(seen[-1]) == 1

        is_new(None)
        is_new(small_instance(label="other"))
        is_new(built, MONDAY + timedelta(weeks=1))
        is_new(built, MONDAY, "south")
        lock_week(rows, "north", MONDAY)
        is_new()
        lock_week(rows, "north", MONDAY).touch("user:1", BEFORE)
        is_new()
        row_of(rows, "r1").version += 1
        is_new()
        rows.get_one(ProgramRow, "north").version += 1
        is_new()
        create_kept(rows, "north", KINDS["rooms"], room("r9"), "user:1")
        is_new()
        row_of(rows, "r1", "south").version += 1
        rows.flush()
        assert self.now(rows, built) == seen[-1], "another program is none of its business"

    def now(self, rows: Session, built: Any, monday: Any = MONDAY, program: str = "north") -> str:
        rows.flush()
        return state_of(rows, program, monday, built)

    def test_no_program_no_state(self, rows):
        with pytest.raises(Problem):
            state_of(rows, "west", MONDAY, None)
