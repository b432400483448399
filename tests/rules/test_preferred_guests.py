"""Words to numbers for `preferred_guests`."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.rules.preferred_guests import PreferredGuests
from scheduler.view import View
from tests.build import meet, view
from tests.faces import both
from tests.rules.test_guest_presence import guest, week

RULE = PreferredGuests()
MAY = {"required_in": [], "preferred_in": ["multi"]}


def may(**more: dict[str, Any]) -> View:
    """Ana's week with guests who may come, each with what is special."""
    return week("ana", guests={"ana": [guest(id, **(MAY | of_one)) for id, of_one in more.items()]})


@pytest.mark.parametrize(
    ("guests", "amount"),
    [
        ({"mum": {}, "dad": {}}, 0),
        ({"mum": {"start": "18:00"}, "dad": {}}, 1),
        ({"mum": {"start": "18:00"}, "dad": {"modes": ["telehealth"]}}, 2),
        ({"mum": {"start": "18:00", "required_in": ["multi"]}}, 0),
        ({"mum": {"start": "18:00", "preferred_in": []}}, 0),
    ],
)
def test_every_guest_who_cannot_come_counts_one(guests: dict[str, dict[str, Any]], amount: int) -> None:
    """Those who must come are another rule's."""
    assert both(RULE, may(**guests)) == (amount, amount)


def test_appointments_are_not_concerned() -> None:
    made = view(may(mum={"start": "18:00"}).case.instance, meet("ana", "tue", "09:00"))
    assert both(RULE, made) == (0, 0)


def test_a_service_that_takes_no_guests_is_not_concerned() -> None:
    late = guest("mum", start="18:00", **MAY)
    assert both(RULE, week("ana", guests={"ana": [late]}, service={"guests": "none"})) == (0, 0)


def test_the_message_names_the_guests() -> None:
    made = may(mum={"start": "18:00"}, dad={"start": "18:00"})
    (found,) = RULE.check(made.case, made)
    assert found.message == "ana is in m on Monday 2026-11-30 17:30 without mum, dad"


def test_it_applies_where_a_guest_may_come() -> None:
    assert RULE.applies_to(may(mum={}).case)
    assert not RULE.applies_to(week("ana", guests={"ana": [guest("mum")]}).case)
