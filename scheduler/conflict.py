"""When no roster keeps all pins: the relaxed model confirms it, finds a minimal conflicting set, and proposes what to release.

Floors are never hard, so without pins and past sessions the empty roster is legal: whatever conflicts involves them.
"""

from __future__ import annotations

from collections.abc import Collection

from ortools.sat.python import cp_model

from scheduler.case import Case
from scheduler.model.desk import Desk
from scheduler.model.extract import to_roster
from scheduler.model.piece import Piece, build
from scheduler.result import PinConflict
from scheduler.roster import Roster
from scheduler.terms import Visit
from scheduler.verify import judge

RELAXED = ("pinned",)


def explain_conflict(desk: Desk) -> PinConflict:
    """The minimal set of pins that cannot be kept together, and a verified roster that releases as few as possible."""
    pins = range(len(desk.case.instance.pins))
    released, values = _fewest_released(desk)
    if values is None:
        return PinConflict(
            pins=tuple(pins), message="What has already happened stands against the pins or itself; check the published roster and `now`."
        )
    conflicting = _minimal(desk, list(pins)) if released else ()
    roster = to_roster(desk.case, desk.candidates, desk.chosen(values))
    return PinConflict(
        pins=tuple(conflicting),
        rules=tuple(sorted(_rules_against(desk, conflicting))),
        message=f"Pins {', '.join(map(str, conflicting))} cannot all be kept; release one of them (pins[{released[0]}] is enough to try)."
        if released
        else "The solver's claim that pins conflict was refuted; solve again.",
        proposal=_verified(desk, roster, released),
        released=tuple(released),
    )


def _piece(desk: Desk, kept: Collection[int] = ()) -> Piece:
    """Everybody the pins could concern is free, nobody else is booked; pins not in ``kept`` may give way."""
    involved = {h.participant for n in _pinned_variables(desk) if isinstance(h := desk.lines.handles[n], Visit)}
    wanted = [p for p in desk.numbers_of if p in involved or not involved] or list(desk.numbers_of)
    free = [n for p in wanted for n in desk.numbers_of[p]] + desk.shared
    piece = build(desk.index, free, desk.empty(), relaxed=RELAXED)
    for line, slack in piece.slacks:
        if line.key[0] in kept:
            piece.model.add(slack == 0)
    return piece


def _pinned_variables(desk: Desk) -> list[int]:
    """The variables of pin lines, and the visits to the runs among them."""
    own = [n for line in desk.lines.lines if line.rule == "pinned" for n in line.variables]
    groups = {getattr(getattr(desk.lines.handles[n], "run", desk.lines.handles[n]), "group", None) for n in own}
    return own + [
        n for numbers in desk.numbers_of.values() for n in numbers if getattr(desk.lines.handles[n], "group", None) in groups - {None}
    ]


def _fewest_released(desk: Desk) -> tuple[list[int], list[bool] | None]:
    """Positions of as few pins as possible whose release makes the rest possible, and the values of such a roster."""
    piece = _piece(desk)
    piece.model.minimize(cp_model.LinearExpr.sum([slack for _, slack in piece.slacks]))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 20
    if solver.solve(piece.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], None
    values = desk.empty()
    for number, variable in piece.variables.items():
        values[number] = solver.boolean_value(variable)
    return sorted({int(str(line.key[0])) for line, slack in piece.slacks if solver.value(slack) > 0}), desk.completed(values)


def _minimal(desk: Desk, pins: list[int]) -> tuple[int, ...]:
    """Drop every pin without which the others still conflict."""
    kept = list(pins)
    for pin in pins:
        rest = [p for p in kept if p != pin]
        if not _is_possible(desk, rest):
            kept = rest
    return tuple(kept)


def _is_possible(desk: Desk, pins: Collection[int]) -> bool:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 5
    return bool(solver.solve(_piece(desk, pins).model) != cp_model.INFEASIBLE)


def _rules_against(desk: Desk, pins: Collection[int]) -> set[str]:
    """The hard rules whose lines the pinned variables are in."""
    variables = {n for line in desk.lines.lines if line.rule == "pinned" and line.key[0] in pins for n in line.variables}
    lines = (desk.lines.lines[position] for n in variables for position in desk.index.lines_of[n])
    return {line.rule for line in lines if line.tier == "hard"} - {"pinned", "identity"}


def _verified(desk: Desk, roster: Roster | None, released: list[int]) -> Roster | None:
    """The proposal, if it is legal for the instance without the released pins."""
    if roster is None:
        return None
    instance = desk.case.instance
    kept = tuple(pin for position, pin in enumerate(instance.pins) if position not in released)
    verdict = judge(Case(instance.model_copy(update={"pins": kept})), roster, desk.lines.rules)
    return None if verdict.violations else roster
