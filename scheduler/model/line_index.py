"""The lines of a case by variable: what every model of a part of it asks first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import compress

from scheduler.model.lines import Lines
from scheduler.terms import AnyOf, FreeVariable


class LineIndex:
    """The lines of each variable and the `AnyOf` it is a member of: computed once, used by every neighbourhood.

    Attributes:
        members: Every `AnyOf` with the numbers of its members; inner ones come before those that contain them.
        is_choice: By variable, whether it is chosen freely.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.members = self._members()
        self.is_choice = [isinstance(handle, FreeVariable) for handle in lines.handles]

    @cached_property
    def choices(self) -> frozenset[int]:
        """The variables that are chosen freely."""
        return frozenset(compress(range(len(self.is_choice)), self.is_choice))

    @cached_property
    def members_of(self) -> dict[int, list[int]]:
        """By number of an `AnyOf`, the numbers of its members."""
        return dict(self.members)

    @cached_property
    def lines_of(self) -> list[list[int]]:
        """By variable, the positions of its lines."""
        lines_of: list[list[int]] = [[] for _ in self.lines.handles]
        for position, line in enumerate(self.lines.lines):
            for variable in line.variables:
                lines_of[variable].append(position)
        return lines_of

    @cached_property
    def parents(self) -> list[list[int]]:
        """By variable, the `AnyOf` it is a member of."""
        parents: list[list[int]] = [[] for _ in self.lines.handles]
        for number, members in self.members:
            for member in members:
                parents[member].append(number)
        return parents

    @cached_property
    def settled(self) -> list[int]:
        """The lines without candidates: pins that cannot be kept, costs that cannot be avoided. They belong to every model."""
        never: set[int] = set()
        for number, members in self.members:
            if never.issuperset(members):
                never.add(number)
        never.update(number for number, is_choice in enumerate(self.is_choice) if is_choice)
        return [n for n, line in enumerate(self.lines.lines) if never.issuperset(line.variables)]

    def _members(self) -> list[tuple[int, list[int]]]:
        """Every `AnyOf` with the numbers of its members; inner ones come before those that contain them."""
        any_of = {n: self.lines.numbers_of(handle.members) for n, handle in enumerate(self.lines.handles) if isinstance(handle, AnyOf)}
        members_of: dict[int, list[int]] = {}
        # A function that calls itself would hold itself, and this index with all lines until the next search for garbage.
        waiting = list(reversed(any_of))
        while waiting:
            number = waiting[-1]
            inner = [member for member in any_of[number] if member in any_of and member not in members_of]
            waiting += reversed(inner)
            if not inner:
                members_of[waiting.pop()] = any_of[number]
        return list(members_of.items())

    def values(self, candidates: Sequence[bool]) -> list[bool]:
        """The values of all variables, given those of the first ones, with all candidates among them; choices are false."""
        values = [*candidates, *[False] * (len(self.lines.handles) - len(candidates))]
        for number, members in self.members:
            values[number] = any(values[m] for m in members)
        return values

    def reach(self, free: Collection[int]) -> tuple[list[int], list[int]]:
        """The scope of freeing variables: all free variables (with their `AnyOf` and choices), their lines, and the settled lines."""
        choices = (v for position in self.settled for v in self.lines.lines[position].variables if self.is_choice[v])
        queue = list(dict.fromkeys([*free, *choices]))
        reached = dict.fromkeys(queue)
        touched: dict[int, None] = dict.fromkeys(self.settled)
        while queue:
            variable = queue.pop()
            waiting = list(self.parents[variable])
            for position in self.lines_of[variable]:
                if position not in touched:
                    touched[position] = None
                    waiting += [v for v in self.lines.lines[position].variables if self.is_choice[v]]
            for other in waiting:
                if other not in reached:
                    reached[other] = None
                    queue.append(other)
        return sorted(reached), sorted(touched)
