"""All of a participant's groups are in one track.

Rule: The groups of a participant that name a track are taken from one track: the home track where one is given and last week's places
are held; else any one track. Homes are where people are: a track in which a rebuild placed someone is the home until a coordinator names
another one, and a roster stores no other home than the track its groups are in. Exempt are participants with rotating shifts or with
consent to change tracks, groups without a track, and runs that a coordinator marks as make-up.
Math: number of tracks with a booking <= 1, or <= the tracks of sessions that have happened where these are more; with a home track in
`hold`, no booking outside it; the stored home is a track with a booking, if there is any.
Amount: extra tracks (with a home track: tracks other than it); 1 for a stored home elsewhere.
Source: program practice; a week of mornings and evenings in turn cannot be kept beside a job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scheduler.case import Case
from scheduler.roster import Home
from scheduler.rule import Rule, Violation
from scheduler.rules._words import days_of
from scheduler.terms import AnyOf, Row, Visit, total
from scheduler.view import View

if TYPE_CHECKING:
    from scheduler.candidates import Candidates


class TrackIntegrity(Rule):
    """Each participant's groups are of one track."""

    id = "track_integrity"
    title = "All of a participant's groups are in one track"
    level = "hard"
    scope = "week"
    unit = "extra tracks"
    source = "program practice"
    reads = ("need",)
    sees_times = False

    def applies_to(self, case: Case) -> bool:
        """Whether any group names a track."""
        return any(group.track is not None for group in case.groups.values())

    def admits(self, case: Case, visit: Visit) -> bool:
        """A group of a track is of the home track, if that is given and held."""
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

    def check_participant(self, case: Case, view: View, participant: str) -> Iterator[Violation]:
        """Count a participant's tracks, and compare them with the home stored in the roster."""
        tracks, home = by_track(case, view.visits[participant]), home_track(case, participant)
        if home is None:
            used, over = tracks, len(tracks) - max(1, _num_past(case, tracks))
        else:
            ahead = (v for v in view.visits[participant] if not case.time.is_past(v.span.start))
            used = by_track(case, (v for v in ahead if track_of(case, v) != home))
            over = len(used)
        if over > 0:
            where = f"in {len(used)} tracks" if home is None else f"outside the home track {home}"
            message = f"{participant} is booked {where}: {named(case, used)}"
            yield self.violation(over, (participant,), message, [view.session_of[v].id for members in used.values() for v in members])
        if participant in view.homes:
            yield from self._stored_home(case, view, view.homes[participant], tracks)

    def _stored_home(self, case: Case, view: View, home: Home, tracks: Mapping[str, Sequence[Visit]]) -> Iterator[Violation]:
        """A home stored in the roster is the track of the groups; the model writes no other."""
        ahead = [v for visits in tracks.values() for v in visits if not case.time.is_past(v.span.start)]
        if home.track is not None and ahead and home.track not in tracks:
            message = f"the roster stores {home.track} as home track of {home.participant}, whose groups are in {named(case, tracks)}"
            yield self.violation(1, (home.participant,), message, [view.session_of[v].id for v in ahead])


def home_track(case: Case, participant: str) -> str | None:
    """The home track that binds a participant this week."""
    home = case.places.home(participant)
    return home.track if case.is_hold and home.is_binding else None


def named(case: Case, tracks: Mapping[str, Sequence[Visit]]) -> str:
    """Tracks in words, with the days of their bookings."""
    return "; ".join(f"{track} on {days_of(case, (v.day for v in visits))}" for track, visits in tracks.items())


def track_of(case: Case, visit: Visit) -> str | None:
    """The track that a visit counts for; None if the rule does not concern it."""
    return None if case.places.is_free_of_tracks(visit.participant) else case.groups.track(visit.group)


def by_track(case: Case, visits: Iterable[Visit]) -> dict[str, tuple[Visit, ...]]:
    """One participant's visits by the track that they count for."""
    tracks: dict[str, list[Visit]] = {}
    for visit in visits:
        if (track := track_of(case, visit)) is not None:
            tracks.setdefault(track, []).append(visit)
    return {track: tuple(members) for track, members in tracks.items()}


def _num_past(case: Case, tracks: dict[str, tuple[Visit, ...]]) -> int:
    """Number of tracks with a session that has happened."""
    return sum(any(case.time.is_past(v.span.start) for v in members) for members in tracks.values())
