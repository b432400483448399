"""What is wrong with some disruptions before anything is looked for: each error says which one, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from zoneinfo import ZoneInfo

from scheduler.errors import StepdownError
from scheduler.instance import Instance
from scheduler.repair.disruption import Disruption
from scheduler.repair.entering import LISTS, disrupted, find_entry
from scheduler.timegrid import WEEK, Week


def check(week: Instance, disruptions: Sequence[Disruption]) -> None:
    """Check disruptions of a week.

    Raises:
        StepdownError: There is none; one is over, in another week, or names what does not exist; or two contradict each other.
    """
    if not disruptions:
        raise StepdownError("nothing has happened: name who or what is out")
    for disruption in disruptions:
        _check_time(week, disruption)
        if disruption.kind in LISTS:
            find_entry(week, disruption, disruption.id)
        if disruption.kind in ("merge", "split"):
            _check_group(week, disruption)
    for a, b in combinations(disruptions, 2):
        _check_pair(a, b)
    disrupted(week, *disruptions)


def _check_time(week: Instance, disruption: Disruption) -> None:
    what, zone = f"{disruption.kind} {disruption.id or 'of every site'}", ZoneInfo(week.program.zone)
    calendar = Week(week.monday, zone)
    if disruption.end <= calendar.at(0) or disruption.start >= calendar.at(WEEK):
        raise StepdownError(f"{what}: no part of it is in the week of {week.monday}; give the week that it is in")
    if week.now is not None and disruption.end <= week.now:
        until, now = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (disruption.end, week.now))
        raise StepdownError(f"{what}: that was over at {until}, and it is {now}; what has happened stays, so give an end to come")


def _check_group(week: Instance, disruption: Disruption) -> None:
    if disruption.id == disruption.into:
        raise StepdownError(f"{disruption.kind} {disruption.id}: name another group than itself")
    if disruption.kind == "merge":
        find_entry(week, disruption, disruption.into)
    sessions = () if week.published is None else week.published.roster.sessions
    starts = [session.start for session in sessions if session.group == disruption.id]
    if starts and all(start < disruption.start for start in starts):
        raise StepdownError(f"{disruption.kind} {disruption.id}: the group has met already by then; do it in next week's roster")


def _check_pair(a: Disruption, b: Disruption) -> None:
    """Two disruptions that cannot both be meant."""
    groups = [d for d in (a, b) if d.kind in ("merge", "split")]
    if len(groups) == 2:
        if a.id == b.id:
            raise StepdownError(f"{a.kind} {a.id} and {b.kind} {b.id} contradict each other: a group is merged or split once")
        merges = [d for d in groups if d.kind == "merge"]
        for one in merges:
            other = b if one is a else a
            if one.into == other.id:
                raise StepdownError(f"{one.id} cannot be merged into {other.id}, which is {other.kind} itself: name the group that stays")
    if a.kind == b.kind == "availability" and a.id == b.id and a.start < b.end and b.start < a.end:
        raise StepdownError(f"{a.id} has two new availabilities at the same time: give one, with all windows")
