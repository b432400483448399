"""Payers' authorizations are not overrun.

Rule: A session draws on one of the participant's approved authorizations that cover its service and date and have units left, on the one
that ends first where several do; the order of their list never matters. Where none has enough, it is not possible. Left are the units of
the period and of the payer's own week, less those used before Monday; a payer's week that does not begin on Monday splits ours. A day
unit is used by a billable date. Service of a group is its main service. On dates that no approved authorization covers, a service that
requires one is refused; any other is allowed, and listed as not covered.
Math: the sessions can be shared out among the authorizations so that for each limit sum of units <= units left after what has happened.
Units of a session: ceil(care minutes / 60) hours, ceil(care minutes / 15) quarter hours, one session; one day for all sessions of a date
whose care minutes reach billable_day_minutes, none on any other date.
Amount: units over, if each session in turn takes the first with units left, else the last; 1 for a session without one it requires.
Source: the participant's authorizations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._authorizations import Account, after_past, covering, is_lapsed
from scheduler.rules._drawing import Drawing
from scheduler.rules._words import days_of, time_of
from scheduler.terms import Row, Visit
from scheduler.view import View
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class AuthorizationRule(Rule):
    """The units left in the payer's week and period are not exceeded."""

    id = "authorization"
    title = "Authorized units are not exceeded"
    level = "hard"
    scope = "week"
    unit = "units over"
    parameters = ("billable_day_minutes", "breaks_count")
    source = "the participant's authorizations"
    reads = ("need", "day")
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether anyone has an authorization, or any service requires one."""
        return any(p.authorizations for p in case.participants.values()) or any(s.requires_authorization for s in case.services.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """A service that requires an authorization has one on that date."""
        return not is_unauthorized(case, visit)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """The rows that draw units, for each participant who has an authorization."""
        for participant, visits in candidates.visits.items():
            if case.participants[participant].authorizations:
                yield from Drawing(self.id, case, participant, visits).rows()

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Draw the units of each participant's sessions, then look for sessions without an authorization."""
        visits = view.visits[participant]
        if case.participants[participant].authorizations:
            yield from self._overrun(case, view, participant, visits)
        for visit in visits:
            if not case.time.is_past(visit.span.start) and is_unauthorized(case, visit):
                message = f"{participant} has no authorization for {visit.service} on {time_of(case, visit.span.start)}"
                yield self.violation(1, (participant,), message, (view.session_of[visit].id,))

    def _overrun(self, case: Case, view: View, participant: str, visits: Sequence[Visit]) -> Iterator[Violation]:
        """Violations of sessions ahead, which draw on the units that past ones left."""
        ahead = [v for v in visits if not case.time.is_past(v.span.start)]
        account, before = Account(case, participant, visits), after_past(case, participant, [v for v in visits if v not in ahead])
        after, drawn = account.draw(before, ahead)
        if min(after.left, default=0) >= 0 or account.is_enough(before, ahead):
            return
        for limit, left in zip(account.limits, after.left, strict=True):
            if left < 0:
                using = [v for v, grant in zip(ahead, drawn, strict=True) if grant is limit.grant and v.day in limit.days]
                days = days_of(case, (v.day for v in using))
                message = f"{participant} is {counted(-left, 'unit')} over authorization {limit.grant.id} ({limit.key}): {days}"
                yield self.violation(-left, (participant,), message, [view.session_of[v].id for v in using])


def is_unauthorized(case: Case, visit: Visit) -> bool:
    """Whether a visit lacks the authorization its service requires."""
    if not case.services[visit.service].requires_authorization:
        return False
    return not covering(case, visit.participant, visit.service, case.week.date_of(visit.day))


def lapsed(case: Case, view: View, participant: str) -> tuple[Visit, ...]:
    """The sessions of authorized services, ahead, on dates that no authorization covers."""
    ahead = (v for v in view.visits[participant] if not case.time.is_past(v.span.start))
    return tuple(v for v in ahead if is_lapsed(case, participant, v.service, case.week.date_of(v.day)))
