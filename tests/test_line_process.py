"""Processes that answer lines: what is heard of them, and what is said of one that ends by itself."""

import logging
from pathlib import Path

import pytest

from scheduler.line_process import LineProcess, place_of_failure

ECHO = """
import sys
for line in sys.stdin:
    number = 1 / int(line)
    print(number, flush=True)
"""


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "inverting.py").write_text(ECHO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    process = LineProcess("inverting")
    yield process
    process.close()


def test_each_line_has_an_answer(process: LineProcess) -> None:
    assert process.send("2")
    assert process.line() == "0.5\n"
    assert process.send("4")
    assert process.line() == "0.25\n"


def test_where_it_failed_is_in_the_log_and_what_it_was_told_is_not(process: LineProcess, caplog: pytest.LogCaptureFixture) -> None:
    assert process.send("Frieda")
    assert list(process.lines()) == []
    assert caplog.messages == ["inverting ended by itself, exit code 1 (ValueError, inverting.py line 4)"]
    assert not process.send("2" * 100_000)


def test_a_line_that_is_cut_off_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "stopping.py").write_text("import os; os.write(1, b'0.'); os._exit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    stopping = LineProcess("stopping")
    assert stopping.line() == ""
    stopping.close()
    assert caplog.messages == ["stopping ended by itself, exit code 3"]


def test_a_process_that_is_closed_did_not_fail(process: LineProcess, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        process.close()
        assert process.line() == ""
        assert not process.send("1")
    assert caplog.messages == []


def test_without_a_traceback_no_place_is_named() -> None:
    assert place_of_failure("") == place_of_failure("No module named week\n") == ""
