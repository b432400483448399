"""The call list: who must be told about a change before their calendar shows it, and in which words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from scheduler.fields import Id, Label, Mode, Model

CallState = Literal["to_do", "reached", "not_needed"]
MailState = Literal["waiting", "sent", "failed", "dropped"]


class AppointmentView(Model):
    """One appointment, in the program's zone: some fields of a session."""

    id: str = Field(max_length=220)
    start: datetime
    end: datetime
    mode: Mode
    site: Id | None = None


class ChangeView(Model):
    """One change. `stays`: the appointment is as originally told, but the person may have seen another version since."""

    kind: Literal["new", "cancelled", "stays", "moved", "changed"]
    before: AppointmentView | None = Field(None, description="The appointment that the person knows.")
    after: AppointmentView | None = Field(None, description="The published appointment.")


class CallBasis(Model):
    """A person to call, and what to say."""

    monday: date
    kind: Literal["participant", "clinician"]
    subject: Id = Field(description="The participant or clinician.")
    label: Label = ""
    text: str = Field(
        description="Text to read out or send as it is: times only, no names, nothing about the program; empty once everything is over."
    )
    sms: int = Field(description="Number of SMS parts of the text.")
    first: datetime = Field(description="The first affected start; call in this order.")
    until: datetime = Field(description="The last affected end; afterwards no call is needed.")
    has_calendar: bool = Field(description="Whether they have a calendar that is fetched, though not soon enough.")
    changes: tuple[ChangeView, ...] = ()


class CallView(CallBasis):
    """An entry of the call list."""

    id: Id
    version: int = Field(description="Rises when it is marked, or when another publication changes the text; the ETag.")
    state: CallState
    noted_at: datetime = Field(description="When the change was published.")
    is_fetched: bool = Field(description="Whether one of their calendars was fetched since; they may have seen the change.")
    mail: MailState | None = Field(None, description="State of the last mail about it; null: none was sent.")
    done_at: datetime | None = None
    done_by: str | None = None


class PlannedCall(CallBasis):
    """A person who would have to be called."""

    call: Id | None = Field(None, description="The existing entry whose text would be replaced.")


class PlannedCalls(Model):
    """The call list after publishing a roster now."""

    calls: tuple[PlannedCall, ...] = Field((), description="Sorted by the first affected start.")
    undone: tuple[Id, ...] = Field((), description="Entries that would disappear, because their changes would be undone.")


class CallMark(Model):
    """The outcome of a call."""

    state: CallState
