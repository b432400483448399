"""What it takes to begin: `python -m benchmarks.building NAME...`, to the prover's first linear program, and to the first roster.

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
COLUMNS = ("instance", "processor s", "peak MB", "first roster s")
# Both scripts run in both builds, so they ask each how its parts are called.
BOUND = """
import gc, pathlib, resource, sys
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
try:
    from scheduler.model.table_lines import TableLines
except ImportError:
    from functools import partial
    TableLines = partial(Lines, with_days=False)

def stop(*arguments):
    use = resource.getrusage(resource.RUSAGE_SELF)
    print(use.ru_utime + use.ru_stime, use.ru_maxrss, file=sys.stderr)
    raise SystemExit

master.Master.solve = stop
case = Case(Instance.model_validate_json(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
rules = in_force(case, RULES)
lines = TableLines(case, enumerate_candidates(case, rules), rules)
bound.WeekBound(LineIndex(lines)).care(10**9, 3600.0, lambda: False)
"""
# Processor time from `solve` to the first roster with a booking that is verified; programs that solve have loaded it already.
ROSTER = """
import pathlib, sys, time
from scheduler.instance import Instance
from scheduler.model.state import SearchState
from scheduler.result import SolveLimits
from scheduler.solve import solve

take = SearchState.take

def stop(state, *arguments, **more):
    is_taken = take(state, *arguments, **more)
    if state.best is not None and any(session.bookings for session in state.best.roster.sessions):
        print(time.process_time() - began, file=sys.stderr)
        raise SystemExit
    return is_taken

SearchState.take = stop
instance = Instance.model_validate_json(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
began = time.process_time()
solve(instance, SolveLimits(seconds=3600, workers=1), isolate=False)
"""


def measure(path: Path, build: Path, cache: Path) -> list[str]:
    """Processor seconds and peak memory of one build on one instance, and seconds to its first roster, each in a process of its own.

    Args:
        cache: The folder of compiled modules: with them, a process begins as in an installation, whatever this environment keeps.
    """
    figures(BOUND.split("case =")[0], path, build, cache)
    seconds, peak = figures(BOUND, path, build, cache)
    (roster,) = figures(ROSTER, path, build, cache)
    return [f"{seconds:.1f}", f"{peak / (2**20 if sys.platform == 'darwin' else 1024):.0f}", f"{roster:.1f}"]


def figures(script: str, path: Path, build: Path, cache: Path) -> list[float]:
    """What a script of one build writes last, about one instance."""
    environment = os.environ | {"PYTHONPATH": str(build), "PYTHONPYCACHEPREFIX": str(cache), "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", script, str(path.resolve())]
    # HiGHS writes its name to the output.
    done = subprocess.run(command, cwd=build, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return [float(figure) for figure in done.stderr.split("\n")[-2:][0].split()]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.building", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of the catalogue; default: {' '.join(NAMES)}")
    parser.add_argument("--wheel", type=Path, metavar="FILE", help="of an earlier build, to compare with")
    options = parser.parse_args(arguments)
    paths = [FOLDER / f"{name}.json" for name in options.names or NAMES]
    columns = COLUMNS if options.wheel is None else (*COLUMNS, "of the wheel: processor s", *COLUMNS[2:])
    with TemporaryDirectory() as folder, TemporaryDirectory() as cache:
        builds = [ROOT]
        if options.wheel is not None:
            zipfile.ZipFile(options.wheel).extractall(folder)
            builds.append(Path(folder))
        rows = [[path.stem, *(figure for build in builds for figure in measure(path, build, Path(cache)))] for path in paths]
    print(markdown(columns, rows), end="")


if __name__ == "__main__":
    main()
