"""Checks of pins: each is complete, can be kept by itself, and contradicts no other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scheduler.case import Case
from scheduler.instance import Instance, Pin
from scheduler.possible_visits import need_visits, place_visits
from scheduler.rules.pinned import is_booking, is_over, is_then
from scheduler.terms import Run, Staffing, Visit
from scheduler.timegrid import DAY, WEEKDAYS, Span
from scheduler.validation.groups import because, refusals
from scheduler.validation.issue import Issue, error, warning
from scheduler.words import MODE_WORDS

NEEDS = {"run": ("group",), "facilitator": ("group", "clinician"), "room": ("group", "room"), "booking": ("participant",)}
"""The fields of each kind; all kinds also take a day and a time."""


NumberedPin = tuple[int, Pin]
"""A pin with its position."""


def fields(instance: Instance) -> Iterator[Issue]:
    """A pin has the fields that its kind needs, and no others."""
    for n, pin in enumerate(instance.pins):
        for name in NEEDS[pin.kind]:
            if getattr(pin, name) is None:
                yield error("pin_incomplete", f"pins[{n}].{name}", f"name the {name}: a pin of kind {pin.kind} needs it")
        if pin.kind == "booking" and (pin.group is None) == (pin.service is None):
            yield error("pin_incomplete", f"pins[{n}]", "name either the group or the service of the booking")
        for name in ("group", "participant", "service", "clinician", "room", "mode"):
            if getattr(pin, name) is not None and name not in _used(pin):
                yield warning("pin_field_unused", f"pins[{n}].{name}", f"remove {name}: a pin of this kind does not use it")


def _used(pin: Pin) -> tuple[str, ...]:
    """The fields a pin uses; the clinician of a group place is pinned as its facilitator instead."""
    if pin.kind != "booking":
        return NEEDS[pin.kind]
    return ("participant", "group", "service", "mode") if pin.group is not None else ("participant", "service", "clinician", "mode")


def possible(case: Case) -> Iterator[Issue]:
    """Each pin can be kept by itself."""
    for n, pin in enumerate(case.instance.pins):
        if not is_complete(pin) or is_over(case, pin):
            continue
        spans = list(_group_spans(case, pin))
        if pin.day is not None and pin.time is not None and not case.week.shows_once(_start(pin, max(1, _length(case, pin)))):
            yield error("clock_change", f"pins[{n}].time", "pin another time: the clocks change then")
        elif pin.group is not None and not spans:
            yield error("pin_conflict", f"pins[{n}]", f"change or remove this pin: {pin.group} does not meet then this week")
        elif pin.mode is not None and pin.mode not in _modes(case, pin):
            message = f"change or remove this mode: {pin.group or pin.service} is not offered {MODE_WORDS[pin.mode]}"
            yield error("pin_conflict", f"pins[{n}].mode", message)
        elif (refused := _refused(case, pin, spans)) is not None:
            yield error("pin_conflict", f"pins[{n}]", f"change or remove this pin: nothing it asks for is possible{because(refused)}")


def together(case: Case) -> Iterator[Issue]:
    """No two pins contradict each other."""
    pins = [(n, pin) for n, pin in enumerate(case.instance.pins) if is_complete(pin)]
    by_subject: dict[tuple[str, str], list[NumberedPin]] = {}
    for n, pin in pins:
        subject = pin.participant if pin.kind == "booking" else pin.group
        by_subject.setdefault((pin.kind, subject or ""), []).append((n, pin))
    for (kind, subject), same in by_subject.items():
        pairs = _overlapping(case, same) if kind == "booking" else ((same[0], other) for other in same[1:] if _differ(same[0][1], other[1]))
        for (a, _), (b, _) in pairs:
            what = {"run": "times", "room": "rooms"}.get(kind, "bookings that overlap")
            yield error("pin_contradiction", f"pins[{b}]", f"remove pin {a} or {b}; together they pin {subject} to two {what}")


def is_complete(pin: Pin) -> bool:
    """Whether the pin has the fields that its kind needs."""
    has_target = pin.kind != "booking" or (pin.group is None) != (pin.service is None)
    return has_target and all(getattr(pin, name) is not None for name in NEEDS[pin.kind])


def _start(pin: Pin, minutes: int) -> Span:
    """The span from the pinned start."""
    start = WEEKDAYS.index(pin.day or "mon") * DAY + (pin.time or 0)
    return Span(start, start + minutes)


def _modes(case: Case, pin: Pin) -> tuple[str, ...]:
    """The modes in which the group or service of a booking is offered; for a pin without use of a mode, its own mode."""
    if pin.kind != "booking":
        return (pin.mode or "",)
    if pin.group is None:
        return case.services[pin.service or ""].modes
    mode = case.groups[pin.group].mode
    return ("in_person", "telehealth") if mode == "hybrid" else (mode,)


def _length(case: Case, pin: Pin) -> int:
    """The minutes of the pinned group or service."""
    return case.services[pin.service or ""].minutes if pin.group is None else case.groups[pin.group].minutes


def _group_spans(case: Case, pin: Pin) -> Iterator[Span]:
    """The spans of the pinned group that the pin allows."""
    return (span for span in case.groups.spans(pin.group) if is_then(pin, span)) if pin.group is not None else iter(())


def _refused(case: Case, pin: Pin, spans: list[Span]) -> tuple[str, ...] | None:
    """The rules that refuse every option of a pin; None if any is left."""
    if pin.group is None:
        return refusals("admits", case, ((visit,) for visit in _appointments(case, pin)))
    group, refusing = case.groups[pin.group], dict[str, None]()
    for span in spans:
        refused = _run_refused(case, pin, Run(group.id, span, group.mode, None if group.mode == "telehealth" else group.site))
        if refused is None:
            return None
        refusing |= dict.fromkeys(refused)
    return tuple(refusing)


def _run_refused(case: Case, pin: Pin, run: Run) -> tuple[str, ...] | None:
    """The rules that refuse a run, or the pinned facilitator, room or place in it."""
    clinicians = [pin.clinician or ""] if pin.kind == "facilitator" else list(case.clinicians)
    rooms = [pin.room or ""] if pin.kind == "room" else list(case.rooms)
    needed: list[tuple[str, Iterator[tuple[object, ...]]]] = [
        ("admits_run", iter(((run,),))),
        ("admits_staffing", ((Staffing(run, clinician),) for clinician in clinicians)),
    ]
    if run.site is not None:
        needed.append(("admits_room", ((run, room) for room in rooms)))
    if pin.kind == "booking":
        needed.append(("admits", ((visit,) for visit in _places(case, pin, run))))
    return next((refused for hook, options in needed if (refused := refusals(hook, case, options)) is not None), None)


def _places(case: Case, pin: Pin, run: Run) -> Iterator[Visit]:
    """The places of a run that a pinned booking allows, where the group is ordered."""
    person = pin.participant or ""
    if case.care.is_served(person) and case.care.is_ordered(person, run.group):
        yield from (v for v in place_visits(person, case.groups[run.group].service, run) if is_booking(pin, v))


def _appointments(case: Case, pin: Pin) -> Iterator[Visit]:
    """The appointments due this week that a pinned booking allows."""
    needs = (need for need in case.care.order(pin.participant or "").needs if need.service == pin.service)
    return (visit for need in needs for visit in need_visits(case, need) if is_booking(pin, visit))


def _differ(a: Pin, b: Pin) -> bool:
    """Whether two pins of a group's run ask for different times or rooms; several facilitators go together."""
    return any(x is not None and y is not None and x != y for x, y in ((a.day, b.day), (a.time, b.time), (a.room, b.room)))


def _overlapping(case: Case, bookings: list[NumberedPin]) -> Iterator[tuple[NumberedPin, NumberedPin]]:
    """Bookings of one participant at overlapping times, unless they are the same group place by the same mode."""
    fixed = sorted(((span, n, pin) for n, pin in bookings if (span := _fixed(case, pin)) is not None), key=lambda entry: entry[:2])
    for (span, a, first), (following, b, second) in pairwise(fixed):
        is_same_place = first.group is not None and first.group == second.group
        if span.overlaps(following) and not (is_same_place and (first.mode == second.mode or None in (first.mode, second.mode))):
            yield (a, first), (b, second)


def _fixed(case: Case, pin: Pin) -> Span | None:
    """The span of a booking that is possible at one time only."""
    if pin.group is not None:
        spans = list(_group_spans(case, pin))
        return spans[0] if len(spans) == 1 else None
    if pin.day is None or pin.time is None or pin.service is None:
        return None
    return _start(pin, _length(case, pin))
