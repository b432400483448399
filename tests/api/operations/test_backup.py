"""Backup and restore: everything comes back as it was, on both databases and across, or nothing changes."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from api.database import Store
from api.database.archive import ArchiveError, read_table, reading_archive
from api.database.backup import EmptyDatabaseError, back_up
from api.database.migrations import is_current, newest, upgrade
from api.database.restore import RestoreError, restore
from api.database.tables import Base, ProgramRow
from tests.api.filling import contents, fill

KINDS = ("sqlite", "postgresql")
MakeStore = Callable[[str], Store]


@pytest.fixture
def make_store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakeStore]:
    """Open a database of a kind that has no tables yet."""
    numbers, postgres = itertools.count(), iter(("postgres", "empty_postgres"))
    with contextlib.ExitStack() as stack:

        def make(kind: str) -> Store:
            url = f"sqlite:///{tmp_path / f'{next(numbers)}.sqlite'}" if kind == "sqlite" else new_postgres()
            store = Store(url)
            stack.callback(store.close)
            return store

        def new_postgres() -> str:
            """The first has tables, the second has none."""
            return str(request.getfixturevalue(next(postgres)))

        yield make


@pytest.fixture
def jobs_url(tmp_path: Path) -> str:
    """A job engine's database that nothing is in."""
    return f"sqlite:///{tmp_path / 'jobs' / 'jobs.sqlite'}"


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        return contents(connection, Base.metadata)


def fill_up(store: Store) -> Store:
    with store.engine.begin() as connection:
        fill(connection, Base.metadata)
    return store


@pytest.fixture(scope="module")
def full_file(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A database file with five rows in every table, to be copied."""
    path = tmp_path_factory.mktemp("full") / "full.sqlite"
    shutil.copy(empty_database, path)
    store = fill_up(Store(f"sqlite:///{path}"))
    store.close()
    return path


@pytest.fixture
def filled(make_store: MakeStore, full_file: Path) -> MakeStore:
    """Open a database of a kind with five rows in every table."""

    def make(kind: str) -> Store:
        store = make_store(kind)
        if kind == "postgresql":
            return fill_up(store)
        shutil.copy(full_file, str(store.engine.url.database))
        return store

    return make


def changed(store: Store) -> None:
    with store.writing() as session:
        session.execute(text("UPDATE programs SET version = version + 1"))
        session.execute(text("DELETE FROM attendance"))
        session.add(ProgramRow(id="later", document={}))


class TestThereAndBack:
    @pytest.mark.parametrize("source", KINDS)
    @pytest.mark.parametrize("target", KINDS)
    def test_every_row_of_every_table_comes_back(self, filled, make_store, jobs_url, tmp_path, source, target):
        old, new = filled(source), make_store(target)
        before = everything(old)
        assert {len(rows) for rows in before.values()} == {5}
        manifest = back_up(old, tmp_path / "backup.zip")
        assert manifest.rows == 5 * len(Base.metadata.tables)
        restore(new, jobs_url, tmp_path / "backup.zip")
        assert everything(new) == before
        assert is_current(new)
        again = back_up(new, tmp_path / "again.zip")
        assert again.tables == manifest.tables, "the two databases give the same bytes"

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_changed_meanwhile_is_undone(self, filled, jobs_url, tmp_path, kind):
        store = filled(kind)
        before = everything(store)
        back_up(store, tmp_path / "backup.zip")
        changed(store)
        assert everything(store) != before
        restore(store, jobs_url, tmp_path / "backup.zip", replaces=True)
        assert everything(store) == before

    def test_json_keeps_its_text_and_nothing_its_null(self, make_store, jobs_url, tmp_path):
        store, new = make_store("sqlite"), make_store("sqlite")
        upgrade(store)
        odd = '{"b": 1.0,  "a": "\\u00e9", "a": 1e3}'
        with store.writing() as session:
            session.add(ProgramRow(id="north", document={}))
            session.flush()
            session.execute(text("UPDATE programs SET document = :odd"), {"odd": odd})
        back_up(store, tmp_path / "backup.zip")
        restore(new, jobs_url, tmp_path / "backup.zip")
        with new.reading() as session:
            assert session.execute(text("SELECT document, archived_at FROM programs")).one() == (odd, None)


class TestBackup:
    def test_is_one_view_while_others_write(self, filled, tmp_path, monkeypatch):
        from api.database import backup

        store = filled("sqlite")
        before = everything(store)
        write_table = backup.write_table

        def write_and_disturb(archive, name, columns, rows):
            entry = write_table(archive, name, columns, rows)
            if name == "programs":
                changed(store)
            return entry

        monkeypatch.setattr(backup, "write_table", write_and_disturb)
        manifest = back_up(store, tmp_path / "backup.zip")
        assert everything(store) != before
        assert {table.rows for table in manifest.tables} == {5}

    def test_is_readable_by_its_owner_only_and_leaves_nothing_else(self, filled, tmp_path):
        folder = tmp_path / "backups"
        folder.mkdir()
        os.umask(os.umask(0o000))
        back_up(filled("sqlite"), folder / "backup.zip")
        assert stat.S_IMODE((folder / "backup.zip").stat().st_mode) == 0o600
        assert os.listdir(folder) == ["backup.zip"]

    def test_that_fails_leaves_the_last_one_as_it_was(self, filled, tmp_path, monkeypatch):
        from api.database import backup

        folder = tmp_path / "backups"
        folder.mkdir()
        (folder / "backup.zip").write_bytes(b"the last one")
        monkeypatch.setattr(backup, "write_table", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            back_up(filled("sqlite"), folder / "backup.zip")
        assert (folder / "backup.zip").read_bytes() == b"the last one"
        assert os.listdir(folder) == ["backup.zip"]

    def test_of_no_tables_is_refused(self, make_store, tmp_path):
        with pytest.raises(EmptyDatabaseError):
            back_up(make_store("sqlite"), tmp_path / "backup.zip")


class TestRestore:
    @pytest.fixture
    def backup(self, filled, tmp_path) -> Path:
        back_up(filled("sqlite"), tmp_path / "backup.zip")
        return tmp_path / "backup.zip"

    @pytest.mark.parametrize("kind", KINDS)
    def test_over_something_needs_to_be_said(self, make_store, jobs_url, backup, kind):
        store = make_store(kind)
        upgrade(store)
        with store.writing() as session:
            session.add(ProgramRow(id="mine", document={}))
        before = everything(store)
        with pytest.raises(RestoreError, match="holds 1 rows: --force"):
            restore(store, jobs_url, backup)
        assert everything(store) == before

    @pytest.mark.parametrize("kind", KINDS)
    def test_that_fails_in_the_middle_changes_nothing(self, filled, jobs_url, backup, kind, monkeypatch):
        from api.database import restore as module

        store = filled(kind)
        changed(store)
        before, fill_table = everything(store), module._fill

        def fill_until(connection, archive, entry, is_sqlite):
            if entry.name == "weeks":
                raise RestoreError("no more")
            fill_table(connection, archive, entry, is_sqlite)

        monkeypatch.setattr(module, "_fill", fill_until)
        with pytest.raises(RestoreError, match="no more"):
            restore(store, jobs_url, backup, replaces=True)
        assert everything(store) == before
        assert is_current(store)

    @pytest.mark.parametrize("kind", KINDS)
    def test_while_somebody_works_with_the_database_is_refused(self, filled, jobs_url, backup, kind):
        store = filled(kind)
        other = Store(store.url)
        with other.reading() as session:
            session.execute(text("SELECT 1 FROM programs")).all()
            with pytest.raises(RestoreError, match="in use"):
                restore(store, jobs_url, backup, replaces=True)
        other.close()
        restore(store, jobs_url, backup, replaces=True)

    def test_waits_for_a_connection_that_is_being_closed(self, filled, jobs_url, backup):
        store = filled("postgresql")
        other = Store(store.url)
        with other.engine.connect():
            closing = threading.Timer(0.3, other.engine.dispose)
        closing.start()
        restore(store, jobs_url, backup, replaces=True)
        closing.join()

    def test_forgets_what_the_job_engine_had(self, make_store, tmp_path, backup):
        jobs = tmp_path / "jobs.sqlite"
        for end in ("", "-wal", "-shm"):
            Path(f"{jobs}{end}").write_bytes(b"jobs of before")
        restore(make_store("sqlite"), f"sqlite:///{jobs}", backup)
        assert list(tmp_path.glob("jobs.sqlite*")) == []

    def test_on_postgresql_leaves_the_tables_of_others_alone(self, filled, jobs_url, backup):
        store = filled("postgresql")
        with store.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE of_others (a int)")
            connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS dbos")
            connection.exec_driver_sql("CREATE TABLE dbos.of_the_engine (a int)")
        restore(store, store.url, backup, replaces=True)
        with store.engine.connect() as connection:
            assert inspect(connection).has_table("of_others")
            assert "dbos" not in inspect(connection).get_schema_names()

    def test_a_row_that_the_database_refuses_is_told_by_its_table(self, make_store, jobs_url, tmp_path, backup):
        with zipfile.ZipFile(backup) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        lines = members["tables/sites.jsonl"].splitlines(keepends=True)
        write_again(tmp_path / "twice.zip", members, "sites", b"".join([*lines, lines[0]]))
        store = make_store("sqlite")
        with pytest.raises(RestoreError, match=r"refused a row of sites \(IntegrityError\)"):
            restore(store, jobs_url, tmp_path / "twice.zip")
        with store.engine.connect() as connection:
            assert inspect(connection).get_table_names() == []


def write_again(path: Path, members: dict[str, bytes], table: str, data: bytes, **more: object) -> None:
    """An archive with other rows in a table, and with the right hash of them."""
    import hashlib

    manifest = json.loads(members["manifest.json"]) | more
    entry = next(entry for entry in manifest["tables"] if entry["name"] == table)
    entry |= {"sha256": hashlib.sha256(data).hexdigest(), "rows": data.count(b"\n")}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {f"tables/{table}.jsonl": data, "manifest.json": json.dumps(manifest).encode()}).items():
            archive.writestr(name, content)


def read_all(path: Path) -> dict[str, list[dict[str, object]]]:
    with reading_archive(path) as (archive, manifest):
        return {entry.name: list(read_table(archive, entry)) for entry in manifest.tables}


class TestDamage:
    @pytest.fixture
    def members(self, filled, tmp_path) -> dict[str, bytes]:
        back_up(filled("sqlite"), tmp_path / "backup.zip")
        with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @pytest.fixture
    def refused(self, make_store, jobs_url, tmp_path):
        def check(match: str) -> None:
            store = make_store("sqlite")
            upgrade(store)
            with pytest.raises(ArchiveError, match=match):
                restore(store, jobs_url, tmp_path / "backup.zip")
            assert all(rows == [] for rows in everything(store).values())

        return check

    def test_another_byte_in_a_table(self, members, tmp_path, refused):
        members["tables/users.jsonl"] = members["tables/users.jsonl"].replace(b"2026", b"2027", 1)
        with zipfile.ZipFile(tmp_path / "backup.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        refused("damaged in users")

    def test_a_missing_table(self, members, tmp_path, refused):
        del members["tables/users.jsonl"]
        with zipfile.ZipFile(tmp_path / "backup.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        refused("damaged")

    @pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
    def test_half_a_file(self, members, tmp_path, refused, at):
        whole = (tmp_path / "backup.zip").read_bytes()
        (tmp_path / "backup.zip").write_bytes(whole[: int(len(whole) * at)])
        refused("not a Stepdown backup, or is damaged")

    def test_a_flipped_bit_is_seen_or_harmless(self, members, tmp_path):
        """Some bits of a zip, such as the times of its members, say nothing of what is in it."""
        whole = (tmp_path / "backup.zip").read_bytes()
        before, seen = read_all(tmp_path / "backup.zip"), 0
        for at in range(0, len(whole), len(whole) // 200):
            flipped = bytearray(whole)
            flipped[at] ^= 0x10
            (tmp_path / "flipped.zip").write_bytes(flipped)
            try:
                assert read_all(tmp_path / "flipped.zip") == before, at
            except ArchiveError:
                seen += 1
        assert seen > 100

    @pytest.mark.parametrize("more", [{"revision": "9999"}, {"format": 2}])
    def test_a_backup_of_a_newer_version(self, members, tmp_path, refused, more):
        write_again(tmp_path / "backup.zip", members, "users", members["tables/users.jsonl"], **more)
        refused("newer version")

    def test_something_else(self, tmp_path, refused):
        (tmp_path / "backup.zip").write_text("not a zip")
        refused("not a Stepdown backup")

    def test_the_manifest_says_what_is_in_it(self, members):
        manifest = json.loads(members["manifest.json"])
        assert manifest["revision"] == newest()
        assert {entry["name"] for entry in manifest["tables"]} == set(Base.metadata.tables)
