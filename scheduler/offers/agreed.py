"""Places of last week that are given up by agreement: by whoever asks for another week, and by those who move for them."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.case import Case, HeldPlace
from scheduler.fixes.agreements import is_kept, released
from scheduler.instance.change import Change, applied
from scheduler.view import View


def agreed(case: Case, people: Iterable[str]) -> Case:
    """The case in which some participants may give up the places that they hold."""
    held = _held(case, people)
    return case.changed(applied(case.instance, released(held))) if held else case


def given_up(case: Case, view: View, people: Iterable[str]) -> Change:
    """The change of the instance that lets some participants have what a roster gives them: the places that they no longer hold.

    Args:
        case: The week as it is.
    """
    held = [place for place in _held(case, people) if not is_kept(view, place)]
    return released(held) if held else {}


def _held(case: Case, people: Iterable[str]) -> list[HeldPlace]:
    places = (place for person in people for place in case.places.held[person])
    return [place for place in places if place.released is None and not case.time.is_past(place.span.start)]
