"""Over HTTP: headers, conditional requests, HEAD, copies, refusals that tell nothing, rates, and who fetched last."""

import io
import logging
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.database.tables import AuditEntryRow, FeedLinkRow, FeedRow
from api.feeds.calendar_clients import client_of, refresh_delay
from api.kernel import logs
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from tests.api.feeds.conftest import FEEDS
from tests.api.weeks.small import BEFORE, good_roster

APPLE = "iOS/18.1 (22B83) dataaccessd/1.0"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LONG_AGO, LATER = "Sun, 06 Nov 1994 08:49:37 GMT", "Thu, 26 Nov 2099 15:00:00 GMT"


@pytest.fixture
def ana(publish, subscribe):
    """Ana's subscriber, who has fetched once."""
    publish(good_roster())
    made = subscribe()
    assert made.fetch() == 200
    return made


@pytest.fixture
def get(client, ana):
    """Fetch ana's feed with some headers."""

    def fetch(method="GET", query="", **headers):
        return client.request(method, ana.path + query, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return fetch


def test_the_headers_are_what_calendar_programs_need(get):
    answer = get()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="calendar.ics"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Last-Modified"] == "Thu, 26 Nov 2026 15:00:00 GMT"
    assert len(answer.headers["ETag"]) == 66
    assert answer.headers["ETag"][0] == '"'
    assert not {"Content-Encoding", "Set-Cookie", "Vary", "WWW-Authenticate"} & set(answer.headers)


def test_nothing_is_compressed_or_negotiated(get):
    """Outlook trips over gzip; Google sends no Accept."""
    plain = get().content
    for accept in ("gzip, br", "*"):
        assert get(Accept_Encoding=accept, Accept="text/html").content == plain


CONDITIONS = (
    ({"If_None_Match": "{etag}"}, 304),
    ({"If_None_Match": "W/{etag}"}, 304),
    ({"If_None_Match": '"other", {etag}'}, 304),
    ({"If_None_Match": "*"}, 304),
    ({"If_None_Match": '"other"'}, 200),
    ({"If_None_Match": ""}, 200),
    ({"If_None_Match": "garbage"}, 200),
    ({"If_Modified_Since": "{modified}"}, 304),
    ({"If_Modified_Since": LATER}, 304),
    ({"If_Modified_Since": LONG_AGO}, 200),
    ({"If_Modified_Since": "yesterday"}, 200),
    ({"If_Modified_Since": ""}, 200),
    ({"If_Modified_Since": "Thu, 99 Nov 2026 15:00:00 GMT"}, 200),
    ({"If_None_Match": '"other"', "If_Modified_Since": "{modified}"}, 200),
    ({"If_None_Match": "{etag}", "If_Modified_Since": LONG_AGO}, 304),
    ({"If_Match": '"other"'}, 200),
    ({"Range": "bytes=0-10"}, 200),
)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditional_requests_are_answered_as_the_standard_says(get, ana, method):
    """RFC 9110, 13: a list, weak tags, *, If-None-Match before the date, no date at all."""
    for headers, status in CONDITIONS:
        answer = get(method, **{k: v.format(etag=ana.etag, modified=ana.modified) for k, v in headers.items()})
        assert (headers, answer.status_code) == (headers, status)
        assert (headers, answer.headers["ETag"], answer.headers["Last-Modified"]) == (headers, ana.etag, ana.modified)
        assert (headers, answer.content) == (headers, ana.body if (status, method) == (200, "GET") else b"")


def test_head_tells_the_same_headers(get):
    whole, head = get(), get("HEAD")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(get, method):
    assert get(method).status_code == 405


def test_a_copy_is_a_private_file_that_nobody_counts(get, ana, desk):
    """Attached, under another name; private even where the feed is not, for an imported file may else be shown to all."""
    url = f"{FEEDS}/{ana.feed}"
    desk.put(f"{url}/options", json={"is_private": False}, headers={"If-Match": "*"})
    assert b"CLASS:PRIVATE" not in get().content
    before = desk.get(url).json()["clients"]
    copied = get(query="?copy=1", User_Agent=APPLE)
    assert copied.headers["Content-Disposition"] == 'attachment; filename="appointments.ics"'
    assert copied.content.count(b"CLASS:PRIVATE") == copied.content.count(b"BEGIN:VEVENT") == 3
    assert "ETag" not in copied.headers
    assert desk.get(url).json()["clients"] == before
    desk.post(f"{url}/revoke")
    assert (get(query="?copy=1").status_code, get().status_code) == (404, 200)


def test_every_unknown_link_is_answered_alike(client, ana):
    """Cut, lengthened, guessed, empty-looking, or nothing of a link at all: only the id of the request differs."""
    token = ana.path.removeprefix("/cal/").removesuffix(".ics")
    guesses = [token[:-1], token + "A", token.swapcase(), "x", "a" * 5000, "a%2Fb", " "]
    answers = [client.get(f"/cal/{guess}.ics") for guess in guesses]
    assert {answer.status_code for answer in answers} == {404}
    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    told = [{k: v for k, v in answer.headers.items() if k not in ("x-request-id", "ratelimit")} for answer in answers]
    assert all(headers == told[0] for headers in told)
    assert client.head("/cal/x.ics").status_code == 404
    assert client.get("/cal/x").status_code == client.get("/cal/").status_code == 404


@pytest.fixture
def strict(settings, store, engine, clock):
    """A service that allows five fetches a minute."""
    made = create_app(settings.model_copy(update={"feed_fetches_per_minute": 5}), store, engine)
    made.state.clock = lambda: BEFORE
    return TestClient(made)


def test_one_link_may_be_fetched_so_often_and_another_goes_on(strict, ana, subscribe):
    assert [strict.get(ana.path).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    refused = strict.get(ana.path)
    assert int(refused.headers["Retry-After"]) > 0
    assert strict.get(subscribe(participant="ben").path).status_code == 200


def test_guessing_is_counted_by_address_and_hinders_nobody_with_a_link(strict, ana):
    assert [strict.get(f"/cal/guess{n}.ics").status_code for n in range(7)] == [404] * 5 + [429] * 2
    assert strict.get(ana.path).status_code == 200


def test_who_fetched_last_is_noted_once_a_minute(client, ana, desk, clock, store):
    """Apple twice within a minute counts once; Google is remembered beside it; no row in the audit trail."""
    url = f"{FEEDS}/{ana.feed}"
    audited = _audit(store)
    seen = []
    for seconds, agent in ((61, APPLE), (90, APPLE), (121, "Google-Calendar-Importer")):
        clock(BEFORE + seconds * SECOND)
        client.get(ana.path, headers={"User-Agent": agent, "If-None-Match": ana.etag})
        feed = desk.get(url).json()
        seen.append((feed["seen_client"], feed["seen_count"], feed["seen_at"][14:19]))
    assert seen == [("apple", 2, "01:01"), ("apple", 2, "01:01"), ("google", 3, "02:01")]
    assert {kind: found["count"] for kind, found in feed["clients"].items()} == {"google": 2, "apple": 1}
    assert feed["version"] == 1, "being fetched is no change of the feed"
    assert _audit(store) == audited + 3, "the three looks of the desk"


def _audit(store):
    with store.reading() as session:
        return session.query(AuditEntryRow).count()


def test_a_link_that_is_no_longer_active_is_not_noted(client, ana, desk, clock):
    desk.post(f"{FEEDS}/{ana.feed}/revoke")
    clock(BEFORE + 10 * MINUTE)
    assert client.get(ana.path).status_code == 200
    assert desk.get(f"{FEEDS}/{ana.feed}").json()["seen_count"] == 1


def test_neither_token_nor_agent_is_logged_kept_or_audited(client, ana, desk, store, monkeypatch):
    """The log at its most talkative; every row of every table; a defect on the way."""
    token = ana.path.removeprefix("/cal/").removesuffix(".ics")
    stream, root = io.StringIO(), logging.getLogger()
    before = (list(root.handlers), root.level)
    monkeypatch.setattr("sys.stderr", stream)
    logs.set_up_logging("debug")
    try:
        for agent in (APPLE, "Secret-Agent/7"):
            client.get(ana.path, headers={"User-Agent": agent})
        client.get(f"/cal/{token}x.ics")
        monkeypatch.setattr("api.feeds.routes.calendars.current_file", None)
        assert client.get(ana.path).status_code == 500
        desk.post(f"{FEEDS}/{ana.feed}/rotate", headers={"If-Match": "*"})
    finally:
        root.handlers[:], root.level = before
    logged = stream.getvalue()
    assert logged.count("/cal/{token}.ics") >= 4
    assert token not in logged
    assert "Secret-Agent" not in logged
    with store.engine.connect() as connection:
        everything = "\n".join(str(connection.exec_driver_sql(f"SELECT * FROM {t}").all()) for t in ("audit", "feeds", "feed_links"))
    assert token not in everything
    assert token_hash(token) in everything
    assert "Secret-Agent" not in everything


def test_all_processes_and_restarts_serve_the_same_bytes(settings, store, engine, get, clock):
    """Another application on the same database, later: same ETag, same Last-Modified, though it made nothing itself."""
    first = get()
    clock(BEFORE + 10 * MINUTE)
    other = create_app(settings, store, engine)
    other.state.clock = lambda: BEFORE + 20 * MINUTE
    again = TestClient(other).get(str(first.request.url.path))
    assert (again.content, again.headers["ETag"], again.headers["Last-Modified"]) == (
        first.content, first.headers["ETag"], first.headers["Last-Modified"],
    )  # fmt: skip


def test_what_is_kept_is_what_is_served(get, store, ana):
    with store.reading() as session:
        link = session.query(FeedLinkRow).one()
        assert link.body == get().content
        assert link.etag == ana.etag
        assert session.query(FeedRow).one().seen_count == 1


def test_a_neutral_host_stands_in_the_links_and_is_answered(settings, store, engine, publish, key, clock):
    """Its own name is among the allowed hosts by itself; a foreign one is refused."""
    neutral = settings.model_copy(update={"feed_url": "https://cal.example.net/"})
    app = create_app(neutral, store, engine)
    app.state.clock = lambda: BEFORE
    made = TestClient(app).post(FEEDS, json={"participant": "ana", "warning": 2}, headers=key("feeds")).json()
    assert made["links"]["https"].startswith("https://cal.example.net/cal/")
    assert made["links"]["webcal"].startswith("webcal://cal.example.net/cal/")
    path = made["links"]["https"].removeprefix("https://cal.example.net")
    assert TestClient(app, base_url="https://cal.example.net").get(path).status_code == 200
    assert TestClient(app, base_url="https://other.example.net").get(path).status_code == 421


@pytest.mark.parametrize("value", ["cal.example.net", "ftp://cal.example.net", "https://", "https://cal.example.net?x=1"])
def test_a_feed_url_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="feed_url"):
        Settings(feed_url=value)


def test_robots_are_not_shut_out(client):
    """A Disallow would stop Google's importer, which asks first."""
    assert client.get("/robots.txt").status_code == 404


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (APPLE, "apple"),
        ("macOS/15.1 (24B83) CalendarAgent/1155", "apple"),
        ("Mac+OS+X/10.15.7 (19H2) CalendarAgent/930.5.1", "apple"),
        ("Mozilla/5.0 (compatible; Google-Calendar-Importer/1.0)", "google"),
        ("Microsoft.Exchange/15.20 (MSIE 10.0)", "outlook"),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)", "outlook"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Thunderbird/128.3", "thunderbird"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "other"),
        ("khal/0.11", "other"),
        ("", "other"),
        (None, "other"),
    ],
)  # fmt: skip
def test_calendar_programs_are_told_apart(agent, kind):
    assert client_of(agent) == kind


def test_apple_may_lag_four_hours_and_all_others_a_day():
    delays = {kind: refresh_delay(kind) / timedelta(hours=1) for kind in ("apple", "google", "outlook", "thunderbird", "other", None)}
    assert delays == {"apple": 4, "google": 24, "outlook": 24, "thunderbird": 24, "other": 24, None: 24}
