"""The same on PostgreSQL: attendance in detail, outreach, and the list."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from api.database import Store
from api.database.tables import ApiKeyRow, MessageRow
from api.kernel.settings import Settings
from api.security.tokens import token_hash
from tests.api.due.test_due import DUE, GRANT
from tests.api.programs.seed import change, keep
from tests.api.weeks.small import BEFORE, PROGRAM, WEEK, as_json, good_roster, keep_program, small_instance
from tests.api.weeks.test_attendance import ANA, ATTENDANCE, G1
from tests.build import at


def test_the_list_is_read_from_postgresql(postgres_settings: Settings, postgres_store: Store, engine: Any) -> None:
    keep_program(postgres_store, small_instance())
    with postgres_store.writing() as session:
        session.add(ApiKeyRow(token_hash=token_hash("x" * 43), scopes=["roster:write"], program=PROGRAM))
    app = create_app(postgres_settings.model_copy(update={"allowed_hosts": "testserver"}), postgres_store, engine)
    app.state.clock = lambda: BEFORE
    with TestClient(app, raise_server_exceptions=False, headers={"Authorization": "Bearer " + "x" * 43}) as client:
        draft = client.post(f"{WEEK}/rosters", json=as_json(good_roster())).json()["id"]
        version = client.get(WEEK).headers["ETag"]
        assert client.post(f"{WEEK}/rosters/{draft}/publish", json={}, headers={"If-Match": version}).status_code == 200
        app.state.clock = lambda: at("tue", "08:00")
        items = [{"session": G1, "participant": p, "status": s} for p, s in (("ana", "no_show"), ("ben", "attended"), ("cid", "excused"))]
        walk_in = {"session": ANA, "participant": "ben", "status": "late", "minutes_late": 10, "is_walk_in": True}
        assert client.post(ATTENDANCE, json={"items": [*items, walk_in]}).status_code == 200
        record = {
            "json": {"status": "late", "minutes_late": 5, "joined_at": at("mon", "09:05").isoformat()},
            "headers": {"If-Match": '"1"'},
        }
        assert client.put(f"{ATTENDANCE}/{G1}/ben", **record).status_code == 200
        assert [m["status"] for m in client.get(f"{ATTENDANCE}/{G1}/ben/former").json()["items"]] == ["attended"]
        assert client.post(f"{ATTENDANCE}/{G1}/ana/outreach", json={"result": "not_reached"}).status_code == 201
        delivered = {e["participant"]: e["delivered"]["minutes"] for e in client.get(f"{WEEK}/minutes").json()["items"]}
        assert delivered == {"ana": 0, "ben": 175 + 40, "cid": 0}
        change(postgres_store, PROGRAM, "participants", "cid", authorizations=[GRANT])
        keep(postgres_store, PROGRAM, "absences", clinician="cora", first="2026-12-02", last="2026-12-02")
        keep(postgres_store, PROGRAM, "absences", clinician="dan", first="2026-12-02", last="2026-12-02")
        with postgres_store.writing() as session:
            fields = {"payload": {}, "attempts": 10, "version": 1, "log": [], "state": "dead"}
            session.add(MessageRow(id="msg_1", kind="mail", program=PROGRAM, event="x", due_at=BEFORE, created_at=BEFORE, **fields))
        assert [item["id"] for item in client.get(DUE).json()["items"]] == [
            "message~msg_1", "outreach~ana", f"unmarked~{ANA}", "authorization_units~cid~a1",
        ]  # fmt: skip
