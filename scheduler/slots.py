"""The times that appointments of one length could have, in columns: a rule is asked once for all that look alike to it.

At 60 people there are 100,000 possible appointments, most of them refused; whether a clinician works then, for example, is the same for
all participants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from scheduler.case import Case, Need
from scheduler.fields import BookingMode
from scheduler.rule import Rule
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span, by_day

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NO_SLOTS = {"participants", "groups", "rooms", "pins", "history"}
"""The parts of an instance on which no slot depends, and no verdict that is the same for all needs."""


class Slots:
    """Every start in every clinician's working hours, on the grain or pinned, on site or by telehealth.

    Attributes:
        codes: By field of a visit, a column of numbers that are equal where the field is.
    """

    def __init__(self, case: Case, minutes: int, modes: Sequence[BookingMode], pinned: Sequence[int], clinicians: Iterable[str]) -> None:
        """List the slots.

        Args:
            pinned: Times of day, in minutes, at which an appointment may start in addition to the grain.
        """
        # The case keeps its slots, so they must not hold the case.
        # Overlapping working windows offer the same slot by telehealth more than once.
        self.slots = list(dict.fromkeys(_slots(case, minutes, modes, pinned, clinicians)))
        who, starts, sites, how = zip(*self.slots, strict=True) if self.slots else ((), (), (), ())
        self.codes = {name: _numbered(values) for name, values in (("clinician", who), ("span", starts), ("site", sites), ("mode", how))}
        self.codes["day"] = np.array(starts, dtype=np.int64) // DAY
        self._verdicts: dict[str, tuple[Flags, Flags]] = {}
        """By rule, the slots that it was asked about, and those that it admits."""

    def visit(self, need: Need, number: int) -> Visit:
        """The visit of a need in a slot."""
        return _visit(need, *self.slots[number])

    def admitted(self, case: Case, need: Need, rules: Sequence[Rule]) -> tuple[Ints, Counter[str]]:
        """The slots that no rule refuses, and how many of the others each rule refused first."""
        live, refusals = np.arange(len(self.slots)), Counter[str]()
        for rule in rules:
            admits = self._verdict(case, rule, need, live)
            if refused := len(live) - int(admits.sum()):
                refusals[rule.id] += refused
                live = live[admits]
        return live, refusals

    def _verdict(self, case: Case, rule: Rule, need: Need, live: Ints) -> Flags:
        """Whether a rule admits a need in some of the slots."""
        if "need" in rule.reads:
            return self._ask(case, rule, need, live)
        none = np.zeros(len(self.slots), dtype=np.bool_)
        is_asked, admits = self._verdicts.setdefault(rule.id, (none, none.copy()))
        fresh = live[~is_asked[live]]
        admits[fresh] = self._ask(case, rule, need, fresh)
        is_asked[fresh] = True
        return admits[live]

    def _ask(self, case: Case, rule: Rule, need: Need, numbers: Ints) -> Flags:
        """Ask for one of all slots that look alike to a rule."""
        keys = np.zeros(len(numbers), dtype=np.int64)
        for name, codes in self.codes.items():
            if name in rule.reads:
                keys = keys * (int(codes.max(initial=0)) + 1) + codes[numbers]
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        answers = [rule.admits(case, self.visit(need, n)) for n in numbers[first].tolist()]
        return np.array(answers, dtype=np.bool_)[which.ravel()]


def need_visits(case: Case, need: Need, clinicians: Iterable[str] | None = None) -> Iterator[Visit]:
    """Every visit that could serve a need, as far as working hours go.

    Args:
        clinicians: Only these clinicians; None for all. With them, a time is worked out only when it is asked for.
    """
    if clinicians is None:
        slots = slots_for(case, need)
        yield from (slots.visit(need, number) for number in range(len(slots.slots)))
        return
    earlier = set()
    for slot in _slots(case, need.minutes, case.services[need.service].modes, _pinned(case, need), clinicians):
        if slot not in earlier:
            earlier.add(slot)
            yield _visit(need, *slot)


def slots_for(case: Case, need: Need, clinicians: Iterable[str] | None = None) -> Slots:
    """The slots of a need; they are shared with all needs of the same length, modes and pinned times."""
    pinned = _pinned(case, need)
    modes, staff = case.services[need.service].modes, tuple(case.clinicians if clinicians is None else clinicians)
    tables: dict[object, Slots] = case.memo("slots", dict)
    if (key := (need.minutes, modes, pinned, staff)) not in tables:
        tables[key] = Slots(case, need.minutes, modes, pinned, staff)
    return tables[key]


def _visit(need: Need, clinician: str, start: int, site: str | None, mode: BookingMode) -> Visit:
    span = Span(start, start + need.minutes)
    return Visit(need.participant, need.service, None, need.ordinal, span, mode, site, clinician, need.partner)


def _pinned(case: Case, need: Need) -> tuple[int, ...]:
    """The pinned starts of a need, which need not be on the grain; the partner of a couple session has the same start."""
    people, pins = (need.participant, need.partner), (pin for pin in case.instance.pins if pin.service == need.service)
    return tuple(pin.time for pin in pins if pin.kind == "booking" and pin.participant in people and pin.time is not None)


def share_slots(case: Case, changed: Case) -> None:
    """Let a changed case use the slots of another with what rules said of them, unless what these depend on is changed."""
    if all(getattr(case.instance, name) is getattr(changed.instance, name) for name in type(case.instance).model_fields.keys() - NO_SLOTS):
        changed.memo("slots", lambda: case.memo("slots", dict))


def _slots(
    case: Case, minutes: int, modes: Sequence[BookingMode], pinned: Sequence[int], clinicians: Iterable[str]
) -> Iterator[tuple[str, int, str | None, BookingMode]]:
    starts: dict[Span, list[int]] = {}
    for clinician in clinicians:
        for window, site in case.time.work(clinician):
            if window not in starts:
                starts[window] = _starts(case, window, minutes, pinned)
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


def _numbered(values: Iterable[object]) -> Ints:
    """A number for each value, the same for equal ones."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
