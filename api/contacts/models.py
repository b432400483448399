"""The contact of a participant or clinician."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from api.kernel.mail_addresses import as_email
from scheduler.fields import Model


class ContactRecord(Model):
    """The contact of a participant or clinician."""

    email: Annotated[str, Field(max_length=254), AfterValidator(as_email)] = Field(description="One address; never logged.")


class ContactView(ContactRecord):
    """A contact, and whether it may be used."""

    version: int = Field(description="The ETag.")
    is_mailed: bool = Field(
        description="Whether mails are sent: a mail server is configured and, for a participant, an `email` consent is in force today."
    )
    changed_at: datetime
    changed_by: str
