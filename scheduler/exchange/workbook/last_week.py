"""Last week's roster, checked against the rules, to show its conflicts before a new week is built on it.

This week's program is shifted back by one week. Participants get last week's phase and minutes where the history has them, and the status
they must have had. Rules that depend on facts of that week not in the workbook (newcomers, releases, pins, used units) are not checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from scheduler.case import Case
from scheduler.exchange.workbook.issue import SheetCell
from scheduler.instance import History, Instance, Participant, PastOrder
from scheduler.roster import Roster, Session
from scheduler.rules import RULES
from scheduler.verify import judge, shape_faults

NOT_JUDGED: dict[str, str] = {
    "held_place": "the week before last is not in the workbook",
    "group_intake": "who was new last week is not in the workbook",
    "step_down_ceiling": "the order of the week before last is not in the workbook",
    "authorization": "the units used are counted up to this Monday",
    "curriculum_order": "modules done and modules taught are those of this week",
    "pinned": "pins are for this week",
    "already_happened": "all of last week has happened",
}
"""The hard rules not checked for last week, and why."""

JUDGED = tuple(rule for rule in RULES if rule.level == "hard" and rule.id not in NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class PastConflict:
    """A rule that last week's roster breaks.

    Attributes:
        about: The ids concerned.
        places: The places in the workbook of the sessions concerned.
    """

    rule: str
    message: str
    about: tuple[str, ...]
    places: tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True)
class LastWeek:
    """The check of last week's roster against the rules.

    Attributes:
        num_sessions: The number of sessions in the roster.
        num_judged: The number of sessions checked; others have unknown ids or impossible times.
        rules: The ids of the rules checked.
        not_judged: The ids of the other hard rules, and why they were not checked.
    """

    num_sessions: int
    num_judged: int
    conflicts: tuple[PastConflict, ...]
    rules: tuple[str, ...]
    not_judged: dict[str, str]


def judge_last_week(instance: Instance, place_of: Callable[[str], SheetCell] = lambda path: SheetCell()) -> LastWeek | None:
    """Check last week's roster against the rules that apply to it; None without a roster.

    Args:
        instance: An instance without errors.
        place_of: Returns the place in the workbook of a path in the instance.
    """
    last = instance.history.last_week
    if last is None:
        return None
    case = Case(week_before(instance, last))
    sessions = [session for session in (_known_part(case, session) for session in last.sessions) if session is not None]
    places = {session.id: place_of(f"history.last_week.sessions[{n}]") for n, session in enumerate(last.sessions)}
    conflicts = []
    roster = last.model_copy(update={"sessions": tuple(sessions), "homes": ()})
    while faults := list(shape_faults(case, roster)):
        conflicts += [_conflict(fault, [id for id in fault.about if id in places], places) for fault in faults]
        odd = {name for fault in faults for name in fault.about}
        left = tuple(s for s in roster.sessions if not odd & {s.id, s.group, *(b.participant for b in s.bookings if s.group is None)})
        if len(left) == len(roster.sessions):
            left = ()
        roster = roster.model_copy(update={"sessions": left})
        if not left:
            break
    if roster.sessions:
        conflicts += [_conflict(violation, violation.sessions, places) for violation in judge(case, roster, JUDGED).violations]
    return LastWeek(len(last.sessions), len(roster.sessions), tuple(conflicts), tuple(rule.id for rule in JUDGED), NOT_JUDGED)


def _conflict(violation: Any, sessions: Any, places: dict[str, SheetCell]) -> PastConflict:
    return PastConflict(violation.rule, violation.message, violation.about, tuple(places[id] for id in sessions if id in places))


def week_before(instance: Instance, last: Roster) -> Instance:
    """The program as it was a week earlier, as far as it is known."""
    booked = {booking.participant for session in last.sessions for booking in session.bookings}
    orders = {order.participant: order for order in instance.history.orders}
    people = tuple(_as_of_then(person, orders.get(person.id), person.id in booked) for person in instance.participants)
    update = {
        "monday": instance.monday - timedelta(days=7),
        "now": None,
        "mode": "rebuild",
        "participants": people,
        "history": History(),
        "published": None,
        "pins": (),
    }
    return instance.model_copy(update=update)


def _as_of_then(person: Participant, order: PastOrder | None, was_booked: bool) -> Participant:
    """A participant as of last week: in a served status if booked, with minutes and phase of the past order."""
    update: dict[str, Any] = {"step_up": None, "phase_change": None}
    if was_booked:
        update |= {"status": "active", "on_hold_since": None}
    if order is not None:
        minutes = person.order.minutes.model_copy(update={"floor": order.floor, "target": order.target, "ceiling": order.ceiling})
        update |= {"order": person.order.model_copy(update={"minutes": minutes}), "phase": order.phase or person.phase}
    return person.model_copy(update=update)


def _known_part(case: Case, session: Session) -> Session | None:
    """A session without removed ids; None if its group, its service, all its clinicians or all its participants were removed."""
    if session.service not in case.services or (session.group is not None and session.group not in case.groups):
        return None
    if (session.room or "") and session.room not in case.rooms:
        return None
    if session.site is not None and session.site not in case.sites:
        return None
    bookings = tuple(b for b in session.bookings if b.participant in case.participants)
    facilitators = tuple(c for c in session.facilitators if c in case.clinicians)
    if (session.facilitators and not facilitators) or (session.bookings and not bookings):
        return None
    return session.model_copy(update={"bookings": bookings, "facilitators": facilitators})
