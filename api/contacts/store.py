"""How to reach people by e-mail: kept by staff, used for participants only with their consent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.consents.store import has_consent
from api.database.rows import find_row
from api.database.tables import ClinicianRow, ContactRow, ParticipantRow
from api.database.tables.base import stamps
from api.programs.person import Person
from api.programs.store.entities import lock_program
from api.programs.store.programs import check_program

PEOPLE: dict[str, type[ParticipantRow] | type[ClinicianRow]] = {"participant": ParticipantRow, "clinician": ClinicianRow}


def find_contact(session: Session, program: str, person: Person) -> ContactRow | None:
    """The contact of a person; None: no contact.

    Raises:
        Problem: The program has no such person.
    """
    check_program(session, program)
    find_row(session, PEOPLE[person.kind], {"program": program, "id": person.id}, f"The program has no such {person.kind}.")
    return session.get(ContactRow, (program, person.kind, person.id))


def lock_contact(session: Session, program: str, person: Person) -> ContactRow | None:
    """Lock a contact to change it: if two people enter the first one, the second sees it."""
    lock_program(session, program)
    return find_contact(session, program, person)


def keep_contact(
    session: Session, program: str, person: Person, contact: ContactRow | None, email: str, by: str, at: datetime
) -> ContactRow:
    """Store an address, replacing the previous one."""
    if contact is None:
        key = {"program": program, "kind": person.kind, "subject": person.id}
        contact = ContactRow(**key, email=email, **stamps(by, at))
        session.add(contact)
    else:
        contact.email = email
        contact.touch(by, at)
    session.flush()
    return contact


def is_mail_allowed(session: Session, program: str, person: Person, on: date) -> bool:
    """Whether mails are allowed: always for clinicians, for participants only with consent."""
    return person.kind == "clinician" or has_consent(session, program, person.id, "email", on)


def mail_address(session: Session, program: str, person: Person, on: date) -> str | None:
    """The e-mail address of a person; None: no address, or mails are not allowed on this date."""
    contact = session.get(ContactRow, (program, person.kind, person.id))
    return contact.email if contact is not None and is_mail_allowed(session, program, person, on) else None


def mailable(session: Session, program: str, people: Collection[Person], on: date) -> set[Person]:
    """Those of these people who may be mailed."""
    rows = session.execute(select(ContactRow.kind, ContactRow.subject).where(ContactRow.program == program))
    with_address = {(kind, subject) for kind, subject in rows}
    return {p for p in people if (p.kind, p.id) in with_address and is_mail_allowed(session, program, p, on)}
