#!/usr/bin/env bash
# OR-Tools 9.15.6755, CP-SAT: a hint given twice to one variable makes the whole model invalid; a hint that is impossible does not.
# Guess: a hint is advice, so the last one counts, and what cannot be is ignored.
# Seen: twice, even with one and the same value, is MODEL_INVALID; 99 for a variable that ends at 10 is fine.
# Consequence: hints gathered from two sources (last week and a draft) lose the week. Keep them in a dictionary, or clear them first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$work/venv/bin/python" - <<'PY'
from ortools.sat.python import cp_model


def status(*hints: int) -> str:
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    variable = model.new_int_var(0, 10, "x")
    model.maximize(variable)
    for hint in hints:
        model.add_hint(variable, hint)
    return solver.status_name(solver.solve(model))


seen = [status(99), status(1, 1), status(1, 2)]
print("guess: OPTIMAL, OPTIMAL, OPTIMAL; seen:", seen)
assert seen == ["OPTIMAL", "MODEL_INVALID", "MODEL_INVALID"]
PY
