"""The benchmark of places runs, and counts them."""

import pytest

from benchmarks.whatif import COLUMNS, main


def test_a_small_week_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    main(["unchanged_week", "--most", "2"])
    header, _, *rows = capsys.readouterr().out.strip().split("\n")
    assert header == f"| {' | '.join(COLUMNS)} |"
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [row[0] for row in cells] == ["unchanged_week"] * 7
    assert {row[1]: row[2] for row in cells}["places of an appointment"] == "2"
    assert all(float(cell) >= 0 for row in cells for cell in row[4:] if cell)
