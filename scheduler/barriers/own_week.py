"""One participant's week without anybody else: what the checks of the rules say when one more session is put into it.

The checks judge a roster, so they see everything together (two sessions that overlap, a ceiling, units of an authorization) and say by
how many minutes something fails. Nobody else is there, so whatever they say is against this participant's week itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from scheduler.barriers.barrier import Barrier
from scheduler.barriers.own_words import barrier_of
from scheduler.case import Case
from scheduler.fields import Mode
from scheduler.instance import Instance
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id
from scheduler.rule import Violation
from scheduler.rules import RULES
from scheduler.rules.whole_block import whole
from scheduler.terms import Visit
from scheduler.view import View

LEFT_OUT = ("pinned", "whole_block")
"""Hard rules that are not asked: pins are not part of the participant's week, and the hours of a block are examined one by one."""
SUMS = ("weekly_ceiling", "step_down_ceiling", "authorization")
"""Rules for which all hours of a block count together."""


def program_of(instance: Instance, people: Collection[str]) -> Instance:
    """The program with only these participants: no relations, no pins, and groups meet for one."""
    return instance.model_copy(
        update={
            "groups": tuple(group.model_copy(update={"is_standing": True}) for group in instance.groups),
            "participants": tuple(p for p in instance.participants if p.id in people),
            "relations": (),
            "pins": (),
        }
    )


class OwnWeek:
    """The week of one participant, with the partners of couple sessions.

    Attributes:
        booked: The sessions of the roster, with nobody but these participants in them.
        cache: By group or appointment, its name and barriers, once they were looked for.
    """

    def __init__(self, case: Case, participant: str, sessions: Sequence[Session] = ()) -> None:
        self.participant = participant
        self.cache: dict[object, tuple[str, list[Barrier]]] = {}
        self.people = case.care.together_with((participant,))
        self.case = Case(program_of(case.instance, self.people))
        self.booked = tuple(mine for session in sessions if (mine := self._without_others(session)) is not None)
        self._rules = [rule for rule in RULES if rule.level == "hard" and rule.id not in LEFT_OUT and rule.applies_to(self.case)]
        self._before = {(v.rule, v.about): v.amount for v in self._violations(self._view(self.booked))}

    def _without_others(self, session: Session) -> Session | None:
        bookings = tuple(b for b in session.bookings if b.participant in self.people)
        return session.model_copy(update={"bookings": bookings}) if bookings else None

    def _view(self, sessions: Sequence[Session]) -> View:
        return View(self.case, Roster(monday=self.case.week.monday, zone=self.case.week.zone.key, sessions=tuple(sessions)))

    def _violations(self, view: View, ignored: Collection[str] = ()) -> Iterator[Violation]:
        for rule in self._rules:
            if rule.id not in ignored:
                yield from rule.check(self.case, view)

    def barriers(self, session: Session, visit: Visit, ignored: Collection[str] = ()) -> list[Barrier]:
        """What is against one more session, each rule once, the most minutes first.

        Args:
            visit: The participant's part in the session.
            ignored: Rules of which others have spoken already.
        """
        sessions = [*(booked for booked in self.booked if booked.id != session.id), session]
        view, rest = self._view(sessions), self._rest_of_block(visit, session)
        judged = [(view, v) for v in self._violations(view, ignored) if not rest or v.rule not in SUMS]
        if rest:
            all_hours = self._view([*sessions, *rest])
            judged += [(all_hours, v) for v in self._violations(all_hours, ignored) if v.rule in SUMS]
        worst: dict[str, tuple[View, Violation]] = {}
        for of_view, violation in judged:
            more = violation.amount - self._before.get((violation.rule, violation.about), 0)
            if more > 0 and (violation.rule not in worst or more > worst[violation.rule][1].amount):
                worst[violation.rule] = of_view, replace(violation, amount=more)
        return [barrier_of(of_view, violation, visit) for of_view, violation in worst.values()]

    def _rest_of_block(self, visit: Visit, session: Session) -> list[Session]:
        """The other hours of a group's block, in the same mode; nobody leads them, because only their time counts."""
        booked = {other.group for other in self.booked}
        hours = (hour for hour in whole(self.case, visit)[1:] if hour.group not in booked)
        return [self.group_session(hour, session.mode, (), None) for hour in hours]

    def group_session(self, visit: Visit, mode: Mode, facilitators: Sequence[str], room: str | None) -> Session:
        """A group session with only this participant."""
        group = self.case.groups[visit.group or ""]
        return Session.model_construct(
            id=group_session_id(group.id, self.case.week.monday),
            group=group.id,
            service=group.service,
            ordinal=1,
            start=self.case.week.at(visit.span.start),
            end=self.case.week.at(visit.span.end),
            mode=mode,
            site=None if mode == "telehealth" else group.site,
            room=room,
            facilitators=tuple(facilitators),
            bookings=(Booking(participant=visit.participant, mode=visit.mode),),
            guests=(),
        )

    def appointment(self, visit: Visit, room: str | None, guests: Sequence[str]) -> Session:
        """An appointment, with the partner of a couple session."""
        people = sorted(p for p in (visit.participant, visit.partner) if p is not None)
        return Session.model_construct(
            id=appointment_id(people[0], visit.service, self.case.week.monday, visit.ordinal),
            group=None,
            service=visit.service,
            ordinal=visit.ordinal,
            start=self.case.week.at(visit.span.start),
            end=self.case.week.at(visit.span.end),
            mode=visit.mode,
            site=visit.site,
            room=room,
            facilitators=() if visit.clinician is None else (visit.clinician,),
            bookings=tuple(Booking(participant=p, mode=visit.mode) for p in people),
            guests=tuple(guests),
        )
