"""Complete a week: known sessions stay, intake is booked, home groups are filled, and individual sessions placed next to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from scheduler.case import Case, Need
from scheduler.greedy.appointments import Appointments
from scheduler.greedy.blocks import Blocks
from scheduler.greedy.ledger import Ledger
from scheduler.greedy.repair import legal_part
from scheduler.instance import Instance
from scheduler.roster import Booking, Roster, Session, appointment_id, group_session_id
from scheduler.rules.room_fit import lacking, needed
from scheduler.verify import Verdict, judge
from scheduler.view import View


def fill_week(instance: Instance, on_first: Callable[[Roster], object] = lambda _: None) -> Roster:
    """A greedy roster for any week: the existing one, completed twice, without what breaks a hard rule.

    Args:
        on_first: Called with the roster that is completed once, after half of the time.
    """
    case = Case(of_this_week(instance))
    once = completed(case, existing_roster(case))
    on_first(once)
    return better(case, completed(case, once), once)


def completed(case: Case, roster: Roster) -> Roster:
    """The legal part of a roster, completed, and the legal part of the result."""
    return legal_part(case, fill(case, legal_part(case, roster)))


def better(case: Case, *rosters: Roster) -> Roster:
    """The legal roster with the least unmet care, then the best preferences."""
    return min(rosters, key=lambda roster: _rank(judge(case, roster)))


def _rank(verdict: Verdict) -> tuple[bool, int, int]:
    return bool(verdict.violations), verdict.score.care, verdict.score.preference


def of_this_week(instance: Instance) -> Instance:
    """The instance without groups that do not meet in this kind of week."""
    case = Case(instance)
    return instance.model_copy(update={"groups": tuple(g for g in instance.groups if case.groups.spans(g.id))})


def existing_roster(case: Case) -> Roster:
    """The existing sessions: those of the published week, or else last week's places that the data does not release.

    Groups that do not meet in this kind of week are left out, even if the published week or a place on hold has them.
    """
    sessions: Iterable[Session] = case.published.sessions if case.published is not None else _carried(case)
    meeting = tuple(s for s in sessions if s.group is None or s.group in case.groups)
    return Roster(monday=case.week.monday, zone=case.week.zone.key, sessions=meeting, seed=case.seed)


def _carried(case: Case) -> Iterator[Session]:
    held = {(h.participant, h.group or h.service, h.ordinal) for hs in case.places.held.values() for h in hs if h.released is None}
    for session in case.past.last_sessions:
        key = session.group or session.service
        bookings = tuple(b for b in session.bookings if (b.participant, key, session.ordinal) in held)
        # Sessions that cannot stay as they were, because their room or a facilitator is no longer there, are rebuilt.
        if bookings and (session.room is None or session.room in case.rooms) and all(c in case.clinicians for c in session.facilitators):
            span = case.past.last_week.span(session.start, session.end)
            yield session.model_copy(
                update={
                    "id": _id_of(case, session, bookings[0].participant),
                    "start": case.week.at(span.start),
                    "end": case.week.at(span.end),
                    "bookings": bookings,
                }
            )


def _id_of(case: Case, session: Session, participant: str) -> str:
    if session.group is not None:
        return group_session_id(session.group, case.week.monday)
    return appointment_id(participant, session.service, case.week.monday, session.ordinal)


def fill(case: Case, base: Roster) -> Roster:
    """Add group places and appointments to existing sessions."""
    ledger = Ledger(case)
    blocks, appointments = Blocks(case, ledger), Appointments(case, ledger)
    view = View(case, base)
    minutes = {placed.id: {v.participant: case.care.minutes_of(v) for v in view.visits_in(placed)} for placed in view.placed}
    for session in base.sessions:
        _enter(case, ledger, blocks, session, minutes[session.id])
    served = sorted((p for p in case.participants if case.care.is_served(p)), key=lambda p: (sum(s.minutes for s in case.time.free(p)), p))
    sessions = {s.id: s for s in base.sessions}
    done = {(b.participant, s.service, s.ordinal) for s in base.sessions if s.group is None for b in s.bookings}
    needs = [need for p in served for need in case.care.order(p).needs if (p, need.service, need.ordinal) not in done]
    intake = [need for need in needs if case.services[need.service].is_intake]
    sessions |= _booked(appointments, intake)
    coming = [need for need in needs if need not in intake]
    for participant in served:
        blocks.settle(participant, [need for need in coming if need.participant == participant])
        blocks.fill_up(participant)
    for session in base.sessions:
        if session.group is not None:
            # Its participants have joined the existing session; only other groups still need staff.
            sessions[session.id] = _joined(case, ledger, session, blocks.booked[session.group])
            blocks.booked[session.group] = []
    sessions |= {s.id: s for s in blocks.staff()}
    sessions |= _booked(appointments, coming)
    ordered = tuple(sorted(sessions.values(), key=lambda s: (s.start, s.id)))
    return base.model_copy(update={"sessions": ordered, "homes": case.places.homes_to_store(ordered)})


def _booked(appointments: Appointments, needs: list[Need]) -> dict[str, Session]:
    """The appointments that could be booked; couples are handled once."""
    firsts = (n for n in needs if n.partner is None or n.participant < n.partner)
    return {session.id: session for need in firsts if (session := appointments.book(need)) is not None}


def _joined(case: Case, ledger: Ledger, session: Session, bookings: list[Booking]) -> Session:
    """An existing session with the participants who joined it, and with facilitators and a room for all of them."""
    assert session.group is not None
    group = case.groups[session.group]
    span, service, leaders = case.week.span(session.start, session.end), case.services[session.service], list(session.facilitators)
    for clinician in sorted(group.facilitators or case.clinicians, key=lambda c: (ledger.direct[c], c)):
        if len(bookings) > len(leaders) * case.groups.ratio(group.id) and ledger.can_lead(
            clinician, service, span, session.site, session.group
        ):
            ledger.lead(clinician, span, session.group)
            leaders.append(clinician)
    return session.model_copy(
        update={"bookings": tuple(bookings), "facilitators": tuple(leaders), "room": _room(case, ledger, session, bookings, leaders)}
    )


def _room(case: Case, ledger: Ledger, session: Session, bookings: list[Booking], leaders: list[str]) -> str | None:
    """The room of an existing session, or a free one if those who joined need more seats or features."""
    if session.room is None or session.site is None or session.group is None:
        return session.room
    here = [b.participant for b in bookings if b.mode == "in_person"]
    features = needed(case, session.service, session.group, session.mode, here)
    seats = sum(case.guests.seats(person, session.group) for person in here) + len(leaders)
    if case.rooms[session.room].seats >= seats and not lacking(case, session.room, session.site, session.group, features):
        return session.room
    span = case.week.span(session.start, session.end)
    better = ledger.find_room(span, session.site, seats, features, session.group)
    if better is None:
        return session.room
    ledger.room_spans[session.room].remove(span)
    ledger.room_spans[better].append(span)
    return better


def _enter(case: Case, ledger: Ledger, blocks: Blocks, session: Session, minutes: Mapping[str, int]) -> None:
    """Enter an existing session in the ledger.

    Args:
        minutes: Care minutes by participant.
    """
    span, is_counted = case.week.span(session.start, session.end), case.care.is_counted(session.service, session.group)
    for booking in session.bookings:
        site = session.site if booking.mode == "in_person" else None
        ledger.book(booking.participant, span, site, is_counted, minutes[booking.participant])
        if session.group is not None:
            blocks.booked[session.group].append(booking)
    for clinician in session.facilitators:
        ledger.lead(clinician, span, session.group)
    if session.room is not None:
        ledger.room_spans[session.room].append(span)
