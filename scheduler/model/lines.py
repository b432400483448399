"""The rules of a case, compiled to one linear program over numbered Boolean variables.

Every hook of every rule ends as a :class:`Line`: identity ("one place per group"), conflicts and gaps of a day, patterns of a week, and
the rows that rules declare themselves. CP-SAT, neighbourhoods, the relaxed model, the peers and the bound all use these lines, so no
rule is written twice. A case is compiled once.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from scheduler.candidates import Candidates
from scheduler.case import Case
from scheduler.columns import Ints, NumberedTerms
from scheduler.model.day import day_rows
from scheduler.model.line import Line, Numbers, Source, Tier, most
from scheduler.model.numbered_handles import NumberedHandles
from scheduler.model.week import pattern_rows
from scheduler.rule import Rule, overriding
from scheduler.terms import AnyOf, Handle, Row, Visit, total


class Lines(NumberedHandles):
    """A case as numbered variables and lines.

    Attributes:
        lines: All lines, in rule order.
        unit_costs: By tier and variable number, the cost of choosing the variable (prices of visits).
    """

    def __init__(
        self,
        case: Case,
        candidates: Candidates,
        rules: Sequence[Rule],
        moving: Collection[str] | None = None,
        care_of: Collection[str] | None = None,
        booked: Collection[Visit] | None = None,
    ) -> None:
        """Compile every rule in force.

        Args:
            moving: Participants whose week may change; days and patterns of the others are left out. None for everyone.
            care_of: Participants whose unmet care counts; the others only constrain these. None for everyone.
            booked: The visits of a roster, if no more than one visit of a participant is to be added to it. None for any change.
        """
        self.case, self.candidates, self._care_of, self._booked = case, candidates, care_of, booked
        self.rules: list[Rule] = []
        self._moving = [p for p in candidates.visits if moving is None or p in moving]
        # A fixed week has a fixed cost, so rules of week scope read only the moving ones.
        fixed = candidates.visits.keys() - self._moving
        self._weeks = candidates.part(self._moving_visits(), candidates.staffings, candidates.housings) if fixed else candidates
        super().__init__(candidates)
        self.lines: list[Line] = []
        self.unit_costs: dict[Tier, dict[int, int]] = {"care": {}, "preference": {}}
        self._add_identity()
        self.include(rules)

    # --- lines --------------------------------------------------------------------------------------------------------------

    def include(self, rules: Sequence[Rule]) -> None:
        """Compile more rules; variables keep their numbers."""
        fresh = in_force(self.case, rules)
        self.rules += fresh
        self._price_visits(fresh)
        for rule in fresh:
            self._append_rows(rule)
        self._add_days(fresh)
        for rule, row in pattern_rows(self.case, self.candidates, fresh, self._moving):
            self._append_priced(rule, row, "pattern")
        self._define()

    def add_later(self) -> None:
        """Add the rules that were left out because they cannot raise a bound: here none."""

    def complete(self) -> None:
        """Add what was left out for tables of weeks: here nothing."""

    def typical(self, participant: str) -> Ints:
        """By position among a participant's visits, that of the visit that stands for it in lines of the source `week`: here itself."""
        return np.arange(len(self.candidates.visits[participant]))

    def _append_rows(self, rule: Rule) -> None:
        for row in rule.rows(self.case, self._weeks if rule.scope == "week" else self.candidates):
            self._append_priced(rule, row)

    def _define(self) -> None:
        """Tie each new `AnyOf` to its members."""
        while self._pending:
            self._append_definition(self._pending.pop())

    def _add_days(self, rules: Sequence[Rule]) -> None:
        """Add the conflicts and waits of days that some rules declare."""
        for rule, row in day_rows(self.case, self._moving_visits(), rules, self._booked):
            self._append_priced(rule, row, "day")

    def add(self, rows: Iterable[Row]) -> None:
        """Add hard rows over variables that are there."""
        for row in rows:
            self._append(row, "hard", 0, "rule")

    def _moving_visits(self) -> dict[str, tuple[Visit, ...]]:
        return {p: self.candidates.visits[p] for p in self._moving}

    def _price_visits(self, rules: Sequence[Rule]) -> None:
        for rule in overriding(rules, "price"):
            tier = self.tier(rule)
            for participant, visits in self._moving_visits().items():
                if visits and self._is_counted(rule, participant):
                    first, factor = self._by_identity[id(visits[0])], self.multiplier(rule, participant)
                    for position, amount in self._prices(rule, participant, visits):
                        self._add_unit_cost(tier, first + position, amount * factor)

    def _prices(self, rule: Rule, participant: str, visits: Sequence[Visit]) -> Iterator[tuple[int, int]]:
        """What some visits of a participant cost, by position; a rule is asked once for all that look alike to it."""
        if rule.price_reads is None:
            amounts = [rule.price(self.case, visit) for visit in visits]
        else:
            firsts, kinds = self.candidates.looks(participant).alike(*rule.price_reads, "out_of")
            amounts = np.array([rule.price(self.case, visits[at]) for at in firsts.tolist()], dtype=np.int64)[kinds].tolist()
        yield from ((position, amount) for position, amount in enumerate(amounts) if amount)

    def _add_unit_cost(self, tier: Tier, number: int, cost: int) -> None:
        if cost > 0:
            self.unit_costs[tier][number] = self.unit_costs[tier].get(number, 0) + cost

    def _append_priced(self, rule: Rule, row: Row, source: Source = "rule") -> None:
        if row.price is None:
            self._append(row, "hard", 0, source)
        elif row.price and self._is_counted(rule, row.participant) and (factor := self.multiplier(rule, row.participant)):
            self._append(row, self.tier(rule), row.price * factor, source)

    def _append(self, row: Row, tier: Tier, cost: int, source: Source) -> None:
        """Number the variables of a row; leave out rows that can never bind."""
        variables, coefficients = self._numbered_terms(row.terms)
        if cost and row.bound == 0 and len(variables) == 1 and source != "week":
            self._add_unit_cost(tier, variables[0], cost * -(-coefficients[0] // row.step))
        elif most(coefficients) > row.bound:
            self.lines.append(Line(row.rule, row.key, variables, coefficients, row.bound, tier, cost, row.step, source, row.participant))

    def _numbered_terms(self, terms: Sequence[tuple[Handle, int]]) -> tuple[Numbers, Numbers]:
        """The variables of some terms, and their coefficients; what is no candidate is left out."""
        if isinstance(terms, NumberedTerms) and terms.all_handles is self.candidates.all_handles:
            variables, coefficients = (array("i", part.astype(np.int32).tobytes()) for part in (terms.numbers, terms.coefficients))
            terms = terms.more
        else:
            variables, coefficients = array("i"), array("i")
        if terms:
            handles, more = zip(*terms, strict=True)
            numbers = self.numbers_of(handles)
            variables.extend(numbers)
            coefficients.extend(more if len(numbers) == len(more) else [c for h, c in terms if self.number(h) is not None])
        return variables, coefficients

    def _add_identity(self) -> None:
        """A group meets once; a participant has one place in it, and one appointment per need."""
        by_group: dict[str, list[Handle]] = {}
        for run in self.candidates.runs:
            by_group.setdefault(run.group, []).append(run)
        for group, runs in by_group.items():
            self._append(Row("identity", ("group", group), total(runs), 1), "hard", 0, "identity")
        self._add_items()

    def _add_items(self) -> None:
        for participant, visits in self.candidates.visits.items():
            for item, options in by_item(visits).items():
                self._append(Row("identity", (participant, *item), total(options), 1), "hard", 0, "identity")

    def _append_definition(self, any_of: AnyOf) -> None:
        """Make an `AnyOf` true exactly if a member is. Members that exclude each other share a line."""
        members = self.numbers_of(any_of.members)
        # Past visits need not exclude each other as the rules require.
        is_exclusive = any_of.is_exclusive and self.candidates.past.isdisjoint(any_of.members)
        exclusive: dict[object, list[int]] = {}
        for member in members:
            handle = self.handles[member]
            key = 0 if is_exclusive else (handle.participant, *handle.item) if isinstance(handle, Visit) else ~member
            exclusive.setdefault(key, []).append(member)
        number = self._by_value[any_of]
        for together in exclusive.values():
            self._append_identity(any_of, [*together, number], [*[1] * len(together), -1])
        self._append_identity(any_of, [number, *members], [1, *[-1] * len(members)])

    def _append_identity(self, any_of: AnyOf, variables: list[int], coefficients: list[int]) -> None:
        self.lines.append(Line("identity", any_of.key, array("i", variables), array("i", coefficients), 0, source="identity"))

    # --- costs --------------------------------------------------------------------------------------------------------------

    def tier(self, rule: Rule) -> Tier:
        """The tier a rule's cost belongs to."""
        return "hard" if rule.level == "hard" else rule.level

    def _is_counted(self, rule: Rule, participant: str | None) -> bool:
        """Whether a cost counts: any preference, and the care of those in `care_of`."""
        return rule.level != "care" or self._care_of is None or participant in self._care_of

    def multiplier(self, rule: Rule, participant: str | None) -> int:
        """The multiplier of an amount of the rule."""
        if rule.level == "preference":
            return weight(self.case, rule)
        return 1 if participant is None else self.case.care.factor(participant)


def in_force(case: Case, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that apply and are not switched off by a weight of 0."""
    return [r for r in rules if r.applies_to(case) and (r.level != "preference" or weight(case, r) > 0)]


def weight(case: Case, rule: Rule) -> int:
    """The weight of a preference rule on this instance."""
    return case.instance.weights.get(rule.id, rule.weight)


def by_item(visits: Iterable[Visit]) -> dict[tuple[object, ...], list[Visit]]:
    """Visits of one participant by item, in order."""
    items: dict[tuple[object, ...], list[Visit]] = {}
    for visit in visits:
        items.setdefault(visit.item, []).append(visit)
    return items
