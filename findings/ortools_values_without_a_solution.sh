#!/usr/bin/env bash
# OR-Tools 9.15.6755, CP-SAT: without any solution, objective and values are 0, and nothing is raised.
# Guess: after a solve that found nothing, asking for the objective or for the value of a variable is an error.
# Seen: status UNKNOWN, objective 0.0 and bound 0.0, which reads like a proven optimum; a variable from 5 to 10 has the value 0.
# Consequence: a log or a test that looks at the numbers alone calls a week perfect that has no roster. Look at the status first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$work/venv/bin/python" - <<'PY'
from ortools.sat.python import cp_model

model, solver = cp_model.CpModel(), cp_model.CpSolver()
solver.parameters.max_time_in_seconds = 0
cost = model.new_int_var(5, 10, "cost")
other = model.new_int_var(5, 10, "other")
model.add(cost + 2 * other >= 17)
model.minimize(cost + other)
status = solver.status_name(solver.solve(model))
seen = (status, solver.objective_value, solver.best_objective_bound, solver.value(cost))
print("guess: UNKNOWN and an error; seen:", seen)
assert seen == ("UNKNOWN", 0.0, 0.0, 0), seen
PY
