"""The benchmark of bounds runs, and its bounds are at most what the best roster costs."""

import pytest

from benchmarks.bounds import COLUMNS, main, row


@pytest.mark.unmeasured
def test_a_small_week_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Its care is proven at once, whatever the time; the table has a column for each figure."""
    main(["matrix_weeks"])
    lines = capsys.readouterr().out.strip().split("\n")
    header, _, cells = (line for line in lines if line.startswith("|"))
    assert header == f"| {' | '.join(COLUMNS)} |"
    assert len(cells.strip("|").split("|")) == len(COLUMNS)


@pytest.mark.unmeasured
def test_bounds_are_at_most_the_best_roster() -> None:
    """Both tiers, at the root and in the end; without time nothing is proven."""
    name, build, *figures = row("matrix_weeks", 0.0)
    assert name == "matrix_weeks"
    for best, root, _, proven, _ in (figures[:5], figures[5:]):
        assert 0 <= int(root) <= int(proven) <= int(best)
    assert float(build) >= 0
