#!/usr/bin/env bash
# OR-Tools 9.15: a search that ends at a gap limit calls its solution OPTIMAL.
# Guess: FEASIBLE, because the bound is above the value of the solution found.
# Seen: OPTIMAL, 1249 of at most 1318 with relative_gap_limit=0.5; without the limit the best is another one.
# Consequence: the status is no proof once a gap limit is set. Compare objective_value with best_objective_bound.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
cd "$work"
"$work/venv/bin/python" - <<'PY'
import random

from ortools.sat.python import cp_model


def solved(gap):
    numbers = random.Random(3)
    model = cp_model.CpModel()
    picks = [model.new_bool_var("") for _ in range(40)]
    for _ in range(12):
        model.add(sum(numbers.randint(10, 99) * pick for pick in picks) <= 900)
    model.maximize(sum(numbers.randint(10, 99) * pick for pick in picks))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.relative_gap_limit = 1, gap
    status = solver.solve(model)
    return solver.status_name(status), solver.objective_value, solver.best_objective_bound


limited, best = solved(0.5), solved(0.0)
print("guess: FEASIBLE, then OPTIMAL; seen:", limited, best)
assert limited[0] == best[0] == "OPTIMAL"
assert limited[1] < best[1] == best[2]
PY
