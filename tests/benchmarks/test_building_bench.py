"""The benchmark of building runs, alone and beside another build."""

import zipfile
from pathlib import Path

import pytest

from benchmarks.building import COLUMNS, main
from tests.source_tree import ROOT, tracked_files


def test_a_week_is_measured_in_two_builds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The other one is this one, packed."""
    wheel = tmp_path / "stepdown-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path in tracked_files():
            if path.is_relative_to(ROOT / "scheduler"):
                packed.write(path, path.relative_to(ROOT))
    main(["busy_leader", "--wheel", str(wheel)])
    header, _, row = capsys.readouterr().out.strip().split("\n")
    assert header.startswith(f"| {' | '.join(COLUMNS)} |")
    name, *figures = (cell.strip() for cell in row.strip("|").split("|"))
    assert (name, len(figures)) == ("busy_leader", 6)
    assert min(map(float, figures)) >= 0
