"""Errors and warnings about a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """An error or warning about a document.

    Attributes:
        code: One of :data:`scheduler.validation.CODES`.
        severity: An error prevents solving; a warning is passed on with the result.
        path: Where it is, with positions from 0, e.g. ``participants[3].home_track``; empty for the whole document.
        message: One sentence that says what to do. Names ids only, never labels.
    """

    code: str
    severity: Severity
    path: str
    message: str


def error(code: str, path: str, message: str) -> Issue:
    """Create an issue that prevents solving."""
    return Issue(code, "error", path, message)


def warning(code: str, path: str, message: str) -> Issue:
    """Create an issue that is passed on with the result."""
    return Issue(code, "warning", path, message)
