"""The export of a program: all of it, nothing of others, no secrets, and hashes that are right."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from api.database.tables import Base, CalendarSecretRow, FeedLinkRow, PageLinkRow, WebhookRow, WeekRow
from api.exports import contents
from api.exports.contents import LEFT_OUT, SECRETS, columns_of, program_tables
from api.exports.store import export_program
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM, keep_program, small_instance

EXPORT = f"/v1/programs/{PROGRAM}/export"


def opened(content: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The manifest, and the lines of every file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    assert {file["name"] for file in manifest["files"]} == files.keys()
    for file in manifest["files"]:
        assert (hashlib.sha256(files[file["name"]]).hexdigest(), files[file["name"]].count(b"\n")) == (file["sha256"], file["rows"])
    return manifest, {name: [json.loads(line) for line in text.splitlines()] for name, text in files.items()}


def test_everything_of_the_program_is_in_it_and_nothing_of_others(published, admin, store):
    keep_program(store, small_instance(), "south")
    answer = admin.get(EXPORT)
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, "application/zip", "no-store")
    manifest, files = opened(answer.content)
    assert (manifest["program"], manifest["format"], manifest["made_at"]) == ("north", 1, "2026-11-26T15:00:00+00:00")
    assert sorted(row["id"] for row in files["participants.jsonl"]) == ["ana", "ben", "cid"]
    assert {row["program"] for rows in files.values() for row in rows if "program" in row} == {"north"}
    assert len(files["published_sessions.jsonl"]) == 5
    (roster,) = (row for row in files["rosters.jsonl"] if row["state"] == "published")
    assert roster["id"] == published["id"]
    documents = {row["hash"]: row["document"] for row in files["documents.jsonl"]}
    assert [p["id"] for p in documents[roster["instance_hash"]]["participants"]] == ["ana", "ben", "cid"]
    assert documents[roster["roster_hash"]]["monday"] == "2026-11-30"
    assert "roster.publish" in {row["action"] for row in files["audit.jsonl"]}
    columns = {file["name"]: {column["name"]: column["kind"] for column in file["columns"]} for file in manifest["files"]}
    assert all(row.keys() == columns[name].keys() for name, rows in files.items() for row in rows)


def test_no_secret_is_in_it(admin, store, program):
    with store.writing() as session:
        stamp = {"program": program, "created_at": BEFORE, "changed_at": BEFORE}
        session.add(WeekRow(**stamp, monday=MONDAY, document={}, desk_key="planted-1"))
        session.add(WebhookRow(**stamp, url="https://example.org", events=[], secret="planted-2", former_secret="planted-3"))
        session.add(PageLinkRow(**stamp, participant="ana", token_hash="planted-4", used_by="planted-5", expires_at=BEFORE))
        session.add(CalendarSecretRow(program=program, secret=b"planted-6"))
    _, files = opened(admin.get(EXPORT).content)
    assert len(files["webhooks.jsonl"]) == len(files["page_links.jsonl"]) == len(files["weeks.jsonl"]) == 1
    assert "planted" not in json.dumps(files)


def test_every_table_is_exported_or_left_out_for_a_reason():
    names = [table.name for table in program_tables()]
    assert sorted([*names, *LEFT_OUT, "documents"]) == sorted(Base.metadata.tables)
    assert SECRETS.keys() <= set(names)
    for table in program_tables():
        assert SECRETS.get(table.name, frozenset()) <= {column.name for column in table.columns}
        shown = {column.name for column in columns_of(table)}
        assert [n for n in shown if n.endswith(("token_hash", "secret", "_key", "password_hash", "lease"))] == [], table.name
        assert {column.kind for column in columns_of(table)} <= {"text", "integer", "boolean", "date", "time", "json"}
    assert FeedLinkRow.__tablename__ in LEFT_OUT
    assert contents.ExportManifest.model_fields["format"].default == 1


def test_it_comes_in_pieces(store, published):
    pieces = list(export_program(store, PROGRAM, BEFORE))
    assert len(pieces) > 10
    assert opened(b"".join(pieces))[0]["program"] == PROGRAM


def test_a_program_that_is_not_there_is_not_found(admin, program):
    assert admin.get("/v1/programs/west/export").status_code == 404
