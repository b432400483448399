"""Bodies and answers about imported busy time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from scheduler.exchange.busy import BusyOptions, BusyWarning, Pattern
from scheduler.exchange.busy.models import MOST_DAYS, MOST_SPANS, USUAL_DAYS
from scheduler.fields import Model
from scheduler.instance import Availability, BusySpan

FirstDay = Annotated[date | None, Field(description="First day that is looked at, by the program's clock; unset: this week's Monday.")]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS, description="How many days are looked at.")]


class BusyPreview(Model):
    """What a calendar says, and what saving it would change."""

    first: date
    days: int
    spans: tuple[BusySpan, ...] = Field(
        description="Busy time within these days, to be saved as it is; nothing else of the calendar is kept."
    )
    num_events: int = Field(description="Events that count, repetitions as one.")
    left_out: dict[str, int] = Field(
        description="Events that do not count, by reason: ours, cancelled, free, declined, all_day, tentative."
    )
    warnings: tuple[BusyWarning, ...]
    new: tuple[BusySpan, ...] = Field(description="Busy time that is not imported yet.")
    gone: tuple[BusySpan, ...] = Field(description="Imported busy time of these days that the calendar does not have; saving takes it out.")
    pattern: Pattern | None = Field(description="What returns: every week, in A and B weeks, in a cycle of weeks or days (shifts).")
    suggestion: Availability | None = Field(
        description="Of a participant: an availability that says the same of every minute of these days, with the pattern as windows. "
        "Saved with takes_suggestion."
    )


class BusyFetch(Model):
    """A calendar at an address."""

    url: str = Field(max_length=2000, description="https:// or webcal://; read once, kept and logged nowhere.")
    first: FirstDay = None
    days: Days = USUAL_DAYS
    options: BusyOptions = BusyOptions()


class BusySave(Model):
    """Busy time to be kept: the preview's spans."""

    first: date = Field(description="As in the preview.")
    days: Days = Field(description="As in the preview.")
    spans: tuple[BusySpan, ...] = Field(max_length=MOST_SPANS, description="As in the preview; what lies outside of these days is cut off.")
    is_added: bool = Field(False, description="Keep what was imported for these days before: a second calendar of the same person.")
    takes_suggestion: bool = Field(False, description="Save what returns as windows of the availability; of participants only.")


class BusyKept(Model):
    """What is imported now."""

    spans: tuple[BusySpan, ...]
