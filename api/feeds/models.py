"""Calendar feeds."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, model_validator

from api.feeds.links import SubscribeLinks
from scheduler.exchange.options import FeedOptions
from scheduler.fields import Id, Model

PurposeName = Literal["self", "guardian", "guest", "clinician"]
State = Literal["active", "expired", "revoked"]


class FeedWarningText(BaseModel):
    """The warning that the future user of a link must have read."""

    version: int = Field(description="Send it back as `warning` when you issue a feed.")
    text: str


class NewFeed(Model):
    """A feed to be issued."""

    participant: Id | None = Field(
        None, description="The participant whose appointments the feed shows; give either a participant or a clinician."
    )
    guest: Id | None = Field(
        None, description="The participant's guest who subscribes: the feed shows only the sessions to which the guest comes."
    )
    clinician: Id | None = Field(None, description="The clinician whose appointments the feed shows.")
    purpose: PurposeName | None = Field(
        None,
        description="Who subscribes: `self`, or `guardian`, which needs the participant's consent, as does `guest`, the purpose of a "
        "guest's feed; a clinician's is `clinician`.",
    )
    options: FeedOptions | None = Field(
        None, description="Label and switches. Left out: neutral for participants, with rooms for clinicians."
    )
    warning: int = Field(description="The version of the warning that the future user of the link has read.")

    @model_validator(mode="after")
    def _of_one(self) -> NewFeed:
        if (self.participant is None) == (self.clinician is None):
            raise ValueError("name a participant or a clinician, one of the two")
        if self.guest is not None and self.participant is None:
            raise ValueError("name the participant whose guest it is")
        return self


class Fetches(BaseModel):
    """Fetches of a feed by one kind of calendar program."""

    seen_at: AwareDatetime = Field(description="The last one.")
    count: int = Field(description="Number of minutes with at least one fetch.")


class FeedOut(BaseModel):
    """A feed, without its link, which cannot be shown again."""

    id: str
    version: int = Field(description='Its ETag is this number in quotes, e.g. "3".')
    participant: str | None = None
    clinician: str | None = None
    guest: str | None = Field(None, description="The participant's guest whose feed it is.")
    purpose: PurposeName
    state: State = Field(description="expired: some days after its person left; revoked: by a user, or because consent is missing.")
    options: FeedOptions
    created_at: AwareDatetime
    acknowledged: int = Field(description="The version of the warning that was read.")
    acknowledged_at: AwareDatetime
    seen_at: AwareDatetime | None = Field(description="Last fetched; null: never.")
    seen_client: str | None = Field(description="By apple, google, outlook, thunderbird or other.")
    seen_count: int = Field(description="Number of minutes in which it was fetched.")
    clients: dict[str, Fetches] = Field(description="The same for each kind of calendar program.")
    expires_at: AwareDatetime | None = Field(description="When it expires because its person has left or will leave.")
    revoked_at: AwareDatetime | None


class Choice(BaseModel):
    """One way to subscribe."""

    link: Literal["webcal", "google", "https", "download"] = Field(description="Which of the links.")
    title: str
    remark: str = Field(description="What to know or do when choosing it.")


class FeedIssued(BaseModel):
    """A new feed with its links. They contain a secret and are shown only in this response."""

    feed: FeedOut
    links: SubscribeLinks
    qr_svg: str = Field(description="The webcal link as a QR code, SVG.")
    choices: list[Choice] = Field(description="How the links are offered, in this order.")


CHOICES = (
    Choice(link="webcal", title="Subscribe on iPhone, iPad or Mac", remark="Opens the calendar, which asks whether to subscribe."),
    Choice(
        link="google",
        title="Subscribe in Google Calendar",
        remark="Open it in a browser, not in the app. This hands your secret link to Google. Changes can take a day to show.",
    ),
    Choice(
        link="https",
        title="Copy the link for Outlook or another calendar",
        remark="In Outlook: Add calendar, Subscribe from web, paste the link. Do not open it yourself. Changes can take a day to show.",
    ),
    Choice(
        link="download",
        title="Download a copy (will not update)",
        remark="A file with the appointments as they are now. When one changes, the copy will be wrong.",
    ),
)
