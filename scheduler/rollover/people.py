"""Participants, staff and places on the Monday after a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeVar

from scheduler.case import Case
from scheduler.instance import Absence, Availability, BusySpan, Clinician, Group, OrderSpec, Participant, Program, Room, ServiceOrder
from scheduler.rollover.units import after_week
from scheduler.validation.people import share_home
from scheduler.view import View

Dated = TypeVar("Dated", Absence, BusySpan)


def participants_after(case: Case, view: View) -> tuple[Participant, ...]:
    """Everyone still in the program, and those discharged in the week; whoever was discharged before is left out."""
    people = (_person_after(case, view, person) for person in case.participants.values() if not is_gone(case, view, person))
    return _apart(case, tuple(people))


def is_gone(case: Case, view: View, person: Participant) -> bool:
    """Whether someone was discharged before the week, has no booking in it, and is no one's partner in a couple session."""
    partners = {order.partner for p in case.participants.values() for order in p.order.services or ()}
    return person.status == "discharged" and not view.visits[person.id] and person.id not in partners


def _person_after(case: Case, view: View, person: Participant) -> Participant:
    services = {visit.service for visit in view.visits[person.id]}
    home = view.homes.get(person.id)
    intake = [id for id in case.services if id in services and case.services[id].is_intake and id not in person.intake_done]
    update: dict[str, Any] = {
        "availability": _availability(person.availability, case.instance.monday),
        "guests": tuple(g.model_copy(update={"availability": _availability(g.availability, case.instance.monday)}) for g in person.guests),
        "authorizations": after_week(case, view, person.id),
        "intake_done": (*person.intake_done, *intake),
        "order": _order(case, view, person),
    }
    if home is not None:
        update |= {"home_track": home.track, "home_cohort": home.cohort}
    if services:
        update["first_session_due"] = None
    if person.discharge is not None and person.discharge < case.week.date_of(7):
        update["status"] = "discharged"
    return person.model_copy(update=update)


def _order(case: Case, view: View, person: Participant) -> OrderSpec:
    """The order without what was ordered for that week: intake and modules that are done, and whether an interval service was due."""
    order, visits = person.order, view.visits[person.id]
    modules = {case.groups[visit.group].module for visit in visits if visit.group is not None}
    services = {visit.service for visit in visits}
    return order.model_copy(
        update={
            "services": None if order.services is None else tuple(_services(case, order.services, services)),
            "modules": None if order.modules is None else tuple(m for m in order.modules if m not in modules),
        }
    )


def _services(case: Case, ordered: tuple[ServiceOrder, ...], attended: set[str]) -> Iterator[ServiceOrder]:
    for order in ordered:
        if order.service in attended and case.services[order.service].is_intake:
            continue
        is_over = order.every_n_weeks is not None and (order.due is False or order.service in attended)
        yield order.model_copy(update={"due": None}) if is_over else order


def _apart(case: Case, people: tuple[Participant, ...]) -> tuple[Participant, ...]:
    """Two people who are kept apart cannot share a home: the second keeps the home given before, or none."""
    by_id = {person.id: person for person in people}
    pairs = [(by_id[r.a], by_id[r.b], r.kind == "apart_in_time") for r in case.instance.relations if r.a in by_id and r.b in by_id]
    together = {b.id for a, b, is_in_time in pairs if share_home(a, b, is_in_time)}
    return tuple(_as_before(case, person) if person.id in together else person for person in people)


def _as_before(case: Case, person: Participant) -> Participant:
    before = case.participants[person.id]
    is_same = (before.home_track, before.home_cohort) == (person.home_track, person.home_cohort)
    home = (None, None) if is_same else (before.home_track, before.home_cohort)
    return person.model_copy(update={"home_track": home[0], "home_cohort": home[1]})


def clinicians_after(case: Case) -> tuple[Clinician, ...]:
    """The staff, without absences and busy times from before the week."""
    monday = case.instance.monday
    return tuple(c.model_copy(update={"leave": _since(c.leave, monday), "busy": _since(c.busy, monday)}) for c in case.clinicians.values())


def rooms_after(case: Case) -> tuple[Room, ...]:
    """The rooms, without closures from before the week."""
    return tuple(room.model_copy(update={"closed": _since(room.closed, case.instance.monday)}) for room in case.instance.rooms)


def program_after(case: Case) -> Program:
    """The program, without closures from before the week."""
    program = case.instance.program
    return program.model_copy(update={"closures": tuple(c for c in program.closures if c.date >= case.instance.monday)})


def groups_after(case: Case, view: View) -> tuple[Group, ...]:
    """The groups: make-up runs are over, a decision about newcomers was for that week, and a group that met goes on to its next module."""
    met = {placed.session.group for placed in view.runs}
    return tuple(
        group.model_copy(update={"intake_override": None, "module": next_module(case, group) if group.id in met else group.module})
        for group in case.instance.groups
        if not group.is_make_up
    )


def next_module(case: Case, group: Group) -> str | None:
    """The module that follows a group's module in its curriculum; the first one follows the last."""
    modules = () if group.curriculum is None else case.curricula[group.curriculum].modules
    return modules[(modules.index(group.module) + 1) % len(modules)] if group.module in modules else group.module


def _availability(of: Availability, monday: date) -> Availability:
    return of.model_copy(
        update={
            "dates": tuple(entry for entry in of.dates if entry.date >= monday),
            "absences": _since(of.absences, monday),
            "busy": _since(of.busy, monday),
        }
    )


def _since(spans: tuple[Dated, ...], monday: date) -> tuple[Dated, ...]:
    """The absences or busy times that end on a date or later."""
    return tuple(span for span in spans if _last_date(span) >= monday)


def _last_date(span: Absence | BusySpan) -> date:
    return span.last if isinstance(span, Absence) else span.end.date()
