"""What is drawn on terminals, and what needs the source checkout."""

import errno
import io
import os
import sys

import pytest
from rich.console import Console

from scheduler.cli import files, main, making
from scheduler.cli.progress import progress_shown
from scheduler.result import Progress
from tests.cli.command import stepdown


def test_a_terminal_gets_one_live_line():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, color_system=None, _environ={})
    with progress_shown(console) as show:
        show(Progress(seconds=2.0, phase="improving", care=0, care_bound=0, preference=43, preference_bound=39, activity="trying all"))
    drawn = screen.getvalue()
    assert "care 0 (bound 0)  preferences 43 (bound 39, gap 9.4 %)  trying all" in drawn
    # The line is gone at the end, so that the summary starts on a clean screen.
    assert drawn.endswith("\x1b[2K")


def test_benchmarks_need_the_source(monkeypatch, tmp_path):
    monkeypatch.setattr(making, "SOURCE", tmp_path)
    done = stepdown("bench")
    assert done.exit_code == 2
    assert "clone the repository" in done.stderr


def test_benchmarks_get_the_options_and_give_their_exit_code(monkeypatch, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__main__.py").write_text("import sys\nsys.exit(3 if sys.argv[1:] == ['--size', '24'] else 4)\n")
    monkeypatch.setattr(making, "SOURCE", tmp_path)
    assert stepdown("bench", "--size", 24).exit_code == 3


def test_main_is_the_entry_point(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["stepdown", "rules", "--markdown"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("| rule |")


def test_a_full_disk_is_told_without_a_traceback(monkeypatch, instance, roster, tmp_path):
    def write(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "write_file", write)
    done = stepdown("export", instance, roster, "--out", tmp_path / "out")
    assert (done.exit_code, "No space left on device" in done.stderr) == (2, True)


def test_a_reader_that_left_is_no_problem_to_tell(monkeypatch, instance, roster, tmp_path):
    def write(*_):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(files, "write_file", write)
    assert stepdown("export", instance, roster, "--out", tmp_path / "out").stderr == ""


def test_a_folder_that_is_not_ours_to_write_to_is_refused_before_the_work(monkeypatch, instance, tmp_path):
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    done = stepdown("solve", instance, "--out", tmp_path / "out")
    assert (done.exit_code, "out cannot be written to; name another folder" in done.stderr) == (2, True)
