"""Routes of participants' and clinicians' e-mail addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from api.audit.acts import Act
from api.contacts.models import ContactRecord, ContactView
from api.contacts.store import find_contact, is_mail_allowed, keep_contact, lock_contact
from api.database.tables import ContactRow
from api.kernel.errors import Problem
from api.kernel.settings import Settings
from api.programs.person import Person, PersonKind
from api.programs.store.programs import zone_of
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.changing import Changing, Find, changing
from api.web.dependencies import Now, Reading, SettingsOf, Writing, needs
from api.web.problems import problems
from api.web.versions import IfMatch, IfNoneMatch, check_seen, etag
from scheduler.fields import Id

router = APIRouter(prefix="/v1/programs/{program}", tags=["contacts"])

People = Annotated[Literal["participants", "clinicians"], Path(description="Whose contact.")]
SubjectId = Annotated[Id, Path(description="The participant or clinician.")]
KINDS: dict[str, PersonKind] = {"participants": "participant", "clinicians": "clinician"}
CHANGING = ("not_found", "wrong_state", "changed_meanwhile", "no_etag")


async def _contact_to_change(program: ProgramId, people: People, subject: SubjectId) -> Find[ContactRow]:
    return lambda session: _present(lock_contact(session, program, Person(KINDS[people], subject)))


def _present(contact: ContactRow | None) -> ContactRow:
    if contact is None:
        raise Problem("not_found", "No contact is stored for this person.")
    return contact


@router.get("/{people}/{subject}/contact", summary="Get a contact", responses=problems("not_found"))
def get_contact(
    act: Annotated[Act, needs("program:write", "contact.view")],
    program: ProgramId,
    people: People,
    subject: SubjectId,
    session: Reading,
    settings: SettingsOf,
    response: Response,
    now: Now,
) -> ContactView:
    """Get the e-mail address, and whether it is used: for participants only with their consent. Callers that only read do not get it."""
    return _view(session, settings, _present(find_contact(session, program, Person(KINDS[people], subject))), response, now)


@router.put("/{people}/{subject}/contact", summary="Replace a contact", responses=problems(*CHANGING, *BODY_CODES))
def put_contact(
    act: Annotated[Act, needs("program:write", "contact.change")],
    body: Annotated[ContactRecord, json_body(ContactRecord)],
    program: ProgramId,
    people: People,
    subject: SubjectId,
    session: Writing,
    settings: SettingsOf,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> ContactView:
    """Store the address for notifications about changes. It appears in no instance, log or audit trail.

    Send a change with `If-Match`; a first address needs no header, or `If-None-Match: *`. A participant's address is used only while an
    `email` consent is in force, which is checked whenever a mail is sent.
    """
    person = Person(KINDS[people], subject)
    contact = lock_contact(session, program, person)
    check_seen(contact, if_match, if_none_match)
    return _view(session, settings, keep_contact(session, program, person, contact, body.email, act.caller.name, now), response, now)


@router.delete("/{people}/{subject}/contact", status_code=204, summary="Delete a contact", responses=problems(*CHANGING))
def delete_contact(
    act: Annotated[Act, needs("program:write", "contact.delete")],
    changing: Annotated[Changing[ContactRow], changing(_contact_to_change)],
) -> None:
    """Delete the address. Waiting mails are no longer sent."""
    changing.session.delete(changing.row)


def _view(session: Session, settings: Settings, row: ContactRow, response: Response, now: datetime) -> ContactView:
    response.headers["ETag"] = etag(row.version)
    response.headers["Cache-Control"] = "no-store"
    on = now.astimezone(zone_of(session, row.program)).date()
    is_mailed = settings.mail_server is not None and is_mail_allowed(session, row.program, Person.of(row.kind, row.subject), on)
    return ContactView(
        email=row.email, version=row.version, is_mailed=is_mailed, changed_at=row.changed_at, changed_by=row.changed_by
    )  # fmt: skip
