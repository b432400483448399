"""A program: its settings and entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from api.attendance.models import ParticipantMinutes
from api.client.weeks import WeekClient
from api.client.wire import Versioned, Wire, items, read, versioned
from api.deletions.models import DeletionView, NewDeletion
from api.due.models import DueItem
from api.offers.models import AcceptedOffer, HeldOffer, NewOffer, OfferedSchedule
from api.programs.models import AbsenceEntry, BatchResult, Entry, Imported, OrderEntry, PhaseEntry, ProgramSettings, RelationEntry
from api.weeks.models.weeks import WeekEntry
from scheduler.fields import Model
from scheduler.instance import (
    Clinician,
    Cohort,
    Curriculum,
    Group,
    Instance,
    Participant,
    Phase,
    Plan,
    Resource,
    Room,
    Service,
    Site,
    Track,
)

M = TypeVar("M", bound=Model)


class EntityClient(Generic[M]):
    """The entities of one kind in a program."""

    def __init__(self, wire: Wire, path: str, model: type[M]) -> None:
        self._wire, self._path, self._model = wire, path, model

    def list(self, *, include_archived: bool = False, **filters: Any) -> Iterator[Entry[M]]:
        """All of them, by id; filters as in the API (changed_since, sort, and for participants status, phase, track, therapist)."""
        entry: type[Entry[M]] = Entry[self._model]  # type: ignore[name-defined] # a type created at run time
        return self._wire.pages(entry, self._path, include_archived=include_archived, **filters)

    def count(self, **filters: Any) -> int:
        """How many there are; filters as for `list`."""
        return self._wire.count(self._path, **filters)

    def get(self, id: str) -> Versioned[M]:
        """One of them."""
        return self._wire.get_versioned(self._model, f"{self._path}/{id}")

    def create(self, thing: M) -> Versioned[M]:
        """A new one."""
        return versioned(self._model, self._wire.send("POST", self._path, thing))

    def replace(self, id: str, thing: Versioned[M]) -> Versioned[M]:
        """Replace it; the version is that of the document read before."""
        return self._write("PUT", id, thing.value, thing.etag)

    def change(self, id: str, fields: Mapping[str, Any], etag: str) -> Versioned[M]:
        """Change some fields (RFC 7396: null removes one)."""
        return self._write("PATCH", id, fields, etag)

    def archive(self, id: str, etag: str) -> Versioned[M]:
        """Leave it out of new weeks."""
        return self._write("DELETE", id, None, etag)

    def restore(self, id: str) -> Versioned[M]:
        """Restore it from the archive."""
        return versioned(self._model, self._wire.send("POST", f"{self._path}/{id}/restore"))

    def _write(self, method: str, id: str, body: M | Mapping[str, Any] | None, etag: str) -> Versioned[M]:
        return versioned(self._model, self._wire.send(method, f"{self._path}/{id}", body, headers={"If-Match": etag}))


class PersonClient(EntityClient[M]):
    """The participants or clinicians of a program."""

    def put_many(self, items: Iterable[Mapping[str, Any]], *, is_dry_run: bool = False) -> BatchResult:
        """Add or change many of them: all, or nobody if any item is wrong.

        Args:
            items: Each with `id` or `identifier`, perhaps `version`, and `fields` to set, as in the API.
        """
        params = {"dry_run": is_dry_run}
        return read(BatchResult, self._wire.send("POST", f"{self._path}/batch", {"items": list(items)}, params=params))


class ProgramClient:
    """One program."""

    def __init__(self, wire: Wire, program: str) -> None:
        self._wire, self.id, self._path = wire, program, f"/v1/programs/{program}"
        self.sites = self._entities("sites", Site)
        self.rooms = self._entities("rooms", Room)
        self.resources = self._entities("resources", Resource)
        self.services = self._entities("services", Service)
        self.phases = self._entities("phases", Phase)
        self.plans = self._entities("plans", Plan)
        self.curricula = self._entities("curricula", Curriculum)
        self.tracks = self._entities("tracks", Track)
        self.cohorts = self._entities("cohorts", Cohort)
        self.groups = self._entities("groups", Group)
        self.clinicians = PersonClient(wire, f"{self._path}/clinicians", Clinician)
        self.participants = PersonClient(wire, f"{self._path}/participants", Participant)
        self.relations = self._entities("relations", RelationEntry)
        self.orders = self._entities("orders", OrderEntry)
        self.phase_decisions = self._entities("phase_decisions", PhaseEntry)
        self.absences = self._entities("absences", AbsenceEntry)

    def _entities(self, name: str, model: type[M]) -> EntityClient[M]:
        return EntityClient(self._wire, f"{self._path}/{name}", model)

    def settings(self) -> Versioned[ProgramSettings]:
        """Zone, calendar, policy, weights."""
        return self._wire.get_versioned(ProgramSettings, self._path)

    def replace_settings(self, settings: Versioned[ProgramSettings]) -> Versioned[ProgramSettings]:
        """Replace the settings."""
        return versioned(ProgramSettings, self._wire.send("PUT", self._path, settings.value, headers={"If-Match": settings.etag}))

    def import_week(self, instance: Instance) -> Imported:
        """Fill an empty program with everything an instance holds, last week's roster included."""
        return read(Imported, self._wire.send("POST", f"{self._path}/import", instance))

    def export(self, path: Path) -> None:
        """Write everything about the program into a ZIP archive."""
        self._wire.download(f"{self._path}/export", path)

    def delete_data(self, participant: str, reason: str | None = None, *, is_dry_run: bool = False) -> DeletionView:
        """Delete everything about an archived participant.

        Args:
            reason: Code of why it is deleted before the policy's `record_years` have passed.
        """
        body = NewDeletion(participant=participant, reason=reason)
        return read(DeletionView, self._wire.send("POST", f"{self._path}/deletions", body, params={"dry_run": is_dry_run}))

    def deletions(self, **filters: Any) -> Iterator[DeletionView]:
        """Whose data was deleted, when and by whom; filters as in the API (changed_since)."""
        return self._wire.pages(DeletionView, f"{self._path}/deletions", **filters)

    def weeks(self, **filters: Any) -> Iterator[WeekEntry]:
        """The weeks with rosters or settings of their own; filters as in the API (changed_since, sort)."""
        return self._wire.pages(WeekEntry, f"{self._path}/weeks", **filters)

    def week(self, monday: date) -> WeekClient:
        """Work in a week; nothing is sent yet."""
        return WeekClient(self._wire, self._path, monday)

    def due(self, **filters: Any) -> Iterator[DueItem]:
        """What is due, by date; filters as in the API (kind, participant, responsible, until)."""
        return self._wire.pages(DueItem, f"{self._path}/due", **filters)

    def leave_effects(self, leave: AbsenceEntry) -> list[DueItem]:
        """The groups that a leave would leave without a leader."""
        return items(DueItem, self._wire.send("POST", f"{self._path}/due/leave", leave))

    def offers(self) -> Iterator[HeldOffer]:
        """The offers that are held now."""
        return self._wire.pages(HeldOffer, f"{self._path}/offers")

    def schedules(self, participant: str, moves: int = 0) -> list[OfferedSchedule]:
        """Weekly schedules for a participant who waits, the best first, with at most so many others moved."""
        return items(OfferedSchedule, self._wire.send("GET", f"{self._path}/offers/schedules/{participant}", params={"moves": moves}))

    def hold_offer(self, participant: str, schedule: OfferedSchedule, until: datetime) -> HeldOffer:
        """Hold a schedule until a time."""
        offer = NewOffer(participant=participant, places=schedule.places, until=until)
        return read(HeldOffer, self._wire.send("POST", f"{self._path}/offers", offer))

    def accept_offer(self, offer: str) -> AcceptedOffer:
        """Clear the participant to begin, with the places in a draft or as pins."""
        return read(AcceptedOffer, self._wire.send("POST", f"{self._path}/offers/{offer}/accept"))

    def release_offer(self, offer: str) -> HeldOffer:
        """Free the places; the participant goes on waiting."""
        return read(HeldOffer, self._wire.send("POST", f"{self._path}/offers/{offer}/release"))

    def decline_offer(self, offer: str) -> HeldOffer:
        """Free the places, and archive the participant."""
        return read(HeldOffer, self._wire.send("POST", f"{self._path}/offers/{offer}/decline"))

    def minutes(self, participant: str, first: date | None = None, last: date | None = None) -> list[ParticipantMinutes]:
        """Ordered, scheduled, delivered and billable minutes of a participant, week by week."""
        params = {"first": first and first.isoformat(), "last": last and last.isoformat()}
        return items(ParticipantMinutes, self._wire.send("GET", f"{self._path}/participants/{participant}/minutes", params=params))
