"""Busy time from an imported calendar file: bytes in, busy spans out, and nothing else is stored.

What reads calendars and finds patterns is loaded on first use, so that commands start without numpy and the calendar library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scheduler.exchange.busy.models import BUSY_ERRORS, BUSY_WARNINGS, Busy, BusyError, BusyOptions, BusyWarning, BusyWindow

if TYPE_CHECKING:
    from scheduler.exchange.busy.patterns import Pattern
    from scheduler.exchange.busy.reading import read_busy, window_of
    from scheduler.exchange.busy.suggesting import Suggestion, busy_in, find_regular, suggest, taken_in

__all__ = [
    "BUSY_ERRORS",
    "BUSY_WARNINGS",
    "Busy",
    "BusyError",
    "BusyOptions",
    "BusyWarning",
    "BusyWindow",
    "Pattern",
    "Suggestion",
    "busy_in",
    "find_regular",
    "read_busy",
    "suggest",
    "taken_in",
    "window_of",
]

_HOMES = {
    "patterns": ("Pattern",),
    "reading": ("read_busy", "window_of"),
    "suggesting": ("Suggestion", "busy_in", "find_regular", "suggest", "taken_in"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name from its module."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
