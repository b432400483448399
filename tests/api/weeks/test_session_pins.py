"""Pins of whole sessions, as the week board sets and takes them back."""

from __future__ import annotations

from api.database import Store
from api.weeks.store.session_pins import add_pin, pin_session, pinned_sessions, unpin_session
from scheduler.instance import Pin
from tests.api.weeks.conftest import program  # noqa: F401 - fixture
from tests.api.weeks.small import MONDAY
from tests.build import meet, roster, run

TWICE = roster(run("g1", "mon", "09:00", ("ana",)), meet("ana", "mon", "13:00"), meet("ana", "wed", "13:00"))


def test_of_two_appointments_of_a_service_one_is_pinned(store: Store, program: str) -> None:  # noqa: F811
    """Each for itself; a pin that names no time is of both."""
    group, first, second = sorted(TWICE.sessions, key=lambda one: one.start)
    with store.writing() as session:
        pin_session(session, program, MONDAY, first, "ada")
        assert pinned_sessions(session, program, MONDAY, TWICE.sessions) == {first.id}
        pin_session(session, program, MONDAY, second, "ada")
        assert pinned_sessions(session, program, MONDAY, TWICE.sessions) == {first.id, second.id}
        unpin_session(session, program, MONDAY, first)
        assert pinned_sessions(session, program, MONDAY, TWICE.sessions) == {second.id}
        pin_session(session, program, MONDAY, group, "ada")
        assert pinned_sessions(session, program, MONDAY, TWICE.sessions) == {group.id, second.id}
        unpin_session(session, program, MONDAY, second)
        add_pin(session, program, MONDAY, Pin(kind="booking", participant="ana", service=first.service), "ada")
        assert pinned_sessions(session, program, MONDAY, TWICE.sessions) == {group.id, first.id, second.id}
