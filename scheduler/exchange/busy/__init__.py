"""Busy time from an imported calendar file: bytes in, busy spans out, and nothing else is stored."""

from scheduler.exchange.busy.models import BUSY_ERRORS, BUSY_WARNINGS, Busy, BusyError, BusyOptions, BusyWarning, BusyWindow
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
