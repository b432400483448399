"""The benchmark of seeds solves each week so often, and says the least, the middle and the largest value."""

import pytest

from benchmarks.seeds import COLUMNS, main, spread, week_of


def test_each_week_has_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    main(["busy_leader", "--seconds", "1", "--seeds", "2", "--goal", "99999", "99999"])
    header, _, row = capsys.readouterr().out.strip().split("\n")
    assert header == f"| {' | '.join(COLUMNS)} |"
    name, legal, *numbers, reached, _ = [cell.strip() for cell in row.strip("|").split("|")]
    assert (name, legal) == ("busy_leader", "2 of 2")
    assert all(cell.count("/") == 2 for cell in numbers)
    assert reached.endswith("(2 of 2)")


def test_a_week_can_be_made_up() -> None:
    assert len(week_of("10:2").participants) == 10


def test_of_nothing_there_is_no_spread() -> None:
    assert (spread([]), spread([3, 1, 1000])) == ("-", "1 / 3 / 1,000")
