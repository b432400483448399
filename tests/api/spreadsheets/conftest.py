"""The program of the example workbook, and files sent to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import Workbook

from api.database import Store
from api.programs.models import ProgramSettings
from api.programs.store.programs import create_program
from api.web.uploads import XLSX
from scheduler.exchange.workbook import example
from tests.api.conftest import empty_file
from tests.api.programs.seed import seed
from tests.api.weeks.conftest import changed_file, rows, with_programs  # noqa: F401 - the fixture of two programs
from tests.exchange.workbook.make import opened, saved, without_help

NOW = datetime(2027, 1, 8, 15, tzinfo=UTC)
"""Friday before the example's week, 10:00 in New York."""

MONDAY = example().monday
BASE = "/v1/programs/house"
WEEK = f"{BASE}/weeks/{MONDAY}"

Change = Callable[[Workbook], Any]
FRESH: list[bytes] = []


@cache
def with_house() -> bytes:
    """A database file with the example, imported."""
    with changed_file(empty_file()) as (store, result):
        seed(store, example(), "house")
    return result()


@pytest.fixture
def database_file(request: pytest.FixtureRequest) -> bytes:
    """What the database of a test begins with: the example, two programs, or nothing."""
    if "house" in request.fixturenames:
        return with_house()
    return with_programs("north", "south") if "rows" in request.fixturenames else empty_file()


@pytest.fixture
def house(app: FastAPI, store: Store) -> str:
    """The example, imported."""
    app.state.clock = lambda: NOW
    return "house"


@pytest.fixture
def empty_house(app: FastAPI, store: Store) -> str:
    """A program with nothing in it."""
    app.state.clock = lambda: NOW
    with store.writing() as session:
        create_program(session, "house", ProgramSettings(zone="UTC"), "system")
    return "house"


class Here:
    """In place of child processes, where it does not matter that they are others: a child costs a third of a second."""

    async def run(self, work: Callable[[bytes, str], bytes], content: bytes, argument: str) -> bytes:
        return work(content, argument)

    def close(self) -> None:
        pass


@pytest.fixture
def staff(client: TestClient, app: FastAPI, key: Any) -> TestClient:
    """A client that may do what a coordinator may; files are read and written in the process of the test."""
    app.state.workbook_pool.close()
    app.state.workbook_pool = Here()
    client.headers.update(key("roster:write"))
    return client


def downloaded(staff: TestClient) -> bytes:
    """The week as a workbook."""
    answer = staff.get(f"{WEEK}/workbook")
    assert answer.status_code == 200, answer.text
    return answer.content


def fresh(staff: TestClient) -> bytes:
    """The same of a program to which nothing was done yet, without comments and lists to choose from; made once for all tests."""
    if not FRESH:
        FRESH.append(without_help(downloaded(staff)))
    return FRESH[0]


@cache
def edited(content: bytes, change: Change) -> bytes:
    """A workbook after a change."""
    book = opened(content)
    change(book)
    return saved(book)


def preview(staff: TestClient, content: bytes, query: str = "", kind: str = XLSX) -> dict[str, Any]:
    """What a file would do."""
    answer = staff.post(f"{BASE}/workbook/preview{query}", content=content, headers={"Content-Type": kind})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def take(staff: TestClient, content: bytes, token: str | None, query: str = "", kind: str = XLSX) -> Any:
    """Import a file with the token of a preview; the answer."""
    headers = {"Content-Type": kind} | ({} if token is None else {"If-Match": f'"{token}"'})
    return staff.post(f"{BASE}/workbook{query}", content=content, headers=headers)


def imported(staff: TestClient, content: bytes, query: str = "") -> dict[str, Any]:
    """Preview and import; what was done."""
    seen = preview(staff, content, query)
    assert seen["is_importable"], seen["issues"]
    answer = take(staff, content, seen["token"], query)
    assert answer.status_code == 201, answer.text
    changes: dict[str, Any] = answer.json()["changes"]
    assert changes == seen["changes"] | {"last_week": changes["last_week"], "published": changes["published"]}
    return changes


def row_of(sheet: Any, id: str, column: str = "A") -> int:
    """The row of an id."""
    return next(cell.row for cell in sheet[column] if cell.value == id)


def column_of(sheet: Any, title: str) -> int:
    """The number of a column by its heading."""
    return next(cell.column for cell in sheet[1] if cell.value == title)


def write(sheet: Any, id: str, title: str, value: Any) -> None:
    """Write a cell in the row of an id."""
    sheet.cell(row_of(sheet, id), column_of(sheet, title)).value = value
