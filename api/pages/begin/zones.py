"""Time zones to choose from: those of the United States first, then all others."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

COMMON: Final = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico",
}


@cache
def other_zones() -> tuple[str, ...]:
    """All other zones that are named after a place."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return tuple(sorted(zone for zone in available_timezones() if zone.startswith(areas) and zone not in COMMON))


def is_zone(zone: str) -> bool:
    """Whether a zone can be chosen."""
    return zone in COMMON or zone in other_zones()
