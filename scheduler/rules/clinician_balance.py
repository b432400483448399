"""Direct time and evenings are shared fairly among clinicians.

Rule: No clinician has more direct minutes, or more evenings, than the contract's share of what all clinicians have. An evening is a
weekday with a session that starts at or after `evening_start`. Both facilitators of a group have its minutes. The contract is the stated
one, else the working minutes after leave; clinicians without contract minutes are left out, of the totals too.
Math: amount = max(0, ceil((direct - floor(total x contract / all contracts)) / 30)), plus
3 x max(0, evenings - floor(total evenings x contract / all contracts)).
Amount: half hours above the share; an evening above the share counts 3.
Source: fair rosters keep staff; our judgment.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Link, Rule, Violation
from scheduler.terms import AnyOf, FreeVariable, Row
from scheduler.timegrid import DAY, WEEK, merge
from scheduler.view import PlacedSession, View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates
    from scheduler.columns import SessionColumns

HALF_HOUR = 30
EVENING = 3
Sessions = Mapping[str, "SessionColumns"]


class ClinicianBalance(Rule):
    """No clinician has more than a fair share of direct minutes and evenings."""

    id = "clinician_balance"
    title = "Direct time and evenings are shared fairly"
    level = "preference"
    scope = "shared"
    unit = "half hours above the share"
    weight = 1
    parameters = ("evening_start",)
    source = "our judgment, no published source"

    def applies_to(self, case: Case) -> bool:
        """Whether at least two clinicians have contract minutes."""
        return len(contracts(case)) > 1

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Priced rows per clinician, without a division.

        ``direct`` is an integer, so ``direct - floor(share) = ceil(direct - share)``, and a ceiling inside a ceiling of a division by an
        integer changes nothing. With ``share = total x contract / all`` the amount is ``ceil((all x direct - contract x total) / (30 x
        all))`` where that is positive: a row with the step ``30 x all``.
        """
        sessions = {clinician: candidates.columns.sessions(clinician) for clinician in contracts(case)}
        yield from self._minute_rows(contracts(case), sessions)
        yield from self._evening_rows(contracts(case), evenings(case, candidates))

    def _minute_rows(self, shares: Mapping[str, int], sessions: Sessions) -> Iterator[Row]:
        """The total is written once, in free binary digits, so that rows do not repeat the sessions of all clinicians.

        The digits may only stay below the true total; as a larger total lowers every amount, the best choice reaches it.
        """
        unit = gcd(*(minutes for of_one in sessions.values() for minutes in set(of_one.minutes.tolist())))
        if unit == 0:
            return
        first, *others = sessions.values()
        everyones = first.plus(others)
        most = sum(min(WEEK, int(of_one.minutes.sum())) for of_one in sessions.values())
        digits = tuple((FreeVariable((self.id, bit)), unit << bit) for bit in range((most // unit).bit_length()))
        yield Row(self.id, ("total",), everyones.terms(-everyones.minutes, digits), 0)
        everybody = sum(shares.values())
        for clinician, of_one in sessions.items():
            total = tuple((digit, -shares[clinician] * value) for digit, value in digits)
            terms = of_one.terms(everybody * of_one.minutes, total)
            yield Row(self.id, (clinician, "minutes"), terms, 0, price=1, step=HALF_HOUR * everybody)

    def _evening_rows(self, shares: Mapping[str, int], evenings: Mapping[AnyOf, str]) -> Iterator[Row]:
        """Shares are written with their jumps, so that they are rounded down in mixtures of rosters, too.

        A free choice says whether the total reaches the next number of evenings at which a share is one more. It may stay false where the
        total does; as shares only grow, the best choice is true.
        """
        late = dict.fromkeys(evenings.values())
        shared = {n: risen for n in range(1, len(evenings) + 1) if (risen := {c for c in late if _rises(shares, c, n)})}
        reached = {number: FreeVariable((self.id, "evenings", number)) for number in shared}
        steps = tuple((reached[number], number - before) for before, number in pairwise((0, *shared)))
        if steps:
            yield Row(self.id, ("all evenings",), (*steps, *((evening, -1) for evening in evenings)), 0)
        for before, number in pairwise(shared):
            yield Row(self.id, ("evenings", number), ((reached[number], 1), (reached[before], -1)), 0)
        for clinician in late:
            own = ((evening, 1) for evening, who in evenings.items() if who == clinician)
            share = ((reached[number], -1) for number, risen in shared.items() if clinician in risen)
            yield Row(self.id, (clinician, "evenings"), (*own, *share), 0, price=EVENING)

    def links(self, case: Case) -> Iterator[Link]:
        """All clinicians with contract minutes."""
        yield Link("staff", tuple(("clinician", clinician) for clinician in contracts(case)))

    def aspect(self, case: Case, placed: PlacedSession) -> Hashable:
        """Who gives it, how long it is, and its day if it is in the evening."""
        is_late = placed.span.start % DAY >= case.policy.evening_start
        return placed.session.facilitators, placed.span.minutes, placed.day if is_late else None

    def check_link(self, case: Case, view: View, link: Link) -> Iterator[Violation]:
        """Compare each clinician's minutes and evenings with the fair share."""
        late = case.policy.evening_start
        sessions = {c: view.by_clinician[c] for c in contracts(case)}
        direct = {c: sum(p.span.minutes for p in of_one) for c, of_one in sessions.items()}
        evenings = {c: len({p.day for p in of_one if p.span.start % DAY >= late}) for c, of_one in sessions.items()}
        for clinician in sessions:
            if (over := direct[clinician] - fair_share(case, clinician, direct)) > 0:
                message = f"{clinician} has {over} direct minutes more than a fair share"
                yield self.violation(-(-over // HALF_HOUR), (clinician,), message)
            if (over := evenings[clinician] - fair_share(case, clinician, evenings)) > 0:
                yield self.violation(EVENING * over, (clinician,), f"{clinician} has {over} evenings more than a fair share")


def evenings(case: Case, candidates: Candidates) -> dict[AnyOf, str]:
    """Whether somebody with contract minutes works in the evening of a day: one yes/no variable for each such day, and whose it is."""
    late: dict[AnyOf, str] = {}
    for clinician in contracts(case):
        of_one = candidates.columns.sessions(clinician)
        for day, of_day in of_one.at(of_one.start % DAY >= case.policy.evening_start).by_day():
            late[AnyOf((ClinicianBalance.id, clinician, day), of_day.handles())] = clinician
    return late


def _rises(shares: Mapping[str, int], clinician: str, number: int) -> bool:
    """Whether the clinician's fair share of a number of evenings is one more than that of one less."""
    everybody = sum(shares.values())
    return number * shares[clinician] // everybody > (number - 1) * shares[clinician] // everybody


def fair_share(case: Case, clinician: str, amounts: Mapping[str, int]) -> int:
    """The clinician's share of the total by contract, rounded down."""
    shares = contracts(case)
    return sum(amounts.values()) * shares[clinician] // sum(shares.values())


def contracts(case: Case) -> dict[str, int]:
    """Contract minutes of the clinicians who have any, divided by their common divisor, since only the proportions matter."""

    def read() -> dict[str, int]:
        minutes = {c: m for c in case.clinicians if (m := contract_minutes(case, c)) > 0}
        return {c: m // gcd(*minutes.values()) for c, m in minutes.items()}

    return case.memo("clinician_balance", read)


def contract_minutes(case: Case, clinician: str) -> int:
    """Minutes of the contract, or without one of the week's working hours after leave."""
    stated = case.clinicians[clinician].contract_minutes
    return sum(case.week.between(*s) for s in merge(span for span, _ in case.time.work(clinician))) if stated is None else stated
