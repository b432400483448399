"""The benchmark of solves with and without fixes runs both, in turn."""

import pytest

from benchmarks.beside import COLUMNS, main


def test_a_week_is_solved_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    main(["busy_leader", "--seconds", "1", "--seeds", "2"])
    header, _, *rows = capsys.readouterr().out.strip().split("\n")
    assert header == f"| {' | '.join(COLUMNS)} |"
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    ways = [("1", "with"), ("1", "without"), ("2", "without"), ("2", "with")]
    assert [row[:3] for row in cells] == [["busy_leader", *way] for way in ways]
