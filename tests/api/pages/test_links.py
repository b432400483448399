"""One-time links: made by staff, opened once by a button, void for many reasons that all look alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.app import create_app
from api.database.tables import Base, PageLinkRow, PageVisitRow, ParticipantRow
from api.security.tokens import token_hash
from tests.api.pages.conftest import PEOPLE, Browser
from tests.api.weeks.small import BEFORE


def change_person(store, **fields):
    """Other values in ana's document and columns, as staff would leave them."""
    with store.writing() as session:
        row = session.get_one(ParticipantRow, {"program": "north", "id": "ana"})
        row.document = {**row.document, **fields}
        row.status = fields.get("status", row.status)


def test_a_link_opens_the_page_by_its_button(browser, link, published):
    made = link()
    assert made["state"] == "active"
    assert made["qr_svg"].startswith("<svg")
    start = browser.get(made["url"])
    assert [b.text for b in start.all("button")] == ["Open my page"]
    browser.open(made["url"])
    assert browser.answer.url.path == "/my"


def test_its_token_is_shown_once_and_only_its_hash_is_kept(staff, store, link):
    made = link()
    token = made["url"].rpartition("/")[2]
    assert len(token) == 43
    with store.reading() as session:
        row = session.scalars(select(PageLinkRow)).one()
        everything = str([session.execute(select(table)).all() for table in Base.metadata.sorted_tables])
    assert row.token_hash == token_hash(token)
    assert token not in everything
    listed = staff.get(f"{PEOPLE}/ana/links")
    assert token not in listed.text
    assert "url" not in listed.json()["items"][0]


def test_looking_at_a_link_ten_times_uses_nothing_up(browser, staff, link):
    made = link()
    for _ in range(5):
        browser.get(made["url"])
        assert browser.client.head(made["url"]).status_code == 200
    assert browser.client.cookies.jar._cookies == {}
    assert staff.get(f"{PEOPLE}/ana/links").json()["items"][0]["state"] == "active"


def test_a_link_works_once(app, browser, staff, link):
    made = link()
    browser.open(made["url"])
    Browser(app).get(made["url"], 404)
    shown = staff.get(f"{PEOPLE}/ana/links").json()["items"][0]
    assert (shown["state"], shown["visits"]) == ("used", 1)


def press(app, link: str, page: str) -> int:
    made = Browser(app)
    return made.client.post("/my/start", data={"link": link, "page": page}, follow_redirects=False).status_code


def test_of_two_who_open_one_link_at_once_one_gets_in(app, store, link):
    token = link()["url"].rpartition("/")[2]
    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(lambda n: press(app, token, f"page {n}"), range(4)))
    assert statuses == [303, 404, 404, 404]
    with store.reading() as session:
        assert len(session.scalars(select(PageVisitRow)).all()) == 1


def test_a_button_pressed_twice_is_pressed_by_the_same_visitor_for_two_minutes(app, store, link, clock):
    token = link()["url"].rpartition("/")[2]
    assert [press(app, token, "one page"), press(app, token, "one page")] == [303, 303]
    with store.reading() as session:
        assert len(session.scalars(select(PageVisitRow)).all()) == 1, "the first of them was lost on its way"
    assert press(app, token, "another page") == 404
    clock(BEFORE + timedelta(minutes=3))
    assert press(app, token, "one page") == 404


def test_every_link_that_opens_nothing_is_answered_alike(app, staff, store, link, clock):
    """Guessed, used, expired, replaced, revoked, and of somebody who left: six reasons, one page."""
    used, revoked, replaced, expired = link("ana"), link("ben"), link("cid"), link("cid")
    Browser(app).open(used["url"])
    staff.post(f"{PEOPLE}/ben/links/{revoked['id']}/revoke")
    left = link("ben")
    with store.writing() as session:
        session.get_one(ParticipantRow, {"program": "north", "id": "ben"}).status = "discharged"
    clock(BEFORE + timedelta(days=7))
    made = [used, revoked, replaced, expired, left, {"url": "/my/start/" + "x" * 43}, {"url": "/my/start/x"}]
    answers = [Browser(app).client.get(one["url"]) for one in made]
    answers += [Browser(app).client.post("/my/start", data={"link": one["url"].rpartition("/")[2], "page": "p"}) for one in made]
    answers += [Browser(app).client.post("/my/start", data={"link": ""})]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "no longer active" in answers[0].text
    dropped = ("x-request-id", "date", "ratelimit")
    assert len({str(sorted((k, v) for k, v in a.headers.items() if k not in dropped)) for a in answers[:7]}) == 1
    states = {one["id"]: one["state"] for p in ("ana", "ben", "cid") for one in staff.get(f"{PEOPLE}/{p}/links").json()["items"]}
    assert [states[one["id"]] for one in made[:5]] == ["used", "revoked", "replaced", "expired", "expired"]


def test_a_link_waits_seven_days_and_not_a_minute_longer(app, link, clock):
    made = link()
    clock(BEFORE + timedelta(days=7, minutes=-1))
    Browser(app).get(made["url"])
    clock(BEFORE + timedelta(days=7))
    Browser(app).get(made["url"], 404)


def test_whoever_is_signed_in_finds_the_way_from_a_used_link_to_the_page(app, browser, link):
    made = link()
    browser.open(made["url"])
    page = browser.get(made["url"], 404)
    assert [a.attributes["href"] for a in page.all("a")] == ["#main", "/my"]


def test_revoking_a_used_link_ends_the_visits_begun_with_it(app, browser, staff, link):
    made = link()
    browser.open(made["url"])
    answer = staff.post(f"{PEOPLE}/ana/links/{made['id']}/revoke")
    assert (answer.status_code, answer.json()["state"], answer.json()["visits"]) == (200, "revoked", 0)
    browser.get("/my", 401)
    assert staff.post(f"{PEOPLE}/ana/links/{made['id']}/revoke").json()["version"] == answer.json()["version"]


@pytest.mark.parametrize("fields", [{"status": "discharged"}, {"discharge": "2026-11-25"}])
def test_nobody_who_left_gets_a_link(staff, store, fields):
    change_person(store, **fields)
    answer = staff.post(f"{PEOPLE}/ana/links")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_link_is_for_a_participant_of_the_program(staff, link):
    assert staff.post(f"{PEOPLE}/zoe/links").status_code == 404
    assert staff.get(f"{PEOPLE}/zoe/links").status_code == 404
    made = link("ana")
    assert staff.post(f"{PEOPLE}/ben/links/{made['id']}/revoke").status_code == 404


def test_links_are_made_by_who_may_make_feeds(client, key, published):
    for scope, status in (("roster:write", 403), ("roster:read", 403), ("feeds", 201)):
        answer = client.post(f"{PEOPLE}/ana/links", headers=key(scope, program="north"))
        assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"


def test_a_link_made_again_by_the_same_request_is_not_made_twice(staff):
    sent = {"Idempotency-Key": "one"}
    assert staff.post(f"{PEOPLE}/ana/links", headers=sent).status_code == 201
    assert staff.post(f"{PEOPLE}/ana/links", headers=sent).json()["code"] == "answer_gone"
    assert len(staff.get(f"{PEOPLE}/ana/links").json()["items"]) == 1


def test_links_are_listed_in_pages(staff, link):
    for _ in range(3):
        link()
    first = staff.get(f"{PEOPLE}/ana/links?limit=2").json()
    rest = staff.get(f"{PEOPLE}/ana/links?limit=2&after={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


def test_the_last_day_is_a_day_of_the_program(store, link, clock, browser):
    made = link()
    browser.open(made["url"])
    change_person(store, discharge=date(2026, 11, 26).isoformat())
    browser.get("/my")
    clock(BEFORE + timedelta(hours=10))
    change_person(store, discharge=date(2026, 11, 25).isoformat())
    browser.get("/my", 401)


def test_a_link_pressed_without_its_page_is_not_pressed_twice(app, link):
    token = link()["url"].rpartition("/")[2]
    assert [press(app, token, ""), press(app, token, "")] == [303, 404]


def test_staying_signed_in_is_offered_only_where_it_is_wanted(store, engine, staff, settings):
    app = create_app(settings.model_copy(update={"visit_kept_days": 0}), store, engine)
    app.state.clock = lambda: BEFORE
    browser = Browser(app)
    url = staff.post(f"{PEOPLE}/ana/links").json()["url"]
    assert "Stay signed in" not in browser.get(url).text
    browser.open(url, keep="1")
    with store.reading() as session:
        visit = session.scalars(select(PageVisitRow)).one()
    assert (visit.is_kept, visit.expires_at) == (False, BEFORE + timedelta(hours=12))
