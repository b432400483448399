"""The commands of the service: what they do, what they say when something is wrong, and that the others start without them."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner

from api.cli.app import app
from api.cli.configuration import markdown_table
from api.database import Store
from api.database.migrations import newest, revisions
from api.database.tables import ApiKeyRow, AuditEntryRow, ParticipantRow, ProgramRow, UserRow
from api.database.tables.base import now
from api.kernel.settings import Settings
from api.operations.server import AddressError, listen
from api.security.tokens import token_hash
from tests.source_tree import ROOT

HEAVY = {"fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "dbos", "pydantic_settings", "argon2"}


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    """Nothing but a data folder of its own."""
    for name in [name for name in os.environ if name.startswith("STEPDOWN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STEPDOWN_DATA", str(tmp_path / "data"))


@pytest.fixture
def run():
    """The command in this process."""

    def command(*arguments, code=0, typed=None, columns="200"):
        runner = CliRunner(env={"COLUMNS": columns, "NO_COLOR": "1"})
        done = runner.invoke(app, [str(a) for a in arguments], input=typed, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done

    return command


@pytest.fixture
def database(tmp_path, empty_database):
    """The database the commands find, with the newest schema."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "stepdown.sqlite").write_bytes(empty_database.read_bytes())
    store = Store(Settings().database_url)
    yield store
    store.close()


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


class TestStart:
    @pytest.mark.parametrize("arguments", [["solve", "--help"], ["users", "--help"], ["--help"]])
    def test_needs_nothing_of_the_service(self, arguments):
        code = f"import sys; from api.cli.app import app; app({arguments}, standalone_mode=False); print({HEAVY} & set(sys.modules))"
        done = python("-c", code)
        assert done.stdout.splitlines()[-1] == "set()", done.stderr

    def test_the_installed_command_is_this_one(self):
        assert 'stepdown = "api.cli:main"' in (ROOT / "pyproject.toml").read_text()

    def test_the_core_alone_has_no_command_of_the_service(self):
        done = subprocess.run(
            [sys.executable, "-m", "scheduler.cli", "serve"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2
        assert "No such command" in done.stderr

    def test_every_command_of_the_core_is_here(self, run):
        told = run("--help").output
        names = ("solve", "validate", "verify", "explain", "compare", "export", "rules", "schema", "generate", "bench")
        assert [name for name in (*names, "serve", "worker", "db", "users", "keys", "settings") if not re.search(rf"│ {name} ", told)] == []


class TestSettings:
    def test_are_printed_row_by_row_for_the_documentation(self, run):
        assert run("settings", "--markdown").stdout.splitlines() == markdown_table()
        assert len(markdown_table()) == len(Settings.model_fields) + 2

    def test_have_all_a_meaning(self):
        assert [name for name, field in Settings.model_fields.items() if not field.description] == []

    def test_are_told_with_their_values(self, run, monkeypatch):
        monkeypatch.setenv("STEPDOWN_PORT", "8123")
        rows = {row["name"]: row for row in json.loads(run("settings", "--json").stdout)}
        assert len(rows) == len(Settings.model_fields)
        assert (rows["STEPDOWN_PORT"]["value"], rows["STEPDOWN_PORT"]["default"]) == ("8123", "8000")
        assert "STEPDOWN_PORT=8123" in run("settings").output

    @pytest.mark.parametrize("address", ["postgresql://anna:hush%40@db/x", "postgresql://db/x?user=anna&password=hush%40"])
    def test_hide_passwords(self, run, monkeypatch, address):
        monkeypatch.setenv("STEPDOWN_DATABASE", address)
        told = run("settings").output
        assert "hush" not in told
        assert re.search(r":\*\*\*@|password=hidden", told)

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("STEPDOWN_PORT", "70000", "STEPDOWN_PORT: Input should be less than or equal to 65535"),
            ("STEPDOWN_LOG_LEVEL", "loud", "STEPDOWN_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
            ("STEPDOWN_DATABASE", "mysql://anna:hush@db/x", "STEPDOWN_DATABASE: use PostgreSQL or SQLite"),
        ],
    )
    def test_that_cannot_be_are_told_without_their_value(self, run, monkeypatch, name, value, said):
        monkeypatch.setenv(name, value)
        told = run("serve", code=2).output
        assert said in told
        assert "hush" not in told

    def test_with_a_slip_of_the_pen_are_pointed_at(self, run, monkeypatch):
        monkeypatch.setenv("STEPDOWN_PARALEL_SOLVES", "4")
        told = run("settings").output
        assert "Unknown setting STEPDOWN_PARALEL_SOLVES; did you mean STEPDOWN_PARALLEL_SOLVES?" in told


class TestUsers:
    def test_add_makes_a_temporary_password_that_is_shown_once(self, run, database):
        told = run("users", "add", "Anna", "--role", "director").output
        secret = re.search(r"anna signs in with (\S+)", told)[1]
        assert len(secret) == 16
        with database.reading() as session:
            user = session.scalar(select(UserRow))
            assert (user.login, user.is_password_temporary) == ("anna", True)
            assert secret not in user.password_hash
        (row,) = json.loads(run("users", "list", "--json").stdout)
        assert row["roles"] == [{"program": None, "role": "director", "clinician": None, "participant": None}]

    def test_own_password_is_piped_in_and_stays(self, run, database):
        run("users", "add", "anna", "--role", "director", "--own", typed="river otter plinth 9\n")
        assert json.loads(run("users", "list", "--json").stdout)[0]["must_change_password"] is False
        assert (
            "one of the first that an attacker would try"
            in run("users", "password", "anna", "--own", typed="password1234\n", code=2).output
        )

    def test_are_disabled_and_enabled_but_not_the_last_director(self, run, database):
        run("users", "add", "anna", "--role", "director")
        assert "last director" in run("users", "disable", "anna", code=2).output
        run("users", "add", "ben", "--role", "coordinator")
        ben = next(user["id"] for user in json.loads(run("users", "list", "--json").stdout) if user["login"] == "ben")
        with database.writing() as session:
            session.add(ApiKeyRow(id="k1", token_hash="x", scopes=["solve"], created_by=f"user:{ben}"))
        told = run("users", "disable", "Ben").output
        assert "`stepdown keys revoke k1`" in told
        assert "disabled" in run("users", "list").output
        run("users", "enable", "ben")
        assert "disabled" not in run("users", "list").output

    def test_roles_are_granted_and_taken_away_by_program(self, run, database):
        with database.writing() as session:
            session.add(ProgramRow(id="north", document={}))
            session.flush()
            session.add(ParticipantRow(program="north", id="p7", document={}, status="active"))
        run("users", "add", "ben", "--role", "coordinator", "--program", "north")
        assert run("users", "grant", "ben", "front_desk").output == "front_desk in all programs: granted.\n"
        run("users", "grant", "ben", "participant", "--program", "north", "--participant", "p7")
        (row,) = json.loads(run("users", "list", "--json").stdout)
        assert {(r["program"], r["role"]) for r in row["roles"]} == {(None, "front_desk"), ("north", "participant")}
        run("users", "revoke", "ben")
        (row,) = json.loads(run("users", "list", "--json").stdout)
        assert {(r["program"], r["role"]) for r in row["roles"]} == {("north", "participant")}

    def test_mistakes_are_sentences(self, run, database):
        assert "no such user" in run("users", "password", "nobody", code=2).output
        assert "a clinician's role says which clinician" in run("users", "add", "x", "--role", "clinician", "--program", "p", code=2).output
        assert "there is no such program" in run("users", "add", "x", "--role", "coordinator", "--program", "p", code=2).output
        assert "no spaces" in run("users", "add", "x y", "--role", "director", code=2).output
        run("users", "add", "x", "--role", "director")
        assert "A user with this login already exists" in run("users", "add", "X", "--role", "director", code=2).output

    def test_acts_are_in_the_audit_trail_by_id_and_not_by_name(self, run, database):
        run("users", "add", "anna", "--role", "director")
        run("users", "password", "anna")
        with database.reading() as session:
            entries = [(e.caller, e.action, e.target) for e in session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.at))]
            id = session.scalar(select(UserRow.id))
        assert entries == [("system", "user.create", f"user={id}"), ("system", "user.password", f"user={id}")]


class TestKeys:
    def test_token_is_shown_once_and_works(self, run, database):
        token = run("keys", "create", "--scope", "solve", "--scope", "feeds", "--label", "EHR", "--days", "30").stdout.strip()
        with database.reading() as session:
            key = session.scalar(select(ApiKeyRow))
            assert (key.token_hash, key.scopes, key.label) == (token_hash(token), ["feeds", "solve"], "EHR")
            assert 29 < (key.expires_at - key.created_at).total_seconds() / 86400 < 31
            id = key.id
        listed = run("keys", "list", columns="40").output
        assert id in listed
        assert token not in listed

    def test_are_revoked_once_and_for_all(self, run, database):
        run("keys", "create", "--scope", "solve")
        (row,) = json.loads(run("keys", "list", "--json").stdout)
        run("keys", "revoke", row["id"])
        (row,) = json.loads(run("keys", "list", "--json").stdout)
        assert row["revoked_at"] is not None
        assert "no such key" in run("keys", "revoke", "0" * 32, code=2).output

    def test_mistakes_are_sentences(self, run, database):
        assert "unknown scope nope: use one or more of solve" in run("keys", "create", "--scope", "nope", code=2).output
        assert "there is no such program" in run("keys", "create", "--scope", "solve", "--program", "north", code=2).output


class TestDatabase:
    def test_goes_there_and_back(self, run, database, tmp_path):
        run("users", "add", "anna", "--role", "director")
        before = json.loads(run("users", "list", "--json").stdout)
        told = run("db", "backup", tmp_path / "b.zip").output
        assert re.search(rf"b\.zip: \d+ rows of \d+ tables, schema {newest()}", told)
        run("users", "add", "ben", "--role", "director")
        database.close()
        assert "--force replaces them" in run("db", "restore", tmp_path / "b.zip", code=2).output
        assert "Restored" in run("db", "restore", tmp_path / "b.zip", "--force").output
        assert json.loads(run("users", "list", "--json").stdout) == before

    def test_is_made_by_the_first_command(self, run, tmp_path):
        assert "The database is new" in run("users", "list").output
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0
        assert f"already has the newest schema ({newest()})" in run("db", "upgrade").output

    def test_upgrade_makes_the_tables(self, run):
        assert run("db", "upgrade").output == f"The database now has schema {newest()}.\n"

    @pytest.mark.parametrize("command", [["db", "backup", "b.zip"], ["db", "check"]])
    def test_that_is_not_there_is_not_made(self, run, tmp_path, command):
        assert "there is no database at" in run(*command, code=2).output
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize("file", ["nothing.zip", "."])
    def test_a_backup_that_is_none_is_told(self, run, file):
        run("db", "restore", file, code=2)

    def test_check_finds_a_damaged_document_and_a_row_without_its_parent(self, run, database):
        from api.database.documents import keep_document

        with database.writing() as session:
            hash = keep_document(session, "roster", "{}")
        assert "1 documents: all good" in run("db", "check").output
        with database.writing() as session:
            session.execute(text("UPDATE documents SET body = x'00'"))
        raw = database.engine.raw_connection()
        raw.execute("PRAGMA foreign_keys=OFF")
        columns = "program, id, document, version, created_at, created_by, changed_at, changed_by"
        raw.execute(f"INSERT INTO sites ({columns}) VALUES ('gone', 's1', '{{}}', 1, '2026-01-01', '', '2026-01-01', '')")
        raw.commit()
        raw.close()
        told = run("db", "check", code=1).output
        assert f"Document {hash} is damaged" in told
        assert "A row of sites refers to a row that does not exist" in told
        assert "2 faults" in told

    def test_of_a_newer_version_is_refused_by_all(self, run, database):
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for command in (["serve", "--port", "0"], ["worker"], ["users", "list"], ["db", "upgrade"]):
            assert "belongs to a newer version of Stepdown" in run(*command, code=2).output


class TestServer:
    def test_a_taken_port_is_told(self, run):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            told = run("serve", "--port", port, code=2).output
        assert f"port {port} of 127.0.0.1 is in use" in told

    @pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
    def test_an_address_of_another_machine_is_told(self, host):
        with pytest.raises(AddressError, match="not an address of this machine"):
            listen(host, 0)

    @pytest.mark.parametrize(
        "command", [["serve", "--port", "0"], ["worker"], ["users", "list"], ["db", "upgrade"], ["db", "backup", "x.zip"]]
    )
    def test_a_database_that_does_not_answer_is_told(self, run, monkeypatch, command):
        monkeypatch.setenv("STEPDOWN_DATABASE", "postgresql://anna:hush@127.0.0.1:1/x")
        told = run(*command, code=2).output
        assert "Cannot use the database" in told
        assert "hush" not in told
        assert "Traceback" not in told

    @pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker"], ["users", "list"]])
    def test_an_old_schema_on_a_server_is_told_with_the_command_to_run(self, run, monkeypatch, empty_postgres, command):
        monkeypatch.setenv("STEPDOWN_DATABASE", empty_postgres)
        assert "run `stepdown db upgrade`" in run(*command, code=2).output

    @staticmethod
    def answer_to_long_headers(port):
        """What a stranger is answered who sends 100 kB of headers."""
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            try:
                line.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                for number in range(10):
                    line.sendall(b"X-%d: %s\r\n" % (number, b"x" * 10_000))
                line.sendall(b"\r\n")
                return line.recv(100).partition(b"\r\n")[0]
            except ConnectionError:
                return b""

    def test_what_it_says_and_how_it_ends(self, tmp_path):
        """One real start on an empty machine: address and set-up link on standard output, JSON on standard error, exit code 0."""
        from tests.api.operations.installation import Api, wait_until

        settings = {"STEPDOWN_DATA": str(tmp_path / "new"), "STEPDOWN_PORT": "0"}
        api = Api("api", ["serve"], settings, tmp_path / "log", is_copy=False)
        api.start()
        try:
            wait_until(lambda: b"/setup#" in api.log.read_bytes(), 90)
            told = api.log.read_text()
            api.port = int(re.search(r"listens on http://127\.0\.0\.1:(\d+)", told)[1])
            assert f"http://127.0.0.1:{api.port}/setup#" in told
            assert api.is_ready()
            with api.client() as client:
                assert client.get("/metrics").status_code == 200
            assert self.answer_to_long_headers(api.port) in (b"", b"HTTP/1.1 400 Bad Request")
            api.terminate()
            assert api.wait(60)[0] == 0
        finally:
            if api.running.poll() is None:
                api.kill()
        assert (tmp_path / "new").stat().st_mode & 0o077 == 0
        assert revisions()[-1] in told


def test_a_program_is_exported_into_a_file(run, database, tmp_path):
    with database.writing() as session:
        session.add(ProgramRow(id="north", document={"zone": "America/New_York"}))
    assert "no such program" in run("programs", "export", "west", tmp_path / "west.zip", code=2).output
    assert "bytes" in run("programs", "export", "north", tmp_path / "north.zip").output
    with zipfile.ZipFile(tmp_path / "north.zip") as archive:
        assert json.loads(archive.read("programs.jsonl"))["id"] == "north"
    with database.reading() as session:
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "program.export")).one()
        assert (entry.caller, entry.target) == ("system", "program=north")


def test_a_participants_data_is_deleted_after_a_rehearsal(run, database):
    with database.writing() as session:
        session.add(ProgramRow(id="north", document={"zone": "America/New_York"}))
        session.flush()
        session.add(ParticipantRow(program="north", id="ana", document={"id": "ana"}, status="discharged", archived_at=now()))
    person = ("programs", "delete-person", "north", "ana")
    assert "give a reason" in run(*person, code=2).output
    assert "as ids" in run(*person, "--reason", "no free text", code=2).output
    assert "Would delete or rewrite 1 of participants." in run(*person, "--reason", "request", "--dry-run").output
    assert "Deleted or rewrote 1 of participants." in run(*person, "--reason", "request").output
    with database.reading() as session:
        assert session.scalars(select(ParticipantRow)).all() == []
        targets = session.scalars(select(AuditEntryRow.target).where(AuditEntryRow.action == "participant.delete")).all()
        assert sorted(targets) == [f"program=north participant=ana dry_run={word}" for word in ("false", "true")]
