"""How many fetches of 2,000 feeds one core answers in a second, whole and unchanged, in turn with an earlier build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.job import ROOT
from benchmarks.service.load import Load, Plan
from benchmarks.service.measures import LOAD_CORE, SERVER_CORE
from benchmarks.service.server import Server, modules_of, serving_build
from benchmarks.table import markdown

ROUNDS, CONNECTIONS = 5, 8
COLUMNS = ("build", "answer", "fetches", "processor ms", "a second of processor")
# Runs in both builds. A feed is copied with its person and program, so that there are many without making many weeks.
SCRIPT = r"""
import json, secrets, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import select
from api.database import Store
from api.database.migrations import upgrade
from api.database.tables import FeedLinkRow, FeedRow, ParticipantRow, ProgramRow
from api.feeds.store.calendar_files import serve
from api.security.tokens import token_hash
from benchmarks.feeds.program import PROGRAM, fill

folder, instance, weeks, most = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
folder.mkdir(exist_ok=True)
store, now = Store(f"sqlite:///{folder / 'stepdown.sqlite'}"), datetime.now(UTC).replace(microsecond=0)
upgrade(store)
hashes = {token_hash(path[5:-4]): path for path in fill(store, instance, range(-4, weeks - 4))}
etags = {path: serve(store, hashed, now).etag for hashed, path in hashes.items()}
with store.writing() as session:
    tables = {row.__tablename__: row.__table__ for row in (ProgramRow, ParticipantRow, FeedRow, FeedLinkRow)}
    rows = {name: [dict(row._mapping) for row in session.execute(select(table))] for name, table in tables.items()}
    for number in range(1, -(-most // len(hashes))):
        program = f"{PROGRAM}{number}"
        for row in rows["programs"]:
            session.execute(tables["programs"].insert(), row | {"id": program})
        for row in rows["participants"]:
            session.execute(tables["participants"].insert(), row | {"program": program})
        for row in rows["feeds"]:
            session.execute(tables["feeds"].insert(), row | {"id": f"{number}-{row['id'][:24]}", "program": program})
        for row in rows["feed_links"]:
            path = f"/cal/{secrets.token_urlsafe(32)}.ics"
            etags[path] = row["etag"]
            new = {"token_hash": token_hash(path[5:-4]), "feed": f"{number}-{row['feed'][:24]}"}
            session.execute(tables["feed_links"].insert(), row | new)
print(json.dumps(dict(list(etags.items())[:most])))
"""


@dataclass(slots=True)
class Build:
    """A build that serves its feeds.

    Attributes:
        etags: By the path of each link.
        used: Of each kind of answer: how many, and the seconds of processor they took.
    """

    name: str
    server: Server
    etags: Mapping[str, str]
    used: dict[str, tuple[int, float]]

    def fetch(self, answer: str, seconds: float) -> None:
        """Fetch all feeds in turn for a while."""
        host = f"{self.server.host}:{self.server.port}"
        heads = tuple(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Google-Calendar-Importer\r\n"
            + (f"If-None-Match: {etag}\r\n" if answer == "unchanged (304)" else "")
            + "\r\n"
            for path, etag in self.etags.items()
        )
        what = Plan(self.server.host, self.server.port, "", connections=CONNECTIONS, seconds=seconds, core=LOAD_CORE, heads=heads)
        before = self.server.processor_seconds()
        seen = Load(what).seen()
        after = self.server.processor_seconds()
        if before is None or after is None or len(seen.statuses) != 1:
            raise RuntimeError(f"unexpected answers: {seen.statuses}")
        number, spent = self.used.get(answer, (0, 0.0))
        self.used[answer] = number + seen.all, spent + after - before


def side_by_side(wheel: Path, instance: str, weeks: int, feeds: int, seconds: float) -> str:
    """The table of both builds, measured in turn.

    Args:
        seconds: Of each measure in all its rounds.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        earlier = folder / "earlier"
        zipfile.ZipFile(wheel).extractall(earlier)
        builds = [
            _begun(stack, name, build, folder / name, instance, weeks, feeds) for name, build in (("this", ROOT), ("the wheel's", earlier))
        ]
        for _, answer, build in product(range(ROUNDS), ("whole", "unchanged (304)"), builds):
            build.fetch(answer, seconds / ROUNDS)
        return markdown(COLUMNS, list(_rows(builds)))


def _begun(stack: ExitStack, name: str, build: Path, folder: Path, instance: str, weeks: int, feeds: int) -> Build:
    folder.mkdir()
    command = [sys.executable, "-c", SCRIPT, str(folder / "data"), instance, str(weeks), str(feeds)]
    done = subprocess.run(command, cwd=build, env=os.environ | modules_of(build), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return Build(name, stack.enter_context(serving_build(build, folder, SERVER_CORE)), json.loads(done.stdout), {})


def _rows(builds: list[Build]) -> Iterator[list[str]]:
    for build in builds:
        for answer, (number, spent) in build.used.items():
            yield [build.name, answer, str(number), f"{1000 * spent / number:.2f}", f"{number / spent:.0f}"]
