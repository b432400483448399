"""Payers' authorizations are not overrun.

Rule: The units of an authorization that are left last for the week: for the period (units - used) and for the payer's own weeks. A
payer's week that does not begin on Monday splits our week: the units used before Monday count in the first part only. A session draws
on the first authorization in the participant's list that covers its service and date; it never falls through to the next one. Service
of a group is its main service. A service that requires authorization is refused on dates no authorization covers; any other service is
free on such dates.
Math: sum of units <= max(units left, units of sessions that have happened). Units of a session: ceil(care minutes / 60) hours,
ceil(care minutes / 15) quarter hours, one session; a day unit for each date with a countable session covered.
Amount: units over; 1 for a session without the authorization it requires.
Source: the participant's authorizations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scheduler.case import Case
from scheduler.instance import Authorization as Grant
from scheduler.rule import Rule, Violation
from scheduler.terms import AnyOf, Handle, Row, Visit
from scheduler.timegrid import WEEKDAYS
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates

UNIT_MINUTES = {"hour": 60, "quarter_hour": 15}


class Limit(NamedTuple):
    """Units of an authorization that may be used on some weekdays, and the visits that use them."""

    grant: Grant
    key: str
    uses: tuple[tuple[Visit, int], ...]
    bound: int


class Authorization(Rule):
    """Units left in the payer's week and period are not exceeded."""

    id = "authorization"
    title = "Authorized units are not overrun"
    level = "hard"
    scope = "week"
    unit = "units over"
    source = "the participant's authorizations"

    def applies_to(self, case: Case) -> bool:
        """Whether anybody has an authorization or any service requires one."""
        return any(p.authorizations for p in case.participants.values()) or any(s.requires_authorization for s in case.services.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """A service that requires authorization has one on that date."""
        return not is_unauthorized(case, visit)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per authorization and payer week or period."""
        for participant, visits in candidates.visits.items():
            for limit in limits(case, participant, visits):
                terms = _terms(participant, limit)
                if sum(units for _, units in terms) > limit.bound:
                    yield Row(self.id, (participant, limit.grant.id, limit.key), terms, limit.bound)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Count the units of each authorization, then the sessions without one."""
        for participant, visits in view.visits.items():
            for limit in limits(case, participant, visits):
                if (over := num_units(limit.grant, limit.uses) - limit.bound) > 0:
                    message = f"{participant} is {over} units over authorization {limit.grant.id} ({limit.key})"
                    yield self.violation(over, (participant,), message, [view.session_of[v].id for v, _ in limit.uses])
            for visit in visits:
                if not case.is_past(visit.span.start) and is_unauthorized(case, visit):
                    message = f"{participant} has no authorization for {visit.service} on that date"
                    yield self.violation(1, (participant,), message, (view.session_of[visit].id,))


def covering(case: Case, visit: Visit) -> Grant | None:
    """The authorization a visit draws on: the first in the list that covers service and date."""
    date = case.week.date_of(visit.day)
    for grant in case.participants[visit.participant].authorizations:
        covers = visit.service in grant.services if grant.services else case.services[visit.service].countable
        if covers and grant.first <= date <= grant.last:
            return grant
    return None


def is_unauthorized(case: Case, visit: Visit) -> bool:
    """Whether a visit lacks the authorization its service requires."""
    return case.services[visit.service].requires_authorization and covering(case, visit) is None


def limits(case: Case, participant: str, visits: Sequence[Visit]) -> Iterator[Limit]:
    """The limits of a participant's authorizations, with the visits that draw on them; raised to what has happened."""
    drawn: dict[str, list[tuple[Visit, int]]] = {}
    grants = case.participants[participant].authorizations
    for visit in visits if grants else ():
        if (grant := covering(case, visit)) is not None and (units := _units(case, grant, visit)):
            drawn.setdefault(grant.id, []).append((visit, units))
    for grant in grants:
        for key, days, left in _payer_spans(grant):
            uses = tuple(use for use in drawn.get(grant.id, ()) if use[0].day in days)
            past = tuple(use for use in uses if case.is_past(use[0].span.start))
            yield Limit(grant, key, uses, max(left, num_units(grant, past)))


def _payer_spans(grant: Grant) -> Iterator[tuple[str, range, int]]:
    """The weekdays of this week on which so many units are left: the period, and one or two payer weeks."""
    if grant.units is not None:
        yield "period", range(7), grant.units - grant.used
    if grant.units_per_week is not None:
        turn = WEEKDAYS.index(grant.week_start) or 7
        yield "week", range(turn), grant.units_per_week - grant.used_in_week
        yield "next week", range(turn, 7), grant.units_per_week


def _units(case: Case, grant: Grant, visit: Visit) -> int:
    """Units of one visit; of a day unit 1 where the visit makes its date count."""
    minutes = case.care_minutes(visit.service, visit.group)
    if grant.unit == "session":
        return 1
    return int(minutes > 0) if grant.unit == "day" else -(-minutes // UNIT_MINUTES[grant.unit])


def num_units(grant: Grant, uses: Iterable[tuple[Visit, int]]) -> int:
    """Units of some visits together: dates for a day unit, else their sum."""
    return len({v.day for v, _ in uses}) if grant.unit == "day" else sum(units for _, units in uses)


def _terms(participant: str, limit: Limit) -> tuple[tuple[Handle, int], ...]:
    """The uses as row terms."""
    if limit.grant.unit != "day":
        return limit.uses
    by_day: dict[int, list[Visit]] = {}
    for visit, _ in limit.uses:
        by_day.setdefault(visit.day, []).append(visit)
    return tuple((AnyOf(("authorization", participant, limit.grant.id, day), tuple(mine)), 1) for day, mine in by_day.items())
