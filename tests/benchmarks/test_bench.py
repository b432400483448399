"""The runner: every roster is scored by the verdict, the table has its columns, nothing names the machine."""

import ast
import csv
import json
import platform
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks import job as jobs
from benchmarks import micro
from benchmarks.answer import Answer, Moment, NotAvailableError
from benchmarks.job import Job, Outcome, judged, perform, seconds_to_gap
from benchmarks.table import COLUMNS, cells, gap
from scheduler.case import Case
from scheduler.greedy.repair import legal_part
from scheduler.reading import read_instance
from scheduler.roster import Booking
from scheduler.verify import score, verify
from tests.build import group, instance_json, participant, roster
from tests.build import run as meeting

pytestmark = pytest.mark.unmeasured

LIGHT = ("greedy", "compact")
# Two blocks of 180 minutes are open to three people who are to have 360 each; one of them is free on Monday only: 180 are unmet.
ORDER = {"minutes": {"floor": 360}, "sessions": {"floor": 0}, "days": {"floor": 0}}
MONDAY_ONLY = {"weekly": [{"day": "mon", "start": "00:00", "end": "24:00"}]}
UNMET = 180


@pytest.fixture
def file(tmp_path):
    people = [participant("ana", order=ORDER), participant("ben", order=ORDER), participant("cem", order=ORDER, availability=MONDAY_ONLY)]
    document = instance_json(
        participants=people, cohorts=[{"id": "cohort"}], groups=[group("g_mon", cohort="cohort"), group("g_wed", "wed", cohort="cohort")]
    )
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def run_here(monkeypatch):
    monkeypatch.setattr(bench, "run", perform)
    monkeypatch.setattr(micro, "row", micro.measure)
    monkeypatch.setattr(micro, "REPEATS", 1)


def outcome(entrant="stepdown", **more):
    return Outcome(entrant, "tiny", "rebuild", 10.0, 1, "feasible", **more)


def played(peer, file):
    """One run, of HiGHS and SCIP in a process of their own: beside OR-Tools, which other tests bring, HiGHS may break down."""
    found = jobs.run(Job(peer, str(file), 600.0)) if peer in ("highs", "scip") else perform(Job(peer, str(file), 600.0))
    if found.status == "not installed":
        pytest.skip("the extra `peers` is not installed")
    return found


@pytest.mark.parametrize("peer", [*LIGHT, "highs", "scip"])
def test_a_peer_finds_the_best_of_a_tiny_week(file, peer):
    found = played(peer, file)
    assert (found.status, found.care, found.broken) == ("feasible" if peer == "greedy" else "optimal", UNMET, {})
    assert found.care_bound == (None if peer == "greedy" else UNMET)


@pytest.mark.proof
def test_timefold_is_never_worse_than_the_roster_it_starts_from(file):
    found = jobs.run(Job("timefold", str(file), 20.0))
    if found.status == "not installed":
        pytest.skip("the extra `peers` is not installed")
    assert (found.status, found.care, found.broken) == ("feasible", UNMET, {})


@pytest.mark.parametrize("peer", ["compact", "highs", "scip"])
def test_exact_peers_agree_on_preferences_and_with_their_bound(file, peer):
    found = played(peer, file)
    other = perform(Job("compact", str(file), 600.0))
    assert found.preference == found.preference_bound == other.preference


def test_the_command_writes_both_tables(file, tmp_path, run_here, monkeypatch, capsys):
    monkeypatch.setattr(bench, "OURS", "compact")
    assert bench.main(["--instances", str(file), "--seconds", "20", "--peers", *LIGHT, "--out", str(tmp_path / "out")]) == 0
    page = next((tmp_path / "out").glob("*-chosen.md")).read_text()
    rows = list(csv.reader(next((tmp_path / "out").glob("*-chosen.csv")).read_text().splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [row[2] for row in rows[1:]] == ["compact", *LIGHT]
    assert {row[COLUMNS.index("care")] for row in rows[1:]} == {str(UNMET)}
    assert all("| " + " | ".join(row) + " |" in page for row in rows)
    assert page in capsys.readouterr().out


def test_the_page_names_no_machine_and_no_path(file, tmp_path, run_here):
    bench.main(["--instances", str(file), "--peers", "greedy", "--seconds", "1", "--out", str(tmp_path / "out")])
    page = next((tmp_path / "out").glob("*.md")).read_text()
    assert platform.node() not in page
    assert str(Path.home()) not in page
    assert str(tmp_path) not in page
    assert platform.python_version() in page


def test_a_run_in_a_process_of_its_own_tells_its_memory(file):
    found = jobs.run(Job("greedy", str(file), 5.0))
    assert found.care == UNMET
    assert 10 < found.peak_mb < 2000


def test_an_unknown_entrant_is_one_failed_line(file):
    assert jobs.run(Job("no_such_peer", str(file), 1.0)).status == "crashed"


def test_an_unknown_instance_is_named(capsys, tmp_path):
    assert bench.main(["--instances", "no_such", "--out", str(tmp_path)]) == 2
    assert "no_such" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_peer_that_is_not_installed_is_said_to_be(file, monkeypatch):
    def missing(instance, limits):
        raise NotAvailableError

    monkeypatch.setattr(jobs, "entrant", lambda name: missing)
    assert perform(Job("timefold", str(file), 1.0)).status == "not installed"


def test_an_illegal_roster_gets_no_score(file):
    instance = read_instance(file)
    nobody_leads = roster(meeting("g_mon", "mon", "09:00", ("ana",), facilitators=()))
    found = judged(Job("x", str(file), 1.0), instance, Answer(nobody_leads, "optimal", 1.0), 1.0)
    assert (found.status, found.care, found.preference) == ("illegal", None, None)
    assert found.broken == {"facilitator_ratio": 1}
    assert "facilitator_ratio 1" in cells(found, [found])[COLUMNS.index("status")]


def test_the_score_of_a_legal_roster_is_the_verdicts(file):
    instance = read_instance(file)
    one_block = roster(meeting("g_mon", "mon", "09:00", ("ana", "ben")))
    found = judged(Job("x", str(file), 1.0), instance, Answer(one_block, "feasible", 1.0), 1.0)
    assert (found.care, found.preference) == (score(instance, one_block).care, score(instance, one_block).preference)
    assert found.care == 180 + 180 + 360


def test_time_to_a_gap_counts_from_the_final_care():
    trace = [Moment(1.0, 300, 100, 0, 100), Moment(2.0, 200, 100, 0, 94), Moment(3.0, 200, 100, 0, 95), Moment(9.0, 200, 99, 0, 99)]
    assert seconds_to_gap(trace, 0.05) == 3.0
    assert seconds_to_gap(trace, 0.01) == 9.0
    assert seconds_to_gap(trace[:2], 0.05) is None


def test_gaps_are_taken_from_the_best_bound_and_preferences_compared_at_equal_care():
    ours, peer = outcome(care=100, care_bound=90, preference=50, preference_bound=40), outcome("greedy", care=120, preference=10)
    columns = [COLUMNS.index("care gap %"), COLUMNS.index("preference gap %")]
    assert [cells(ours, [ours, peer])[c] for c in columns] == ["10.0", "20.0"]
    assert [cells(peer, [ours, peer])[c] for c in columns] == ["25.0", ""]
    assert gap(0, 0) == "0"


def test_repair_leaves_out_what_is_illegal_and_keeps_the_rest(file):
    instance = read_instance(file)
    monday = meeting("g_mon", "mon", "09:00", ("ana", "ben"))
    wednesday = meeting("g_wed", "wed", "09:00", ("ana", "cem"))
    mended = legal_part(Case(instance), roster(monday, wednesday))
    assert verify(instance, mended) == ()
    assert [s.bookings for s in mended.sessions] == [
        (Booking(participant="ana"), Booking(participant="ben")),
        (Booking(participant="ana"),),
    ]


@pytest.mark.parametrize("module", sorted(bench.FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(bench.FOLDER)))
def test_what_the_benchmarks_take_from_the_product_is_there(module):
    """Also for peers that are not installed, whose modules no other test imports."""
    nodes = (node for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.ImportFrom) and node.level == 0)
    taken = [(node.module, alias.name) for node in nodes for alias in node.names if node.module.split(".")[0] in ("scheduler", "instances")]
    missing = [(name, part) for name, part in taken if not hasattr(import_module(name), part) and not is_module(f"{name}.{part}")]
    assert missing == []


def is_module(name):
    return find_spec(name) is not None
