"""The times that appointments of one length could have, in columns: a rule is asked once for all that look alike to it.

At 60 people there are 100,000 possible appointments, most of them refused; whether a clinician works then, for example, is the same for
all participants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from scheduler.case import Case, Need
from scheduler.columns import Flags, Ints, kinds_of, numbered
from scheduler.possible_visits import AppointmentTime, time_key, times_for
from scheduler.rule import Rule
from scheduler.terms import Visit
from scheduler.timegrid import DAY, Span

NO_SLOTS = {"participants", "groups", "rooms", "pins", "history"}
"""The parts of an instance on which no slot depends, and no verdict that is the same for all needs."""


class Slots:
    """Every start in every clinician's working hours, on the grain or pinned, on site or by telehealth.

    Attributes:
        codes: By field of a visit, a column of numbers that are equal where the field is.
    """

    def __init__(self, slots: Sequence[AppointmentTime], minutes: int) -> None:
        # The case keeps its slots, so they must not hold the case.
        self.slots = slots
        who, starts, sites, how = zip(*self.slots, strict=True) if self.slots else ((), (), (), ())
        self.codes = {name: numbered(values) for name, values in (("clinician", who), ("span", starts), ("site", sites), ("mode", how))}
        self.starts = np.array(starts, dtype=np.int64)
        self.codes["day"] = self.starts // DAY
        self.spans = [Span(start, start + minutes) for start in starts]
        self._verdicts: dict[str, tuple[Flags, Flags]] = {}
        """By rule, the slots that it was asked about, and those that it admits."""

    def visit(self, need: Need, number: int) -> Visit:
        """The visit of a need in a slot."""
        clinician, _, site, mode = self.slots[number]
        return Visit(need.participant, need.service, None, need.ordinal, self.spans[number], mode, site, clinician, need.partner)

    def visits(self, need: Need, numbers: Ints) -> list[Visit]:
        """The visits of a need in some slots."""
        who, service, ordinal, partner, spans = need.participant, need.service, need.ordinal, need.partner, self.spans
        chosen = ((spans[number], *self.slots[number]) for number in numbers.tolist())
        return [Visit(who, service, None, ordinal, span, mode, site, clinician, partner) for span, clinician, _, site, mode in chosen]

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
        """Ask for one of all slots that look alike to a rule, or for all slots of a site at once."""
        answers = np.zeros(len(numbers), dtype=np.bool_)
        if self.codes.keys().isdisjoint(rule.reads):
            answers[:] = len(numbers) > 0 and rule.admits(case, self.visit(need, int(numbers[0])))
            return answers
        if type(rule).admits_times is not Rule.admits_times:
            where = self.codes["site"][numbers]
            if "clinician" in rule.reads:
                where = where * (len(self.slots) + 1) + self.codes["clinician"][numbers]
            for one in np.unique(where).tolist():
                here = np.flatnonzero(where == one)
                some = numbers[here]
                clinician, _, site, _ = self.slots[int(some[0])]
                if (admits := rule.admits_times(case, need, self.starts[some], site, clinician)) is None:
                    return self._ask_each(case, rule, need, numbers)
                answers[here] = admits
            return answers
        return self._ask_each(case, rule, need, numbers)

    def _ask_each(self, case: Case, rule: Rule, need: Need, numbers: Ints) -> Flags:
        """Ask for one of all slots that look alike to a rule."""
        keys = np.zeros(len(numbers), dtype=np.int64)
        for name, codes in self.codes.items():
            if name in rule.reads:
                keys = keys * (int(codes.max(initial=0)) + 1) + codes[numbers]
        first, which = kinds_of(keys)
        answers = np.array([rule.admits(case, self.visit(need, number)) for number in numbers[first].tolist()], dtype=np.bool_)
        return answers[which]


def slots_for(case: Case, need: Need, clinicians: Iterable[str] | None = None) -> Slots:
    """The slots of a need; they are shared with all needs of the same length, modes and pinned times."""
    staff = tuple(case.clinicians if clinicians is None else clinicians)
    tables: dict[object, Slots] = case.memo("slots", dict)
    if (key := time_key(case, need, staff)) not in tables:
        tables[key] = Slots(times_for(case, need, staff), need.minutes)
    return tables[key]


def share_slots(case: Case, changed: Case) -> None:
    """Let a changed case use the slots of another with what rules said of them, unless what these depend on is changed."""
    if all(getattr(case.instance, name) is getattr(changed.instance, name) for name in type(case.instance).model_fields.keys() - NO_SLOTS):
        for name in ("slots", "appointment times"):
            changed.memo(name, partial(case.memo, name, dict))
