"""Files that are no workbook, or a trap: a clear error within seconds, with bounded memory, and nothing half imported."""

import contextlib
import json
import random
import subprocess
import sys

import pytest

from scheduler.exchange.workbook import WorkbookError, read_workbook
from tests.exchange.workbook.bad_files import BAD, HEAVY
from tests.exchange.workbook.make import EXAMPLE, refused
from tests.source_tree import ROOT

SECONDS, MEGABYTES = 5, 450


@pytest.fixture(scope="module")
def measured():
    """Every bad file read in a process of its own; building the files takes most of its memory."""
    command = [sys.executable, "-m", "tests.exchange.workbook.bad_files"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", BAD)
def test_each_is_refused_in_time(measured, name):
    code, seconds = measured["found"][name]
    assert code == BAD[name][1]
    assert seconds < SECONDS


@pytest.mark.parametrize("name", [name for name in BAD if name not in HEAVY])
def test_each_is_told_what_to_do(name):
    issues = refused(BAD[name][0]())
    assert {issue.code for issue in issues} == {BAD[name][1]}
    assert all(issue.message.startswith(("save", "choose", "take", "delete", "import")) for issue in issues)


def test_memory_is_bounded(measured):
    assert measured["megabytes"] < MEGABYTES


def test_a_million_empty_rows_below_the_data_do_no_harm(measured):
    code, seconds = measured["found"]["a million empty rows"]
    assert (code, seconds < SECONDS) == ("", True)


def test_files_that_are_not_there_are_refused(tmp_path):
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(WorkbookError) as refusal:
            read_workbook(path)
        assert refusal.value.issues[0].code == "file_type"


def test_random_damage_never_ends_in_anything_else():
    dice = random.Random(7)
    for _ in range(30):
        content = bytearray(EXAMPLE)
        for _ in range(dice.choice([1, 5, 50])):
            content[dice.randrange(len(content))] = dice.randrange(256)
        with contextlib.suppress(WorkbookError):
            assert read_workbook(bytes(content)).instance is not None
