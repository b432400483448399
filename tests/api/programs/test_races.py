"""Two at once, on a real PostgreSQL: SQLite lets one write at a time anyway."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from api.database import Store
from api.kernel.errors import Problem
from api.programs.store.entities import archive_kept, create_kept, find_kept, replace_kept
from api.programs.store.kinds import KINDS
from api.web.versions import check_version, etag
from scheduler.instance import Cohort, Track
from tests.api.programs.seed import AT, seed
from tests.build import instance

TRACKS, COHORTS = KINDS["tracks"], KINDS["cohorts"]


def race(*acts: Callable[[], None]) -> list[str]:
    """What became of acts that began at the same moment."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], None]) -> str:
        barrier.wait(60)
        try:
            act()
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_two_who_saw_the_same_version_one_changes_it(postgres_store: Store) -> None:
    seed(postgres_store, instance(tracks=[{"id": "t"}]))

    def change(seen: str, label: str) -> None:
        with postgres_store.writing() as session:
            row = find_kept(session, "demo", TRACKS, "t", to_change=True)
            check_version(seen, row.version)
            replace_kept(session, row, TRACKS, Track(id="t", label=label), "system")

    for version in range(1, 11):
        assert race(partial(change, etag(version), "a"), partial(change, etag(version), "b")) == ["changed_meanwhile", "done"]


def test_of_two_who_add_the_same_id_one_does(postgres_store: Store) -> None:
    seed(postgres_store, instance())

    def add(id: str) -> None:
        with postgres_store.writing() as session:
            create_kept(session, "demo", TRACKS, Track(id=id), "system")

    for id in "abcdefghij":
        assert race(partial(add, id), partial(add, id)) == ["done", "exists"]


def test_nothing_is_archived_while_somebody_begins_to_name_it(postgres_store: Store) -> None:
    seed(postgres_store, instance(tracks=[{"id": id} for id in "abcdefghij"]))

    def archive(id: str) -> None:
        with postgres_store.writing() as session:
            archive_kept(session, find_kept(session, "demo", TRACKS, id, to_change=True), TRACKS, "system", AT)

    def name(id: str) -> None:
        with postgres_store.writing() as session:
            create_kept(session, "demo", COHORTS, Cohort(id=f"of-{id}", track=id), "system")

    for id in "abcdefghij":
        assert race(partial(archive, id), partial(name, id)) in (["bad_reference", "done"], ["done", "in_use"])
