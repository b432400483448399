"""The participant or clinician that a reference means, if any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from scheduler.exchange.fhir.ids import resource_id
from scheduler.exchange.fhir.incoming.entries import (
    Entries,
    IncomingEntry,
    element,
    identifiers_of,
    named_type,
    numbers,
    parts,
    plain_reference,
)
from scheduler.fields import Id, Model

PersonKind = Literal["participants", "clinicians"]
KIND_OF: dict[str, PersonKind] = {"Patient": "participants", "Practitioner": "clinicians", "PractitionerRole": "clinicians"}


class BundlePerson(NamedTuple):
    """A participant or a clinician."""

    kind: PersonKind
    id: str


class Match(Model):
    """A match between another system's number and a participant or clinician."""

    system: str = Field(min_length=1, max_length=500, description="The identifier's system.")
    value: str = Field(min_length=1, max_length=500, description="The number; it is not stored.")
    participant: Id | None = None
    clinician: Id | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        if (self.participant is None) == (self.clinician is None):
            raise ValueError("name a participant or a clinician, one of the two")
        return self

    @property
    def person(self) -> BundlePerson:
        """The participant or clinician it means."""
        return (
            BundlePerson("participants", self.participant)
            if self.participant is not None
            else BundlePerson("clinicians", str(self.clinician))
        )


@dataclass
class Directory:
    """The known participants and clinicians, with their numbers in other systems.

    Attributes:
        own_systems: Identifier systems whose values are our own ids, by kind.
        is_by_id: Whether resource ids are also our own ids.
    """

    people: frozenset[BundlePerson]
    matches: Mapping[tuple[str, str], BundlePerson]
    own_systems: Mapping[PersonKind, frozenset[str]]
    is_by_id: bool = False
    _by_resource_id: dict[BundlePerson, BundlePerson] = field(init=False)

    def __post_init__(self) -> None:
        """Index everyone by the id of their resource."""
        self._by_resource_id = {BundlePerson(p.kind, resource_id(p.id)): p for p in self.people}

    def who(self, entries: Entries, reference: object, within: IncomingEntry) -> BundlePerson | None:
        """Whom a reference means: by its identifier, then the identifiers of its target, then by id.

        Args:
            within: The resource in which the reference stands.
        """
        target = entries.find(reference, within)
        text = element(reference, "reference")
        names = [*identifiers_of(reference), *(() if target is None else parts(target.get("identifier")))]
        type = target.type if target is not None else named_type(reference)
        if not type and not isinstance(text, str):
            # A logical reference: its identifier alone says who it is.
            return self._by_number("participants", names) or self._by_number("clinicians", names)
        kind = KIND_OF.get(type)
        if kind is None:
            return None
        return self._by_number(kind, names) or self._by_practitioner(entries, target) or self._by_id(kind, target, text)

    def of_entry(self, entries: Entries, entry: IncomingEntry) -> BundlePerson | None:
        """Whom a Patient, Practitioner or PractitionerRole of the bundle means."""
        kind = KIND_OF[entry.type]
        person = self._by_number(kind, parts(entry.get("identifier"))) or self._by_practitioner(entries, entry)
        return person or self._by_id(kind, entry, None)

    def _by_number(self, kind: PersonKind, identifiers: Iterable[object]) -> BundlePerson | None:
        for system, value in numbers(identifiers):
            matches = self.matches.get((system, value))
            if matches is not None and matches.kind == kind:
                return matches
            if system in self.own_systems[kind] and BundlePerson(kind, value) in self.people:
                return BundlePerson(kind, value)
        return None

    def _by_practitioner(self, entries: Entries, target: IncomingEntry | None) -> BundlePerson | None:
        """Whom a role means: its practitioner."""
        if target is None or target.type != "PractitionerRole":
            return None
        reference = target.get("practitioner")
        led_to = entries.find(reference, target)
        # A role whose practitioner is another role could lead to an endless loop.
        return None if led_to is not None and led_to.type != "Practitioner" else self.who(entries, reference, target)

    def _by_id(self, kind: PersonKind, target: IncomingEntry | None, text: object) -> BundlePerson | None:
        # The id of a contained resource means something only within what contains it.
        if not self.is_by_id or (target is not None and target.container is not None):
            return None
        plain = plain_reference(text) if isinstance(text, str) and "?" not in text else ""
        id = plain.rpartition("/")[2] if target is None else target.get("id")
        return self._by_resource_id.get(BundlePerson(kind, id)) if isinstance(id, str) else None
