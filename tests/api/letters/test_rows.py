"""Consents and contacts as rows, without a service around them: whose they are, from when to when, and who changed them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.consents.models import ConsentRecord
from api.consents.store import consent_on, find_consent, has_consent, list_consents, record_consent, state_of, withdraw_consent
from api.contacts.store import find_contact, is_mail_allowed, keep_contact, lock_contact, mail_address, mailable
from api.database.listing import Listing
from api.database.tables import ConsentRow, ParticipantRow
from api.kernel.errors import Problem
from api.programs.person import Person
from tests.api.weeks.small import BEFORE, MONDAY, changed_elsewhere

DAY = timedelta(days=1)
LATER = BEFORE + DAY
ANA, BEN, CORA = Person("participant", "ana"), Person("participant", "ben"), Person("clinician", "cora")


def consented(
    rows: Session, participant: str = "ana", program: str = "north", kind: Any = "email", at: Any = BEFORE, **more: Any
) -> ConsentRow:  # fmt: skip
    record = ConsentRecord(**{"kind": kind, "first": MONDAY} | more)
    return record_consent(rows, program, participant, record, "user:1", at)


def code_of(act: Any, *given: Any) -> str:
    with pytest.raises(Problem) as problem:
        act(*given)
    return problem.value.code


class TestConsents:
    def test_it_is_kept_as_it_was_signed(self, rows):
        row = consented(rows, last=MONDAY + DAY, reference="paper-7")
        assert (row.program, row.participant, row.kind, row.first, row.last, row.reference) == (
            "north", "ana", "email", MONDAY, MONDAY + DAY, "paper-7",
        )  # fmt: skip
        assert (row.created_by, row.changed_by, row.created_at, row.changed_at, row.version) == ("user:1", "user:1", BEFORE, BEFORE, 1)
        assert code_of(consented, rows, "zoe") == "not_found"
        assert code_of(consented, rows, "ana", "west") == "not_found"

    def test_it_is_in_force_from_its_first_to_its_last_date(self, rows):
        row = consented(rows, last=MONDAY + DAY)
        days = [MONDAY + n * DAY for n in range(-1, 3)]
        assert [state_of(row, day) for day in days] == ["to_come", "in_force", "in_force", "expired"]
        assert [has_consent(rows, "north", "ana", "email", day) for day in days] == [False, True, True, False]
        others = (("south", "ana", "email"), ("north", "ben", "email"), ("north", "ana", "hand_off"))
        assert not any(has_consent(rows, *other, MONDAY) for other in others)

    def test_of_several_the_latest_counts(self, rows):
        consented(rows, first=MONDAY - DAY)
        older = consented(rows)
        newer = consented(rows, at=LATER)
        assert consent_on(rows, "north", "ana", "email", MONDAY) is newer
        withdraw_consent(newer, "user:2", LATER)
        rows.flush()
        assert consent_on(rows, "north", "ana", "email", MONDAY) is older

    def test_it_is_withdrawn_once(self, rows):
        row = consented(rows)
        withdraw_consent(row, "user:2", LATER)
        withdraw_consent(row, "user:3", LATER + DAY)
        assert (row.withdrawn_at, row.changed_at, row.changed_by, row.version) == (LATER, LATER, "user:2", 2)
        assert (state_of(row, MONDAY), state_of(row, MONDAY - DAY)) == ("withdrawn", "withdrawn")
        rows.flush()
        assert not has_consent(rows, "north", "ana", "email", MONDAY)

    def test_it_is_read_again_before_it_is_withdrawn(self, rows):
        row = consented(rows)
        changed_elsewhere(rows, ConsentRow)
        assert find_consent(rows, "north", "ana", row.id).version == 7

    def test_they_are_found_and_listed_under_their_participant(self, rows):
        made = [consented(rows), consented(rows, kind="hand_off"), consented(rows)]
        ben, south = consented(rows, "ben"), consented(rows, program="south")
        ids = sorted(row.id for row in made)

        def listed(limit: int = 5, after: str | None = None, **more: Any) -> list[str]:
            return [row.id for row in list_consents(rows, "north", "ana", Listing(limit, after), **more).rows]

        assert (listed(), listed(after=ids[0]), listed(limit=1), listed(kind="hand_off")) == (ids, ids[1:], ids[:1], [made[1].id])
        assert find_consent(rows, "north", "ana", ids[0]).id == ids[0]
        for id in (ben.id, south.id, "none"):
            with pytest.raises(Problem, match="not_found: This participant has no such consent"):
                find_consent(rows, "north", "ana", id)
        assert [code_of(list_consents, rows, *whose, Listing()) for whose in (("north", "zoe"), ("west", "ana"))] == ["not_found"] * 2
        for _ in range(60):
            consented(rows, "cid")
        assert len(list_consents(rows, "north", "cid", Listing()).rows) == 50

    def test_a_guests_calendar_link_is_agreed_to_for_one_guest_of_the_participant(self, rows):
        """Ana has her mother as a guest, Ben has nobody."""
        ana = rows.scalars(select(ParticipantRow).filter_by(program="north", id="ana")).one()
        ana.document = ana.document | {"guests": [{"id": "mum"}]}
        rows.flush()
        row = consented(rows, kind="guest_feed", guest="mum")
        assert (row.kind, row.guest) == ("guest_feed", "mum")
        answers = [has_consent(rows, "north", "ana", "guest_feed", MONDAY, guest) for guest in ("mum", "dad", None)]
        assert answers == [True, False, False]
        for participant, guest in (("ana", "dad"), ("ben", "mum")):
            with pytest.raises(Problem, match=r"^bad_reference: ") as problem:
                consented(rows, participant, kind="guest_feed", guest=guest)
            assert problem.value.detail == ""
            assert [(place.code, place.path) for place in problem.value.issues] == [("unknown_id", "guest")]


class TestContacts:
    def test_an_address_is_kept_and_changed(self, rows):
        assert find_contact(rows, "north", ANA) is None
        made = keep_contact(rows, "north", ANA, None, "a@example.org", "user:1", BEFORE)
        assert (made.program, made.kind, made.subject, made.email, made.version) == ("north", "participant", "ana", "a@example.org", 1)
        assert (made.created_by, made.changed_by, made.created_at, made.changed_at) == ("user:1", "user:1", BEFORE, BEFORE)
        assert lock_contact(rows, "north", ANA) is find_contact(rows, "north", ANA) is made
        assert find_contact(rows, "south", ANA) is None
        again = keep_contact(rows, "north", ANA, made, "b@example.org", "user:2", LATER)
        assert (again.email, again.version, again.changed_by, again.changed_at, again.created_by) == (
            "b@example.org", 2, "user:2", LATER, "user:1",
        )  # fmt: skip

    @pytest.mark.parametrize("act", [find_contact, lock_contact])
    def test_nobody_has_one_who_is_not_there(self, rows, act):
        for program, person in (("north", Person("participant", "cora")), ("north", Person("clinician", "ana")), ("west", ANA)):
            assert code_of(act, rows, program, person) == "not_found"

    def test_participants_are_mailed_once_they_agreed_and_clinicians_always(self, rows):
        for person in (ANA, CORA):
            keep_contact(rows, "north", person, None, f"{person.id}@example.org", "user:1", BEFORE)
        everybody = (ANA, BEN, CORA, Person("clinician", "dan"))
        assert mailable(rows, "north", everybody, MONDAY) == {CORA}
        assert (mail_address(rows, "north", CORA, MONDAY), mail_address(rows, "north", ANA, MONDAY)) == ("cora@example.org", None)
        for person in (ANA, BEN):
            consented(rows, person.id)
        assert (is_mail_allowed(rows, "north", ANA, MONDAY), is_mail_allowed(rows, "north", ANA, MONDAY - DAY)) == (True, False)
        assert mailable(rows, "north", everybody, MONDAY) == {ANA, CORA}
        assert mailable(rows, "north", (CORA,), MONDAY) == {CORA}
        assert mailable(rows, "south", everybody, MONDAY) == set()
        assert [mail_address(rows, "north", person, MONDAY) for person in (ANA, BEN)] == ["ana@example.org", None]
