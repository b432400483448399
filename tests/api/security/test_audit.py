"""The audit trail: read newest first, filtered, in pages, and changed by nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from api.accounts.store.audit_entries import last_done
from api.database.tables import AuditEntryRow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENTRIES = [
    ("user:a", "roster.publish", "north", "done"),
    ("user:a", "roster.view", "south", "done"),
    ("key:b", "roster.view", "north", "denied"),
    ("key:b", "rosters_of_others", None, "done"),
]


@pytest.fixture
def entries(store):
    with store.writing() as session:
        for i, (caller, action, program, outcome) in enumerate(ENTRIES):
            row = AuditEntryRow(caller=caller, action=action, program=program, target="monday=2026-11-30", outcome=outcome, request_id="r")
            row.at, row.id = NOON + timedelta(minutes=i // 2), f"e{i}"
            session.add(row)


def ids(client, path="/v1/audit", **params):
    return [e["id"] for e in client.get(path, params=params).json()["items"] if e["id"].startswith("e") and len(e["id"]) == 2]


def test_newest_first(director, entries):
    assert ids(director) == ["e3", "e2", "e1", "e0"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"caller": "user:a"}, ["e1", "e0"]),
        ({"action": "roster.view"}, ["e2", "e1"]),
        ({"action": "roster."}, ["e2", "e1", "e0"]),
        ({"action": "r%."}, []),
        ({"action": "roster.vie"}, []),
        ({"outcome": "denied"}, ["e2"]),
        ({"since": "2026-11-20T07:01:00-05:00", "until": "2026-11-20T12:02:00Z"}, ["e3", "e2"]),
        ({"until": "2026-11-20T12:01:00Z"}, ["e1", "e0"]),
    ],
)
def test_filters(director, entries, params, expected):
    assert ids(director, **params) == expected


def test_when_something_was_last_done(store, entries):
    """Not when it was denied."""
    with store.reading() as session:
        times = [last_done(session, action) for action in ("roster.publish", "roster.view", "roster.edit")]
    assert times == [NOON, NOON, None]


def test_a_time_without_a_zone_is_refused(director):
    answer = director.get("/v1/audit", params={"since": "2026-11-20T12:00:00"})
    assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, "query.since")


def test_pages_end_where_the_next_begin_though_entries_share_a_time(director, entries):
    seen, after = [], None
    for _ in range(4):
        page = director.get("/v1/audit", params={"limit": 1, "until": "2026-11-21T00:00:00Z"} | ({"after": after} if after else {})).json()
        seen += [e["id"] for e in page["items"]]
        after = page["next"]
    assert (seen, after) == (["e3", "e2", "e1", "e0"], None)


def test_a_programs_director_reads_what_happened_in_it(north, entries):
    assert ids(north, "/v1/programs/north/audit") == ["e2", "e0"]
    assert north.get("/v1/audit").status_code == 403
    assert north.get("/v1/programs/south/audit").status_code == 404
    assert north.get("/v1/programs/north/audit", params={"after": "e1"}).json()["code"] == "bad_reference"


def test_reading_it_is_an_entry(director, store):
    director.get("/v1/audit")
    with store.reading() as session:
        assert session.scalars(select(AuditEntryRow.action).where(AuditEntryRow.action == "audit.view")).all() == ["audit.view"]


def test_no_route_changes_it(app):
    methods = {m for r in iter_route_contexts(app.routes) if "audit" in (r.path or "") for m in r.methods or ()}
    assert methods == {"GET"}


def test_what_strangers_are_refused_does_not_fill_the_disk(client, store):
    for _ in range(3):
        assert client.get("/v1/audit").status_code == 401
    with store.reading() as session:
        assert session.scalar(select(AuditEntryRow)) is None


def test_what_an_address_holds_beyond_ids_is_not_kept(director, store):
    director.get("/v1/users/Jane%20Doe")
    with store.reading() as session:
        assert session.scalar(select(AuditEntryRow.target).where(AuditEntryRow.action == "user.view")) in (None, "user=?")
