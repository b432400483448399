"""Apply dated records to the people of a week: orders, phase decisions, absences, and homes given by a roster.

Stepdown never decides: the phase is always a clinician's decision. A decision made during the week applies to the whole week, because a
week has one order; after a decision on Wednesday, the rest of the week is generated with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.programs.models import AbsenceEntry, OrderEntry, PhaseEntry
from scheduler.instance import Absence, Clinician, OrderSpec, Participant, PastOrder, PhaseChange, StepUp
from scheduler.roster import Home


@dataclass(frozen=True, slots=True)
class DatedRecords:
    """The dated records that apply to one week, by participant or clinician.

    Attributes:
        orders: From the latest entry whose Monday has come.
        phases: The latest decisions to move into a phase, up to the end of the week.
        step_ups: The latest recorded step-ups, up to the end of the week.
        absences: Those that overlap the week. Others have no effect on it, and an instance should hold no more about people than it
            needs; besides, an absence in March should not change today's instance.
    """

    monday: date
    orders: Mapping[str, OrderSpec]
    phases: Mapping[str, PhaseEntry]
    step_ups: Mapping[str, PhaseEntry]
    absences: Mapping[str, tuple[Absence, ...]]
    leave: Mapping[str, tuple[Absence, ...]]


def of_week(monday: date, orders: Iterable[OrderEntry], decisions: Iterable[PhaseEntry], absences: Iterable[AbsenceEntry]) -> DatedRecords:
    """The records that apply to a week. Of two entries with the same date, the one with the higher id applies."""
    sunday = monday + timedelta(days=6)
    decided = sorted((d for d in decisions if d.first <= sunday), key=lambda d: (d.first, d.id))
    away = sorted((a for a in absences if a.first <= sunday and a.last >= monday), key=lambda a: (a.first, a.last, a.start, a.id))
    return DatedRecords(
        monday=monday,
        orders={o.participant: o.order for o in sorted(orders, key=lambda o: (o.first, o.id)) if o.first <= monday},
        phases={d.participant: d for d in decided if d.phase is not None},
        step_ups={d.participant: d for d in decided if d.step_up_reason is not None},
        absences=_by_owner((a.participant, a) for a in away),
        leave=_by_owner((a.clinician, a) for a in away),
    )


def _by_owner(entries: Iterable[tuple[str | None, AbsenceEntry]]) -> dict[str, tuple[Absence, ...]]:
    absences: dict[str, tuple[Absence, ...]] = {}
    for owner, entry in entries:
        if owner is not None:
            absences[owner] = (*absences.get(owner, ()), Absence(first=entry.first, last=entry.last, start=entry.start, end=entry.end))
    return absences


def _joined(own: Sequence[Absence], more: Sequence[Absence]) -> tuple[Absence, ...]:
    """Both lists without duplicates."""
    spans = {(a.first, a.last, a.start, a.end) for a in own}
    return (*own, *(a for a in more if (a.first, a.last, a.start, a.end) not in spans))


def lay_on_clinicians(clinicians: Iterable[Clinician], dated: DatedRecords) -> tuple[Clinician, ...]:
    """The clinicians with their absences of the week as leave."""
    return tuple(c.model_copy(update={"leave": _joined(c.leave, dated.leave[c.id])}) if c.id in dated.leave else c for c in clinicians)


def lay_on_people(
    people: Iterable[Participant], dated: DatedRecords, past: Mapping[str, PastOrder], homes: Mapping[str, Home]
) -> tuple[Participant, ...]:
    """The participants with order, phase, step-up, absences and home of the week.

    Args:
        past: The orders of the last full week, by participant.
        homes: Homes chosen by last week's roster, for participants without a home of their own.
    """
    return tuple(_person(person, dated, past.get(person.id), homes.get(person.id)) for person in people)


def _person(person: Participant, dated: DatedRecords, past: PastOrder | None, home: Home | None) -> Participant:
    update = _phase(person, dated, past) | _step_up(person, dated)
    if person.id in dated.orders:
        update["order"] = dated.orders[person.id]
    if person.id in dated.absences:
        absences = _joined(person.availability.absences, dated.absences[person.id])
        update["availability"] = person.availability.model_copy(update={"absences": absences})
    if home is not None and person.home_track is None and person.home_cohort is None:
        update |= {"home_track": home.track, "home_cohort": home.cohort}
    return person.model_copy(update=update) if update else person


def _phase(person: Participant, dated: DatedRecords, past: PastOrder | None) -> dict[str, object]:
    """The phase of the latest decision, unless the participant's own document has a later one.

    The rules are given a phase change only while it is recent, because it lifts the limit on steps within a phase, which a change six weeks
    ago must not. It is recent in its own week, and while the last order is from another phase (recorded late, or after an on-hold).
    """
    decision, phase, change = dated.phases.get(person.id), person.phase, person.phase_change
    is_later = decision is not None and person.phase_since is not None and decision.first < person.phase_since < dated.monday + WEEK
    update: dict[str, object] = {}
    if decision is not None and not is_later:
        phase, change = decision.phase, PhaseChange(date=decision.first, largest_step=decision.largest_step)
        update = {"phase": phase, "phase_since": decision.first, "phase_change": change}
    if change is not None and change.date < dated.monday and past is not None and past.phase == phase:
        update["phase_change"] = None
    return update


def _step_up(person: Participant, dated: DatedRecords) -> dict[str, object]:
    """The later of the step-ups in the decisions and in the participant's own document. The rules decide how long a step-up counts."""
    entry = dated.step_ups.get(person.id)
    if entry is None or entry.step_up_reason is None or (person.step_up is not None and person.step_up.date > entry.first):
        return {}
    return {"step_up": StepUp(date=entry.first, reason=entry.step_up_reason)}


WEEK = timedelta(weeks=1)
