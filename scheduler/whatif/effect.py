"""What an edit of a roster would do: rules broken and mended, the change in care and preferences, and who is affected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.rule import Violation
from scheduler.verify import NotCovered, not_covered
from scheduler.view import View
from scheduler.whatif.changed_view import ChangedView
from scheduler.whatif.findings import Finding, broken


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference between the verdicts before and after an edit.

    Attributes:
        broken: Violations of hard rules that are new, or more than before about the same participant, session, clinician or room.
        new: Violations that the roster has after the edit only, with those that have become smaller.
        past: Those that it had before only.
        costs: Amounts of care and preference rules after the edit only, the largest first.
        savings: Those before only, the largest first.
        care: By how much the care objective rises, in minutes with factors; below 0 it gets better.
        preference: By how much the preference objective rises.
        by_rule: The rise of the cost of each rule, by id; rules without one are left out.
        people: The participants whose sessions change in time, mode, place or clinician.
        clinicians: The clinicians whose sessions change.
        not_covered: Sessions that no authorization covers, after the edit only.
    """

    broken: tuple[Violation, ...] = ()
    new: tuple[Violation, ...] = ()
    past: tuple[Violation, ...] = ()
    costs: tuple[Violation, ...] = ()
    savings: tuple[Violation, ...] = ()
    care: int = 0
    preference: int = 0
    by_rule: tuple[tuple[str, int], ...] = ()
    people: tuple[str, ...] = ()
    clinicians: tuple[str, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()


def effect_of(before: Iterable[Finding], after: Iterable[Finding], was: View, changed: ChangedView) -> Effect:
    """The effect of a change, from what the rules find about the subjects concerned before and after it."""
    before, after = Counter(before), Counter(after)
    new, past = list((after - before).elements()), list((before - after).elements())
    rises = Counter[tuple[str, str]]()
    for findings, sign in ((new, 1), (past, -1)):
        for violation, level, cost, _ in findings:
            rises[level, violation.rule] += sign * cost
    people = tuple(sorted(p for p in changed.participants if _as_seen(was, p) != _as_seen(changed, p)))
    lapses = set(not_covered(was.case, was, people))
    return Effect(
        broken=broken(new, past),
        new=_violations(new, is_hard=True),
        past=_violations(past, is_hard=True),
        costs=_violations(new, is_hard=False),
        savings=_violations(past, is_hard=False),
        care=sum(rise for (level, _), rise in rises.items() if level == "care"),
        preference=sum(rise for (level, _), rise in rises.items() if level == "preference"),
        by_rule=tuple(sorted((rule, rise) for (_, rule), rise in rises.items() if rise)),
        people=people,
        clinicians=changed.clinicians,
        not_covered=tuple(entry for entry in not_covered(was.case, changed, people) if entry not in lapses),
    )


def _violations(findings: Sequence[Finding], *, is_hard: bool) -> tuple[Violation, ...]:
    """The hard violations, or the amounts by cost."""
    if is_hard:
        return tuple([finding.violation for finding in findings if finding.level == "hard"])
    amounts = [finding for finding in findings if finding.level != "hard"]
    return tuple([finding.violation for finding in sorted(amounts, key=lambda finding: (finding.level != "care", -finding.cost))])


def _as_seen(view: View, participant: str) -> list[tuple[object, ...]]:
    """A participant's sessions with what a change of which concerns them: time, mode, place and clinicians."""
    return [(visit, placed.session.room, placed.session.facilitators) for visit, placed in view.bookings[participant]]
