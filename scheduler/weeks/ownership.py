"""The split of lines into those of one participant and shared ones."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.model.line import Line, joined
from scheduler.model.line_index import LineIndex
from scheduler.terms import AnyOf, FreeVariable, Visit

Flags = NDArray[np.bool_]


@dataclass(slots=True)
class Ownership:
    """The lines of a case, split.

    Attributes:
        own: By participant, the lines over only their visits (and `AnyOf` of these).
        shared: Lines that couple people, runs, clinicians or rooms; here they are relaxed by prices.
        shared_variables: Variables of shared lines that are in no table: each is free in 0 to 1 once its lines are priced.
    """

    own: dict[str, list[Line]]
    shared: list[Line]
    shared_variables: list[int]


def split(index: LineIndex, loose: Collection[str] = ()) -> Ownership:
    """Split the lines by the participants concerned.

    An `AnyOf` of one participant's visits that a shared line uses is a shared variable there, tied by its membership lines; in own lines
    it is computed from the week.

    Args:
        loose: Participants without a table: their visits are shared variables and all their lines shared lines.
    """
    handles, lines = index.lines.handles, index.lines.lines
    owner = _owners(index, loose)
    scopes = {rule.id: rule.scope for rule in index.lines.rules}
    own: dict[str, list[Line]] = {p: [] for p in index.lines.candidates.visits if p not in loose}
    looks = list(_looks(index, owner, list(own)))
    of_choices = _choosers(index, owner, [line for line, look in zip(lines, looks, strict=True) if look.has_choices])
    shared: list[Line] = []
    membership: list[Line] = []
    for line, look in zip(lines, looks, strict=True):
        only = _only(index, line, owner, of_choices) if look.has_choices else look.only
        if line.source == "identity" and look.has_any_of:
            membership.append(line)
        elif only is not None and not _is_of_needs(line, scopes.get(line.rule), index):
            own[only].append(line)
        elif look.has_others or line.source != "pattern":
            assert line.source != "week", "a line over typical visits says nothing of the others"
            shared.append(line)
    left_out = _unpriced(index)
    shared = [line for line in shared if id(line) not in left_out]
    costs = {n for of_tier in index.lines.unit_costs.values() for n in of_tier if owner[n] is None}
    shared += _used(membership, shared, index, costs)
    is_tabled = np.array([isinstance(h, Visit) and h.participant not in loose for h in handles], dtype=np.bool_)
    variables: list[int] = np.flatnonzero(_in_lines(shared, len(handles)) & ~is_tabled).tolist()
    _own_units(index, owner, set(variables), own)
    return Ownership(own, shared, variables)


class _Look(NamedTuple):
    """What a line is about: the one participant of all its variables but the choices, and which variables it has."""

    only: str | None
    has_choices: bool
    has_any_of: bool
    has_others: bool


def _looks(index: LineIndex, owner: Sequence[str | None], participants: Sequence[str]) -> Iterator[_Look]:
    """The look of every line."""
    codes: dict[str | None, int] = {None: 0} | {participant: code for code, participant in enumerate(participants, 1)}
    code = np.array([codes.get(one, -1) for one in owner], dtype=np.int32)
    is_choice, is_any_of = np.array(index.is_choice, dtype=np.bool_), np.zeros(len(owner), dtype=np.bool_)
    is_any_of[[number for number, _ in index.members]] = True
    is_counted, kinds = ~is_choice & (code >= 0), is_choice + 2 * is_any_of + 4 * ~is_choice
    lines, none = index.lines.lines, array("i", [len(owner)])  # each line ends with a variable that says nothing
    variables = joined(part for line in lines for part in (line.variables, none))
    firsts = np.cumsum([0, *(len(line.variables) + 1 for line in lines)])[:-1]
    if not lines:
        return
    least = np.minimum.reduceat(np.append(np.where(is_counted, code, len(codes)), len(codes))[variables], firsts).tolist()
    most = np.maximum.reduceat(np.append(np.where(is_counted, code, -1), -1)[variables], firsts).tolist()
    kind_of = np.bitwise_or.reduceat(np.append(kinds, 0)[variables], firsts).tolist()
    for low, high, kind in zip(least, most, kind_of, strict=True):
        yield _Look(participants[high - 1] if low == high > 0 else None, bool(kind & 1), bool(kind & 2), bool(kind & 4))


def _only(index: LineIndex, line: Line, owner: Sequence[str | None], of_choices: Mapping[int, str | None]) -> str | None:
    """The participant whom a line with choices concerns, if there is only one."""
    people = {of_choices.get(v) if index.is_choice[v] else owner[v] for v in line.variables} - {""}
    return next(iter(people)) if len(people) == 1 else None


def _in_lines(lines: Sequence[Line], size: int) -> Flags:
    """Whether each variable is in one of the lines."""
    is_there = np.zeros(size, dtype=np.bool_)
    is_there[joined(line.variables for line in lines)] = True
    return is_there


def _own_units(index: LineIndex, owner: Sequence[str | None], shared: Collection[int], own: dict[str, list[Line]]) -> None:
    """Write what an `AnyOf` of one participant's visits costs as a line of that participant, unless it is a shared variable."""
    for tier, costs in index.lines.unit_costs.items():
        for number, cost in costs.items():
            handle, only = index.lines.handles[number], owner[number]
            if isinstance(handle, AnyOf) and only in own and number not in shared:
                own[only].append(Line("unit", handle.key, [number], [1], 0, tier, cost))


def _owners(index: LineIndex, loose: Collection[str]) -> list[str | None]:
    """The participant whose table decides a variable; None for shared ones, "" for an empty `AnyOf`, which is never true."""
    handles = index.lines.handles
    owner: list[str | None] = [h.participant if isinstance(h, Visit) and h.participant not in loose else None for h in handles]
    for number, members in index.members:
        people = {owner[m] for m in members} - {""}
        owner[number] = (next(iter(people)) if len(people) == 1 else None) if people else ""
    return owner


def _choosers(index: LineIndex, owner: Sequence[str | None], lines: Sequence[Line]) -> dict[int, str | None]:
    """By choice, the participant whom all its lines concern, and those of the choices tied to it, if there is only one."""
    first: dict[int, int] = {}  # by choice, one that it is tied to; itself if it stands for all of them
    people: dict[int, set[str | None]] = {}

    def find(choice: int) -> int:
        while first.setdefault(choice, choice) != choice:
            choice = first[choice]
        return choice

    free = {number for number, is_choice in enumerate(index.is_choice) if is_choice}
    for line in lines:
        if choices := set(map(find, free.intersection(line.variables))):
            head = min(choices)
            concerned = {owner[v] for v in line.variables if not index.is_choice[v]} - {""}
            people[head] = concerned.union(*(people.get(choice, ()) for choice in choices))
            first.update(dict.fromkeys(choices, head))
    return {choice: next(iter(of)) for choice in first if len(of := people[find(choice)]) == 1}


def _is_of_needs(line: Line, scope: str | None, index: LineIndex) -> bool:
    """Whether a line about shared resources happens to concern only one participant's appointments.

    In a table it would distinguish visits that otherwise look alike, so it stays with the shared lines.
    """
    handles = index.lines.handles
    return scope == "shared" and any(
        isinstance(h := handles[v], AnyOf) or (isinstance(h, Visit) and h.group is None) for v in line.variables
    )


def _unpriced(index: LineIndex) -> dict[int, Line]:
    """The lines that no price of which could raise a bound, by identity. Leaving them out keeps every bound valid."""
    handles, rules = index.lines.handles, {rule.id for rule in index.lines.rules if not rule.raises_bounds}
    lines = (line for line in index.lines.lines if line.rule in rules and line.source != "identity")
    return {id(line): line for line in lines if any(isinstance(handles[v], AnyOf | FreeVariable) for v in line.variables)}


def unpriced(index: LineIndex, shared: Collection[Line]) -> list[Line]:
    """The lines that are left out of the shared ones, and what defines their `AnyOf`."""
    index.lines.add_later()
    if len(index.is_choice) < len(index.lines.handles):
        index = LineIndex(index.lines)
    handles, there = index.lines.handles, set(map(id, shared))
    left_out = list(_unpriced(index).values())
    membership = [li for li in index.lines.lines if li.source == "identity" and any(isinstance(handles[v], AnyOf) for v in li.variables)]
    return left_out + [line for line in _used(membership, left_out, index) if id(line) not in there]


def _used(membership: list[Line], shared: list[Line], index: LineIndex, costs: Collection[int] = ()) -> list[Line]:
    """The membership lines of every `AnyOf` that costs something or that a shared line uses, directly or as a member of another."""
    members = index.members_of
    used: set[int] = set()
    queue = sorted(members.keys() & {*costs, *np.flatnonzero(_in_lines(shared, len(index.lines.handles))).tolist()})
    while queue:
        number = queue.pop()
        if number not in used:
            used.add(number)
            queue += [m for m in members[number] if m in members]
    names = {index.lines.handles[number] for number in used}
    return [line for line in membership if _defined(line, index) in names]


def _defined(line: Line, index: LineIndex) -> object:
    """The `AnyOf` a membership line defines: the one the line is named after."""
    # It is the first or the last of them.
    handles = (index.lines.handles[v] for v in (line.variables[-1], *line.variables))
    return next(h for h in handles if isinstance(h, AnyOf) and h.key == line.key)
