"""The table of figures: rows from a run, gaps without what is unavoidable, ratios to targets; other rows stay."""

import csv

import pytest

from benchmarks import __main__ as bench
from benchmarks.figures import COLUMNS, main, row, updated
from benchmarks.job import Outcome
from benchmarks.table import COLUMNS as RUN
from benchmarks.table import cells

PAGE = "Before.\n<!-- figures -->\n| old |\n|---|\n| `hold_60` | stays |\n| `rebuild_60` | goes |\n<!-- end of figures -->\nAfter.\n"


def run_of(instance="rebuild_60", limit=30.0, entrant="stepdown", **more):
    numbers = {"care": 410, "care_bound": 410, "unavoidable": 400, "preference": 600, "preference_bound": 540, "first_seconds": 0.5} | more
    made = Outcome(entrant, instance, "rebuild", limit, 1, "feasible", **numbers)
    return dict(zip(RUN, cells(made, [made]), strict=True))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, ["410", "410", "0", "600", "540", "10.0", "care", "0 % / 4 %", "met / 2.5"]),
        ({"care": 500}, ["500", "410", "90.0", "600", "540", "10.0", "no", "0 % / 4 %", "missed / 2.5"]),
        ({"preference_bound": 600}, ["410", "410", "0", "600", "600", "0", "yes", "0 % / 4 %", "met / 0"]),
    ],
)
def test_a_row_has_gaps_and_ratios(numbers, expected):
    assert row(run_of(**numbers), "2026-12-01") == ["`rebuild_60`", "60", "30", "0.5", *expected, "2026-12-01"]


def test_an_instance_without_a_target_has_no_ratio():
    assert row(run_of("hold_24", care=5, care_bound=5, unavoidable=0), "2026-12-01")[-3:] == ["", "", "2026-12-01"]


def test_rows_are_replaced_by_the_longest_run_of_ours_and_others_stay():
    runs = [
        run_of(limit=60.0, preference=550),
        run_of(),
        run_of("demo"),
        run_of("rebuild_24", entrant="compact"),
        run_of("dst_spring", care=None),
    ]
    page = updated(PAGE, runs, "2026-12-01")
    lines = page.splitlines()
    assert (lines[0], lines[-1]) == ("Before.", "After.")
    assert [line.split("`")[1] for line in lines if "`" in line] == ["hold_60", "rebuild_60", "demo"]
    assert "| `hold_60` | stays |" in lines
    assert "| `rebuild_60` | 60 | 60 | 0.5 | 410 | 410 | 0 | 550 |" in page
    assert all(line.count("|") == len(COLUMNS) + 1 for line in lines if "60 |" in line and "stays" not in line)


def test_the_command_reads_a_file_of_results(tmp_path):
    results, page = tmp_path / "2026-12-01-chosen.csv", tmp_path / "page.md"
    page.write_text(PAGE)
    with results.open("w", newline="") as file:
        writer = csv.DictWriter(file, RUN)
        writer.writeheader()
        writer.writerow(run_of())
    assert main([str(results), "--page", str(page)]) == 0
    assert "| met / 2.5 | 2026-12-01 |" in page.read_text()


def test_peers_may_get_four_times_our_limit(tmp_path):
    options = bench.parse(["--seconds", "10", "--times", "1", "4", "--peers", "greedy", "compact"])
    limits = [(job.entrant, job.seconds) for job in bench.jobs([tmp_path / "x.json"], options)]
    assert limits == [("stepdown", 10.0), ("greedy", 10.0), ("compact", 10.0), ("compact", 40.0)]
