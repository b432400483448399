"""The groups of a case and their offers this week: possible times, services, track and number of places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from scheduler.case.cached import cached_method
from scheduler.case.data import CaseData
from scheduler.case.times import is_week
from scheduler.fields import AgeGroup
from scheduler.instance import Group
from scheduler.timegrid import DAY, WEEKDAYS, Span


class Groups(dict[str, Group]):
    """The groups by id; its methods take the id of a group."""

    def __init__(self, data: CaseData) -> None:
        super().__init__((group.id, group) for group in data.instance.groups)
        self._data = data

    @cached_method
    def spans(self, group: str) -> tuple[Span, ...]:
        """The candidate spans of a group this week; none if it does not meet in this kind of week, or has not begun or is over."""
        offer = self[group]
        if not is_week(offer.weeks, self._data.week.monday, self._data.instance.program.week_a):
            return ()
        days = [day for day in range(7) if self._is_between(offer, self._data.week.date_of(day))]
        starts = [WEEKDAYS.index(s.day) * DAY + s.time for s in offer.starts if WEEKDAYS.index(s.day) in days]
        return tuple(sorted({Span(s, s + offer.minutes) for s in starts}))

    def _is_between(self, offer: Group, day: date) -> bool:
        """Whether a date is between the first and the last one of a group."""
        return (offer.meets_from is None or day >= offer.meets_from) and (offer.meets_until is None or day <= offer.meets_until)

    @cached_method
    def services(self, group: str) -> tuple[str, ...]:
        """The services of a run of the group: its own, then those of its segments."""
        return tuple(dict.fromkeys([self[group].service, *(s.service for s in self[group].segments if s.service is not None)]))

    @cached_method
    def categories(self, group: str) -> frozenset[str]:
        """The categories of these services."""
        return frozenset(self._data.services[service].category for service in self.services(group))

    @cached_method
    def notes(self, group: str) -> int:
        """Minutes of notes after a group: the policy's, or fewer if the break to the next group of its track at its site is shorter.

        A program of single hours has breaks of 5 or 10 minutes, in which its leaders write their notes.
        """
        offer = self[group]
        following = (g for g in self.values() if g.id != group and (g.track, g.site) == (offer.track, offer.site))
        starts = [span.start for other in following for span in self.spans(other.id)]
        breaks = (start - span.end for span in self.spans(group) for start in starts if start >= span.end)
        return min(self._data.policy.notes_after_group, *breaks, DAY)

    @cached_method
    def hours(self, group: str) -> tuple[str, ...]:
        """The hours of a group's block that meet this week, in order of time; the group alone without a block."""
        block = self[group].block
        return (group,) if block is None else self._hours_of_blocks[block] or (group,)

    @cached_property
    def _hours_of_blocks(self) -> dict[str, tuple[str, ...]]:
        hours: dict[str, list[str]] = {offer.block: [] for offer in self.values() if offer.block is not None}
        for group in sorted(self, key=self.spans):
            block = self[group].block
            if block is not None and self.spans(group):
                hours[block].append(group)
        return {block: tuple(groups) for block, groups in hours.items()}

    def with_blocks(self, groups: Iterable[str]) -> list[str]:
        """The groups with all hours of their blocks, by id."""
        return sorted({hour for group in groups for hour in self.hours(group)})

    @property
    def blocks(self) -> dict[str, tuple[str, ...]]:
        """By block of several hours, those that meet this week, in order of time."""
        return {block: hours for block, hours in self._hours_of_blocks.items() if len(hours) > 1}

    def is_block(self, group: str) -> bool:
        """Whether the group is a block."""
        return self[group].minutes >= self._data.policy.block_minutes

    def track(self, group: str | None) -> str | None:
        """The track of a place in the group; None for make-up runs, groups without a track, and groups that no longer exist."""
        offer = None if group is None else self.get(group)
        return None if offer is None or offer.is_make_up else offer.track

    def maximum(self, group: str) -> int:
        """The maximum number of participants in a group."""
        offer = self[group]
        if offer.maximum is not None:
            return offer.maximum
        policy = self._data.policy_for(offer)
        education = self._data.services[offer.service].category in policy.education_categories
        return policy.education_maximum if education else policy.group_maximum

    def minimum(self, group: str) -> int:
        """The minimum number of participants in a group that is not standing."""
        offer = self[group]
        return self._data.policy_for(offer).group_minimum if offer.minimum is None else offer.minimum

    def target(self, group: str) -> int:
        """The best number of participants in a group."""
        offer = self[group]
        return self._data.policy_for(offer).group_target if offer.target is None else offer.target

    def ages(self, group: str) -> tuple[AgeGroup, ...]:
        """The age groups that may join a group."""
        eligibility = self[group].eligibility
        return eligibility.age_groups or (eligibility.age_group,)

    def ratio(self, group: str) -> int:
        """The number of participants that one facilitator may have; of a group of several ages, the smaller one."""
        policy = self._data.policy_for(self[group])
        by_age = {"adult": policy.participants_per_facilitator, "adolescent": policy.adolescents_per_facilitator}
        return min(by_age[age] for age in self.ages(group))

    def reserve(self, group: str) -> int:
        """Places kept free in a group: its own number, or the policy's for open groups of a track."""
        offer = self[group]
        if offer.reserve is not None:
            return offer.reserve
        return self._data.policy.open_track_reserve if offer.track is not None and not offer.is_closed else 0
