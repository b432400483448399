"""Links to participants' own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from scheduler.fields import Id, Model

LinkState = Literal["active", "used", "expired", "replaced", "revoked"]


class PageLinkView(Model):
    """A one-time link to a participant's own page, without its token."""

    id: Id
    participant: Id
    state: LinkState = Field(description="`replaced`: a newer link was made before this one was used.")
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None = None
    visits: int = Field(0, description="Number of active visits begun with it.")
    seen_at: datetime | None = Field(None, description="When the participant last used the page in one of these visits.")
    version: int


class PageLinkMade(PageLinkView):
    """A new one-time link. Its URL is shown only here."""

    url: str = Field(description="Give it to the participant; anyone who has it can open the page once.")
    qr_svg: str = Field(description="The URL as a QR code (SVG), for a screen that the participant can see.")
