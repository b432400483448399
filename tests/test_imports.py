"""Imports without garbage collection, OR-Tools without pandas, and commands without what they do not use."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any

import pytest

from scheduler.imports import call, pickled, uncollected
from tests.source_tree import ROOT

HEARD: list[tuple[Any, ...]] = []

SERIES = """
import sys
from scheduler.model.solver_library import cp_model
assert "pandas" not in sys.modules
try:
    cp_model.CpModel().new_bool_var_series("x", 7)
except TypeError:
    print("no index")
import pandas
print(list(cp_model.CpModel().new_bool_var_series("x", pandas.Index(["a", "b"])).index))
"""

PANDAS_FIRST = """
import pandas
from scheduler.model.solver_library import cp_model
assert sys.modules["pandas"] is cp_model.pd is pandas
"""

CHECKED = """
import sys
from pathlib import Path
import scheduler.cli
from scheduler.exchange.workbook import read_workbook
from scheduler.reading import read_instance
from scheduler.validation import validate
validate(read_instance(Path("instances/demo.json")))
print(*sorted({"icalendar", "jinja2", "numpy", "ortools", "xlsxwriter"} & sys.modules.keys()))
"""


def hear(*given: Any) -> None:
    """What a child would do."""
    HEARD.append((*given, gc.isenabled()))


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Freezing that is only noted: this process goes on."""
    noted: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: noted.append("frozen"))
    return noted


def test_garbage_collection_is_as_it_was_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_a_pickled_function_is_called_with_both_kinds_of_arguments(frozen: list[str]) -> None:
    HEARD.clear()
    call(pickled(hear, 1, "two"), 3)
    assert HEARD == [(1, "two", 3, True)]
    assert frozen == ["frozen"]


@pytest.mark.unmeasured
def test_the_solver_needs_no_pandas_and_its_series_do() -> None:
    done = subprocess.run([sys.executable, "-c", SERIES], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["no index", "['a', 'b']"], done.stderr


@pytest.mark.unmeasured
def test_pandas_that_is_there_is_used() -> None:
    done = subprocess.run([sys.executable, "-c", f"import sys{PANDAS_FIRST}"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.unmeasured
def test_a_week_is_read_and_checked_without_solver_numbers_and_pages() -> None:
    done = subprocess.run([sys.executable, "-c", CHECKED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [], done.stderr
    assert done.returncode == 0, done.stderr
