"""How to reach somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from api.kernel.mail_addresses import as_email
from scheduler.fields import Model


class ContactRecord(Model):
    """How to reach somebody."""

    email: Annotated[str, Field(max_length=254), AfterValidator(as_email)] = Field(description="One address; never logged.")


class ContactView(ContactRecord):
    """A contact, and whether it is used."""

    version: int = Field(description="The ETag.")
    is_mailed: bool = Field(
        description="Mails are sent: a mail server is set up, and a participant has consented (kind email), in force today."
    )
    changed_at: datetime
    changed_by: str
