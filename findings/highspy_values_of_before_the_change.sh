#!/usr/bin/env bash
# highspy 1.16.0: after a change of the model, the values of the solution before it are still returned.
# Guess: an error, or no values, until it is solved again.
# Seen: 10.0 for a variable that may be at most 5 now. The status is kNotset and the objective 0.0, so the two do not belong together either.
# Consequence: read what you need before you change anything, and look at `value_valid` of the solution.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check highspy==1.16.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
import highspy

solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
minutes = solver.addVariable(0, 10)
solver.maximize(minutes)
solver.changeColBounds(0, 0, 5)
seen = solver.val(minutes), solver.getModelStatus(), solver.getInfo().objective_function_value, solver.getSolution().value_valid
print("guess: an error; seen:", seen)
assert seen == (10.0, highspy.HighsModelStatus.kNotset, 0.0, False)
PY
