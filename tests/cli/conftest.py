"""Files every test of the command starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import good_roster, week, written


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The file of a small week."""
    return written(tmp_path, "week.json", week())


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """The file of a legal roster of that week."""
    return written(tmp_path, "given.json", good_roster())
