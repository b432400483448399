"""Changes people report by word of mouth: an absence, a closure, an admission, a discharge.

Each returns a new instance. What names nothing, or makes no sense for the week, is a :class:`~scheduler.errors.StepdownError` that says
what to write instead.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from scheduler.errors import StepdownError
from scheduler.instance import Absence, Clinician, Closure, Instance, Participant

T = TypeVar("T", Clinician, Participant)


def give_leave(week: Instance, clinician: str, first: date, last: date) -> Instance:
    """Enter whole days on which a clinician is away.

    Raises:
        StepdownError: Unknown clinician; no day of the absence is in the week.
    """
    if last < first:
        raise StepdownError(f"the absence of {clinician} ends ({last}) before it begins ({first})")
    if last < week.monday or first > _sunday(week):
        raise StepdownError(f"no day of the absence of {clinician} is in the week of {week.monday}")
    person = _entry(week.clinicians, clinician, "clinician")
    absent = person.model_copy(update={"leave": (*person.leave, Absence(first=first, last=last))})
    return week.model_copy(update={"clinicians": _with(week.clinicians, absent)})


def close(week: Instance, day: date) -> Instance:
    """Enter a date on which the whole program is closed.

    Raises:
        StepdownError: The date is not in the week.
    """
    _require_in_week(week, day, "closure")
    closures = (*week.program.closures, Closure(date=day))
    return week.model_copy(update={"program": week.program.model_copy(update={"closures": closures})})


def admit(week: Instance, participant: str | Participant, on: date) -> Instance:
    """Enter the first day of someone who was waiting or away, or of somebody new.

    Args:
        participant: An id of the instance, or a new participant.
        on: The first day.

    Raises:
        StepdownError: Unknown id; the participant is active already; the id of a new participant is taken; the date is not in the week.
    """
    _require_in_week(week, on, "admission")
    begun = {"status": "active", "on_hold_since": None, "admitted": on, "discharge": None}
    if isinstance(participant, Participant):
        if participant.id in {p.id for p in week.participants}:
            raise StepdownError(f"the id {participant.id} is taken; give the new participant another one")
        return week.model_copy(update={"participants": (*week.participants, participant.model_copy(update=begun))})
    person = _entry(week.participants, participant, "participant")
    if person.status == "active":
        raise StepdownError(f"{participant} is active already")
    if person.phase is not None and person.phase_since is None:
        begun["phase_since"] = on
    if person.status == "on_hold" and person.stay_since is None:
        begun["stay_since"] = person.admitted
    elif person.status == "discharged":
        begun["stay_since"] = None
    return week.model_copy(update={"participants": _with(week.participants, person.model_copy(update=begun))})


def discharge(week: Instance, participant: str, on: date) -> Instance:
    """Enter the last day of a participant; before the week, the participant is discharged from its Monday on.

    Raises:
        StepdownError: Unknown participant; discharged already.
    """
    person = _entry(week.participants, participant, "participant")
    if person.status == "discharged":
        raise StepdownError(f"{participant} is discharged already")
    status = "discharged" if on < week.monday else person.status
    return week.model_copy(update={"participants": _with(week.participants, person.model_copy(update={"discharge": on, "status": status}))})


def _sunday(week: Instance) -> date:
    return week.monday + timedelta(days=6)


def _require_in_week(week: Instance, day: date, what: str) -> None:
    if not week.monday <= day <= _sunday(week):
        raise StepdownError(f"the date of the {what}, {day}, is not in the week of {week.monday}: give one up to {_sunday(week)}")


def _entry(entries: tuple[T, ...], id: str, what: str) -> T:
    entry = next((entry for entry in entries if entry.id == id), None)
    if entry is None:
        similar = next((entry.id for entry in entries if entry.id.casefold() == id.casefold()), None)
        raise StepdownError(f"there is no {what} {id}" + (f"; did you mean {similar}?" if similar else f": write the id of a {what}"))
    return entry


def _with(entries: tuple[T, ...], changed: T) -> tuple[T, ...]:
    return tuple(changed if entry.id == changed.id else entry for entry in entries)
