"""Groups take newcomers a few at a time.

Rule: At most 2 newcomers a week join one group. Newcomers are new to the group's track, or to the program where the group has none: they
were in no group of the track last week and are not at home in it, or have no order from before. Another weekday, a make-up or a week of
absence makes nobody new. A new group settles: in the two weeks after its first it takes none, while in its first week everybody is a
founder. Closed groups take nobody who was not in a group of their cohort last week (without a cohort, in that same group, if it met),
except in the week of a gate (and their first week), without limit then. A named override replaces all of this for the week. A new term
(`rebuild`) is exempt, and so is a program without last week's roster.
Math: newcomers booked in a run <= limit of the group.
Amount: newcomers beyond the limit.
Source: operational default; settling weeks are our judgment (policies `newcomers_per_group`, `settling_weeks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.rules._words import time_of
from scheduler.terms import Row, Visit, total
from scheduler.view import PlacedSession
from scheduler.words import counted

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class GroupIntake(Rule):
    """Newcomers of a group are limited."""

    id = "group_intake"
    title = "A limited number of newcomers per group"
    level = "hard"
    scope = "shared"
    unit = "participants"
    parameters = ("newcomers_per_group", "settling_weeks")
    source = "operational default; programs differ"
    reads = ()
    sees_clinicians = False

    def applies_to(self, case: Case) -> bool:
        """Whether places are held from last week's roster."""
        return bool(case.groups) and case.is_hold and case.instance.history.last_week is not None

    def admits(self, case: Case, visit: Visit) -> bool:
        """A group that takes no newcomers is refused here, so that the refusal explains unmet care."""
        return visit.group is None or limit(case, visit.group) != 0 or not self._is_newcomer(case, visit.participant, visit.group)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """Newcomers of each run still to come, if more could join than may."""
        for run, visits in candidates.visits_in.items():
            most = limit(case, run.group)
            if most is not None and run not in candidates.past:
                newcomers = [v for v in visits if self._is_newcomer(case, v.participant, run.group)]
                if len(newcomers) > most:
                    yield Row(self.id, (run.group, run.span.start), total(newcomers), most)

    def check_session(self, case: Case, placed: PlacedSession) -> Iterator[Violation]:
        """Count the newcomers of each run."""
        if placed.session.group is None:
            return
        group = placed.run.group
        most, newcomers = limit(case, group), [p for p in placed.participants() if self._is_newcomer(case, p, group)]
        if most is not None and (over := len(newcomers) - most) > 0:
            message = f"{group} takes {counted(len(newcomers), 'newcomer')} on {time_of(case, placed.span.start)}, {over} more than allowed"
            yield self.violation(over, (*newcomers, group), message, (placed.id,))

    def _is_newcomer(self, case: Case, participant: str, group: str) -> bool:
        """Whether a participant is new to a closed group, to a track, or to the program."""
        if not self.applies_to(case) or not case.care.is_served(participant) or group in case.past.last_groups(participant):
            return False
        return not (is_of_closed(case, participant, group) if case.groups[group].is_closed else is_of_track(case, participant, group))


def is_of_closed(case: Case, participant: str, group: str) -> bool:
    """Whether someone who was not in a closed group last week belongs to it anyway: by its cohort, or because it did not meet."""
    cohort, home = case.groups[group].cohort, case.places.home(participant)
    if cohort is not None:
        others = (case.groups[other].cohort for other in case.past.last_groups(participant) if other in case.groups)
        return cohort in others or (home.cohort == cohort and was_here(case, participant))
    met = any(session.group == group for session in case.past.last_sessions)
    return not met and was_here(case, participant) and home.track == case.groups[group].track


def is_of_track(case: Case, participant: str, group: str) -> bool:
    """Whether someone who was not in a group last week belongs to its track, or without one to the program."""
    track = case.groups[group].track
    if track is None or case.places.is_free_of_tracks(participant):
        return was_here(case, participant)
    tracks = (case.groups.track(other) for other in case.past.last_groups(participant) if other in case.groups)
    return track in tracks or (case.places.home(participant).track == track and was_here(case, participant))


def was_here(case: Case, participant: str) -> bool:
    """Whether a participant was in a group last week, or had an order before and was not admitted just last week."""
    person = case.participants[participant]
    is_new = person.first_session_due is not None or (person.admitted is not None and person.admitted >= case.past.last_week.monday)
    return bool(case.past.last_groups(participant)) or (case.past.last_order(participant) is not None and not is_new)


def limit(case: Case, group: str) -> int | None:
    """The most newcomers that a group may take this week; None is no limit."""
    offer = case.groups[group]
    if offer.intake_override is not None:
        return offer.intake_override
    if offer.is_closed and case.week.monday in offer.gates:
        return None
    # 0 is the week of the first run; a group whose first run is still to come has founders only, too.
    opened = offer.opened_on or offer.meets_from
    age = None if opened is None else -(case.week.day(opened) // 7)
    if age is not None and age <= 0:
        return None
    if offer.is_closed or (age is not None and age <= case.policy.settling_weeks):
        return 0
    return case.policy.newcomers_per_group
