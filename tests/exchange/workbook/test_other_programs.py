"""Other programs open our workbooks and save them again: what comes back is the same week.

LibreOffice and Gnumeric are Debian's (`libreoffice-calc-nogui`, `gnumeric`); the libraries of Node.js are pinned in `programs/`. `.ci/run`
installs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scheduler.exchange.workbook import write_workbook
from scheduler.exchange.workbook.files import read_source
from scheduler.exchange.workbook.importing import import_source
from scheduler.reading import read_instance
from tests.source_tree import ROOT

pytestmark = pytest.mark.unmeasured

PROGRAMS = Path(__file__).parent / "programs"
WEEK = read_instance(ROOT / "instances" / "wednesday_changes.json")
"""A week with last week's roster, a published one, pins, dates, times and moments."""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("workbook") / "week.xlsx"
    file.write_bytes(write_workbook(WEEK))
    return file


def ran(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=os.environ | {"LC_ALL": "C.UTF-8"})


def libreoffice(file: Path, to: Path) -> None:
    profile = f"-env:UserInstallation={(to.parent / 'profile').as_uri()}"
    ran("soffice", "--headless", profile, "--convert-to", to.suffix[1:], "--outdir", to.parent, file)


def gnumeric(file: Path, to: Path) -> None:
    ran("ssconvert", file, to)


def exceljs(file: Path, to: Path) -> None:
    ran("node", PROGRAMS / "save.cjs", "exceljs", file, to)


def sheetjs(file: Path, to: Path) -> None:
    ran("node", PROGRAMS / "save.cjs", "sheetjs", file, to)


def pandas(file: Path, to: Path) -> None:
    sheets = pd.read_excel(file, sheet_name=None, header=None, dtype=object, keep_default_na=False)
    with pd.ExcelWriter(to) as writer:
        for title, cells in sheets.items():
            cells.to_excel(writer, sheet_name=title, header=False, index=False)


def is_there(command: str, library: str = "") -> bool:
    return shutil.which(command) is not None and (PROGRAMS / "node_modules" / library).is_dir()


INSTALLED: dict[Callable[[Path, Path], None], bool] = {
    libreoffice: is_there("soffice"),
    gnumeric: is_there("ssconvert"),
    exceljs: is_there("node", "exceljs"),
    sheetjs: is_there("node", "xlsx"),
    pandas: True,
}


@pytest.mark.parametrize(
    ("program", "ending"),
    [
        (libreoffice, "ods"),
        pytest.param(libreoffice, "xlsx", marks=pytest.mark.proof),
        (gnumeric, "xlsx"),
        pytest.param(gnumeric, "ods", marks=pytest.mark.proof),
        (exceljs, "xlsx"),
        (sheetjs, "xlsx"),
        pytest.param(sheetjs, "ods", marks=pytest.mark.proof),
        pytest.param(pandas, "xlsx", marks=pytest.mark.proof),
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_what_a_program_saves_is_the_same_week(program, ending, workbook, tmp_path):
    if not INSTALLED[program]:
        pytest.skip(f"{program.__name__} is not installed; .ci/run shows how")
    saved = tmp_path / f"{workbook.stem}.{ending}"
    program(workbook, saved)
    assert import_source(read_source(saved), is_judged=False).instance == WEEK
