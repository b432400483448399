"""The numbers of cohorts, staff and rooms for a program of a given size.

Source of the ratios: planning table of program sizes (small 20-30 participants, 3-4 clinicians, 2 group rooms, 6-10 blocks; medium
40-60, 5-7, 3, 14-22; large 80-120, 9-15, 5-8, 30-48) and 2.15 clinician hours per participant-week. They are planning assumptions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

CLINICIAN_HOURS = 2.15
"""Clinician hours per participant and week: 9 h of group shared by 10, one individual, a quarter hour of family and case work."""
DIRECT_HOURS = 24
"""Direct hours of a full-time clinician a week."""
COHORT = 9
"""The planned number of participants per cohort."""
IN_BLOCKS = 0.87
"""The share of participants in phases with blocks; the others are in aftercare."""
EVENING, MORNING, AFTERNOON = 0.58, 0.30, 0.12
"""The times of day at which people with blocks can attend, from the availability mix."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of one site.

    Attributes:
        evening, morning, afternoon: Cohorts by time of day.
        evening_staff, day_staff: Therapists and counselors by shift.
        support: Prescribers, and as many case managers.
    """

    participants: int
    evening: int
    morning: int
    afternoon: int
    evening_staff: int
    day_staff: int
    support: int
    group_rooms: int
    offices: int


def sizes_of(participants: int, tightness: float = 1.0) -> Sizes:
    """Size a site for its participants; a tightness above 1 removes cohorts, and with them staff and rooms."""
    blocks = participants * IN_BLOCKS / COHORT / tightness
    evening = max(1, math.floor(EVENING * blocks + 0.35))
    morning = max(1, math.floor(MORNING * blocks + 0.35))
    afternoon = math.floor(AFTERNOON * blocks + 0.35)
    evening_staff = evening + 1
    needed = math.ceil(CLINICIAN_HOURS * participants / DIRECT_HOURS / tightness)
    return Sizes(
        participants=participants,
        evening=evening,
        morning=morning,
        afternoon=afternoon,
        evening_staff=evening_staff,
        day_staff=max(2, morning, needed - evening_staff),
        support=max(1, round(participants / 80)),
        group_rooms=max(2, evening, morning),
        offices=max(2, math.ceil(participants / 15 / tightness)),
    )
