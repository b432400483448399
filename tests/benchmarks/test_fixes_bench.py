"""The benchmark of reasons and fixes runs, and counts them."""

import pytest

from benchmarks.fixes import COLUMNS, main


def test_a_week_without_unmet_care_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    main(["unchanged_week"])
    header, _, row = capsys.readouterr().out.strip().split("\n")
    assert header == f"| {' | '.join(COLUMNS)} |"
    name, unmet, reasons, fixes, *counts = (cell.strip() for cell in row.strip("|").split("|"))
    assert (name, unmet, counts) == ("unchanged_week", "0", ["0"] * 3)
    assert min(float(reasons), float(fixes)) >= 0
