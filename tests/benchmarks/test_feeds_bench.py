"""The benchmark of calendar feeds runs: every measure against a real server, for a moment."""

from __future__ import annotations

import pytest

from benchmarks.feeds import __main__ as bench


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
