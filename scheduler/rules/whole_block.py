"""Whoever attends an hour of a block attends the whole block.

Rule: Groups that name one block are its hours: each has its own service, leader and room, and people attend them together. A participant is
in all hours of a block that meet this week, in the same mode, or in none. Hours that have begun bind nobody: what has happened stands.
Math: for hours a, b of one block and each mode: visit(a) = visit(b).
Amount: hours missing, for each block and mode of a participant.
Source: common sense; program practice of three-hour blocks, such as early recovery, relapse prevention and family education.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from scheduler.case import Case
from scheduler.fields import BookingMode
from scheduler.rule import Rule, Violation
from scheduler.rules._words import day_of
from scheduler.terms import Row, Visit, total
from scheduler.view import View
from scheduler.words import MODE_WORDS

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class WholeBlock(Rule):
    """All hours of a block, or none."""

    id = "whole_block"
    title = "A block is attended as a whole"
    level = "hard"
    scope = "week"
    unit = "hours missing"
    source = "common sense"

    def applies_to(self, case: Case) -> bool:
        """Whether a block has several hours."""
        return bool(case.groups.blocks)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Per participant, block and mode, each hour implies the next, and the last implies the first."""
        for participant, visits in candidates.visits.items():
            for block, hours in ahead(case).items():
                for mode in get_args(BookingMode):
                    places = {hour: [v for v in visits if (v.group, v.mode) == (hour, mode)] for hour in hours}
                    for hour, following in zip(hours, (*hours[1:], hours[0]), strict=True):
                        if places[hour]:
                            terms = (*total(places[hour]), *total(places[following], -1))
                            yield Row(self.id, (participant, block, mode, hour), terms, 0)

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Compare the hours of each block that a participant attends in a mode with all of them."""
        visits = view.visits[participant]
        for block, hours in ahead(case).items():
            for mode, how in MODE_WORDS.items():
                mine = [v for v in visits if v.group in hours and v.mode == mode]
                if mine and (absent := [hour for hour in hours if hour not in {v.group for v in mine}]):
                    booked = f"{', '.join(str(v.group) for v in mine)} of block {block} on {day_of(case, mine[0].day)}"
                    message = f"{participant} attends {booked} {how}, but not {', '.join(absent)}"
                    sessions = [view.session_of[v].id for v in mine]
                    yield self.violation(len(absent), (participant, *absent), message, sessions)


def ahead(case: Case) -> dict[str, tuple[str, ...]]:
    """By block, its hours this week that have not begun, where these are several."""
    return case.memo("whole_block", lambda: _ahead(case))


def whole(case: Case, visit: Visit) -> list[Visit]:
    """A visit, and those in the same mode to the other hours of its block that have not begun."""
    groups = case.groups
    block = None if visit.group is None else groups[visit.group].block
    hours = ahead(case).get(block or "", ())
    others = [hour for hour in hours if hour != visit.group] if visit.group in hours else []
    return [visit, *(replace(visit, group=hour, service=groups[hour].service, span=groups.spans(hour)[0]) for hour in others)]


def _ahead(case: Case) -> dict[str, tuple[str, ...]]:
    coming = {
        block: tuple(hour for hour in hours if not case.time.is_past(case.groups.spans(hour)[0].start))
        for block, hours in case.groups.blocks.items()
    }
    return {block: hours for block, hours in coming.items() if len(hours) > 1}
