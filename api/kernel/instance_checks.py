"""Validate instances, and convert issues to the form used in responses."""

from __future__ import annotations

from collections.abc import Iterable

from api.kernel.errors import Place, Problem
from scheduler.case import Case
from scheduler.instance import Instance
from scheduler.validation import Issue, errors, examine, validate


def require_sound(instance: Instance, prefix: str = "") -> Case:
    """Refuse an instance that has errors.

    Args:
        prefix: Prepended to each path, for an instance that is part of a body.

    Returns:
        The case of the week, which is built to find errors.

    Raises:
        Problem: The instance has errors; the problem lists every issue.
    """
    issues, case = examine(instance, has_advice=False)
    faults = errors(issues)
    if case is None or faults:
        issues = validate(instance)
        count = "The error says" if len(faults) == 1 else f"The {len(faults)} errors say"
        raise Problem("bad_instance", f"{count} where and what to do; POST /v1/validate reports the same.", places(issues, prefix))
    return case


def places(issues: Iterable[Issue], prefix: str = "") -> list[Place]:
    """Convert issues to the form used in responses."""
    return [Place(code=i.code, severity=i.severity, path=f"{prefix}{i.path}".rstrip("."), message=i.message) for i in issues]
