"""Every place that one appointment may go: the possible visits of its participant, each with a room that is free then.

Most places are forbidden by what the clinician does that day, which is the same for all appointments of one length, or by what the
participants do then, which is the same for all clinicians. The other rules are asked about what is left. Whatever rules find about a
subject is computed once for all places that look alike to them (`Rule.sees_times`, `Rule.sees_clinicians`, `Rule.aspect`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal

from scheduler.case import Need
from scheduler.enumeration import RoomChoice
from scheduler.fields import BookingMode
from scheduler.roster import Session
from scheduler.rule import Rule
from scheduler.terms import Visit
from scheduler.timegrid import Span
from scheduler.view import PlacedSession, View, place, visits_of
from scheduler.whatif.changed_view import ChangedView
from scheduler.whatif.edits import NewAppointment, RosterEdit, SessionMove, session_changes, times
from scheduler.whatif.findings import Finding, Subject
from scheduler.whatif.place import NO_RISE, PossiblePlace, Rise, Where, place_with, rise
from scheduler.whatif.whatif import Whatif


class AppointmentPlaces:
    """The places of one appointment: one of the roster, or an ordered one that is not in it."""

    def __init__(self, whatif: Whatif, need: Need, before: PlacedSession | None) -> None:
        """Prepare the question.

        Args:
            need: What is ordered, or what the appointment is by itself.
            before: The appointment as it is in the roster.
        """
        self.whatif, self.need, self.before = whatif, need, before
        self.out = () if before is None else (before,)
        self.facilitators = () if before is None else before.session.facilitators
        self.people = tuple(p for p in (need.participant, need.partner) if p is not None) if before is None else before.participants()
        self._rooms = RoomChoice(whatif.case, whatif.rules.in_force)
        self._rises: dict[Hashable, Rise] = {}
        self._befores: dict[tuple[str, str], tuple[Finding, ...]] = {}

    def __iter__(self) -> Iterator[PossiblePlace]:
        """The places, by clinician and time; not the one where it is."""
        here = None if self.before is None else next(visits_of(self.before))
        here_is = None if here is None else (here.clinician, here.span.start, here.site, here.mode)
        options: dict[tuple[int, str | None, str], PossibleTime | None] = {}
        for slot in self.whatif.slots(self.need):
            clinician, start, site, mode = slot
            key = start, site, mode
            if key not in options:
                options[key] = self._time(clinician, start, site, mode)
            time = options[key]
            if time is not None and slot != here_is:
                yield time.place(clinician)

    def _time(self, clinician: str, start: int, site: str | None, mode: BookingMode) -> PossibleTime | None:
        """A time, mode and site; None without a room that suits the appointment."""
        need, span = self.need, Span(start, start + self.need.minutes)
        visit = Visit(need.participant, need.service, None, need.ordinal, span, mode, site, clinician, need.partner)
        return None if site is not None and not self._rooms.fitting(visit) else PossibleTime(self, visit)

    def room_at(self, visit: Visit) -> str | None:
        """The room of the appointment at a time: where it is, or else the first that is free; if none is, the first that would suit."""
        if visit.site is None:
            return None
        fitting = self._rooms.fitting(visit)
        current = None if self.before is None else self.before.session.room
        ordered = sorted(fitting, key=lambda room: room != current)
        return next((room for room in ordered if self._is_free(room, visit.span)), fitting[0])

    def _is_free(self, room: str, span: Span) -> bool:
        if any(span.overlaps(closed) for closed in self.whatif.case.time.closed(room)):
            return False
        return not any(p.span.overlaps(span) for p in self.whatif.view.by_room.get(room, ()) if p is not self.before)

    def edit(self, visit: Visit, room: str | None, clinician: str) -> RosterEdit:
        """The edit that gives it at a time."""
        start, mode, site, need = visit.span.start, visit.mode, visit.site, self.need
        if self.before is None:
            return NewAppointment(need.participant, need.service, start, clinician, mode, site, room, need.ordinal)
        return SessionMove(self.before.id, start, mode, site, room, (clinician,))

    def session(self, visit: Visit, room: str | None) -> Session:
        """The appointment at a time.

        Raises:
            EditError: It is in the roster already.
        """
        if self.before is None:
            edit = self.edit(visit, room, visit.clinician or "")
            return next(session for session in session_changes(self.whatif.case, {}, (edit,)).values() if session is not None)
        before = self.before.session
        changes = {"mode": visit.mode, "site": visit.site, "room": room} | times(self.whatif.case, visit.span.start, visit.span.minutes)
        if before.mode != visit.mode:
            changes["bookings"] = tuple(b.model_copy(update={"mode": visit.mode}) for b in before.bookings)
        return before.model_copy(update=changes | {"facilitators": (visit.clinician,)})

    @cached_property
    def weeks(self) -> tuple[str, ...]:
        """The participants whose weeks are judged with the appointment."""
        return tuple(dict.fromkeys(subject.id for p in self.people for subject in self.whatif.rules.readers(p)))

    # --- what gets worse ----------------------------------------------------------------------------------------------------

    def of_weeks(self, view: View, rule: Rule, key: Hashable) -> Rise:
        """About participants' weeks, by one rule.

        Args:
            key: What the rule sees of the appointment.
        """
        return self._once(("week", rule.id, key), lambda: rise(self._before("week", rule), self._of_weeks(view, rule)))

    def of_bookings(self, view: View, placed: PlacedSession, rules: Sequence[Rule]) -> Iterator[Rise]:
        """About its bookings by themselves, by some rules."""
        visits = tuple(visits_of(placed)) if rules else ()
        for rule in rules:
            yield rise(self._before("booking", rule), self._of_bookings(view, placed, visits, rule))

    def of_session(self, view: View, placed: PlacedSession, rule: Rule) -> Rise:
        """About the appointment by itself, by one rule."""
        return rise(self._before("session", rule), self.whatif.rules.of_session(view, placed, (rule,)))

    def of_link(self, view: View, placed: PlacedSession, link: Subject) -> Rise:
        """About a link."""
        rule, _ = self.whatif.rules.links[link.id]
        return self._once((link, rule.aspect(self.whatif.case, placed)), lambda: self.whatif.rise_of(view, [link]))

    def of_duty(self, clinician: str, visit: Visit, placed: Callable[[], PlacedSession]) -> tuple[str, ...]:
        """What forbids the clinician's day; with the day of the appointment as it is, if the clinician is the same.

        Args:
            placed: The appointment as it would be, where it has to be judged.
        """
        if self.before is None or clinician not in self.facilitators:
            return self.whatif.rise_of_duty(clinician, visit, placed).broken
        if self.before.day == visit.day:
            return self.whatif.duty_rise(ChangedView(self.whatif.view, self.out, (placed(),)), clinician, visit.day).broken
        return self.of_loss("duty").broken or self.whatif.rise_of_duty(clinician, visit, placed).broken

    def of_loss(self, kind: Literal["duty", "clinician"]) -> Rise:
        """About the days or the weeks of the clinicians who have the appointment now, without it."""
        day = 0 if self.before is None or kind == "clinician" else self.before.day
        subjects = [Subject(kind, clinician, day) for clinician in self.facilitators]
        return self._once(("loss", kind), lambda: self.whatif.rise_of(ChangedView(self.whatif.view, self.out, ()), subjects))

    def _once(self, key: Hashable, build: Callable[[], Rise]) -> Rise:
        if key not in self._rises:
            self._rises[key] = build()
        return self._rises[key]

    def _before(self, what: Literal["week", "booking", "session"], rule: Rule) -> tuple[Finding, ...]:
        """What a rule finds about the appointment as it is."""
        if (what, rule.id) not in self._befores:
            self._befores[what, rule.id] = self._find(what, rule)
        return self._befores[what, rule.id]

    def _find(self, what: Literal["week", "booking", "session"], rule: Rule) -> tuple[Finding, ...]:
        view = self.whatif.view
        if what == "week":
            return self._of_weeks(view, rule)
        if self.before is None:
            return ()
        if what == "booking":
            return self._of_bookings(view, self.before, visits_of(self.before), rule)
        return self.whatif.rules.of_session(view, self.before, (rule,))

    def _of_weeks(self, view: View, rule: Rule) -> tuple[Finding, ...]:
        return tuple([finding for p in self.weeks for finding in self.whatif.rules.of_participant(view, p, (rule,))])

    def _of_bookings(self, view: View, placed: PlacedSession, visits: Iterable[Visit], rule: Rule) -> tuple[Finding, ...]:
        rules = self.whatif.rules
        return tuple([finding for visit in visits for finding in rules.of_booking(view, placed, visit, (rule,))])


class PossibleTime:
    """One time, mode and site of an appointment, with what gets worse whoever gives it."""

    def __init__(self, places: AppointmentPlaces, visit: Visit) -> None:
        self._places, self._whatif, self._visit = places, places.whatif, visit

    @cached_property
    def _room(self) -> str | None:
        return self._places.room_at(self._visit)

    @cached_property
    def _placed(self) -> PlacedSession:
        """The appointment with the first clinician that has this time."""
        return place(self._whatif.case, self._places.session(self._visit, self._room))

    @cached_property
    def _reasons(self) -> tuple[str, ...]:
        """What forbids the time whoever gives the appointment."""
        return _first_broken(self._forbidding())

    @cached_property
    def _view(self) -> ChangedView:
        return ChangedView(self._whatif.view, self._places.out, (self._placed,))

    def place(self, clinician: str) -> PossiblePlace:
        """The place with a clinician."""
        visit, places = self._visit, self._places
        edit = places.edit(visit, self._room, clinician)
        where = Where(visit.span.start, visit.mode, visit.site, self._room, (clinician,))
        if reasons := places.of_duty(clinician, visit, lambda: self._with(clinician)) or self._reasons:
            return PossiblePlace(edit, *where, "forbidden", reasons)
        placed = self._with(clinician)
        view = ChangedView(self._whatif.view, places.out, (placed,))
        if reasons := _first_broken(self._forbidding_with(view, placed, clinician)):
            return PossiblePlace(edit, *where, "forbidden", reasons)
        return place_with(edit, where, [*self._costs, *self._costs_with(view, placed)])

    def _with(self, clinician: str) -> PlacedSession:
        """The appointment with a clinician."""
        session = self._placed.session.model_copy(update={"facilitators": (clinician,)})
        return PlacedSession(session, self._placed.span, self._placed.real, self._placed.is_past)

    def _of_weeks(self, rule: Rule) -> Rise:
        """About participants' weeks, by one rule."""
        visit = self._visit
        return self._places.of_weeks(self._view, rule, (visit.span, visit.mode, visit.site) if rule.sees_times else self._without_time)

    @cached_property
    def _without_time(self) -> Hashable:
        """What rules see that see no times: the day, and the time only if a group is left for it, whose minutes count once."""
        bookings, visit = self._view.bookings, self._visit
        visits = (booking for p in self._places.people for booking, placed in bookings[p] if placed is self._placed)
        left = tuple([(booking.participant, booking.span, booking.out_of) for booking in visits if booking.out_of is not None])
        return visit.day, visit.mode, visit.site, left

    def _forbidding(self) -> Iterator[Rise]:
        """What may forbid the time whoever gives the appointment."""
        places, view, placed, rules = self._places, self._view, self._placed, self._whatif.rules
        yield from (self._of_weeks(rule) for rule in rules.judging("participant", is_hard=True))
        yield from places.of_bookings(view, placed, rules.judging("booking", is_hard=True, sees_clinicians=False))
        yield from (places.of_session(view, placed, rule) for rule in rules.judging("session", is_hard=True, sees_clinicians=False))
        yield self._whatif.rise_of(view, [Subject("room", room) for room in view.rooms])

    def _forbidding_with(self, view: ChangedView, placed: PlacedSession, clinician: str) -> Iterator[Rise]:
        """What may forbid a clinician then."""
        places, rules = self._places, self._whatif.rules
        yield from (places.of_session(view, placed, rule) for rule in rules.judging("session", is_hard=True, sees_clinicians=True))
        yield from places.of_bookings(view, placed, rules.judging("booking", is_hard=True, sees_clinicians=True))
        yield self._whatif.rise_of(view, [Subject("clinician", clinician)])
        if clinician not in places.facilitators:
            yield places.of_loss("duty")
            yield places.of_loss("clinician")
        yield from (places.of_link(view, placed, link) for link in self._links(placed, is_hard=True))

    @cached_property
    def _costs(self) -> list[Rise]:
        """What the time costs whoever gives the appointment."""
        places, view, placed, rules = self._places, self._view, self._placed, self._whatif.rules
        rises = [self._of_weeks(rule) for rule in rules.judging("participant", is_hard=False)]
        rises += places.of_bookings(view, placed, rules.judging("booking", is_hard=False, sees_clinicians=False))
        rises += [places.of_session(view, placed, rule) for rule in rules.judging("session", is_hard=False, sees_clinicians=False)]
        return [one for one in rises if one is not NO_RISE]

    def _costs_with(self, view: ChangedView, placed: PlacedSession) -> Iterator[Rise]:
        """What a clinician costs then."""
        places, rules = self._places, self._whatif.rules
        yield from places.of_bookings(view, placed, rules.judging("booking", is_hard=False, sees_clinicians=True))
        yield from (places.of_session(view, placed, rule) for rule in rules.judging("session", is_hard=False, sees_clinicians=True))
        yield from (places.of_link(view, placed, link) for link in self._links(placed, is_hard=False))

    def _links(self, placed: PlacedSession, *, is_hard: bool) -> Iterator[Subject]:
        """The links that the appointment concerns, where it is and as it would be."""
        rules, places = self._whatif.rules, self._places
        links = [link for participant in places.people for link in rules.links_of("participant", participant)]
        links += rules.links_of("session", placed.id)
        links += [link for c in (*placed.session.facilitators, *places.facilitators) for link in rules.links_of("clinician", c)]
        return (link for link in dict.fromkeys(links) if (rules.links[link.id][0].level == "hard") is is_hard)


def _first_broken(rises: Iterable[Rise]) -> tuple[str, ...]:
    """The sentences of the first rule that is broken, if any is."""
    return next((one.broken for one in rises if one.broken), ())
