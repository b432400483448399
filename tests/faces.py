"""The two faces of a rule, asked about the same roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import combinations, pairwise

from ortools.sat.python import cp_model

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.enumeration import enumerate_candidates
from scheduler.model.plain_model import PlainModel
from scheduler.rule import Rule
from scheduler.rules.room_conflict import RoomConflict
from scheduler.terms import AnyOf, FreeVariable, Handle, Housing, Row, Staffing
from scheduler.view import View
from tests.rosters import rehoused

MAY_BE_MISSING = {"pinned"}
"""Hard rules that speak of a session which is not there. The others name sessions: without any, the past could not be excused."""


def check_amount(rule: Rule, view: View) -> int:
    """What the check face says: the sum of amounts (care: times the care factor of the participant).

    Each is 1 or more: a hard violation of amount 0 would pass for none, and one of a negative amount would hide another.
    """
    found = list(rule.check(view.case, view))
    known = {s.id for roster in (view.roster, view.case.published) if found and roster is not None for s in roster.sessions}
    for v in found:
        assert v.rule == rule.id, v
        assert v.amount >= 1, v
        assert all(isinstance(text, str) for text in (v.message, *v.about, *v.sessions)), v
        assert v.message, v
        assert "None" not in v.message, v
        assert v.sessions or rule.level != "hard" or rule.id in MAY_BE_MISSING, v
        assert set(v.sessions) <= known, v
        assert (v.participant is not None) == (rule.level == "care"), v
    return sum(v.amount * (1 if v.participant is None else view.case.care.factor(v.participant)) for v in found)


def model_amount(rule: Rule, view: View) -> int | None:
    """What the model face says: None when the roster is illegal for the rule, else its amount (care: times the factor)."""
    case, chosen = view.case, chosen_in(view)
    visits = [v for visits in view.visits.values() for v in visits]
    if not _admitted(rule, case, view):
        return None
    amount = sum(rule.price(case, v) for v in visits)
    for participant in case.participants:
        factor = case.care.factor(participant) if rule.level == "care" else 1
        amount += rule.pattern(case, participant, view.service_days(participant)) * factor
        for day in view.days(participant).values():
            if any(rule.conflicts(case, a, b) for a, b in combinations(day, 2)):
                return None
        for stay in view.stays(participant):
            for a, b in pairwise(stay.visits):
                extra = rule.follows(case, a, b)
                if extra is None:
                    return None
                amount += extra
    rows = _rows_amount(case, rows_of(rule, case), chosen, rule.level == "care")
    return None if rows is None else amount + rows


@lru_cache(1000)
def chosen_in(view: View) -> frozenset[Handle]:
    """The handles that a roster chooses."""
    chosen: set[Handle] = {v for visits in view.visits.values() for v in visits}
    for placed in view.runs:
        chosen |= {placed.run, *(Staffing(placed.run, c) for c in placed.session.facilitators)}
        chosen |= {Housing(placed.run, placed.session.room)} if placed.session.room else set()
    return frozenset(chosen)


def both(rule: Rule, view: View) -> tuple[int, int | None]:
    """What the check face says, and what the model face says."""
    return check_amount(rule, view), model_amount(rule, view)


def best_rooms(rule: Rule, view: View) -> tuple[int, int | None]:
    """The same with the rooms of appointments that cost least among those that no two sessions share; (0, 0) where there are none."""
    views = (View(view.case, roster) for roster in rehoused(view.case, view.roster))
    least = min((check_amount(rule, found) for found in views if not check_amount(RoomConflict(), found)), default=None)
    return (0, 0) if least is None else (least, model_amount(rule, view))


def unpruned(case: Case) -> Candidates:
    """The candidates of a case when no rule refuses anything, built once."""
    return case.memo("faces candidates", lambda: enumerate_candidates(case, ()))


class Rows:
    """Rows by what they speak of: one of which nothing is chosen matters only if its bound is negative.

    Attributes:
        free: Rows in which a model may still choose.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.free, self._fixed = list[Row](), list[Row]()
        for row in rows:
            (self.free if any(_is_free(handle) for handle, _ in row.terms) else self._fixed).append(row)
        self._negative = [n for n, row in enumerate(self._fixed) if row.bound < 0]
        self._of: dict[Handle, list[int]] = {}
        for n, row in enumerate(self._fixed):
            for handle in dict.fromkeys(_leaves(handle for handle, _ in row.terms)):
                self._of.setdefault(handle, []).append(n)

    def fixed(self, chosen: Set[Handle]) -> Iterator[Row]:
        """The rows without a free choice that could be broken."""
        for n in {n for handle in chosen for n in self._of.get(handle, ())}.union(self._negative):
            yield self._fixed[n]


def rows_of(rule: Rule, case: Case, hard: bool = False) -> Rows:
    """The rows a rule declares over them, or only the hard ones, built once."""
    rows: list[Row] = case.memo(f"faces rows {rule.id}", lambda: _named(rule, list(rule.rows(case, unpruned(case)))))
    return case.memo(f"faces rows {rule.id} {hard}", lambda: Rows([row for row in rows if row.price is None or not hard]))


def holds(rule: Rule, case: Case, chosen: Set[Handle]) -> bool:
    """Whether the hard rows of a rule allow exactly this, also where no roster could say it."""
    return _rows_amount(case, rows_of(rule, case, hard=True), chosen, is_care=False) is not None


def _named(rule: Rule, rows: list[Row]) -> list[Row]:
    """The rows, each of which names its rule, has a key of its own and, in the care tier only, a participant; so do their choices."""
    assert {row.rule for row in rows} <= {rule.id}
    assert all(isinstance(row.key, tuple) for row in rows)
    assert len({row.key for row in rows}) == len(rows)
    assert all(isinstance(handle, Handle) for row in rows for handle, _ in row.terms)
    assert all((row.participant is not None) == (rule.level == "care") for row in rows if row.price is not None)
    members: dict[tuple[object, ...], tuple[Handle, ...]] = {}
    for handle in _choices(handle for row in rows for handle, _ in row.terms):
        assert isinstance(handle.key, tuple)
        if isinstance(handle, AnyOf):
            assert members.setdefault(handle.key, handle.members) == handle.members, handle.key
    return rows


def _choices(handles: Iterable[Handle]) -> Iterator[AnyOf | FreeVariable]:
    """What has a key among handles and their members."""
    for handle in handles:
        if isinstance(handle, (AnyOf, FreeVariable)):
            yield handle
            yield from _choices(handle.members if isinstance(handle, AnyOf) else ())


def _admitted(rule: Rule, case: Case, view: View) -> bool:
    """The unary hooks, for every session that can still change."""
    for placed in view.placed:
        if placed.is_past:
            continue
        session: object = None
        if placed.session.group is not None:
            run = placed.run
            session = run
            if not rule.admits_run(case, run) or not all(rule.admits_staffing(case, Staffing(run, c)) for c in placed.session.facilitators):
                return False
        mine = view.visits_in(placed)
        if not all(rule.admits(case, v) for v in mine):
            return False
        session = session or next((v for v in mine if v.is_lead), None)
        if placed.session.room and session and not rule.admits_room(case, session, placed.session.room):  # type: ignore[arg-type]
            return False
    return True


def _rows_amount(case: Case, rows: Rows, chosen: Set[Handle], is_care: bool) -> int | None:
    """Least amount of the priced rows over the free choices; None when a hard row cannot hold."""
    amount = 0
    for row in rows.fixed(chosen):
        over = sum(coefficient for handle, coefficient in row.terms if _is_true(handle, chosen)) - row.bound
        if over > 0 and row.price is None:
            return None
        if over > 0 and row.price is not None:
            amount += -(-over // row.step) * _price(case, row, is_care)
    least = _least_known(case, rows.free, chosen, is_care) if rows.free else 0
    return None if least is None else amount + least


def _least_known(case: Case, rows: Sequence[Row], chosen: Set[Handle], is_care: bool) -> int | None:
    """The least amount of rows with free choices; solved once for all rosters that choose the same of what the rows speak of."""
    which = (is_care, *((row.rule, row.key) for row in rows))
    mentioned: dict[tuple[object, ...], frozenset[Handle]] = case.memo("faces mentioned", dict)
    if which not in mentioned:
        mentioned[which] = frozenset(_leaves(handle for row in rows for handle, _ in row.terms))
    solved: dict[tuple[object, ...], int | None] = case.memo("faces least", dict)
    asked = (which, mentioned[which] & chosen)
    if asked not in solved:
        solved[asked] = _least(case, rows, chosen, is_care)
    return solved[asked]


def _leaves(handles: Iterable[Handle]) -> Iterator[Handle]:
    """The handles that are chosen, those that others are made of included."""
    for handle in handles:
        yield from _leaves(handle.members) if isinstance(handle, AnyOf) else (handle,)


def _price(case: Case, row: Row, is_care: bool) -> int:
    return (row.price or 0) * (case.care.factor(row.participant) if is_care and row.participant else 1)


def _is_free(handle: Handle) -> bool:
    """Whether a model may still choose."""
    return isinstance(handle, FreeVariable) or (isinstance(handle, AnyOf) and any(_is_free(m) for m in handle.members))


def _is_true(handle: Handle, chosen: Set[Handle]) -> bool:
    return any(_is_true(m, chosen) for m in handle.members) if isinstance(handle, AnyOf) else handle in chosen


def _least(case: Case, rows: Sequence[Row], chosen: Set[Handle], is_care: bool) -> int | None:
    """The least amount of rows with free choices, by a solver."""
    model = PlainModel()
    variables: dict[Handle, cp_model.IntVar] = {}

    def value(handle: Handle) -> int | cp_model.IntVar:
        if not _is_free(handle):
            return int(_is_true(handle, chosen))
        if handle not in variables:
            variables[handle] = model.new_bool_var("")
            if isinstance(handle, AnyOf):
                model.add_max_equality(variables[handle], [value(m) for m in handle.members])
        return variables[handle]

    costs = []
    for row in rows:
        left = sum(coefficient * value(handle) for handle, coefficient in row.terms)
        if row.price is None:
            model.add(left <= row.bound)
            continue
        steps = model.new_int_var(0, 10**6, "")
        model.add(left - row.bound <= row.step * steps)
        costs.append(steps * _price(case, row, is_care))
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return round(solver.objective_value) if solver.solve(model) == cp_model.OPTIMAL else None
