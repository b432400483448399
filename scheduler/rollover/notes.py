"""What to know and to decide before next week, in sentences; they name ids only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scheduler.case import Case
from scheduler.case.stay import phase_week
from scheduler.instance import Instance, Participant
from scheduler.rollover.people import is_gone
from scheduler.view import View
from scheduler.words import counted, long_date


def notes_on(case: Case, view: View, following: Instance) -> Iterator[str]:
    """The notes on a week that was rolled over.

    Args:
        case: The week before.
        view: Its roster.
        following: The week after.
    """
    yield from _left_behind(case, view)
    yield from _modules(case, following)
    for person in following.participants:
        is_new = person.status == "discharged" and case.participants[person.id].status != "discharged"
        if is_new and person.discharge is not None:
            yield f"{person.id}: discharged, {long_date(person.discharge)} was the last day."
    yield from _to_decide(case, following)


def _left_behind(case: Case, view: View) -> Iterator[str]:
    week = case.instance
    if discharges := [person.id for person in week.participants if is_gone(case, view, person)]:
        yield f"Left out, discharged before this week: {', '.join(discharges)}."
    if week.pins:
        yield f"{counted(len(week.pins), 'pin')} left out: a pin holds for one week. Everyone keeps their place; add the pins still needed."
    if make_up := [group.id for group in week.groups if group.is_make_up]:
        yield f"Make-up groups left out: {', '.join(make_up)}."


def _modules(case: Case, following: Instance) -> Iterator[str]:
    for group in following.groups:
        before = case.groups[group.id].module
        if group.module != before:
            yield f"Group {group.id} continues with module {before} to {group.module}."


def _to_decide(case: Case, following: Instance) -> Iterator[str]:
    """What ends or is due by the Sunday of the week after; nothing of it changes by itself."""
    sunday = following.monday + timedelta(days=6)
    for group in following.groups:
        if group.meets_until is not None and case.instance.monday <= group.meets_until <= sunday:
            is_over = group.meets_until < following.monday
            yield f"Group {group.id} {'met' if is_over else 'meets'} for the last time by {long_date(group.meets_until)}."
    for person in following.participants:
        if person.status in ("active", "cleared"):
            yield from _reviews(following, person)
            yield from _authorizations(following, person)
            if by_hand := [order.service for order in person.order.services or () if order.due is not None]:
                yield f"{person.id}: whether {', '.join(by_hand)} is due stays as you entered it; check it."
        elif person.status == "on_hold" and person.on_hold_since is not None:
            days = case.policy.on_hold_days
            if (following.monday - person.on_hold_since).days >= days:
                since = long_date(person.on_hold_since)
                yield f"{person.id}: on hold since {since}; places are kept for {days} days, and are free from now on."


def _reviews(following: Instance, person: Participant) -> Iterator[str]:
    reached = phase_week(person, {p.id: p for p in following.phases}, following.plans, following.monday)
    if reached is not None and reached[0] >= reached[1]:
        yield f"{person.id}: week {reached[0]} of {reached[1]} in phase {person.phase}; the phase continues until you change it."


def _authorizations(following: Instance, person: Participant) -> Iterator[str]:
    sunday = following.monday + timedelta(days=6)
    for grant in person.authorizations:
        if grant.next_review is not None and following.monday - timedelta(days=7) <= grant.next_review <= sunday:
            yield f"{person.id}: the payer reviews authorization {grant.id} on {long_date(grant.next_review)}."
        if grant.state != "approved":
            continue
        if grant.first <= sunday and following.monday - timedelta(days=7) <= grant.last <= sunday:
            yield f"{person.id}: authorization {grant.id} ends on {long_date(grant.last)}."
        elif grant.units is not None and grant.used >= grant.units and grant.first <= sunday <= grant.last:
            yield f"{person.id}: authorization {grant.id} is used up, {grant.used} of {grant.units} units."
