"""What it takes to read calendars that people send: `python -m benchmarks.calendars FOLDER`, all .ics files in it, a thousand readings.

With `--wheel FILE`, the same of an earlier build, in turn with this one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.job import ROOT
from benchmarks.table import markdown

READINGS = 1000
COLUMNS = ("build", "files", "readings", "processor s")
# Runs in both builds. The window of each file begins with its first event.
SCRIPT = r"""
import itertools, re, sys, time
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo
from scheduler.exchange.busy import BusyError, BusyOptions, window_of
from scheduler.exchange.busy.expansion import expand

files = []
for path in sorted(Path(sys.argv[1]).rglob("*.ics")):
    content = path.read_bytes()
    days = re.findall(rb"DTSTART[^:\r\n]*:(20\d\d)(0[1-9]|1[0-2])([01][1-9]|2[0-8])", content)
    if b"BEGIN:VEVENT" in content and days:
        files.append((content, window_of(ZoneInfo("America/New_York"), date(*map(int, min(days))), 400)))
begun = time.process_time()
for content, window in itertools.islice(itertools.cycle(files), int(sys.argv[2])):
    try:
        expand(content, window, BusyOptions())
    except BusyError:
        pass
print(len(files), time.process_time() - begun)
"""


def measure(name: str, folder: Path, build: Path) -> list[str]:
    """Processor seconds of one build, in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, str(folder.resolve()), str(READINGS)]
    done = subprocess.run(command, cwd=build, env=os.environ | {"PYTHONPATH": str(build)}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    files, seconds = done.stdout.split()
    return [name, files, str(READINGS), f"{float(seconds):.2f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calendars", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with .ics files, e.g. the fixtures of calendar libraries")
    parser.add_argument(
        "--wheel", type=Path, metavar="FILE", help="of an earlier build, to compare with; its dependencies have to be installed"
    )
    options = parser.parse_args(arguments)
    rows = [measure("this", options.folder, ROOT)]
    if options.wheel is not None:
        with TemporaryDirectory() as folder:
            zipfile.ZipFile(options.wheel).extractall(folder)
            rows.append(measure("the wheel's", options.folder, Path(folder)))
    print(markdown(COLUMNS, rows), end="")


if __name__ == "__main__":
    main()
