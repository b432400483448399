"""Fixes for unmet care, tested by solving again and ranked by their gain and their cost to others."""

from __future__ import annotations

from scheduler.fixes.after_search import AfterSearch
from scheduler.fixes.beside_search import LEAST_SECONDS, BesideSearch, seconds_needed
from scheduler.instance.change import Change, applied

__all__ = ["LEAST_SECONDS", "AfterSearch", "BesideSearch", "Change", "applied", "seconds_needed"]
