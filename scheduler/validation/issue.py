"""What is wrong, or odd, with an instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about a document.

    Attributes:
        code: One of :data:`scheduler.validation.CODES`.
        severity: An error stops solving; a warning travels on with the result.
        path: Where, with positions from 0, e.g. ``participants[3].home_track``; empty is the whole document.
        message: One sentence that says what to do. Names ids only, never labels.
    """

    code: str
    severity: Severity
    path: str
    message: str


def error(code: str, path: str, message: str) -> Issue:
    """An issue that stops solving."""
    return Issue(code, "error", path, message)


def warning(code: str, path: str, message: str) -> Issue:
    """An issue that travels on with the result."""
    return Issue(code, "warning", path, message)
