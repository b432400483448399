"""The visits that times of groups and working hours leave possible, before any rule is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scheduler.case import Case, Need
from scheduler.fields import BookingMode
from scheduler.terms import Run, Visit
from scheduler.timegrid import DAY, Span, by_day

AppointmentTime = tuple[str, int, str | None, BookingMode]
"""When and how an appointment may take place: its clinician, start, site and mode."""


def place_visits(participant: str, service: str, run: Run) -> Iterator[Visit]:
    """The possible visits to a run, one for each mode."""
    if run.mode != "telehealth":
        yield Visit(participant, service, run.group, 1, run.span, "in_person", run.site)
    if run.mode != "in_person":
        yield Visit(participant, service, run.group, 1, run.span, "telehealth", None)


def need_visits(case: Case, need: Need, clinicians: Iterable[str] | None = None) -> Iterator[Visit]:
    """Every visit that could serve a need, as far as working hours go.

    Args:
        clinicians: Only these clinicians; None for all. With them, a time is worked out only when it is asked for.
    """
    if clinicians is None:
        yield from (visit_at(need, time) for time in times_for(case, need, tuple(case.clinicians)))
        return
    earlier = set()
    for time in _times(case, need, clinicians):
        if time not in earlier:
            earlier.add(time)
            yield visit_at(need, time)


def visit_at(need: Need, time: AppointmentTime) -> Visit:
    """The visit of a need at a time."""
    clinician, start, site, mode = time
    span = Span(start, start + need.minutes)
    return Visit(need.participant, need.service, None, need.ordinal, span, mode, site, clinician, need.partner)


def time_key(case: Case, need: Need, clinicians: Sequence[str]) -> tuple[object, ...]:
    """The key that needs with the same possible times have in common."""
    return need.minutes, case.services[need.service].modes, _pinned(case, need), clinicians


def times_for(case: Case, need: Need, clinicians: Sequence[str]) -> list[AppointmentTime]:
    """Every start in some clinicians' working hours, on the grain or pinned, on site or by telehealth; listed once for equal needs."""
    lists: dict[object, list[AppointmentTime]] = case.memo("appointment times", dict)
    if (key := time_key(case, need, clinicians)) not in lists:
        # Overlapping working windows offer the same time by telehealth more than once.
        lists[key] = list(dict.fromkeys(_times(case, need, clinicians)))
    return lists[key]


def _pinned(case: Case, need: Need) -> tuple[int, ...]:
    """The pinned starts of a need, which need not be on the grain; the partner of a couple session has the same start."""
    people, pins = (need.participant, need.partner), (pin for pin in case.instance.pins if pin.service == need.service)
    return tuple(pin.time for pin in pins if pin.kind == "booking" and pin.participant in people and pin.time is not None)


def _times(case: Case, need: Need, clinicians: Iterable[str]) -> Iterator[AppointmentTime]:
    modes, pinned = case.services[need.service].modes, _pinned(case, need)
    starts: dict[Span, list[int]] = {}
    for clinician in clinicians:
        for window, site in case.time.work(clinician):
            if window not in starts:
                starts[window] = _starts(case, window, need.minutes, pinned)
            for start in starts[window]:
                for mode in modes:
                    if mode == "telehealth" or site is not None:
                        yield clinician, start, site if mode == "in_person" else None, mode


def _starts(case: Case, window: Span, minutes: int, pinned: Sequence[int]) -> list[int]:
    """The future starts of an appointment within a window and one day, on the grain or at a pinned time of day."""
    grain = case.policy.start_grain
    starts = {*range(-(-window.start // grain) * grain, window.end, grain)}
    starts |= {part.day * DAY + time for part in by_day([window]) for time in pinned}
    fitting = (start for start in sorted(starts) if window.contains(Span(start, start + minutes)))
    return [start for start in fitting if start // DAY == (start + minutes - 1) // DAY and not case.time.is_past(start)]
