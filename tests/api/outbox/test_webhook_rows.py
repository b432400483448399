"""Webhooks as rows, without a service around them: whose they are, what they are told, and who changed them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database.listing import Listing
from api.database.tables import MessageRow, WebhookRow
from api.events.store import notify
from api.kernel.errors import Problem
from api.webhooks.store import (
    OVERLAP,
    PING,
    WEBHOOKS_MOST,
    change_webhook,
    create_webhook,
    find_webhook,
    list_webhooks,
    ping,
    rotate_secret,
)
from tests.api.weeks.small import BEFORE, changed_elsewhere

LATER = BEFORE + timedelta(minutes=1)
PUBLISHED, UNPUBLISHED = "roster.published", "roster.unpublished"


def registered(rows: Session, program: str = "north", events: tuple[str, ...] = (UNPUBLISHED, PUBLISHED)) -> WebhookRow:
    return create_webhook(rows, program, "https://example.org/hook", events, "user:1", BEFORE)


def code_of(act: Any, *given: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value.code


def test_it_is_registered_with_a_secret_of_its_own(rows):
    row, other = registered(rows, events=(UNPUBLISHED, PUBLISHED, PUBLISHED)), registered(rows)
    assert (row.program, row.url, row.events) == ("north", "https://example.org/hook", [PUBLISHED, UNPUBLISHED])
    assert (row.version, row.created_by, row.changed_by, row.created_at, row.changed_at) == (1, "user:1", "user:1", BEFORE, BEFORE)
    assert row.secret != other.secret
    assert code_of(registered, rows, "west") == "not_found"


def test_a_program_has_twenty_at_most(rows):
    for _ in range(WEBHOOKS_MOST):
        registered(rows)
    assert code_of(registered, rows) == "wrong_state"
    registered(rows, "south")


def test_they_are_found_and_listed_under_their_program(rows):
    ids = sorted(registered(rows).id for _ in range(3))
    south = registered(rows, "south")
    assert [[row.id for row in list_webhooks(rows, "north", page).rows] for page in (Listing(5), Listing(5, ids[0]), Listing(1))] == [
        ids,
        ids[1:],
        ids[:1],
    ]
    assert find_webhook(rows, "north", ids[0]).id == find_webhook(rows, "north", ids[0], to_change=True).id == ids[0]
    assert [code_of(find_webhook, rows, "north", id) for id in (south.id, "none")] == ["not_found", "not_found"]
    assert code_of(list_webhooks, rows, "west", Listing()) == "not_found"


def test_it_is_read_again_before_it_is_changed(rows):
    row = registered(rows)
    changed_elsewhere(rows, WebhookRow)
    assert find_webhook(rows, "north", row.id, to_change=True).version == 7


def test_it_is_disabled_by_hand_and_enabled_again(rows):
    row = registered(rows)
    change_webhook(row, "https://example.org/new", (PUBLISHED, PUBLISHED), False, "user:2", LATER)
    assert (row.url, row.events, row.disabled_at, row.disabled_reason) == ("https://example.org/new", [PUBLISHED], LATER, "by_hand")
    assert (row.version, row.changed_by, row.changed_at) == (2, "user:2", LATER)
    row.disabled_reason, row.failing_since = "gone", BEFORE
    change_webhook(row, row.url, (UNPUBLISHED, PUBLISHED), False, "user:3", LATER + OVERLAP)
    assert (row.disabled_at, row.disabled_reason, row.failing_since, row.events) == (LATER, "gone", BEFORE, [PUBLISHED, UNPUBLISHED])
    change_webhook(row, row.url, row.events, True, "user:2", LATER)
    assert (row.disabled_at, row.disabled_reason, row.failing_since, row.version) == (None, None, None, 4)


def test_after_a_rotation_the_former_secret_signs_for_a_day(rows):
    row = registered(rows)
    former = row.secret
    assert rotate_secret(row, "user:2", LATER) == row.secret != former
    assert (row.former_secret, row.former_until) == (former, LATER + timedelta(hours=24))
    assert (row.version, row.changed_by, row.changed_at) == (2, "user:2", LATER)


def test_an_event_is_told_to_who_chose_it_and_listens(rows):
    told, deaf, other, south = registered(rows), registered(rows), registered(rows, events=(UNPUBLISHED,)), registered(rows, "south")
    change_webhook(deaf, deaf.url, deaf.events, False, "user:2", BEFORE)
    rows.flush()
    notify(rows, PUBLISHED, "north", {"roster": "r1"}, LATER)
    rows.flush()
    (message,) = rows.scalars(select(MessageRow))
    assert (message.webhook, message.event, message.program, message.due_at) == (told.id, PUBLISHED, "north", LATER)
    assert message.payload == {"program": "north", "roster": "r1"}
    notify(rows, UNPUBLISHED, "south", {"roster": None}, LATER)
    rows.flush()
    assert {m.webhook for m in rows.scalars(select(MessageRow))} == {told.id, south.id}
    assert other.disabled_at is None


def test_a_test_is_sent_to_who_listens(rows):
    row = registered(rows)
    message = ping(rows, row, LATER)
    assert (message.webhook, message.event, message.payload, message.due_at) == (row.id, PING, {"program": "north"}, LATER)
    assert rows.get(MessageRow, message.id) is message
    change_webhook(row, row.url, row.events, False, "user:2", LATER)
    assert code_of(ping, rows, row, LATER) == "wrong_state"
