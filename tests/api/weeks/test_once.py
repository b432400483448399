"""A request reads its week once: one case for everything it does, and few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from api.kernel.recent_results import RecentResults
from api.weeks.store import rosters
from scheduler.case import Case
from scheduler.instance import Instance
from tests.api.weeks.small import WEEK, as_json, good_roster
from tests.build import at

MOST_STATEMENTS, MOST_SELECTS = 62, 46
"""Of one publication: one for each kind of rows in the program, and what it changes."""


@pytest.fixture
def work(monkeypatch, store) -> Iterator[Counter[str]]:
    """What a request costs: cases built, instances parsed, SQL statements, and how many of them SELECT."""
    counts: Counter[str] = Counter()
    build, parse = Case.__init__, Instance.model_validate_json.__func__

    def counted_build(self: Case, instance: Instance) -> None:
        counts["cases"] += 1
        build(self, instance)

    def counted_parse(cls: type[Instance], *args: object, **more: object) -> Instance:
        counts["parses"] += 1
        return parse(cls, *args, **more)

    def count_statement(connection, cursor, statement: str, *more: object) -> None:
        counts["statements"] += 1
        counts["selects"] += statement.startswith("SELECT")

    # What another test has read in this process is read again.
    monkeypatch.setattr(rosters, "_instances", RecentResults(4))
    monkeypatch.setattr(Case, "__init__", counted_build)
    monkeypatch.setattr(Instance, "model_validate_json", classmethod(counted_parse))
    event.listen(store.engine, "before_cursor_execute", count_statement)
    yield counts
    event.remove(store.engine, "before_cursor_execute", count_statement)


def test_a_week_is_published_by_one_case_and_its_instance_is_not_read_back(coordinator, published, work):
    draft = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster(people=("ana", "ben")))).json()
    match = {"If-Match": coordinator.get(WEEK).headers["ETag"]}
    work.clear()
    assert coordinator.post(f"{WEEK}/rosters/{draft['id']}/publish", json={}, headers=match).status_code == 200
    assert (work["cases"], work["parses"]) == (1, 0)
    assert (work["statements"] <= MOST_STATEMENTS, work["selects"] <= MOST_SELECTS) == (True, True), work


def test_what_has_begun_is_kept_by_one_case(coordinator, clock, work):
    # Published by this application: it has the roster ready.
    made = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster())).json()
    match = {"If-Match": coordinator.get(WEEK).headers["ETag"]}
    assert coordinator.post(f"{WEEK}/rosters/{made['id']}/publish", json={}, headers=match).status_code == 200
    clock(at("mon", "12:30"))
    body, match = {"force": True, "reason": "site_closed"}, {"If-Match": coordinator.get(WEEK).headers["ETag"]}
    work.clear()
    assert coordinator.post(f"{WEEK}/unpublish", json=body, headers=match).status_code == 200
    assert (work["cases"], work["parses"]) == (1, 1)


def test_an_edit_is_made_and_judged_by_one_case(coordinator, draft, work):
    work.clear()
    edit = {"edits": [{"do": "unbook", "session": "g.g1.2026-11-30", "participant": "ana"}]}
    answer = coordinator.post(f"{WEEK}/rosters/{draft['id']}/edit", json=edit, headers={"If-Match": '"1"'})
    assert (answer.status_code, work["cases"], work["parses"]) == (201, 1, 0)


def test_a_roster_is_brought_in_by_one_case(coordinator, work):
    work.clear()
    assert coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster())).status_code == 201
    assert (work["cases"], work["parses"]) == (1, 0)


def test_a_preview_is_made_by_one_case(coordinator, published, work):
    draft = coordinator.post(f"{WEEK}/rosters", json=as_json(good_roster(people=("ana", "ben")))).json()
    work.clear()
    assert coordinator.get(f"{WEEK}/rosters/{draft['id']}/check").status_code == 200
    assert (work["cases"], work["parses"]) == (1, 1)
