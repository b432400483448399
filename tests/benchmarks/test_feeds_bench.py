"""The benchmark of calendar feeds runs: every measure against a real server, for a moment."""

from __future__ import annotations

import zipfile

import pytest

from benchmarks.feeds import __main__ as bench
from tests.source_tree import ROOT


@pytest.mark.proof
def test_it_measures_and_writes_a_page(tmp_path, capsys):
    arguments = ["--instance", "unchanged_week", "--weeks", "6", "--seconds", "0.5", "--faster", "100", "--out", str(tmp_path)]
    assert bench.main(arguments) == 0
    page = next(tmp_path.glob("*-feeds.md")).read_text()
    assert page in capsys.readouterr().out
    assert "unchanged (304)" in page
    assert "304: " in page
    assert "After a publish that moves every session" in page
    assert page.count("no polling") == 2


@pytest.mark.proof
def test_another_build_is_measured_in_turn(tmp_path, capsys):
    with zipfile.ZipFile(wheel := tmp_path / "same.whl", "w") as packed:
        for package in ("api", "scheduler"):
            for path in (ROOT / package).rglob("*"):
                if "__pycache__" not in path.parts and path.is_file():
                    packed.write(path, path.relative_to(ROOT))
    assert bench.main(["--instance", "unchanged_week", "--weeks", "6", "--seconds", "0.5", "--wheel", str(wheel)]) == 0
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    builds, answers = ("this", "the wheel's"), ("whole", "unchanged (304)")
    assert [(row[0].removeprefix("| "), row[1]) for row in rows] == [(build, answer) for build in builds for answer in answers]
