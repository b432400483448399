"""Apply a bundle's times to the people of a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from api.database.tables import EntityRow
from api.fhir.models import BundleImport, PersonChange, TimeSpan
from scheduler.exchange.fhir.incoming import BundleIssue, BundlePerson, Incoming
from scheduler.exchange.fhir.incoming.reading import WeeklyHours
from scheduler.exchange.fhir.incoming.spans import Stretch, inside, merged, outside, subtracted
from scheduler.exchange.fhir.staff import clock_text
from scheduler.instance import Absence, BusySpan, Clinician, Participant, WorkWindow

Thing = Participant | Clinician

MOST_TOLD = 100
MOST_SPANS = 5_000
"""Maximum for one person; a year with eight appointments a day has fewer."""


@dataclass(frozen=True, slots=True)
class World:
    """The program that an import changes.

    Attributes:
        window: Busy times outside it stay as they are.
        own: Times of Stepdown's own sessions, by person. Other systems may have copied them without their identifiers.
    """

    request: BundleImport
    rows: Mapping[BundlePerson, EntityRow]
    sites: Sequence[str]
    window: Stretch
    own: frozenset[tuple[BundlePerson, Stretch]] = frozenset()


def lay(world: World, incoming: Incoming, person: BundlePerson) -> tuple[Thing, PersonChange] | None:
    """A person as they are after the import; None if nothing changes."""
    row = world.rows.get(person)
    if row is None and "clinicians" not in world.request.takes:
        # `matches` names somebody who does not exist, which is said there.
        return None
    before = _new_clinician(incoming, person) if row is None else thing_of(person, row)
    if before is None:
        return None
    change = PersonChange(kind=person.kind, id=person.id, is_new=row is None)
    after = _with_busy(world, incoming, person, before, change) if "busy" in world.request.takes else before
    if isinstance(after, Clinician):
        if "leave" in world.request.takes:
            after = _with_leave(incoming, person, after, change)
        if "hours" in world.request.takes or row is None:
            after = _with_hours(world, incoming, person, after, change)
    return (after, change) if row is None or after != before else None


def thing_of(person: BundlePerson, row: EntityRow) -> Thing:
    """A person as stored in the program."""
    return Participant.model_validate(row.document) if person.kind == "participants" else Clinician.model_validate(row.document)


def _new_clinician(incoming: Incoming, person: BundlePerson) -> Clinician | None:
    """A new clinician; hours are required, because no one can be scheduled without them."""
    if person not in incoming.hours:
        words = "a new clinician needs a PractitionerRole with availableTime"
        incoming.issues.append(BundleIssue(severity="error", code="no_hours", expression="matches", message=words))
        return None
    words = "credentials are not imported: add them, so that the new clinician can lead the sessions that require them"
    incoming.issues.append(BundleIssue(severity="information", code="new_clinician", expression="matches", message=words))
    return Clinician(id=person.id, hours=())


def _with_busy(world: World, incoming: Incoming, person: BundlePerson, before: Thing, change: PersonChange) -> Thing:
    there = before.availability.busy if isinstance(before, Participant) else before.busy
    current = [(span.start.astimezone(UTC), span.end.astimezone(UTC)) for span in there]
    sent_spans = incoming.busy.get(person, ())
    foreign = [span for span in sent_spans if (person, span) not in world.own]
    visible = [inside(span, world.window) for span in foreign]
    incoming.left_out["own"] += len(sent_spans) - len(foreign)
    incoming.left_out["outside"] += visible.count(None)
    remaining = outside(current, world.window) if world.request.replaces else current
    spans = merged([*remaining, *(span for span in visible if span is not None)])
    if len(spans) > MOST_SPANS:
        words = f"a person would have more than {MOST_SPANS} busy times; import fewer days"
        incoming.issues.append(BundleIssue(severity="error", code="too_many_spans", message=words))
        return before
    if spans == merged(current):
        return before
    added, removed = subtracted(spans, current), subtracted(current, spans)
    change.added, change.added_count = _time_spans(added), len(added)
    change.removed, change.removed_count = _time_spans(removed), len(removed)
    return _busy(before, tuple(BusySpan(start=start, end=end) for start, end in spans))


def _busy(before: Thing, busy: tuple[BusySpan, ...]) -> Thing:
    if isinstance(before, Participant):
        return before.model_copy(update={"availability": before.availability.model_copy(update={"busy": busy})})
    return before.model_copy(update={"busy": busy})


def _time_spans(spans: Sequence[Stretch]) -> list[TimeSpan]:
    return [TimeSpan(start=start, end=end) for start, end in spans[:MOST_TOLD]]


def _with_leave(incoming: Incoming, person: BundlePerson, before: Clinician, change: PersonChange) -> Clinician:
    """Add days of leave, without duplicates."""
    current = {(absence.first, absence.last) for absence in before.leave if (absence.start, absence.end) == (0, 1440)}
    new = sorted(set(incoming.away.get(person, ())) - current)
    change.leave = [f"{first}/{last}" for first, last in new]
    leave = (*before.leave, *(Absence(first=first, last=last) for first, last in new))
    return before.model_copy(update={"leave": leave}) if new else before


def _with_hours(world: World, incoming: Incoming, person: BundlePerson, before: Clinician, change: PersonChange) -> Clinician:
    """Replace weekly hours that differ."""
    hours = incoming.hours.get(person)
    if hours is None:
        return before
    sites = sorted({window.site for window in before.hours if window.site is not None}) or list(world.sites)
    if len(sites) != 1:
        words = "this clinician works at several sites: enter the hours by hand, with their sites"
        incoming.issues.append(BundleIssue(severity="error", code="which_site", expression="Bundle", message=words))
        return before
    windows = tuple(dict.fromkeys(WorkWindow(day=h.day, start=h.start, end=h.end, site=sites[0]) for h in hours))
    if set(windows) == set(before.hours):
        return before
    change.hours = [_written(hour) for hour in dict.fromkeys(hours)]
    return before.model_copy(update={"hours": windows})


def _written(hours: WeeklyHours) -> str:
    end = "24:00" if hours.end == 1440 else clock_text(hours.end)[:5]
    return f"{hours.day} {clock_text(hours.start)[:5]}-{end}"
