"""Consents are recorded, in force between their dates, and over for good when they are withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from api.consents.store import has_consent
from api.database.tables import AuditEntryRow
from tests.api.letters.conftest import CONSENTS

DAY = timedelta(days=1)


def allows(store, kind: str, on: date, participant: str = "ana", program: str = "north") -> bool:
    with store.reading() as session:
        return has_consent(session, program, participant, kind, on)


def test_a_consent_is_in_force_from_its_first_to_its_last_date(store, record):
    record("email", "2026-12-01", "2026-12-05", reference="file-7")
    days = [date(2026, 11, 30) + n * DAY for n in range(7)]
    assert [allows(store, "email", day) for day in days] == [False, True, True, True, True, True, False]
    assert not allows(store, "guardian_feed", days[2]), "one kind does not allow another"
    assert not allows(store, "email", days[2], "ben"), "nor one participant's another's"
    assert not allows(store, "email", days[2], program="south")


def test_without_a_last_date_it_is_in_force_until_it_is_withdrawn(coordinator, store, record):
    made = record("email")
    assert allows(store, "email", date(2199, 1, 1))
    answer = coordinator.delete(f"{CONSENTS}/{made['id']}", headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.headers["ETag"]) == ("withdrawn", '"2"')
    assert answer.json()["withdrawn_by"].startswith("key:")
    assert not allows(store, "email", date(2026, 11, 26))
    again = coordinator.delete(f"{CONSENTS}/{made['id']}", headers={"If-Match": '"2"'})
    assert again.json() == answer.json(), "withdrawing twice changes nothing"
    assert [c["state"] for c in coordinator.get(CONSENTS).json()["items"]] == ["withdrawn"], "that it was stays in the list"


def test_a_second_consent_counts_where_the_first_is_withdrawn(coordinator, store, record):
    first, _ = record("email"), record("email")
    coordinator.delete(f"{CONSENTS}/{first['id']}", headers={"If-Match": '"1"'})
    assert allows(store, "email", date(2026, 11, 26))


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [("2026-11-26", None, "in_force"), ("2026-11-27", None, "to_come"), ("2026-11-01", "2026-11-25", "expired")],
)
def test_the_state_is_told_by_the_date_in_the_programs_zone(clock, record, first, last, state):
    clock(datetime(2026, 11, 27, 4, 30, tzinfo=UTC))  # 23:30 on Thursday 26 in New York
    assert record("email", first, last)["state"] == state


def test_the_list_is_filtered_and_paged(coordinator, record):
    made = {record(kind)["id"] for kind in ("email", "email", "hand_off")}
    assert {c["kind"] for c in coordinator.get(f"{CONSENTS}?kind=email").json()["items"]} == {"email"}
    page = coordinator.get(f"{CONSENTS}?limit=2").json()
    rest = coordinator.get(f"{CONSENTS}?limit=2&after={page['next']}").json()
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert {c["id"] for c in page["items"] + rest["items"]} == made


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"kind": "everything", "first": "2026-12-01"}, "kind"),
        ({"kind": "email"}, "first"),
        ({"kind": "email", "first": "2026-12-01", "last": "2026-11-30"}, ""),
        ({"kind": "email", "first": "2026-12-01", "reference": "Mother signed it"}, "reference"),
        ({"kind": "email", "first": "2026-12-01", "note": "free text"}, "note"),
    ],
)
def test_a_consent_of_the_wrong_shape_is_told_where(coordinator, body, path):
    answer = coordinator.post(CONSENTS, json=body)
    assert (answer.status_code, answer.json()["issues"][0]["path"]) == (422, path)
    assert coordinator.get(CONSENTS).json()["items"] == []


def test_nobody_consents_who_is_not_there(coordinator):
    nobody = CONSENTS.replace("ana", "dan")
    body = {"kind": "email", "first": "2026-12-01"}
    assert coordinator.post(nobody, json=body).json()["detail"] == "The program has no such participant."
    assert coordinator.get(nobody).status_code == 404
    assert coordinator.delete(f"{CONSENTS}/none-such", headers={"If-Match": "*"}).status_code == 404


def test_a_consent_is_not_withdrawn_at_anothers_address_nor_unseen(coordinator, store, record):
    made = record("email")
    assert coordinator.delete(f"{CONSENTS}/{made['id']}".replace("ana", "ben"), headers={"If-Match": "*"}).status_code == 404
    assert coordinator.delete(f"{CONSENTS}/{made['id']}").json()["code"] == "no_etag"
    assert coordinator.delete(f"{CONSENTS}/{made['id']}", headers={"If-Match": '"7"'}).json()["code"] == "changed_meanwhile"
    assert allows(store, "email", date(2026, 11, 26))


def test_the_audit_trail_names_the_consent_and_its_kind_not_its_paper(coordinator, store, record):
    made = record("email", reference="file-7")
    coordinator.delete(f"{CONSENTS}/{made['id']}", headers={"If-Match": '"1"'})
    with store.reading() as session:
        acts = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action.startswith("consent.")).order_by(AuditEntryRow.at)).all()
    assert [(a.action, a.target) for a in acts] == [
        ("consent.record", f"participant=ana consent={made['id']} kind=email"),
        ("consent.withdraw", f"participant=ana consent={made['id']}"),
    ]
