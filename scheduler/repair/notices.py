"""What interpreters, drivers and others have to be told when a roster changes: when they are needed no longer, and when instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scheduler.instance import Resource
from scheduler.rules._resources import is_used, users
from scheduler.timegrid import Span
from scheduler.view import View


class ResourceNotice(NamedTuple):
    """A resource that one participant needs at other times than before.

    Attributes:
        before: When it is needed no longer.
        after: When it is needed now.
    """

    resource: str
    participant: str
    before: tuple[Span, ...]
    after: tuple[Span, ...]


def resource_notices(before: View, after: View) -> tuple[ResourceNotice, ...]:
    """The changes of two rosters of a week, by resource and participant; what is past is left out."""
    return tuple(notice for resource in after.case.instance.resources for notice in _of_resource(resource, before, after))


def _of_resource(resource: Resource, before: View, after: View) -> Iterator[ResourceNotice]:
    for participant in users(after.case, resource.id):
        was, is_now = (_spans(resource, view, participant) for view in (before, after))
        if was != is_now:
            yield ResourceNotice(resource.id, participant, tuple(sorted(was - is_now)), tuple(sorted(is_now - was)))


def _spans(resource: Resource, view: View, participant: str) -> set[Span]:
    return {v.span for v in view.visits.get(participant, ()) if is_used(resource, v) and not view.case.time.is_past(v.span.start)}
