"""Fixes for unmet care, tested by solving again and ranked by their gain and their cost to others."""

from __future__ import annotations

from scheduler.fixes.after_search import unmet_with_fixes
from scheduler.instance.change import Change, applied

__all__ = ["Change", "applied", "unmet_with_fixes"]
