"""The call list: who is to be told of a change before their calendar shows it, and in what words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from scheduler.fields import Id, Label, Mode, Model

CallState = Literal["to_do", "reached", "not_needed"]
MailState = Literal["waiting", "sent", "failed", "dropped"]


class AppointmentView(Model):
    """One appointment, in the program's zone."""

    session: str = Field(max_length=220)
    start: datetime
    end: datetime
    mode: Mode
    site: Id | None = None


class ChangeView(Model):
    """One change. `stays`: it is as it was told first, but the person may have seen otherwise meanwhile."""

    kind: Literal["new", "cancelled", "stays", "moved", "changed"]
    before: AppointmentView | None = Field(None, description="What the person believes.")
    after: AppointmentView | None = Field(None, description="What is published.")


class CallBasis(Model):
    """Somebody to be called, and what to say."""

    monday: date
    kind: Literal["participant", "clinician"]
    subject: Id = Field(description="The participant or clinician.")
    label: Label = ""
    text: str = Field(description="To be read out or sent as it is: times only, no name, nothing of the program; empty once all is over.")
    sms: int = Field(description="How many SMS the text takes.")
    first: datetime = Field(description="The first start that is affected; call in this order.")
    until: datetime = Field(description="The last end that is affected; afterwards there is nothing to tell.")
    has_calendar: bool = Field(description="They have a calendar that is fetched, only not soon enough.")
    changes: tuple[ChangeView, ...] = ()


class CallView(CallBasis):
    """An entry of the call list."""

    id: Id
    version: int = Field(description="Rises when it is marked, and when another publication changes what to say; the ETag.")
    state: CallState
    noted_at: datetime = Field(description="When what it tells was published.")
    is_fetched: bool = Field(description="A calendar of theirs was fetched since; perhaps they have seen it.")
    mail: MailState | None = Field(None, description="What became of the last mail about it; null: none was sent.")
    done_at: datetime | None = None
    done_by: str | None = None


class PlannedCall(CallBasis):
    """Somebody who would have to be called."""

    call: Id | None = Field(None, description="The entry that is on the list already, whose text would be replaced.")


class PlannedCalls(Model):
    """What publishing a roster now would mean for the call list."""

    calls: tuple[PlannedCall, ...] = Field((), description="By the first affected start.")
    undone: tuple[Id, ...] = Field((), description="Entries that would disappear: what they tell would be as it was.")


class CallMark(Model):
    """What became of a call."""

    state: CallState
