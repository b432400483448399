"""Mutation testing with mutmut: `make mutate`, or `python -m tests.mutation [PART ...] [--only PATTERN ...] [--seconds N]`.

mutmut makes the mutants and runs them; this module gives it one part at a time, in a folder of its own, and compares what survived
with `survivors.toml`, which is complete for the modules in `held.txt`. What was run stays in `.mutation`, so a stopped run goes on
where it was; a function that changed is run again, and so is whatever survived. With `--unexplained`, what the list explains is
taken to survive as it did before: for a first run in a new folder, in which such mutants take most of the time. With `--since`,
functions that have not changed since a commit in which their module was held are taken to be as the list says. With `--tests`, which
leaves out the other test files of the part, a try of some modules costs less; what survives it may still be killed by the others.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime

from tests.mutation import tool
from tests.mutation.parts import PARTS
from tests.mutation.report import ROOT, compare, explained, write_results
from tests.mutation.since import unchanged_since


def main() -> int:
    """Run the parts and compare; 1 if anything survived that the list does not explain."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Run every mutant against the tests of its part.")
    parser.add_argument("parts", nargs="*", metavar="PART", help="all parts where none is named")
    parser.add_argument("--only", nargs="+", default=["*"], help="patterns of dotted module names; the others are left as they are")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop a part after this time")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--unexplained", action="store_true", help="run no mutant that the list explains")
    parser.add_argument("--since", metavar="COMMIT", help="run no function that is unchanged since then, if its module was held then")
    parser.add_argument("--nearest", type=int, help="only so many tests for each mutant, the nearest; without it, all that reach it")
    parser.add_argument("--tests", nargs="+", metavar="FILE", help="only these test files; without it, all of the part")
    parser.add_argument("--compare-only", action="store_true", help="run nothing")
    given = parser.parse_args()
    parts = given.parts or list(PARTS)
    for part in () if given.compare_only else parts:
        print(f"{part}: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", flush=True)
        if code := run_apart(part, given):
            return code
    write_results(ROOT, parts)
    return compare(ROOT, parts)


def run_apart(part: str, given: argparse.Namespace) -> int:
    """Run one part in a child, for mutmut keeps its state in module globals; the exit code."""
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        unchanged = unchanged_since(ROOT, given.since) if given.since else lambda module, function: False
        what = replace(PARTS[part], tests=tuple(given.tests), prepare=lambda: None) if given.tests else PARTS[part]
        listed = set(explained(ROOT))
        wanted = tool.Wanted(given.only, listed, not given.unexplained, unchanged, given.nearest, given.seconds, given.processes)
        tool.run(ROOT, part, what, wanted)
        sys.stdout.flush()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
