"""The groups of a week come from one track.

Rule: The groups of a participant that name a track are taken from one track: the home track where one is given and last week's places
are held; else any one track. Free are participants with rotating shifts or with consent to change tracks, groups without a track, and
runs a coordinator marks as make-up.
Math: number of tracks with a booking <= 1, or <= the tracks of sessions that have happened where these are more; with a home track in
`hold`, no booking outside it.
Amount: tracks too many (with a home track: tracks other than it).
Source: program practice; a week of mornings and evenings in turn cannot be kept beside a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.rule import Rule, Violation
from scheduler.terms import AnyOf, Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class TrackIntegrity(Rule):
    """Nobody is spread over several tracks."""

    id = "track_integrity"
    title = "The groups of a week come from one track"
    level = "hard"
    scope = "week"
    unit = "tracks too many"
    source = "program practice"

    def applies_to(self, case: Case) -> bool:
        """Whether any group names a track."""
        return any(group.track is not None for group in case.groups.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """A group of a track is the home track's, where that is given and held."""
        home = home_track(case, visit.participant)
        return home is None or track_of(case, visit) in (None, home)

    def rows(self, case: Case, candidates: Candidates) -> Iterable[Row]:
        """One row per participant without a home: of all tracks, one."""
        for participant, visits in candidates.visits.items():
            tracks = by_track(case, visits)
            bound = max(1, _num_past(case, tracks))
            if home_track(case, participant) is None and len(tracks) > bound:
                used = [AnyOf((self.id, participant, track), members) for track, members in tracks.items()]
                yield Row(self.id, (participant,), total(used), bound)

    def check(self, case: Case, view: View) -> Iterator[Violation]:
        """Count everybody's tracks."""
        for participant, visits in view.visits.items():
            tracks, home = by_track(case, visits), home_track(case, participant)
            if home is None:
                over = len(tracks) - max(1, _num_past(case, tracks))
                message = f"{participant} is booked in {len(tracks)} tracks: {', '.join(tracks)}"
            else:
                tracks = by_track(case, (v for v in visits if not case.is_past(v.span.start) and track_of(case, v) != home))
                over = len(tracks)
                message = f"{participant} is booked outside the home track {home}: {', '.join(tracks)}"
            if over > 0:
                sessions = [view.session_of[v].id for members in tracks.values() for v in members]
                yield self.violation(over, (participant,), message, sessions)


def home_track(case: Case, participant: str) -> str | None:
    """The home track that binds a participant this week."""
    return case.participants[participant].home_track if case.is_hold else None


def track_of(case: Case, visit: Visit) -> str | None:
    """The track a visit counts for; None when the rule does not concern it."""
    person = case.participants[visit.participant]
    if visit.group is None or person.has_rotating_shifts or person.may_change_track or case.groups[visit.group].is_make_up:
        return None
    return case.groups[visit.group].track


def by_track(case: Case, visits: Iterable[Visit]) -> dict[str, tuple[Visit, ...]]:
    """One participant's visits by the track they count for."""
    tracks: dict[str, list[Visit]] = {}
    for visit in visits:
        if (track := track_of(case, visit)) is not None:
            tracks.setdefault(track, []).append(visit)
    return {track: tuple(members) for track, members in tracks.items()}


def _num_past(case: Case, tracks: dict[str, tuple[Visit, ...]]) -> int:
    """Number of tracks with a session that has happened."""
    return sum(any(case.is_past(v.span.start) for v in members) for members in tracks.values())
