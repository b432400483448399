"""Which lines concern one participant alone, and which are shared."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.model.lines import Line
from scheduler.model.piece import Index
from scheduler.terms import AnyOf, Choice, Visit


@dataclass(slots=True)
class Ownership:
    """The lines of a case, split.

    Attributes:
        own: By participant, the lines over their visits (and `AnyOf` of those) alone.
        shared: Lines that couple people, runs, clinicians or rooms; here they are relaxed by prices.
        shared_variables: Variables of shared lines that are no visits: each is free in 0 to 1 once its lines are priced.
    """

    own: dict[str, list[Line]]
    shared: list[Line]
    shared_variables: list[int]


def split(index: Index) -> Ownership:
    """Sort the lines by whom they concern.

    An `AnyOf` of one participant's visits that a shared line uses is a shared variable there, tied by its membership lines; in own lines
    it is computed from the week.
    """
    handles = index.lines.handles
    owner: list[str | None] = [h.participant if isinstance(h, Visit) else None for h in handles]
    for number, members in index.members:
        people = {owner[m] for m in members}
        owner[number] = next(iter(people)) if len(people) == 1 else None
    own: dict[str, list[Line]] = {p: [] for p in index.lines.candidates.visits}
    shared: list[Line] = []
    membership: list[Line] = []
    for line in index.lines.lines:
        concrete = [v for v in line.variables if not isinstance(handles[v], Choice)]
        people = {owner[v] for v in concrete}
        only = next(iter(people)) if len(people) == 1 else None
        if only is None:
            if concrete or line.source != "pattern":
                shared.append(line)
        elif line.source == "identity" and any(isinstance(handles[v], AnyOf) for v in line.variables):
            membership.append(line)
        else:
            own[only].append(line)
    used = {v for line in shared for v in line.variables if isinstance(handles[v], AnyOf)}
    shared += [line for line in membership if used.intersection(line.variables)]
    variables = sorted({v for line in shared for v in line.variables if not isinstance(handles[v], Visit)})
    return Ownership(own, shared, variables)
