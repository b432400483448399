"""The command as a process of its own: real solves, real consoles, real signals."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from scheduler.reading import dump_json, read_instance
from scheduler.result import SolveResult
from tests.build import group
from tests.cli.command import process, stepdown, week, written
from tests.pages import blocks
from tests.source_tree import ROOT

CONFLICT = {
    "groups": [group("g1", maximum=1)],
    "pins": [{"kind": "booking", "participant": person, "group": "g1"} for person in ("ana", "ben")],
}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The fuller example of the first week, as a reader would copy it."""
    path = tmp_path_factory.mktemp("first") / "week.json"
    path.write_text(blocks(ROOT / "docs" / "first-week.md", "json")[1], encoding="utf-8")
    return path


class TestFirstInstance:
    def test_is_valid_and_warns_only_of_the_minutes_that_its_page_tells(self, first):
        printed = process("validate", first).stdout
        assert "ready to solve, 1 warning." in printed
        assert (
            "540 minutes are ordered, but the groups they are free for and their appointments give at most 410 minutes this week" in printed
        )

    def test_solves_as_the_page_says(self, first, tmp_path):
        done = process("solve", first, "--out", tmp_path / "out", "--seconds", 300, "--workers", 1, "--json")
        assert done.returncode == 0, done.stderr
        result = SolveResult.model_validate_json(done.stdout)
        # p3 gets 410 of 540 minutes on two of three days, twice as urgent in the first phase: 2 x (130 + 60).
        assert (result.status, result.care.objective) == ("optimal", 380)
        assert process("verify", first, tmp_path / "out" / "roster.json").returncode == 0


class TestConsoles:
    def test_an_ascii_console_shows_codes_instead_of_failing(self, tmp_path):
        path = tmp_path / "wöche.json"
        path.write_text("{")
        done = process("validate", path, PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
        assert done.returncode == 2
        assert "w\\xf6che.json: correct the JSON" in done.stderr

    def test_json_is_utf_8_on_every_console(self, tmp_path):
        done = process("validate", tmp_path / "wöche.json", "--json", PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
        assert json.loads(done.stdout)["issues"][0]["code"] == "unreadable"
        told = process("solve", tmp_path / "wöche.json", "--out", tmp_path, "--json", PYTHONIOENCODING="ascii", LC_ALL="C.UTF-8")
        assert json.loads(told.stdout)["file"] == str(tmp_path / "wöche.json")

    def test_a_file_name_that_is_no_text_is_shown_all_the_same(self, tmp_path):
        done = process("solve", os.fsencode(tmp_path) + b"/w\xff.json", "--out", tmp_path, "--json", LC_ALL="C.UTF-8")
        assert done.returncode == 2
        assert json.loads(done.stdout)["file"] == f"{tmp_path}/w\\udcff.json"

    def test_colours_need_a_terminal_and_leave_to_ask(self, tmp_path):
        path = tmp_path / "none.json"
        assert "\x1b[" in process("validate", path, FORCE_COLOR="1").stderr
        assert "\x1b[1;31m" not in process("validate", path, FORCE_COLOR="1", NO_COLOR="1").stderr
        assert "\x1b[" not in process("validate", path).stderr

    def test_a_reader_that_leaves_early_gets_no_traceback(self):
        rules = subprocess.Popen(
            [sys.executable, "-m", "scheduler.cli", "schema"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        rules.stdout.close()
        assert "Traceback" not in rules.stderr.read()
        rules.stderr.close()
        rules.wait(timeout=60)


class TestRealSolves:
    def test_pins_that_conflict_jointly_end_in_exit_code_1(self, tmp_path):
        done = process(
            "solve", written(tmp_path, "week.json", week(**CONFLICT)), "--out", tmp_path / "out", "--seconds", 300, "--workers", 1
        )
        assert done.returncode == 1, done.stderr
        assert "Pins 0, 1 cannot all be kept" in done.stderr
        assert json.loads((tmp_path / "out" / "result.json").read_text())["conflict"]["pins"] == [0, 1]

    def test_ctrl_c_keeps_the_best_roster(self, tmp_path):
        path, out = tmp_path / "week.json", tmp_path / "out"
        stepdown("generate", "--participants", 24, "--seed", 3, "--out", path)
        command = [sys.executable, "-m", "scheduler.cli", "solve", path, "--out", out, "--seconds", "300", "--workers", "1"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as solving:
            try:
                assert any(re.search(r"care \d", line) for line in solving.stderr), "no roster before the end"
                # As a terminal does it: to the command and to the solver's process alike.
                os.killpg(solving.pid, signal.SIGINT)
                _, told = solving.communicate(timeout=300)
            finally:
                if solving.poll() is None:
                    os.killpg(solving.pid, signal.SIGKILL)
        assert solving.returncode == 0, told
        assert "Stopping; the best roster so far is kept." in told
        result = SolveResult.model_validate_json((out / "result.json").read_bytes())
        assert result.status == "stopped"
        assert dump_json(result.roster) == (out / "roster.json").read_text()
        assert len(read_instance(path).participants) == 24


def test_the_module_is_the_command():
    done = process("--help")
    assert done.returncode == 0
    assert [
        name
        for name in ("solve", "validate", "verify", "explain", "compare", "export", "rules", "schema", "generate", "bench")
        if name not in done.stdout
    ] == []
