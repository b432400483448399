#!/usr/bin/env bash
# PySCIPOpt 6.3.0: a model without a solution has the gap 0.
# Guess: infinite, as while a search has no solution yet.
# Seen: status infeasible, both bounds 1e+20, gap 0.0: to a script that looks at the gap, the best possible result.
# Consequence: look at the status first. Then at the gap.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyscipopt==6.3.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
from pyscipopt import Model

model = Model()
model.hideOutput()
place = model.addVar(vtype="B")
model.addCons(place >= 2)
model.optimize()
seen = model.getStatus(), model.getPrimalbound(), model.getDualbound(), model.getGap()
print("guess: infeasible, an infinite gap; seen:", seen)
assert seen == ("infeasible", 1e20, 1e20, 0.0)
PY
