"""What it takes until bounds can be proven: `python -m benchmarks.building NAME...`, to the first linear program of the prover.

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

FOLDER = ROOT / "instances"
NAMES = ("rebuild_60", "rebuild_120", "rebuild_240")
COLUMNS = ("instance", "processor s", "peak MB")
# Runs in both builds, so it asks each how its parts are called.
SCRIPT = """
import gc, inspect, pathlib, resource, sys
gc.disable()
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.instance import Instance
from scheduler.model.lines import Lines, in_force
from scheduler.rules import RULES
from scheduler.weeks import bound, master
try:
    from scheduler.model.line_index import LineIndex
except ImportError:
    from scheduler.model.cp_sat import LineIndex

def stop(*arguments):
    use = resource.getrusage(resource.RUSAGE_SELF)
    print(use.ru_utime + use.ru_stime, use.ru_maxrss, file=sys.stderr)
    raise SystemExit

master.Master.solve = stop
case = Case(Instance.model_validate_json(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
rules = in_force(case, RULES)
more = {"with_days": False} if "with_days" in inspect.signature(Lines).parameters else {}
lines = Lines(case, enumerate_candidates(case, rules), rules, **more)
bound.WeekBound(LineIndex(lines)).care(10**9, 3600.0, lambda: False)
"""


def measure(path: Path, build: Path) -> list[str]:
    """Processor seconds and peak memory of one build on one instance, in a process of its own."""
    command = [sys.executable, "-c", SCRIPT, str(path.resolve())]
    environment = os.environ | {"PYTHONPATH": str(build)}
    # HiGHS writes its name to the output.
    done = subprocess.run(command, cwd=build, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = map(float, done.stderr.splitlines()[-1].split())
    return [f"{seconds:.1f}", f"{peak / (2**20 if sys.platform == 'darwin' else 1024):.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.building", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="of an earlier build, to compare with")
    options = parser.parse_args(arguments)
    paths = [FOLDER / f"{name}.json" for name in options.names or NAMES]
    if options.wheel is None:
        print(markdown(COLUMNS, [[path.stem, *measure(path, ROOT)] for path in paths]), end="")
        return
    with TemporaryDirectory() as folder:
        zipfile.ZipFile(options.wheel).extractall(folder)
        rows = [[path.stem, *measure(path, ROOT), *measure(path, Path(folder))] for path in paths]
    print(markdown((*COLUMNS, "of the wheel: processor s", "peak MB"), rows), end="")


if __name__ == "__main__":
    main()
