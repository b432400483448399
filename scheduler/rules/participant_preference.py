"""Ranked preferences of participants are met.

Rule: Participants rank times of day, modes, groups, or the gender or language of their clinician. The distance of a session is the
position of its value in the ranking.
Math: amount of a booking = sum over the ranked attributes of min(3, place of its value, best 0), unlisted values 3. Time and mode speak of
every session, the group of group places, gender and language of sessions with a clinician of one's own (of several languages the best).
Amount: rank distance, 0 to 3 for each attribute and booking.
Source: the participant's preferences; clock limits are policy `afternoon_start` and `evening_start`.
"""

from __future__ import annotations

from scheduler.case import Case
from scheduler.instance import Preference
from scheduler.rules._per_visit import PerVisit
from scheduler.rules._words import time_of
from scheduler.terms import Visit
from scheduler.timegrid import DAY

FARTHEST = 3


class ParticipantPreference(PerVisit):
    """Bookings match what the participant ranked best."""

    id = "participant_preference"
    title = "Ranked preferences are met"
    unit = "rank distance"
    weight = 2
    parameters = ("afternoon_start", "evening_start")
    source = "the participant's own ranking"

    def applies_to(self, case: Case) -> bool:
        """Whether any participant has a wish."""
        return any(p.preferences for p in case.participants.values())

    def distance(self, case: Case, visit: Visit) -> int:
        """Rank distance of a visit, summed over the participant's wishes."""
        wishes = case.participants[visit.participant].preferences
        return sum([rank(wish, values(case, visit, wish)) for wish in wishes]) if wishes else 0

    def sentence(self, case: Case, visit: Visit, distance: int) -> str:
        """The value that the participant gets, and its place in the ranking."""
        what = f"{visit.group or visit.service} on {time_of(case, visit.span.start)}"
        return f"{visit.participant} has {what} at a rank distance of {distance}"


def rank(wish: Preference, values: tuple[str | None, ...] | None) -> int:
    """Place of the best value in the ranking, at most 3; 0 if the wish does not concern the visit."""
    if values is None:
        return 0
    return min([FARTHEST, *(place for place, value in enumerate(wish.ranked) if value in values)])


def values(case: Case, visit: Visit, wish: Preference) -> tuple[str | None, ...] | None:
    """The values that a visit offers for a wish; None if the wish does not concern such visits."""
    if wish.attribute == "time":
        return (time_of_day(case, visit.span.start),)
    if wish.attribute == "mode":
        return (visit.mode,)
    if wish.attribute == "group":
        return None if visit.group is None else (visit.group,)
    if visit.clinician is None or visit.clinician not in case.clinicians:
        return None
    clinician = case.clinicians[visit.clinician]
    return clinician.languages if wish.attribute == "clinician_language" else (clinician.gender,)


def time_of_day(case: Case, minute: int) -> str:
    """Morning, afternoon or evening, by the start of a session."""
    clock = minute % DAY
    if clock < case.policy.afternoon_start:
        return "morning"
    return "afternoon" if clock < case.policy.evening_start else "evening"
