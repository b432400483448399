"""Leases: worn by one process at a time, as long as it lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from api.jobs.process_lease import FileLeases, PostgresLeases, ProcessLeases, take_free
from api.kernel.settings import Settings
from tests.source_tree import ROOT

WEARER = """
import sys, time
from pathlib import Path
from api.jobs.process_lease import FileLeases, PostgresLeases
kind, where, name = sys.argv[1:]
leases = FileLeases(Path(where)) if kind == "FileLeases" else PostgresLeases(where)
print(leases.take(name), flush=True)
time.sleep(60)
"""


@pytest.fixture(params=[FileLeases, PostgresLeases])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[type, str]:
    address = str(tmp_path) if request.param is FileLeases else Settings(database=request.getfixturevalue("empty_postgres")).jobs_url
    return request.param, address


def leases_at(where: tuple[type, str]) -> ProcessLeases:
    return FileLeases(Path(where[1])) if where[0] is FileLeases else PostgresLeases(where[1])


def test_a_lease_is_worn_once(where: tuple[type, str]) -> None:
    mine, yours = leases_at(where), leases_at(where)
    assert mine.take("a")
    assert not mine.take("a")
    assert not yours.take("a")
    assert yours.take("b")
    mine.give_back("a")
    assert yours.take("a")
    yours.close()
    assert mine.take("b")
    mine.close()


def test_a_lease_is_free_when_its_wearer_was_killed(where: tuple[type, str]) -> None:
    command = [sys.executable, "-c", WEARER, where[0].__name__, where[1], "a"]
    wearer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    mine = leases_at(where)
    assert wearer.stdout is not None
    with wearer.stdout as said:
        assert said.readline() == "True\n"
        assert not mine.take("a")
        wearer.kill()
        wearer.wait()
    for _ in range(100):
        if mine.take("a"):
            break
    else:
        pytest.fail("the lease is still worn")
    mine.close()


def test_the_first_free_lease_is_taken(where: tuple[type, str]) -> None:
    mine, yours = leases_at(where), leases_at(where)
    assert [take_free(mine, "w/../x"), take_free(yours, "w/../x"), take_free(mine, "w/../x")] == ["w-..-x-1", "w-..-x-2", "w-..-x-3"]
    yours.close()
    assert take_free(mine, "w/../x") == "w-..-x-2"
    mine.close()


def test_more_workers_than_leases_are_refused(tmp_path: Path) -> None:
    leases = FileLeases(tmp_path)
    take_free(leases, "w", 1)
    with pytest.raises(RuntimeError, match="1 workers"):
        take_free(leases, "w", 1)
    leases.close()


def test_a_lease_lost_with_its_connection_is_taken_again(empty_postgres: str) -> None:
    url = Settings(database=empty_postgres).jobs_url
    mine, yours = PostgresLeases(url), PostgresLeases(url)
    assert mine.take("a")
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    mine.renew("a")
    assert not yours.take("a")
    mine.renew("a")
    mine.close()
    yours.close()
