"""Whether an instance makes sense, and issues as an answer writes them."""

from __future__ import annotations

from collections.abc import Iterable

from api.kernel.errors import Place, Problem
from scheduler.instance import Instance
from scheduler.validation import Issue, errors, validate


def require_sound(instance: Instance, prefix: str = "") -> tuple[Issue, ...]:
    """Refuse an instance that cannot be solved. Takes a tenth of a second for 240 participants.

    Args:
        prefix: Put before every path, where the instance is part of a body.

    Returns:
        The warnings.

    Raises:
        Problem: It has errors; carries every issue.
    """
    issues = validate(instance)
    if found := errors(issues):
        count = "The error says" if len(found) == 1 else f"The {len(found)} errors say"
        raise Problem("bad_instance", f"{count} where and what to do; POST /v1/validate tells the same.", places(issues, prefix))
    return issues


def places(issues: Iterable[Issue], prefix: str = "") -> list[Place]:
    """Issues as an answer writes them."""
    return [Place(code=i.code, severity=i.severity, path=f"{prefix}{i.path}".rstrip("."), message=i.message) for i in issues]
