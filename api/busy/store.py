"""Preview, replace and delete the imported busy time of participants and clinicians."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.busy.models import BusyPreview, BusySave
from api.database.tables import CalendarEventRow, EntityRow, ProgramRow
from api.kernel.errors import Place, Problem
from api.programs.models import ProgramSettings
from api.programs.store.entities import replace_kept
from api.programs.store.kinds import Kind
from scheduler.exchange.busy import Busy, BusyWindow, busy_in, find_regular, suggest, taken_in, window_of
from scheduler.exchange.busy.expansion import merged
from scheduler.instance import Availability, BusySpan, Clinician, Participant


class Owner(NamedTuple):
    """The person whose busy time it is.

    Attributes:
        week_a: The program's A week.
        own: UIDs of this person's sessions in Stepdown's own calendars, which their calendar may contain.
    """

    row: EntityRow
    kind: Kind
    thing: Participant | Clinician
    zone: ZoneInfo
    week_a: date | None
    own: frozenset[str]

    @property
    def busy(self) -> tuple[BusySpan, ...]:
        """What is imported now."""
        return self.thing.busy if isinstance(self.thing, Clinician) else self.thing.availability.busy

    @property
    def availability(self) -> Availability | None:
        """The availability of a participant; None for a clinician."""
        return None if isinstance(self.thing, Clinician) else self.thing.availability


def owner_of(session: Session, kind: Kind, row: EntityRow) -> Owner:
    """A participant or clinician, with the program's time settings."""
    settings = ProgramSettings.model_validate(session.get_one(ProgramRow, row.program).document)
    thing = kind.model.model_validate(row.document)
    assert isinstance(thing, (Participant, Clinician))
    of_person = (CalendarEventRow.program == row.program, CalendarEventRow.subject_kind == kind.one, CalendarEventRow.subject == row.id)
    own = frozenset(session.scalars(select(CalendarEventRow.uid).where(*of_person)))
    return Owner(row, kind, thing, ZoneInfo(settings.zone), settings.week_a, own)


def window_for(owner: Owner, first: date, days: int) -> BusyWindow:
    """The requested days.

    Raises:
        Problem: The dates are outside the range of the calendar.
    """
    try:
        return window_of(owner.zone, first, days)
    except ValueError as error:
        raise Problem("wrong_shape", issues=[Place(code="value_error", path="first", message=str(error))]) from None


def preview_busy(owner: Owner, busy: Busy) -> BusyPreview:
    """Compare a calendar's busy time with what is imported now."""
    window = window_for(owner, busy.first, busy.days)
    current = merged(((span.start, span.end) for span in owner.busy), window.start, window.end)
    proposed = None
    if owner.availability is not None:
        proposed = suggest(taken_in(owner.availability, busy.spans, window), window, owner.week_a)
    return BusyPreview(
        first=busy.first,
        days=busy.days,
        spans=busy.spans,
        num_events=busy.num_events,
        left_out=busy.left_out,
        warnings=busy.warnings,
        new=_without(busy.spans, current),
        gone=_without(current, busy.spans),
        pattern=find_regular(busy.spans, window, owner.week_a),
        suggestion=None if proposed is None else proposed.availability,
    )


def save_busy(session: Session, owner: Owner, body: BusySave, by: str) -> tuple[BusySpan, ...]:
    """Save busy time, replacing earlier imports for these days; return all imported busy time.

    Raises:
        Problem: The spans are invalid, or there is no suggestion to save.
    """
    window = window_for(owner, body.first, body.days)
    wrong = [
        Place(code="window_reversed", path=f"spans[{n}]", message="the end must be after the start")
        for n, span in enumerate(body.spans)
        if span.end <= span.start
    ]
    if wrong:
        raise Problem("wrong_shape", "Send the spans of the preview.", wrong)
    spans = merged(((span.start, span.end) for span in body.spans), window.start, window.end)
    if owner.availability is None:
        if body.takes_suggestion:
            raise Problem("wrong_state", "Only participants have an availability; save the busy time of a clinician as it is.")
        return _replace(session, owner, busy_in(owner.busy, spans, window, is_added=body.is_added), by)
    availability = taken_in(owner.availability, spans, window, is_added=body.is_added)
    if body.takes_suggestion:
        suggestion = suggest(availability, window, owner.week_a)
        if suggestion is None:
            raise Problem("wrong_state", "This busy time has no exact recurring pattern; save it as it is.")
        availability = suggestion.availability
    return _replace(session, owner, availability, by)


def clear_busy(session: Session, owner: Owner, by: str) -> None:
    """Delete all imported busy time."""
    _replace(session, owner, () if owner.availability is None else owner.availability.model_copy(update={"busy": ()}), by)


def _replace(session: Session, owner: Owner, to: Availability | tuple[BusySpan, ...], by: str) -> tuple[BusySpan, ...]:
    update = {"availability": to} if isinstance(to, Availability) else {"busy": to}
    replace_kept(session, owner.row, owner.kind, owner.thing.model_copy(update=update), by)
    return to.busy if isinstance(to, Availability) else to


def _without(spans: tuple[BusySpan, ...], others: tuple[BusySpan, ...]) -> tuple[BusySpan, ...]:
    """The time in some spans that is not in others; both sorted, in whole UTC minutes. A single pass handles thousands of spans."""
    left: list[BusySpan] = []
    n = 0
    for span in spans:
        start = span.start
        while n < len(others) and others[n].end <= start:
            n += 1
        for other in islice(others, n, None):
            if other.start >= span.end or start >= span.end:
                break
            if other.start > start:
                left.append(BusySpan(start=start, end=other.start))
            start = max(start, other.end)
        if start < span.end:
            left.append(BusySpan(start=start, end=span.end))
    return tuple(left)
