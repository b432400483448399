"""Files that are no workbook: a clear error that says what to do, and nothing half imported."""

import contextlib
import random

import pytest

from scheduler.exchange.workbook import WorkbookError, read_workbook
from tests.exchange.workbook.bad_files import BAD
from tests.exchange.workbook.make import EXAMPLE, refused


@pytest.mark.parametrize(("content", "code"), BAD.values(), ids=BAD)
def test_each_is_refused_and_told_what_to_do(content, code):
    issues = refused(content)
    assert [issue.code for issue in issues] == [code]
    assert issues[0].message.startswith(("save", "choose", "take"))


def test_files_that_are_not_there_are_refused(tmp_path):
    for path in (tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(WorkbookError) as refusal:
            read_workbook(path)
        assert refusal.value.issues[0].code == "file_type"


@pytest.mark.unmeasured
def test_random_damage_never_ends_in_anything_else():
    dice = random.Random(7)
    for _ in range(30):
        content = bytearray(EXAMPLE)
        for _ in range(dice.choice([1, 5, 50])):
            content[dice.randrange(len(content))] = dice.randrange(256)
        with contextlib.suppress(WorkbookError):
            assert read_workbook(bytes(content)).instance is not None
