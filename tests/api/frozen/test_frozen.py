"""A database of every version that landed is upgraded by this one with nothing lost, and goes on working.

`make.py` beside this file freezes one. What a migration changes on purpose is named in `EXPLAINED`.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar

from api.database import Store
from api.database.backup import back_up
from api.database.integrity_check import check_store
from api.database.migrations import upgrade
from api.database.restore import restore
from api.database.tables import Base
from api.kernel.settings import Settings
from scheduler.instance import Instance
from scheduler.roster import Roster
from tests.api.filling import contents

FOLDER = Path(__file__).parent
FROZEN = sorted(path.stem for path in FOLDER.glob("*.json"))

Rows = list[dict[str, Any]]


def limited(document: str) -> str:
    """An order that limited groups by naming some says so since contract version 2."""
    entry = json.loads(document)
    order = entry.get("order") or {}
    if order.get("services") is None and order.get("mix") is None:
        return document
    return json.dumps({**entry, "order": {**order, "only": True}})


EXPLAINED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("phases", "document"): limited,
    ("participants", "document"): limited,
    ("orders", "document"): limited,
}
"""Columns that a migration changes on purpose, by table and column: what becomes of an old value.

A column that is gone has to be named in `GONE`, with where its content went.
"""
GONE: dict[tuple[str, str], str] = {}


@pytest.fixture(params=FROZEN)
def frozen(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is known of a frozen database."""
    known: dict[str, Any] = json.loads((FOLDER / f"{request.param}.json").read_text(encoding="utf-8"))
    return known | {"name": request.param}


@pytest.fixture
def old(frozen: dict[str, Any], settings: Settings) -> Path:
    """The database file as the old version left it."""
    settings.data.mkdir()
    path = settings.data / "stepdown.sqlite"
    path.write_bytes(lzma.decompress((FOLDER / f"{frozen['name']}.sqlite.xz").read_bytes()))
    return path


@pytest.fixture
def before(old: Path) -> dict[str, Rows]:
    """Every row of it, read before anything of this version touched it."""
    return rows_of(old)


@pytest.fixture
def store(before: dict[str, Rows], settings: Settings) -> Iterator[Store]:
    """The upgraded database."""
    made = Store(settings.database_url)
    upgrade(made)
    yield made
    made.close()


@pytest.fixture
def browser(app: FastAPI, frozen: dict[str, Any]) -> Iterator[TestClient]:
    """A browser, a minute after the old version was stopped."""
    app.state.clock = lambda: datetime.fromisoformat(frozen["frozen_at"]) + timedelta(minutes=1)
    with TestClient(app, headers={"Sec-Fetch-Site": "same-origin"}) as made:
        yield made


@pytest.fixture
def coordinator(browser: TestClient, frozen: dict[str, Any]) -> TestClient:
    """The browser of somebody who signed in as before."""
    sign_in(browser, frozen, "coordinator@example.org")
    return browser


def rows_of(path: Path) -> dict[str, Rows]:
    """Every row of every table of Stepdown's own, as SQLite keeps it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if name != "alembic_version" and not name.startswith("sqlite_")]
        return {name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in tables}


def sign_in(browser: TestClient, frozen: dict[str, Any], login: str) -> int:
    return browser.post("/v1/session", json={"login": login, "password": frozen["passwords"].get(login, "not known to us")}).status_code


def week_of(frozen: dict[str, Any], monday: str = "monday") -> str:
    return f"/v1/programs/{frozen['program']}/weeks/{frozen[monday]}"


def bookings_of(document: dict[str, Any]) -> list[Any]:
    """What people know of a roster: when which session is, with whom, and who comes."""
    return sorted(
        (
            s["id"],
            datetime.fromisoformat(s["start"]),
            datetime.fromisoformat(s["end"]),
            s["room"],
            s["facilitators"],
            b["participant"],
            b["mode"],
        )
        for s in document["sessions"]
        for b in s["bookings"]
    )


def appointments_of(calendar: str) -> dict[str, Any]:
    """Identity, time and state of everything in a calendar."""
    events = Calendar.from_ical(calendar).walk("VEVENT")
    return {str(e["UID"]): (e["DTSTART"].dt, e["DTEND"].dt, str(e.get("STATUS", "CONFIRMED")), str(e["SUMMARY"])) for e in events}


class TestRows:
    def test_a_version_is_frozen_with_rows_in_every_table(self, before):
        assert [name for name, rows in before.items() if not rows] == []

    def test_no_row_and_no_value_is_lost(self, before, store, old):
        after = rows_of(old)
        for table, rows in before.items():
            kept = [column for column in (rows[0] if rows else ()) if (table, column) not in GONE]
            wanted = [{c: EXPLAINED.get((table, c), lambda value: value)(row[c]) for c in kept} for row in rows]
            found = [{c: row[c] for c in kept} for row in after[table]]
            assert sorted(map(repr, found)) == sorted(map(repr, wanted)), table

    def test_every_reference_and_every_document_is_sound(self, store):
        assert check_store(store).faults == ()

    def test_it_moves_to_postgresql_as_it_is(self, store, empty_postgres, tmp_path):
        back_up(store, tmp_path / "all.zip")
        moved = Store(empty_postgres)
        restore(moved, Settings(database=empty_postgres).jobs_url, tmp_path / "all.zip")
        with store.engine.connect() as one, moved.engine.connect() as other:
            assert contents(one, Base.metadata) == contents(other, Base.metadata)
        moved.close()


class TestPeople:
    def test_sign_in_as_before(self, browser, frozen):
        assert {login: sign_in(browser, frozen, login) for login in frozen["passwords"]} == dict.fromkeys(frozen["passwords"], 201)

    def test_who_was_disabled_stays_so(self, browser, frozen):
        assert browser.post("/v1/session", json={"login": "left@example.org", "password": "orbit lantern mustard nine"}).status_code == 401

    def test_keys_work_as_before(self, browser, frozen):
        answer = browser.get(week_of(frozen), headers={"Authorization": f"Bearer {frozen['key']}"})
        assert answer.status_code == 200

    def test_a_link_to_somebodys_own_page_opens_it(self, browser, frozen):
        assert browser.post("/my/start", data={"link": frozen["unused_link"], "page": "any"}).status_code == 200


class TestWeeks:
    def test_rosters_are_what_they_were(self, coordinator, frozen):
        for week, roster in frozen["answers"].items():
            published = coordinator.get(week).json()["published"]["id"]
            assert bookings_of(coordinator.get(f"{week}/rosters/{published}").json()["roster"]) == bookings_of(roster)

    def test_rosters_and_what_they_were_made_for_are_read(self, coordinator, frozen):
        for week in frozen["answers"]:
            for entry in coordinator.get(f"{week}/rosters").json()["items"]:
                Roster.model_validate(coordinator.get(f"{week}/rosters/{entry['id']}").json()["roster"])
                Instance.model_validate(coordinator.get(f"{week}/rosters/{entry['id']}/instance").json())

    def test_what_was_legal_is_legal(self, coordinator, frozen):
        """By the week as it was when it was published: a rule made since then does not judge what it could not know."""
        for week in frozen["answers"]:
            published = coordinator.get(week).json()["published"]["id"]
            assert coordinator.get(f"{week}/rosters/{published}").json()["verdict"]["violations"] == []

    def test_the_week_after_is_built_on_them(self, coordinator, frozen):
        after = (date.fromisoformat(frozen["monday"]) + timedelta(weeks=1)).isoformat()
        built = coordinator.get(week_of(frozen | {"monday": after}) + "/instance").json()
        assert bookings_of(built["history"]["last_week"]) == bookings_of(frozen["answers"][week_of(frozen)])

    def test_a_published_week_can_be_published_anew(self, coordinator, frozen):
        week = week_of(frozen)
        made = coordinator.post(f"{week}/rosters", json=frozen["answers"][week]).json()["id"]
        version = coordinator.get(week).headers["ETag"]
        assert coordinator.post(f"{week}/rosters/{made}/publish", json={}, headers={"If-Match": version}).status_code == 200


class TestCalendars:
    def test_a_link_answers_with_the_same_appointments(self, browser, frozen):
        answer = browser.get(frozen["feed"]["path"])
        assert answer.status_code == 200
        assert appointments_of(answer.text) == appointments_of(frozen["feed"]["calendar"])
        assert len(appointments_of(answer.text)) > 1

    def test_a_link_that_was_replaced_answers_too(self, browser, frozen):
        assert browser.get(frozen["replaced_feed"]).status_code == 200
