"""Rows are changed by one dependency, which compares `If-Match`."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isasyncgenfunction, iscoroutinefunction

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.database import Store
from api.kernel.settings import Settings
from api.web.dependencies import _writing_in_turn
from tests.api.described import IdleEngine

OTHERWISE = {
    "import_bundle": "the token of a preview",
    "import_workbook": "the token of a preview",
    "publish_roster": "says whether someone else has published",
    "put_contact": "or If-None-Match, of what is not there yet",
    "put_late_notice": "or If-None-Match, of what is not there yet",
    "record_attendance": "or If-None-Match, of what is not there yet",
    "replace_fhir_settings": "there from the beginning, with version 0 and without a row",
}
"""Routes that read If-Match by themselves, and why."""


@pytest.fixture(scope="module")
def changes(tmp_path_factory) -> Iterator[list[APIRoute]]:
    """The routes that read If-Match."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('described')}/none.sqlite")
    contexts = iter_route_contexts(create_app(Settings(), store, IdleEngine()).routes)
    routes = [context.original_route for context in contexts if isinstance(context.original_route, APIRoute)]
    yield [route for route in routes if any(field.alias == "If-Match" for part in parts(route.dependant) for field in part.header_params)]
    store.close()


def parts(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for part in dependant.dependencies:
        yield from parts(part)


def is_change(part: Dependant) -> bool:
    return getattr(part.call, "__name__", "") in ("changing_row", "starting_row")


def test_every_row_is_changed_by_it(changes):
    by_itself = {route.name for route in changes if not any(map(is_change, route.dependant.dependencies))}
    assert by_itself == OTHERWISE.keys()
    assert len(changes) > 50


def test_no_row_is_locked_before_the_route_has_its_thread(changes):
    """A request that holds a lock must not wait for a thread: all threads may be waiting for the lock."""
    for route in changes:
        for change in filter(is_change, route.dependant.dependencies):
            threaded = {part.call for part in parts(change) if not (iscoroutinefunction(part.call) or isasyncgenfunction(part.call))}
            assert (threaded, iscoroutinefunction(route.endpoint)) == ({_writing_in_turn}, False), route.name
