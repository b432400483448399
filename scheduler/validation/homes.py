"""Checks of home tracks and cohorts against participants' places."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.case import Case
from scheduler.validation.issue import Issue, warning


def elsewhere(case: Case) -> Iterator[Issue]:
    """A given home track or cohort is the one in which the participant has places."""
    for n, person in enumerate(case.instance.participants):
        home = case.places.home(person.id)
        for kind, entry, derived in (("track", person.home_track, home.track), ("cohort", person.home_cohort, home.cohort)):
            if entry is not None and entry != derived:
                message = f"set the home {kind} of {person.id} to {derived}, last week's home: entering {entry} does not move anyone"
                if derived is None:
                    message = f"set another home {kind} for {person.id}: {entry} does not belong to the home track {home.track}"
                yield warning("home_elsewhere", f"participants[{n}].home_{kind}", message)


def unattended(case: Case) -> Iterator[Issue]:
    """Every served participant is free for a group of the home track, if that track is binding."""
    for n, person in enumerate(case.instance.participants):
        track = case.places.home(person.id).track
        is_bound = person.home_track is not None and case.is_hold and not case.places.is_free_of_tracks(person.id)
        if track is not None and is_bound and case.care.is_served(person.id) and not case.places.can_attend(person.id, track):
            message = f"set another home track for {person.id}, or enter more free time: {person.id} can attend no group of {track}"
            yield warning("home_unattended", f"participants[{n}].home_track", message)


def moves(case: Case) -> Iterator[Issue]:
    """Issues for places that are released because they are not in the home track."""
    for n, person in enumerate(case.instance.participants):
        left = [place.group for place in case.places.held[person.id] if place.released == "home_track" and place.group is not None]
        if left:
            track = case.places.home(person.id).track
            message = f"check that {person.id} belongs in home track {track}; places released: {', '.join(left)}"
            yield warning("home_moves", f"participants[{n}].home_track", message)
