"""How long an import takes to read and check a workbook and to list all its mistakes: `python -m benchmarks.workbook`.

Measures processor time of workbooks of the largest routine week: as it is, with mistakes in cells, and with ids that do not exist. With
``--against FOLDER``, an earlier checkout writes the workbooks, and reads them in turn.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
MISTAKES: dict[str, dict[str, tuple[int, str]]] = {
    "as it is": {},
    "mistakes in cells": {"Free": (4, "by arrangement"), "Status": (5, "gone"), "Admitted": (7, "soon")},
    "unknown ids": {"Home track": (4, "nowhere"), "Phase": (5, "never-ending"), "Therapist": (7, "nobody")},
}
"""What is written into every so-manieth row of Participants, by column."""

WRITE = """
import sys
from pathlib import Path
from scheduler.exchange.workbook import write_workbook
from scheduler.reading import read_instance
Path(sys.argv[2]).write_bytes(write_workbook(read_instance(Path(sys.argv[1]))))
"""

READ = """
import sys, time
from pathlib import Path
from scheduler.exchange.workbook import WorkbookError, read_workbook
content, seconds = Path(sys.argv[1]).read_bytes(), []
for _ in range(int(sys.argv[2])):
    begun = time.process_time()
    try:
        read_workbook(content)
    except WorkbookError:
        pass
    seconds.append(time.process_time() - begun)
print(min(seconds))
"""


def spoiled(content: bytes, mistakes: dict[str, tuple[int, str]]) -> bytes:
    """A workbook with mistakes."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Participants"]
    assert isinstance(sheet, Worksheet)
    columns = {cell.value: number for number, cell in enumerate(sheet[1], 1)}
    for title, (step, text) in mistakes.items():
        for row in range(2, sheet.max_row + 1, step):
            sheet.cell(row, columns[title]).value = text
    changed = io.BytesIO()
    book.save(changed)
    return changed.getvalue()


def run(checkout: Path, program: str, *arguments: str) -> str:
    """Run a program with the code of a checkout."""
    command = [sys.executable, "-P", "-c", program, *arguments]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def measured(file: Path, checkout: Path, runs: int) -> float:
    """The least processor time, in seconds, that a checkout takes to read a file."""
    return float(run(checkout, READ, str(file), str(runs)))


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=240, choices=(24, 60, 120, 240))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--against", type=Path, help="another checkout")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        file, writer = Path(folder) / "week.xlsx", options.against or ROOT
        run(writer, WRITE, str(writer / "instances" / f"hold_{options.participants}.json"), str(file))
        content = file.read_bytes()
        for name, mistakes in MISTAKES.items():
            file.write_bytes(spoiled(content, mistakes))
            other = "" if options.against is None else f", {measured(file, options.against, options.runs):.3f} s by the other"
            print(f"{name}: {measured(file, ROOT, options.runs):.3f} s{other}")


if __name__ == "__main__":
    main()
