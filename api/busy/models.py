"""Request and response bodies of imported busy time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from scheduler.exchange.busy import BusyOptions, BusyWarning, Pattern
from scheduler.exchange.busy.models import MOST_DAYS, MOST_SPANS, USUAL_DAYS
from scheduler.fields import Model
from scheduler.instance import Availability, BusySpan

FirstDay = Annotated[date | None, Field(description="First day to read, in the program's zone; unset: this week's Monday.")]
Days = Annotated[int, Field(ge=1, le=MOST_DAYS, description="Number of days to read.")]


class BusyPreview(Model):
    """The busy time in a calendar, and what saving it would change."""

    first: date
    days: int
    spans: tuple[BusySpan, ...] = Field(
        description="Busy time within these days, to be saved as it is; nothing else of the calendar is stored."
    )
    num_events: int = Field(description="Number of events that count; repetitions count as one.")
    left_out: dict[str, int] = Field(
        description="Number of events that do not count, by reason: ours, cancelled, free, declined, all_day, tentative."
    )
    warnings: tuple[BusyWarning, ...]
    new: tuple[BusySpan, ...] = Field(description="Busy time not imported yet.")
    gone: tuple[BusySpan, ...] = Field(description="Imported busy time within these days that is not in the calendar; saving removes it.")
    pattern: Pattern | None = Field(description="The recurring pattern: every week, A and B weeks, or a cycle of weeks or days (shifts).")
    suggestion: Availability | None = Field(
        description="For a participant: an equivalent availability for these days, with the pattern as windows. "
        "Saved with takes_suggestion."
    )


class BusyFetch(Model):
    """A calendar at an address."""

    url: str = Field(max_length=2000, description="https:// or webcal://; read once, neither stored nor logged.")
    first: FirstDay = None
    days: Days = USUAL_DAYS
    options: BusyOptions = BusyOptions()


class BusySave(Model):
    """Busy time to save: the preview's spans."""

    first: date = Field(description="As in the preview.")
    days: Days = Field(description="As in the preview.")
    spans: tuple[BusySpan, ...] = Field(max_length=MOST_SPANS, description="As in the preview; time outside these days is cut off.")
    is_added: bool = Field(False, description="Keep busy time imported for these days before, for a second calendar of the same person.")
    takes_suggestion: bool = Field(False, description="Save the recurring pattern as windows of the availability; only for participants.")


class BusyKept(Model):
    """The busy time now imported."""

    spans: tuple[BusySpan, ...]
