"""Own pages on PostgreSQL, where transactions truly run side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.announcements.store import accept, find_announcement, withdraw
from api.app import create_app
from api.database.tables import AbsenceRow, AnnouncementRow, ApiKeyRow, PageVisitRow
from api.security.tokens import token_hash
from tests.api.pages.conftest import ANNOUNCEMENTS, PEOPLE, Browser
from tests.api.weeks.small import BEFORE, keep_program, small_instance

ROUNDS = 8


@pytest.fixture
def postgres_app(postgres_settings, postgres_store, engine):
    """The service on PostgreSQL, with the small program."""
    app = create_app(postgres_settings.model_copy(update={"allowed_hosts": "testserver"}), postgres_store, engine)
    app.state.clock = lambda: BEFORE
    keep_program(postgres_store, small_instance())
    return app


@pytest.fixture
def postgres_staff(postgres_app, postgres_store):
    """A client that may do everything."""
    with postgres_store.writing() as session:
        session.add(ApiKeyRow(token_hash=token_hash("key"), scopes=["admin"], program=None))
    return TestClient(postgres_app, headers={"Authorization": "Bearer key"})


def press(app, token: str, page: str) -> int:
    return Browser(app).client.post("/my/start", data={"link": token, "page": page}, follow_redirects=False).status_code


def test_of_many_who_open_one_link_at_once_one_gets_in(postgres_app, postgres_staff, postgres_store):
    for _ in range(ROUNDS):
        token = postgres_staff.post(f"{PEOPLE}/ana/links").json()["url"].rpartition("/")[2]
        with ThreadPoolExecutor(4) as threads:
            statuses = sorted(threads.map(lambda n, token=token: press(postgres_app, token, f"page {n}"), range(4)))
        assert statuses == [303, 404, 404, 404]
    with postgres_store.reading() as session:
        assert len(session.scalars(select(PageVisitRow)).all()) == ROUNDS


def test_an_announcement_is_accepted_or_taken_back_never_both(postgres_app, postgres_staff, postgres_store):
    def take_back(id: str) -> None:
        with postgres_store.writing() as session:
            row = find_announcement(session, "north", id, "ana")
            if row.state == "open":
                withdraw(session, row, "participant:ana", BEFORE)

    def say_yes(id: str) -> None:
        with postgres_store.writing() as session:
            row = find_announcement(session, "north", id)
            if row.state == "open":
                accept(session, row, "user:u", BEFORE)

    browser = Browser(postgres_app)
    browser.open(postgres_staff.post(f"{PEOPLE}/ana/links").json()["url"])
    for day in range(ROUNDS):
        browser.post("/my/away", kind="days", first=(BEFORE.date() + timedelta(days=day)).isoformat())
    ids = [one["id"] for one in postgres_staff.get(ANNOUNCEMENTS).json()["items"]]
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(act, id) for id in ids for act in (take_back, say_yes)]:
            done.result()
    with postgres_store.reading() as session:
        accepted = set(session.scalars(select(AnnouncementRow.id).where(AnnouncementRow.state == "accepted")))
        assert set(session.scalars(select(AbsenceRow.id))) == accepted
        assert set(session.scalars(select(AnnouncementRow.state))) <= {"accepted", "withdrawn"}


def test_every_page_is_shown(postgres_app, postgres_staff):
    browser = Browser(postgres_app)
    browser.open(postgres_staff.post(f"{PEOPLE}/ana/links").json()["url"])
    for path in ("/my", "/my/calendar", "/my/away", "/my/wishes"):
        browser.get(path)
    browser.post("/my/away", kind="hours", first="2026-12-03", start="14:00", end="16:30")
    browser.post("/my/wishes", **{"time-1": "evening", "time-2": "", "time-3": ""})
    browser.post("/my/calendar", acknowledged="2", label="Gym", reminder_minutes="")
    browser.post("/my/details", show="1")
