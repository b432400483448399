"""Letters from a form on a person's page: the consent is checked, and what is wrong is said at its field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.database.tables import AuditEntryRow
from tests.api.pages.test_person import words
from tests.api.weeks.small import PROGRAM

PERSON = f"/programs/{PROGRAM}/people/ana"
LETTERS = f"{PERSON}/letters"


@pytest.fixture(autouse=True)
def in_the_morning(published, clock):
    """Monday of the week, 8:00 in New York."""
    clock(datetime(2026, 11, 30, 13, 0, tzinfo=UTC))


def test_a_letter_is_written_once_there_is_a_consent(desk, store):
    browser = desk()
    page = browser.get(LETTERS)
    assert "Court: the dates attended and missed No consent" in [words(label) for label in page.all("label")]
    page = browser.post(LETTERS, 422, letter="employer", first="2026-11-30")
    assert words(page.of_id("letter-wrong")) == "There is no consent to this letter that is in force today."
    assert page.of_id("first").attributes["value"] == "2026-11-30"
    browser.post(f"{PERSON}/consents", kind="employer_letter", first="2026-11-30")
    answer = browser.client.post(LETTERS, data={"letter": "employer"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert "Appointments ahead" in answer.text
    assert "X." not in answer.text, "the name is filled in by hand"
    with store.reading() as session:
        acts = [row.action for row in session.scalars(select(AuditEntryRow)) if row.action.startswith("letter.")]
    assert acts == ["letter.attendance"]


def test_the_summary_may_be_written_for_the_program_itself(desk):
    browser = desk()
    browser.get(LETTERS)
    answer = browser.client.post(LETTERS, data={"letter": "hand_off"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert "For internal use only" in answer.text


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"letter": "friend"}, "letter"),
        ({"first": "x"}, "first"),
        ({"last": "x"}, "last"),
        ({"first": "2026-11-30", "last": "2026-11-01"}, "last"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(desk, fields, where):
    page = desk().post(LETTERS, 422, **{"letter": "hand_off"} | fields)
    assert page.of_id(f"{where}-wrong").text
