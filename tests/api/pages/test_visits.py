"""Visits: who is signed in to their own page, how long, and what that allows elsewhere: nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from api.app import create_app
from api.database.tables import AuditEntryRow, PageVisitRow
from api.kernel.settings import Settings
from api.pages.forms import MOST_FIELDS
from tests.api.pages.conftest import PEOPLE, Browser
from tests.api.weeks.small import BEFORE, WEEK

PAGES = ("/my", "/my/calendar", "/my/away", "/my/wishes")
FORMS = (
    "/my/details", "/my/calendar", "/my/calendar/options", "/my/calendar/renew", "/my/calendar/end", "/my/away", "/my/away/withdraw",
    "/my/wishes", "/my/end",
)  # fmt: skip


def cookie_of(browser):
    return browser.answer.history[0].headers["set-cookie"]


def test_the_cookie_is_shown_to_no_script_and_sent_to_these_pages_only(visit):
    browser = visit()
    name, *rest = [part.strip() for part in cookie_of(browser).split(";")]
    assert name.startswith("visit=")
    assert {part.lower() for part in rest} == {"httponly", "path=/my", "samesite=lax"}


def test_under_https_the_cookie_is_sent_over_tls_only(store, engine, link, tmp_path):
    settings = Settings(data=tmp_path / "data", allowed_hosts="testserver", public_url="https://times.example.org")
    app = create_app(settings, store, engine)
    app.state.clock = lambda: BEFORE
    browser = Browser(app)
    browser.client.base_url = "https://testserver"
    browser.open(link()["url"], keep="1")
    assert {"Secure", "Max-Age=2592000"} <= {part.strip() for part in cookie_of(browser).split(";")}


def test_without_a_visit_every_page_is_the_same_neutral_one(browser):
    shown = {browser.get(path, 401).text for path in PAGES} | {browser.post(path, 401).text for path in FORMS}
    assert len(shown) == 1
    assert "signed out" in shown.pop()
    assert "www-authenticate" not in browser.answer.headers, "no browser asks for a password"


@pytest.mark.parametrize(("kept", "lasts"), [({}, timedelta(minutes=30)), ({"keep": "1"}, timedelta(days=15))])
def test_an_idle_visit_ends(visit, clock, kept, lasts):
    browser = visit(**kept)
    clock(BEFORE + lasts - timedelta(minutes=1))
    browser.get("/my")
    clock(BEFORE + 2 * lasts - timedelta(minutes=2))
    browser.get("/my")
    clock(BEFORE + 3 * lasts)
    browser.get("/my", 401)


def test_a_visit_ends_after_twelve_hours_however_busy(visit, clock):
    browser = visit()
    for minutes in range(29, 12 * 60, 29):
        clock(BEFORE + timedelta(minutes=minutes))
        assert browser.client.get("/my/wishes").status_code == 200
    clock(BEFORE + timedelta(hours=12))
    browser.get("/my", 401)


def test_signing_out_ends_the_visit_and_not_only_the_cookie(visit, app):
    browser = visit()
    cookie = cookie_of(browser).partition(";")[0]
    assert "signed out" in browser.post("/my/end").text
    assert "visit" not in browser.client.cookies
    assert app is browser.client.app
    assert browser.client.get("/my", headers={"Cookie": cookie}).status_code == 401


def test_a_new_visit_never_takes_the_token_of_the_old_one(visit, link, store):
    browser = visit("ana")
    first = cookie_of(browser)
    browser.open(link("ben")["url"])
    assert cookie_of(browser) != first
    with store.reading() as session:
        assert len(session.scalars(select(PageVisitRow)).all()) == 1


def test_the_cookie_opens_nothing_but_these_pages(visit):
    browser = visit()
    cookie = {"Cookie": cookie_of(browser).partition(";")[0]}
    for path in (PEOPLE, f"{WEEK}/published", "/v1/session", "/v1/audit", f"{PEOPLE}/ana/links", f"{PEOPLE}/ana"):
        assert browser.client.get(path, headers=cookie).status_code == 401, path


def test_a_staff_session_or_key_opens_no_page_of_a_participant(staff):
    assert staff.get("/my").status_code == 401


def test_no_form_of_another_site_is_taken(visit, store):
    browser = visit()
    for sender in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://other.example"}):
        for path in (*FORMS, "/my/start"):
            answer = browser.client.post(path, data={"show": "1"}, headers=sender)
            assert answer.status_code == 403
            assert answer.headers["content-type"].startswith("text/html")
    with store.reading() as session:
        assert [row.shows_details for row in session.scalars(select(PageVisitRow))] == [False]


def test_a_form_that_is_none_is_refused_with_a_page(visit):
    client = visit().client
    for sent, status in (
        ({"json": {"show": "1"}}, 415),
        ({"content": b"\xff\xfe=1", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"show=%ff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ({"content": b"show=%00", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
        ({"data": {f"f{n}": "1" for n in range(MOST_FIELDS + 1)}}, 400),
        ({"data": {"show": "1" * 20_000}}, 413),
    ):
        answer = client.post("/my/details", **sent)
        assert answer.status_code == status, sent
        assert "That did not work" in answer.text


def test_what_is_not_there_is_a_page_too(visit):
    browser = visit()
    assert "Page not found" in browser.get("/my/secrets", 404).text
    assert browser.client.delete("/my").status_code == 405


def test_every_act_is_in_the_audit_trail_by_the_participant(visit, store, published):
    browser = visit()
    for path in PAGES:
        browser.get(path)
    browser.post("/my/details", show="1")
    browser.post("/my/end")
    with store.reading() as session:
        rows = session.scalars(select(AuditEntryRow).where(AuditEntryRow.caller == "participant:ana").order_by(AuditEntryRow.at)).all()
    assert [row.action for row in rows] == [
        "own.start", "own.week", "own.week", "own.calendar", "own.away", "own.wishes", "own.details", "own.week", "own.end",
    ]  # fmt: skip
    assert {(row.program, row.outcome) for row in rows} == {("north", "done")}


def test_a_busy_database_delays_no_page(visit, store, clock, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def busy(*_):
        raise OperationalError("", {}, Exception())

    browser = visit()
    clock(BEFORE + timedelta(minutes=5))
    from api.pages.own import visitor_cookie

    monkeypatch.setattr(visitor_cookie, "note_seen", busy)
    browser.get("/my")


def test_links_lead_to_the_neutral_host_where_there_is_one(store, engine, staff, tmp_path):
    settings = Settings(data=tmp_path / "data", public_url="https://clinic.example.org", feed_url="https://times.example.net")
    app = create_app(settings, store, engine)
    app.state.clock = lambda: BEFORE
    browser = Browser(app)
    browser.client.base_url = "https://times.example.net"
    browser.client.headers.update(staff.headers)
    url = browser.client.post(f"{PEOPLE}/ana/links").json()["url"]
    assert url.startswith("https://times.example.net/my/start/")
    del browser.client.headers["authorization"]
    browser.open(url)
    assert "Secure" in cookie_of(browser)
    assert "clinic" not in browser.answer.text
