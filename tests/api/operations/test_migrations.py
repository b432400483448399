"""Migrations: both databases end as the tables say, nothing is lost on the way, and several processes may ask at once."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, text

from api.database import Store, migrations
from api.database.migrations import altering, is_current, migrate, newest, revisions, schema_of, upgrade
from api.database.schema import SchemaError, bring_up_to_date, schema_revision
from api.database.tables import Base
from tests.api.filling import contents, fill
from tests.api.forks import Command
from tests.api.operations import upgrader

# A change that SQLite can only make by building the table anew, with rows of other tables referring to it.
NEXT = '''
"""A later schema."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{newest}", None, None


def upgrade() -> None:
    with op.batch_alter_table("programs") as table:
        table.alter_column("id", existing_type=sa.String(64), type_=sa.String(80), existing_nullable=False)
        table.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="clinic"))
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """A database of each kind without tables."""
    url = f"sqlite:///{tmp_path / 'some.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("empty_postgres")
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def with_next(tmp_path, monkeypatch):
    """One more schema than there is."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "next.py").write_text(NEXT.format(newest=newest()))
    monkeypatch.setattr(migrations, "__file__", str(folder / "__init__.py"))


@pytest.fixture(scope="module")
def schemas():
    """The tables of every schema there was, by revision, from one database that grew."""
    found, engine = {}, create_engine("sqlite://")
    with engine.begin() as connection:
        for revision in revisions():
            migrate(connection, revision)
            found[revision] = MetaData()
            found[revision].reflect(connection)
            found[revision].remove(found[revision].tables["alembic_version"])
    engine.dispose()
    return found


def counted(store, old, new):
    """How many rows there are in every table that was in an old schema and is in a new one."""
    with store.engine.connect() as connection:
        names = [table.name for table in old.sorted_tables if table.name in new.tables]
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def everything(store):
    with store.engine.connect() as connection:
        return contents(connection, Base.metadata)


class TestSchema:
    def test_is_what_the_tables_say(self, empty):
        upgrade(empty)
        with empty.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
            found = compare_metadata(context, Base.metadata)
        assert found == []
        assert is_current(empty)

    def test_there_is_one_line_of_revisions_and_one_newest(self):
        assert revisions()[-1] == newest()
        assert revisions()[0] == "0001"

    def test_a_second_upgrade_changes_nothing(self, empty):
        upgrade(empty)
        with empty.engine.begin() as connection:
            fill(connection, Base.metadata, 1)
        before = everything(empty)
        upgrade(empty)
        assert everything(empty) == before

    def test_an_empty_database_is_not_current(self, empty):
        assert not is_current(empty)
        assert schema_revision(empty) is None

    def test_no_table_numbers_its_rows_by_itself(self):
        """A restore would have to set the counters of PostgreSQL as well."""
        assert [t.name for t in Base.metadata.sorted_tables if any(str(key.type) == "INTEGER" for key in t.primary_key)] == []


def _fail(_):
    raise ZeroDivisionError


class TestUpgrade:
    def test_from_every_schema_there_was_to_the_next_keeps_every_row(self, empty, schemas):
        for (old, filled), (new, _) in pairwise(schemas.items()):
            upgrade(empty, old)
            with empty.engine.begin() as connection:
                fill(connection, filled, 3)
            upgrade(empty, new)
            assert set(counted(empty, filled, schemas[new]).values()) == {3}, new
            with empty.engine.begin() as connection:
                for table in reversed(schemas[new].sorted_tables):
                    connection.execute(table.delete())
        assert is_current(empty)

    @pytest.mark.proof
    @pytest.mark.parametrize("revision", revisions())
    def test_from_every_schema_there_was_keeps_every_row(self, empty, revision):
        old = schema_of(revision)
        upgrade(empty, revision)
        with empty.engine.begin() as connection:
            fill(connection, old, 3)
        upgrade(empty)
        assert is_current(empty)
        assert set(counted(empty, old, Base.metadata).values()) == {3}

    def test_that_builds_a_table_anew_keeps_what_refers_to_it(self, empty, with_next):
        upgrade(empty, revisions()[-2])
        with empty.engine.begin() as connection:
            fill(connection, Base.metadata, 3)
        before = everything(empty)
        upgrade(empty)
        assert everything(empty) == before
        with empty.engine.connect() as connection:
            assert connection.execute(text("SELECT DISTINCT kind FROM programs")).scalars().all() == ["clinic"]
            if empty.is_sqlite:
                assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1

    def test_that_fails_leaves_everything_as_it_was(self, empty, with_next):
        old = revisions()[-2]
        upgrade(empty, old)
        with pytest.raises(ZeroDivisionError), altering(empty) as connection:
            _fail(migrate(connection))
        assert schema_revision(empty) == old

    def test_of_sqlite_refuses_to_leave_rows_without_their_parents(self, tmp_path):
        store = Store(f"sqlite:///{tmp_path / 'some.sqlite'}")
        upgrade(store)
        with store.engine.begin() as connection:
            fill(connection, Base.metadata, 1)
        with pytest.raises(RuntimeError, match="rows that do not exist"), altering(store) as connection:
            connection.execute(text("DELETE FROM programs"))
        assert len(everything(store)["programs"]) == 1
        store.close()

    def test_is_done_once_when_several_processes_ask_at_once(self, empty, tmp_path):
        logs, signal = [tmp_path / f"{number}.log" for number in range(3)], tmp_path / "now"
        asking = [Command(upgrader.main, [empty.url, str(signal)], {}, log) for log in logs]
        signal.touch()
        assert [(process.wait(120), log.read_text()) for process, log in zip(asking, logs, strict=True)] == [(0, "")] * 3
        assert is_current(empty)


class TestBringingUpToDate:
    @pytest.fixture
    def store(self, tmp_path):
        made = Store(f"sqlite:///{tmp_path / 'stepdown.sqlite'}")
        yield made
        made.close()

    def test_makes_the_tables_of_a_new_file(self, store):
        assert list(bring_up_to_date(store)) == [f"The database is new (schema {newest()})."]
        assert list(bring_up_to_date(store)) == []

    def test_backs_up_a_file_before_it_is_upgraded(self, store, tmp_path, with_next):
        old = revisions()[-2]
        upgrade(store, old)
        told = list(bring_up_to_date(store))
        assert told == [f"Backup before the upgrade: {tmp_path / 'before-next.zip'}", f"Upgraded the database from {old} to next."]
        assert (tmp_path / "before-next.zip").is_file()
        assert is_current(store)

    def test_refuses_an_old_schema_on_a_server(self, empty_postgres):
        store = Store(empty_postgres)
        with pytest.raises(SchemaError, match=r"no tables yet, but this version needs .*stepdown db upgrade"):
            list(bring_up_to_date(store))
        store.close()

    def test_refuses_a_newer_schema(self, store):
        upgrade(store)
        with store.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaError, match=r"newer version of Stepdown \(schema 9999\)"):
            list(bring_up_to_date(store))
