"""Programs and documents as rows, without a service around them."""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.database.documents import document_text, keep_document
from api.database.listing import Listing
from api.database.tables import DocumentRow, ProgramRow
from api.kernel.errors import Problem
from api.programs.models import ProgramSettings
from api.programs.store.programs import archive_program, check_program, create_program, list_programs, lock_any, replace_settings, zone_of

AT = datetime(2026, 11, 20, 16, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ZONE = {"zone": "America/New_York"}


def code_of(act: Any, *given: Any, **more: Any) -> str:
    return refused(act, *given, **more).code


def refused(act: Any, *given: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        act(*given, **more)
    return problem.value


def places(problem: Problem) -> list[tuple[str, str]]:
    return [(place.path, place.code) for place in problem.issues]


class TestPrograms:
    def test_a_program_is_made_once_with_settings_that_make_sense(self, rows):
        row = create_program(rows, "east", ProgramSettings(**ZONE, closures=[{"date": "2026-12-25"}]), "user:1")
        assert row.document["closures"][0]["date"] == "2026-12-25"
        assert (row.id, row.document["zone"], row.created_by, row.changed_by, row.version) == ("east", ZONE["zone"], "user:1", "user:1", 1)
        assert code_of(create_program, rows, "north", ProgramSettings(**ZONE), "user:1") == "exists"
        unknown = ProgramSettings(**ZONE, closures=[{"date": "2026-12-25", "site": "s9"}])
        problem = refused(create_program, rows, "west", unknown, "user:1")
        assert (problem.code, places(problem)) == ("bad_reference", [("closures[0].site", "unknown_id")])
        wrong = ProgramSettings(**ZONE, weights={"no_such_rule": 1}, closures=[{"date": "2026-12-25", "site": "s9"}])
        problem = refused(create_program, rows, "west", wrong, "user:1")
        assert (problem.code, {path for path, _ in places(problem)}) == ("bad_instance", {"closures[0].site", "weights.no_such_rule"})

    def test_settings_may_name_the_sites_there_are(self, rows):
        row = rows.get(ProgramRow, "north")
        replace_settings(rows, row, ProgramSettings(**ZONE, closures=[{"date": "2026-12-25", "site": "s1"}]), "user:2")
        assert (row.document["closures"][0]["site"], row.version, row.changed_by) == ("s1", 2, "user:2")
        wrong = ProgramSettings(**ZONE, closures=[{"date": "2026-12-25", "site": "s9"}])
        assert places(refused(replace_settings, rows, row, wrong, "user:2")) == [("closures[0].site", "unknown_id")]

    def test_they_are_listed_by_id_for_who_may_see_them(self, rows):
        create_program(rows, "east", ProgramSettings(**ZONE), "user:1")

        def listed(ids: Any = None, after: str | None = None, limit: int = 5, include_archived: bool = False) -> list[str]:
            found = list_programs(rows, ids, Listing(limit, after), include_archived=include_archived).rows
            return [row.id for row in found]

        assert (listed(), listed(limit=1), listed(after="east")) == (["east", "north", "south"], ["east"], ["north", "south"])
        assert (listed({"south", "west"}), listed(set())) == (["south"], [])
        rows.get(ProgramRow, "north").archived_at = AT
        rows.flush()
        assert (listed(), listed(include_archived=True)) == (["east", "south"], ["east", "north", "south"])

    def test_one_is_archived_and_taken_back_once(self, rows):
        row = rows.get(ProgramRow, "north")
        for when in (AT, LATER):
            archive_program(row, "user:2", when)
        assert (row.archived_at, row.version, row.changed_by) == (AT, 2, "user:2")
        for _ in range(2):
            archive_program(row, "user:3", None)
        assert (row.archived_at, row.version, row.changed_by) == (None, 3, "user:3")

    def test_each_has_its_clock(self, rows):
        create_program(rows, "east", ProgramSettings(zone="Europe/Berlin"), "user:1")
        assert [zone_of(rows, id).key for id in ("north", "east")] == ["America/New_York", "Europe/Berlin"]
        assert code_of(zone_of, rows, "west") == "not_found"

    @pytest.mark.parametrize("act", [check_program, lock_any])
    def test_a_session_holds_the_one_it_was_last_asked_for(self, rows, act):
        for id in ("north", "south"):
            assert act(rows, id) is rows.info["program"]
            assert rows.info["program"].id == id


class TestDocuments:
    def test_a_text_is_kept_once_and_read_as_it_was(self, rows):
        text = '{"zoë": 1}'
        hash = keep_document(rows, "roster", text)
        assert hash == hashlib.sha256(text.encode()).hexdigest()
        row = rows.get(DocumentRow, hash)
        assert (row.kind, row.size, zlib.decompress(row.body).decode()) == ("roster", 11, text)
        row.created_at = AT
        rows.flush()
        assert keep_document(rows, "roster", text) == hash
        rows.expire_all()
        assert rows.get(DocumentRow, hash).created_at > AT
        assert document_text(rows, hash) == text
        assert document_text(rows, keep_document(rows, "result", "other")) == "other"

    def test_what_is_missing_or_damaged_is_told(self, rows):
        with pytest.raises(KeyError, match="none"):
            document_text(rows, "none")
        hash = keep_document(rows, "roster", "text")
        rows.get(DocumentRow, hash).body = zlib.compress(b"test")
        rows.flush()
        with pytest.raises(ValueError, match=hash):
            document_text(rows, hash)
