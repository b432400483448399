#!/usr/bin/env bash
# OR-Tools 9.15.6755, CP-SAT: an interval of length 0 is in the way of add_no_overlap, and not of add_cumulative with a capacity of 1.
# Guess: both say that one thing happens at a time, so both allow what takes no time in the middle of something else, or neither does.
# Seen: the first is INFEASIBLE, the second OPTIMAL; at the very start of the other interval both allow it.
# Consequence: a check that compares the two, or a length that may become 0, makes a week impossible without a reason to show.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$work/venv/bin/python" - <<'PY'
from ortools.sat.python import cp_model


def status(start: int, is_cumulative: bool) -> str:
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    both = [model.new_fixed_size_interval_var(3, 5, "long"), model.new_fixed_size_interval_var(start, 0, "none")]
    if is_cumulative:
        model.add_cumulative(both, [1, 1], 1)
    else:
        model.add_no_overlap(both)
    return solver.status_name(solver.solve(model))


seen = [status(start, is_cumulative) for start in (5, 3) for is_cumulative in (False, True)]
print("guess: all the same; seen:", seen)
assert seen == ["INFEASIBLE", "OPTIMAL", "OPTIMAL", "OPTIMAL"]
PY
