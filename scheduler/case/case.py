"""A :class:`Case` answers every question about its instance and week, each in the part it belongs to.

It holds no decisions. Rules, candidates and verification all read from it, so that words like *free*, *order* or *held* have one
meaning. Build it only from a validated instance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from scheduler.case.cached import take_over
from scheduler.case.care import Care
from scheduler.case.data import CaseData
from scheduler.case.difference import changed_ids
from scheduler.case.groups import Groups
from scheduler.case.guests import Guests
from scheduler.case.past import PastWeeks
from scheduler.case.places import Places
from scheduler.case.times import Times
from scheduler.instance import Instance

T = TypeVar("T")


class Case(CaseData):
    """An instance prepared for its week. All times are minutes of the week.

    Attributes:
        time: When people are free, staff at work and sites open, and travel times.
        groups: The groups by id, and their offers this week.
        guests: Who comes to groups with participants.
        past: Last week, the history, and this week's past sessions.
        care: Orders, their urgency, and what counts.
        places: The home of every participant, and the places kept from last week.
    """

    def __init__(self, instance: Instance) -> None:
        # The parts share the data and do not refer to the case: a reference cycle would wait for the garbage collector.
        data = CaseData(instance)
        vars(self).update(vars(data))
        self.time = Times(data)
        self.groups = Groups(data)
        self.guests = Guests(data, self.time, self.groups)
        self.past = PastWeeks(data, self.time)
        self.care = Care(data, self.time, self.groups, self.past)
        self.places = Places(data, self.time, self.groups, self.past, self.care, self.guests)
        self._memos: dict[str, Any] = {}

    def changed(self, instance: Instance) -> Case:
        """The case of an instance that differs in a few entries; what is known of all others is taken over."""
        case = Case(instance)
        changed = changed_ids(self.instance, instance)
        if changed is None:
            return case
        take_over(self.time, case.time, changed, but=("_assumed_travel",))
        has_same_groups = changed.isdisjoint({*self.groups, *case.groups})
        if has_same_groups:
            take_over(self.groups, case.groups, changed)
        # The hours of a block are ordered together, and the common length of blocks counts for every order.
        has_blocks = any(group.block for group in case.groups.values())
        if has_same_groups or not (has_blocks or case.care.standard_block != self.care.standard_block):
            take_over(self.care, case.care, changed)
            case.places.take_over(self.places, changed)
        return case

    def memo(self, key: str, build: Callable[[], T]) -> T:
        """The result of ``build``, computed once for this case; the key begins with the id of the calling rule."""
        if key not in self._memos:
            self._memos[key] = build()
        answer: T = self._memos[key]
        return answer
