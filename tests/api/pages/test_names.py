"""Names and secrets typed or kept around own pages are in no log, no audit row, no header and no address."""

from __future__ import annotations

import io
import logging
import threading
import warnings

import pytest
from sqlalchemy import select

from api.database.tables import Base, GroupRow, ParticipantRow, ServiceRow
from api.kernel import logs
from tests.api.pages.conftest import ANNOUNCEMENTS, PEOPLE

NAME = "Quennell"


@pytest.fixture
def log(monkeypatch):
    """Everything the service logs at its most talkative."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (list(root.handlers), root.level, warnings.showwarning, logs.sys.excepthook, threading.excepthook)
    logs.set_up_logging("debug")
    yield stream
    root.handlers[:], root.level, warnings.showwarning, logs.sys.excepthook, threading.excepthook = before


def plant(store) -> None:
    with store.writing() as session:
        for table in (ParticipantRow, GroupRow, ServiceRow):
            for row in session.query(table).all():
                row.document = {**row.document, "label": f"{NAME} {row.id}"}


def use_every_page(browser, url: str) -> list[str]:
    """Open, use and close the page with the name typed into every field; the secrets that were shown meanwhile."""
    typed = dict.fromkeys(("label", "first", "last", "start", "end", "kind", "time-1", "mode", "announcement", "reminder_minutes"), NAME)
    secrets = [url.rpartition("/")[2]]
    browser.open(url, keep=NAME)
    secrets.append(browser.client.cookies["visit"])
    told = []
    for path in ("/my/details", "/my/away", "/my/away/withdraw", "/my/wishes", "/my/calendar", "/my/calendar/options"):
        answer = browser.client.post(path, data={**typed, "show": NAME}, follow_redirects=False)
        told.append(f"{answer.headers} {answer.url}")
    page = browser.post("/my/calendar", label=NAME, acknowledged="2", reminder_minutes="")
    secrets.append(page.of_id("address").attributes["value"].rpartition("/")[2].removesuffix(".ics"))
    browser.post("/my/away", kind="days", first="2026-12-01")
    for path in ("/my", "/my/calendar", "/my/away", "/my/wishes", f"/my/{NAME}", f"/my/start/{NAME}"):
        answer = browser.client.get(path)
        told.append(str(answer.headers))
    browser.post("/my/end")
    assert not [line for line in told if NAME.lower() in line.lower()]
    return secrets


def test_no_name_and_no_secret_is_where_it_must_not_be(staff, store, published, log, link, browser):
    plant(store)
    made = link()
    secrets = use_every_page(browser, made["url"])
    id = staff.get(ANNOUNCEMENTS).json()["items"][0]["id"]
    for answer in (
        staff.post(f"{ANNOUNCEMENTS}/{id}/decline", json={"reason": NAME}),
        staff.post(f"{ANNOUNCEMENTS}/{id}/decline", json={"reason": "call_us"}),
        staff.post(f"{ANNOUNCEMENTS}/{id}/accept"),
        staff.get(ANNOUNCEMENTS, params={"participant": f"{NAME} Jane", "state": NAME}),
        staff.post(f"{PEOPLE}/{NAME}/links"),
        staff.post(f"{PEOPLE}/ana/links/{NAME}/revoke"),
        staff.post(f"{PEOPLE}/ana/links/{made['id']}/revoke"),
    ):
        assert NAME not in answer.text.replace(f"/{NAME}", "")
    logged = log.getvalue()
    with store.reading() as session:
        rows = {table.name: str(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables}
    assert logged.count('"message": "request"') > 20
    assert "participant:ana" in logged
    assert "/my/start/{token}" in logged
    for text in (logged, rows["audit"], rows["page_links"], rows["page_visits"], rows["announcements"]):
        assert NAME.lower() not in text.lower()
    for secret in secrets:
        assert len(secret) == 43
        assert not [name for name, text in rows.items() if secret in text], "only hashes are kept"
        assert secret not in logged
    assert NAME in rows["participants"], "the name was planted and is kept where it belongs"
