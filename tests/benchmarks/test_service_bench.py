"""The benchmark of the service runs: every measure against a real server, for a moment."""

from __future__ import annotations

import platform
import re
from contextlib import contextmanager

import pytest

from benchmarks.service import __main__ as bench
from benchmarks.service import measures
from benchmarks.service.load import Seen
from benchmarks.service.server import serving


@pytest.mark.proof
def test_the_command_measures_and_writes_its_page(tmp_path, monkeypatch, capsys):
    with serving(is_watched=True) as server:

        @contextmanager
        def same(*_, **__):
            yield server

        monkeypatch.setattr(bench, "serving", same)
        monkeypatch.setattr(measures, "instance", lambda name: measures.SMALL)
        monkeypatch.setattr(measures, "LOAD_CORE", None)
        assert bench.main(["--seconds", "0.2", "--solve-seconds", "1", "--pairs", "1", "--out", str(tmp_path)]) == 0
    page = next(tmp_path.glob("*-service.md")).read_text()
    assert page in capsys.readouterr().out
    statuses = re.findall(r"^\| (?:GET|POST).*\| (\d+): \d+ \|$", page, re.MULTILINE)
    assert statuses == ["200", "200", "304", "200", "200", "200"]
    assert "| solving rebuild_120 |" in page
    assert platform.node() not in page
    assert str(tmp_path) not in page


def test_quantiles_are_milliseconds_in_order():
    seen = Seen(2.0, 4, [0.001, 0.004, 0.002, 0.003], {"200": 4})
    assert (seen.rate, seen.quantile(0.5), seen.quantile(0.99)) == (2.0, 3.0, 4.0)
