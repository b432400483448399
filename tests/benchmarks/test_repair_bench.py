"""The benchmark of repairs runs, and says what is proven."""

import pytest

from benchmarks.repair import COLUMNS, main


def test_a_small_week_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    main(["unchanged_week", "--draws", "1"])
    header, _, *rows = capsys.readouterr().out.strip().split("\n")
    assert header == f"| {' | '.join(COLUMNS)} |"
    first, middle = ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
    assert first[0] == "unchanged_week 0"
    assert first[7] == "yes"
    assert middle[0] == "unchanged_week median"
    assert all(float(cell) >= 0 for cell in (*first[2:5], *middle[2:5]))
