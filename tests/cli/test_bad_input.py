"""Whatever is given in place of a document ends in exit code 2 and a message that says where and what to do."""

import json
import os
import random

import pytest

from scheduler import reading
from tests.cli.command import stepdown, week, written

NONSENSE = {
    "malformed": (b'{"id": ', "correct the JSON at line 1"),
    "empty": (b"", "correct the JSON at line 1"),
    "a list": (b"[]", "curly brackets"),
    "not UTF-8": ("{'id': 'm\u00fcnchen'}".encode("latin-1"), "UTF-8"),
    "noise": (b"\xff" + random.Random(1).randbytes(2_000), "UTF-8"),
    "not a number": (b'{"id": NaN}', "finite"),
}


@pytest.mark.parametrize(("content", "hint"), NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize("command", ["validate", "solve"])
def test_nonsense_is_refused(tmp_path, command, content, hint):
    path = tmp_path / "week.json"
    path.write_bytes(content)
    done = stepdown(command, path, *(["--out", tmp_path / "out"] if command == "solve" else []))
    assert done.exit_code == 2
    assert "week.json: " in done.stderr
    assert hint in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("limit", "hint"), [("MAX_BYTES", "smaller document"), ("MAX_COMMAS", "smaller document")])
def test_a_document_beyond_a_limit_is_refused(tmp_path, monkeypatch, limit, hint):
    monkeypatch.setattr(reading, limit, 10)
    done = stepdown("validate", written(tmp_path, "week.json", week()))
    assert (done.exit_code, hint in done.stderr) == (2, True)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        done = stepdown("validate", path)
        assert (done.exit_code, "name a file that exists and can be read" in done.stderr) == (2, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(instance):
    instance.chmod(0)
    assert stepdown("validate", instance).exit_code == 2


def test_a_bad_roster_names_its_own_file(instance, tmp_path):
    (tmp_path / "mine.json").write_text('{"monday": "soon"}')
    done = stepdown("verify", instance, tmp_path / "mine.json")
    assert done.exit_code == 2
    assert "mine.json: monday: write a date as YYYY-MM-DD" in done.stderr
    assert "week.json" not in done.stderr


def test_labels_never_reach_a_message(tmp_path):
    people = [dict(week()["participants"][0], label="Jane Doe", home_track="nowhere", color="Jane Doe")]
    done = stepdown("solve", written(tmp_path, "week.json", week(participants=people)), "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "Jane" not in done.output


def test_a_name_in_brackets_is_not_read_as_markup(tmp_path):
    path = tmp_path / "[red]week[bold].json"
    path.write_text("{")
    assert "[red]week[bold].json: " in stepdown("validate", path).stderr


def test_json_says_what_is_wrong_on_standard_output_too(tmp_path):
    done = stepdown("solve", written(tmp_path, "week.json", week(mode="sideways")), "--out", tmp_path / "out", "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert told["issues"][0]["path"] == "mode"
    assert told["file"].endswith("week.json")
    assert "mode: write one of" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--seconds", "-1"),
        ("--seconds", "nan"),
        ("--seconds", "inf"),
        ("--workers", "0"),
        ("--workers", "65"),
        ("--seed", "-1"),
        ("--gap", "2"),
        ("--gap", "nan"),
        ("--mode", "sideways"),
        ("--nothing", "7"),
    ],
    ids=" ".join,
)
def test_options_are_checked(instance, tmp_path, options):
    done = stepdown("solve", instance, "--out", tmp_path / "out", *options)
    assert done.exit_code == 2
    assert options[0] in done.stderr
    assert not (tmp_path / "out").exists()


def test_out_must_not_be_a_file_nor_below_one(instance, tmp_path):
    for out in (instance, instance / "deeper"):
        done = stepdown("solve", instance, "--out", out, "--seconds", 1)
        assert (done.exit_code, "week.json" in done.stderr, done.stdout) == (2, True, "")


def test_the_instance_is_never_overwritten(tmp_path):
    path = written(tmp_path, "roster.json", week())
    done = stepdown("solve", path, "--out", tmp_path, "--seconds", 1)
    assert done.exit_code == 2
    assert "would be overwritten" in done.stderr
