"""Rows found by id and read page by page, whatever they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.rows import find_row, page_of
from api.database.tables import RoomRow
from api.kernel.errors import Problem
from tests.api.weeks.small import BEFORE, changed_elsewhere

R1 = {"program": "north", "id": "r1"}


class TestFinding:
    def test_a_row_is_found_where_it_belongs(self, rows):
        assert find_row(rows, RoomRow, R1, "none", program="north", archived_at=None).id == "r1"
        assert find_row(rows, RoomRow, R1, "none", program=None, version=1).id == "r1"

    @pytest.mark.parametrize(
        ("id", "belongs"), [(R1, {"program": "south"}), (R1, {"program": "north", "version": 2}), (R1 | {"id": "x"}, {})]
    )
    def test_where_it_does_not_belong_it_is_not_found(self, rows, id, belongs):
        with pytest.raises(Problem, match="No such room") as problem:
            find_row(rows, RoomRow, id, "No such room.", **belongs)
        assert problem.value.code == "not_found"

    def test_to_be_changed_it_is_read_again(self, rows):
        row = find_row(rows, RoomRow, R1, "none")
        changed_elsewhere(rows, RoomRow)
        assert find_row(rows, RoomRow, R1, "none").version == 1
        assert find_row(rows, RoomRow, R1, "none", to_change=True) is row
        assert row.version == 7


class TestPages:
    """Three rooms in each program; r1 and r2 of one moment."""

    def ids(self, rows: Session, *key: Any, **more: Any) -> list[str]:
        for id, minutes in (("r1", 1), ("r2", 1), ("r3", 0)):
            for program in ("north", "south"):
                rows.get_one(RoomRow, {"program": program, "id": id}).created_at = BEFORE + timedelta(minutes=minutes)
        rows.flush()
        found = select(RoomRow).where(RoomRow.program == "north")
        return [row.id for row in rows.scalars(page_of(found, *key, **more))]

    def test_a_page_has_one_row_more_than_it_shows(self, rows):
        assert self.ids(rows, RoomRow.id, after=None, limit=5) == ["r1", "r2", "r3"]
        assert self.ids(rows, RoomRow.id, after=None, limit=1) == ["r1", "r2"]
        assert self.ids(rows, RoomRow.id, after="r1", limit=5) == ["r2", "r3"]

    def test_the_latest_may_be_first(self, rows):
        assert self.ids(rows, RoomRow.id, after=None, limit=1, is_latest_first=True) == ["r3", "r2"]
        assert self.ids(rows, RoomRow.id, after="r3", limit=5, is_latest_first=True) == ["r2", "r1"]

    def test_several_columns_sort_together(self, rows):
        key = (RoomRow.created_at, RoomRow.id)
        assert self.ids(rows, *key, after=None, limit=5) == ["r3", "r1", "r2"]
        assert self.ids(rows, *key, after=(BEFORE + timedelta(minutes=1), "r1"), limit=5) == ["r2"]
        assert self.ids(rows, *key, after=(BEFORE + timedelta(minutes=1), "r2"), limit=5, is_latest_first=True) == ["r1", "r3"]
