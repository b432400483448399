"""Other ways to make a roster. Each module has ``solve(instance, limits) -> Answer`` and is given its best known set-up."""

from __future__ import annotations

PEERS = {
    "greedy": "a coordinator's way: the most constrained first, home groups first, individual sessions next to them",
    "compact": "CP-SAT: one model of the whole week, care and then preferences, none of our own search",
    "highs": "HiGHS: the same rows as a mixed-integer program, care and then preferences",
    "scip": "SCIP: the same program (extra `peers`)",
    "timefold": "Timefold: construction heuristic and late acceptance on its own model (extra `peers`, needs Java 17)",
}
"""Name to what it does."""
