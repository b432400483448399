"""The rows by which a participant's possible sessions draw on authorizations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.case import Case
from scheduler.instance import Authorization as Grant
from scheduler.rules._authorizations import Limit, after_past, covering, limits, units_of
from scheduler.terms import AnyOf, FreeVariable, Handle, Row, Visit, total

Item = tuple[int, str, int, *tuple[tuple[str, int], ...]]
"""A weekday, the group or service, the ordinal, and the group visit that is left, if any: at most one of its visits takes place."""


class Drawing:
    """The sessions that are ahead, and the authorizations each may draw on.

    Attributes:
        items: By item, its visits.
        options: By item that could run short of units, its authorizations; items that always find units are left out.
    """

    def __init__(self, rule: str, case: Case, participant: str, visits: Sequence[Visit]) -> None:
        self.rule, self.case, self.participant = rule, case, participant
        past = [v for v in visits if case.time.is_past(v.span.start)]
        balance = after_past(case, participant, past)
        self.billable_minimum = case.care.order(participant).billable_day_minutes
        self.charged, self.limits = balance.charged, limits(case, participant)
        self.left = dict(zip(self.limits, balance.left, strict=True))
        self.items: dict[Item, list[Visit]] = {}
        for visit in visits:
            if not case.time.is_past(visit.span.start):
                # Time out of a group counts once, so the same appointment draws less there.
                item = (visit.day, visit.group or visit.service, visit.ordinal, *(() if visit.out_of is None else (visit.out_of,)))
                self.items.setdefault(item, []).append(visit)
        self.past_minutes = [sum(case.care.minutes_of(v) for v in past if v.day == day) for day in range(7)]
        self.options = {item: options for item in self.items if (options := self._options(item))}
        self._leave_out()

    def rows(self) -> Iterator[Row]:
        """A session with several authorizations chooses one; a row for each limit that could be overrun."""
        for item, grants in self.options.items():
            if len(grants) > 1:
                choices = [FreeVariable((self.rule, self.participant, *item, grant.id)) for grant in grants]
                yield self._row(("drawn", *item), (*total(self.items[item]), *total(choices, -1)), 0)
        for day in range(7):
            yield from self._date(day)
        for limit in self.limits:
            if self._most(limit) > self.left[limit]:
                yield self._row((limit.grant.id, limit.key), tuple(self._uses(limit)), self.left[limit])

    def _row(self, key: tuple[object, ...], terms: tuple[tuple[Handle, int], ...], bound: int) -> Row:
        return Row(self.rule, (self.participant, *key), terms, bound)

    # --- which sessions may run short ---------------------------------------------------------------------------------------

    def _options(self, item: Item) -> tuple[Grant, ...]:
        """The authorizations of an item: none if one of them charges it nothing, the last one if none has enough units."""
        visit = self.items[item][0]
        grants = covering(self.case, self.participant, visit.service, self.case.week.date_of(visit.day))
        if any(self._is_free(grant, visit) for grant in grants):
            return ()
        return tuple(g for g in grants if g.unit == "day" or self._units(g, item) <= self._least_left(g, visit.day)) or grants[-1:]

    def _is_free(self, grant: Grant, visit: Visit) -> bool:
        """Whether a session draws nothing: no limit applies, it counts for no unit, or its date uses no day or one already used."""
        if not self._on(grant, visit.day) or units_of(self.case, grant, visit) == 0:
            return True
        return grant.unit == "day" and ((grant.id, visit.day) in self.charged or self._day_minutes(visit.day) < self.billable_minimum)

    def _on(self, grant: Grant, day: int) -> list[Limit]:
        return [limit for limit in self.limits if limit.grant is grant and day in limit.days]

    def _least_left(self, grant: Grant, day: int) -> int:
        return min(self.left[limit] for limit in self._on(grant, day))

    def _units(self, grant: Grant, item: Item) -> int:
        return units_of(self.case, grant, self.items[item][0])

    def _most(self, limit: Limit) -> int:
        """The most units that could be drawn."""
        items = self._drawing_on(limit.grant, limit.days)
        return len({day for day, *_ in items}) if limit.grant.unit == "day" else sum(self._units(limit.grant, item) for item in items)

    def _drawing_on(self, grant: Grant, days: Sequence[int]) -> list[Item]:
        return [item for item, grants in self.options.items() if grant in grants and item[0] in days]

    def _leave_out(self) -> None:
        """Leave out items that are paid with the block of their date; then, repeatedly, items with an authorization that cannot run out."""
        for item in [i for i, grants in self.options.items() if not self._is_long(i) and any(self._is_firm(g, i[0]) for g in grants)]:
            del self.options[item]
        while out := self._sure():
            for item in out:
                del self.options[item]

    def _sure(self) -> list[Item]:
        """Items with an authorization that cannot run out."""
        ample = {limit for limit in self.limits if self._most(limit) <= self.left[limit]}
        return [i for i, grants in self.options.items() if any(ample.issuperset(self._on(g, i[0])) for g in grants)]

    # --- day units ----------------------------------------------------------------------------------------------------------

    def _minutes(self, item: Item) -> int:
        visit = self.items[item][0]
        return self.case.care.minutes_of(visit)

    def _is_long(self, item: Item) -> bool:
        """Whether a session makes its date billable, by itself or with sessions that have happened."""
        return self._minutes(item) + self.past_minutes[item[0]] >= self.billable_minimum

    def _day_minutes(self, day: int, is_short: bool = False) -> int:
        """The most care minutes of a date; or those of its short sessions."""
        return self.past_minutes[day] + sum(self._minutes(i) for i in self.items if i[0] == day and not (is_short and self._is_long(i)))

    def _is_firm(self, grant: Grant, day: int) -> bool:
        """Whether a date uses a day unit exactly when it has one of its long sessions."""
        long = [item for item in self.items if item[0] == day and self._is_long(item) and self._minutes(item)]
        is_short_of = self._day_minutes(day, is_short=True) < self.billable_minimum
        return grant.unit == "day" and is_short_of and all(self.options.get(item) == (grant,) for item in long)

    def _date(self, day: int) -> Iterator[Row]:
        """Sessions use a day unit unless the date stays short; it may be called short only when its minutes are."""
        grants = [g for g in dict.fromkeys(limit.grant for limit in self.limits) if g.unit == "day" and not self._is_firm(g, day)]
        drawing = [(grant, item) for grant in grants for item in self._drawing_on(grant, (day,))]
        short = FreeVariable((self.rule, self.participant, "short", day))
        for grant, item in drawing:
            excuses = total([self._day_used(grant, day), *([] if self._is_long(item) else [short])], -1)
            yield self._row((grant.id, "date", *item), (*total(self._handles(item, grant)), *excuses), 0)
        if any(not self._is_long(item) for _, item in drawing):
            minutes = tuple((v, m) for i, visits in self.items.items() if i[0] == day and (m := self._minutes(i)) for v in visits)
            most = self._day_minutes(day) - self.past_minutes[day]
            over = self._day_minutes(day) - self.billable_minimum + 1
            yield self._row(("short", day), (*minutes, (short, over)), most)

    def _day_used(self, grant: Grant, day: int) -> Handle:
        if not self._is_firm(grant, day):
            return FreeVariable((self.rule, self.participant, "day", day, grant.id))
        visits = (v for item in self._drawing_on(grant, (day,)) for v in self.items[item])
        return AnyOf((self.rule, self.participant, grant.id, day), tuple(visits))

    # --- units --------------------------------------------------------------------------------------------------------------

    def _handles(self, item: Item, grant: Grant) -> list[Handle]:
        """Handles of which one is true if an item draws on an authorization: its visits, or its choice."""
        return list(self.items[item]) if len(self.options[item]) == 1 else [FreeVariable((self.rule, self.participant, *item, grant.id))]

    def _uses(self, limit: Limit) -> Iterator[tuple[Handle, int]]:
        """The units drawn under a limit."""
        items = self._drawing_on(limit.grant, limit.days)
        if limit.grant.unit == "day":
            yield from ((self._day_used(limit.grant, day), 1) for day in dict.fromkeys(day for day, *_ in items))
        else:
            yield from ((handle, self._units(limit.grant, item)) for item in items for handle in self._handles(item, limit.grant))
