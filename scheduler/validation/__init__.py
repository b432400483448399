"""Validation of instances: all errors and warnings at once.

Shape is checked earlier, by :mod:`scheduler.reading`; this package checks consistency. A
:class:`~scheduler.case.Case` can be built, and ``CASE_CHECKS`` can run, only if the checks of ``FOUNDATION`` and ``WALK_FOUNDATION``
found no error. The ``WALK_`` checks share one walk over every part of the instance. The rules assume a valid instance, so
``RULE_CHECKS``, which use them, run only if there is no error at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.validation import (
    authorizations,
    blocks,
    calendar,
    clinicians,
    groups,
    history,
    homes,
    ids,
    openings,
    orders,
    people,
    pins,
    policy,
    program,
    reach,
    references,
    short_visits,
    stays,
    words,
)
from scheduler.validation.codes import CODES
from scheduler.validation.issue import Issue
from scheduler.validation.walk import InstancePart, parts

__all__ = ["CODES", "Issue", "errors", "examine", "validate"]

Check = Callable[[Instance], Iterator[Issue]]
WalkCheck = Callable[[Sequence[InstancePart]], Iterator[Issue]]
CaseCheck = Callable[[Case], Iterator[Issue]]

FOUNDATION: tuple[Check, ...] = (
    calendar.zone,
    ids.duplicate_ids,
    ids.duplicate_sessions,
    references.unknown_ids,
    references.unknown_guests,
    references.unknown_modules,
    policy.packs,
)

WALK_FOUNDATION: tuple[WalkCheck, ...] = (calendar.dates,)
WALK_CHECKS: tuple[WalkCheck, ...] = (calendar.week_a, calendar.windows)

CHECKS: tuple[Check, ...] = (
    calendar.mondays,
    program.site_travel,
    program.resources,
    program.appointments_only,
    policy.levels,
    policy.weights,
    people.stays,
    authorizations.spans,
    authorizations.units,
    people.preferences,
    people.guest_services,
    people.relations,
    orders.ordered_services,
    orders.mixes,
    stays.weeks,
    groups.shapes,
    groups.lengths,
    groups.pull_outs,
    groups.levels,
    groups.days,
    blocks.hours,
    words.capitals,
    history.past_orders,
    pins.fields,
)

CASE_CHECKS: tuple[CaseCheck, ...] = (
    policy.values,
    people.free_minutes,
    people.age_groups,
    people.travel,
    people.couples_apart,
    authorizations.covered,
    stays.admission_dates,
    stays.phases,
    orders.couples,
    orders.bands,
    orders.fits_ceiling,
    orders.offered,
    blocks.within_mix,
    orders.modes,
    clinicians.therapists,
    clinicians.entitled,
    groups.clock_changes,
    groups.places,
    groups.members,
    history.weeks,
    history.dates,
    history.now,
    history.sessions,
    homes.elsewhere,
    homes.unattended,
    homes.moves,
    pins.together,
)

RULE_CHECKS: tuple[CaseCheck, ...] = (pins.possible,)

ADVICE: tuple[CaseCheck, ...] = (
    groups.can_run,
    openings.possible,
    reach.within_reach,
    short_visits.accompanied,
)
"""These take half of the time and find no errors, only warnings."""


def validate(instance: Instance) -> tuple[Issue, ...]:
    """Every issue of an instance, in the order of the document; see `examine`."""
    return examine(instance)[0]


def examine(instance: Instance, *, has_advice: bool = True) -> tuple[tuple[Issue, ...], Case | None]:
    """Every issue of an instance, in the order of the document, and the case that was built to find them; a sound instance has one.

    Unknown or duplicate ids, an unknown zone or pack and impossible dates hide issues that can only be found without them, and any error
    hides the issues found by the rules: pins that cannot be kept and groups that cannot run.

    Args:
        has_advice: Also look for care that nobody could give and groups that cannot run; these are warnings.
    """
    walked = parts(instance)
    issues = [issue for check in FOUNDATION for issue in check(instance)]
    issues += [issue for walk_check in WALK_FOUNDATION for issue in walk_check(walked)]
    case = None if errors(issues) else Case(instance)
    issues += [issue for walk_check in WALK_CHECKS for issue in walk_check(walked)]
    issues += [issue for check in CHECKS for issue in check(instance)]
    if case is not None:
        issues += [issue for case_check in CASE_CHECKS for issue in case_check(case)]
        if not errors(issues):
            by_rules = (*RULE_CHECKS, *(ADVICE if has_advice else ()))
            issues += [issue for rule_check in by_rules for issue in rule_check(case)]
    return tuple(sorted(issues, key=_position)), case


def errors(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues that prevent solving."""
    return tuple(issue for issue in issues if issue.severity == "error")


def _position(issue: Issue) -> tuple[int, list[int]]:
    """The position of an issue in the document: its top-level field, then the positions along its path."""
    top = re.split(r"[.\[]", issue.path, maxsplit=1)[0]
    return list(Instance.model_fields).index(top), [int(n) for n in re.findall(r"\[(\d+)\]", issue.path)]
