"""A participant's authorizations: which of them cover a session, and how sessions draw on what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from scheduler.case import Case
from scheduler.instance import Authorization as Grant
from scheduler.terms import Visit
from scheduler.timegrid import WEEKDAYS

UNIT_MINUTES = {"hour": 60, "quarter_hour": 15}

NOT_APPROVED = {"asked": "is not approved yet", "denied": "was denied", "appeal": "was denied and is in appeal"}

MOST_BALANCES = 1_000
"""So many ways to have drawn are kept after each session: far more than the authorizations of a real participant have."""


class Limit(NamedTuple):
    """The units of an authorization that are left on Monday for certain weekdays of this week."""

    grant: Grant
    key: str
    days: range
    units: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left after some sessions.

    Attributes:
        left: Units, in the order of the participant's limits; below 0 where they are overrun.
        charged: (authorization, weekday) whose day unit is used.
    """

    left: tuple[int, ...]
    charged: frozenset[tuple[str, int]] = frozenset()


def in_order(case: Case, participant: str) -> tuple[Grant, ...]:
    """The approved authorizations, by end."""
    grants = [grant for grant in case.participants[participant].authorizations if grant.state == "approved"]
    return case.memo(f"authorization {participant}", lambda: tuple(sorted(grants, key=lambda grant: (grant.last, grant.id))))


def covers(case: Case, grant: Grant, service: str) -> bool:
    """Whether a service is authorized, on any date; an authorization without a list covers every countable service."""
    return service in grant.services if grant.services else case.services[service].countable


def covering(case: Case, participant: str, service: str, day: date) -> tuple[Grant, ...]:
    """The authorizations that cover a service on a date, by end."""
    return tuple(g for g in in_order(case, participant) if g.first <= day <= g.last and covers(case, g, service))


def is_lapsed(case: Case, participant: str, service: str, day: date) -> bool:
    """Whether a service is authorized or was asked for, but is not authorized on this date."""
    grants = case.participants[participant].authorizations
    return any(covers(case, g, service) for g in grants) and not covering(case, participant, service, day)


def why_none(case: Case, participant: str, service: str) -> str:
    """Why a participant has no approved authorization of a service, in words."""
    grants = case.participants[participant].authorizations
    pending = min((g for g in grants if covers(case, g, service)), key=lambda grant: (grant.last, grant.id), default=None)
    if pending is None:
        return f"{service} needs an authorization, and {participant} has none for it"
    return f"authorization {pending.id} of {participant} {NOT_APPROVED[pending.state]}"


def limits(case: Case, participant: str) -> tuple[Limit, ...]:
    """The limits of all authorizations: the period, and the payer's one or two weeks in this week."""
    return tuple(limit for grant in in_order(case, participant) for limit in limits_of(grant))


def limits_of(grant: Grant) -> tuple[Limit, ...]:
    """The limits of one authorization; the units used before Monday are taken off."""
    limits = [] if grant.units is None else [Limit(grant, "period", range(7), max(0, grant.units - grant.used))]
    if grant.units_per_week is not None:
        turn = WEEKDAYS.index(grant.week_start) or 7
        limits.append(Limit(grant, "week", range(turn), max(0, grant.units_per_week - grant.used_in_week)))
        limits.append(Limit(grant, "next week", range(turn, 7), grant.units_per_week))
    return tuple(limits)


def units_of(case: Case, grant: Grant, visit: Visit) -> int:
    """Units of one session by itself; for day units, 1 if it makes its date billable."""
    minutes = case.care.minutes_of(visit)
    if grant.unit == "session":
        return 1
    return int(minutes > 0) if grant.unit == "day" else -(-minutes // UNIT_MINUTES[grant.unit])


class Account:
    """The units that a participant's sessions draw; a day unit is used on each date that they make billable together."""

    def __init__(self, case: Case, participant: str, visits: Iterable[Visit]) -> None:
        self._case, self.limits = case, limits(case, participant)
        self.full = Balance(tuple(limit.units for limit in self.limits))
        minutes = Counter[int]()
        for visit in visits:
            minutes[visit.day] += case.care.minutes_of(visit)
        self._billable = {day for day, of_day in minutes.items() if case.care.is_billable(participant, of_day)}

    def charge(self, balance: Balance, visit: Visit, grant: Grant) -> Balance:
        """The balance after charging a session to an authorization."""
        units, charged = units_of(self._case, grant, visit), balance.charged
        if grant.unit == "day":
            units *= visit.day in self._billable and (grant.id, visit.day) not in charged
            charged |= {(grant.id, visit.day)} if units else set()
        pairs = zip(self.limits, balance.left, strict=True)
        left = tuple(n - units if limit.grant is grant and visit.day in limit.days else n for limit, n in pairs)
        return Balance(left, charged)

    def is_kept(self, balance: Balance, grant: Grant) -> bool:
        """Whether an authorization is not overrun."""
        return all(n >= 0 for limit, n in zip(self.limits, balance.left, strict=True) if limit.grant is grant)

    def draw(self, balance: Balance, visits: Sequence[Visit]) -> tuple[Balance, tuple[Grant | None, ...]]:
        """The authorization each session draws on, in turn: the first with units left, otherwise the last; None if none covers it."""
        drawn: list[Grant | None] = []
        for visit in visits:
            grant = None
            for grant in self.options(visit):
                after = self.charge(balance, visit, grant)
                if self.is_kept(after, grant):
                    break
            drawn.append(grant)
            balance = balance if grant is None else after
        return balance, tuple(drawn)

    def is_enough(self, balance: Balance, visits: Sequence[Visit]) -> bool:
        """Whether the sessions can be assigned to authorizations so that none is overrun."""
        balances = {balance: None}
        for visit in visits:
            if options := self.options(visit):
                following = ((g, self.charge(b, visit, g)) for b in balances for g in options)
                balances = dict.fromkeys([b for g, b in following if self.is_kept(b, g)][:MOST_BALANCES])
        return bool(balances)

    def options(self, visit: Visit) -> tuple[Grant, ...]:
        """The authorizations that a session may draw on."""
        return covering(self._case, visit.participant, visit.service, self._case.week.date_of(visit.day))


def after_past(case: Case, participant: str, past: Sequence[Visit]) -> Balance:
    """The units left after this week's sessions that have happened; at least 0."""
    account = Account(case, participant, past)
    balance, _ = account.draw(account.full, past)
    return replace(balance, left=tuple(max(0, n) for n in balance.left))
