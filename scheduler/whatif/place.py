"""A place that a booking or a session could have, and how it compares with where it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from scheduler.fields import Mode
from scheduler.whatif.edits import RosterEdit
from scheduler.whatif.findings import Finding, broken

PlaceKind = Literal["free", "costly", "forbidden"]
"""Whether nothing gets worse; or care does, or with the same care preferences do; or a rule is broken that is not broken now."""


class PossiblePlace(NamedTuple):
    """A place that a booking or a session could have.

    Attributes:
        edit: The edit that puts it there.
        start: Minute of the week at which the session would start.
        clinicians: Who would give it, the leader first.
        reasons: The sentences of the rules: of a forbidden place those that forbid it, of an appointment the first of them; of a costly one
            what it costs, the most first.
        care: By how much the care objective rises, in minutes with factors; below 0 it gets better. None where a rule forbids the place.
        preference: By how much the preference objective rises.
    """

    edit: RosterEdit
    start: int
    mode: Mode
    site: str | None
    room: str | None
    clinicians: tuple[str, ...]
    kind: PlaceKind
    reasons: tuple[str, ...] = ()
    care: int | None = None
    preference: int | None = None


class Where(NamedTuple):
    """When and where a session would be, and with whom."""

    start: int
    mode: Mode
    site: str | None
    room: str | None
    clinicians: tuple[str, ...]


class Rise(NamedTuple):
    """What gets worse about some subjects.

    Attributes:
        broken: The sentences of the hard rules that are broken, or broken by more than before.
        costs: What the places cost in care (False) or preferences (True): the cost below 0, and the sentence.
        care, preference: By how much the objectives rise.
    """

    broken: tuple[str, ...]
    costs: tuple[tuple[bool, int, str], ...]
    care: int
    preference: int


NO_RISE = Rise((), (), 0, 0)


def rise(before: Sequence[Finding], after: Sequence[Finding]) -> Rise:
    """What gets worse, from what the rules find about the same subjects before and after a change."""
    if before == after:
        return NO_RISE
    past, new = list(before), []
    for finding in after:
        if finding in past:
            past.remove(finding)
        else:
            new.append(finding)
    tiers = dict.fromkeys(("hard", "care", "preference"), 0)
    for findings, sign in ((new, 1), (past, -1)):
        for _, level, cost, _ in findings:
            tiers[level] += sign * cost
    return Rise(
        tuple([violation.message for violation in broken(new, past)]),
        tuple([(level == "preference", -cost, violation.message) for violation, level, cost, _ in new if cost > 0]),
        tiers["care"],
        tiers["preference"],
    )


def place_with(edit: RosterEdit, where: Where, rises: Iterable[Rise]) -> PossiblePlace:
    """A place, from what gets worse about all subjects concerned."""
    rises = [rise for rise in rises if rise is not NO_RISE]
    if reasons := tuple([message for rise in rises for message in rise.broken]):
        return PossiblePlace(edit, *where, "forbidden", reasons)
    care, preference = sum([rise.care for rise in rises]), sum([rise.preference for rise in rises])
    if (care, preference) <= (0, 0):
        return PossiblePlace(edit, *where, "free", (), care, preference)
    costs = sorted([cost for rise in rises for cost in rise.costs])
    return PossiblePlace(edit, *where, "costly", tuple([message for _, _, message in costs]), care, preference)
