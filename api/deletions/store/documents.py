"""Documents without a person: every entry that names them is taken out, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

FIELDS: Final = ("participant", "partner", "a", "b")
"""The fields by which entries of documents name participants."""


def without_person(value: Any, id: str, names: Mapping[str, str]) -> Any:
    """A document without the entries that name a person.

    Args:
        value: An instance, a roster, settings of a week or any other document, as JSON.
        names: New ids of appointments (`appointments_of`) by their former ones.
    """
    if isinstance(value, list):
        entries = (without_person(entry, id, names) for entry in value if not _names(entry, id))
        return [entry for entry in entries if not _is_empty_appointment(entry)]
    if isinstance(value, dict):
        return {key: without_person(_people(entry, id) if key == "participants" else entry, id, names) for key, entry in value.items()}
    return names.get(value, value) if isinstance(value, str) else value


def appointments_of(value: Any, id: str, pseudonym: str) -> Iterator[tuple[str, str]]:
    """The ids of a person's appointments in a document, each with the id that it gets.

    One that was ordered for the person gets a pseudonym, because others may be booked in it; one ordered for another keeps its id.
    """
    if isinstance(value, dict) and "bookings" in value and value.get("group") is None:
        session, service = str(value.get("id")), str(value.get("service"))
        if is_appointment_of(id, session, service):
            yield session, renamed(session, id, pseudonym)
        elif any(_names(booking, id) for booking in value["bookings"]):
            yield session, session
    for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from appointments_of(entry, id, pseudonym)


def is_appointment_of(id: str, session: str, service: str) -> bool:
    """Whether a session's id says that it was ordered for a participant; ids may contain dots, so the service is needed to tell."""
    return session.startswith(f"a.{id}.{service}.")


def renamed(session: str, id: str, pseudonym: str) -> str:
    """The id of a person's appointment with a pseudonym."""
    return f"a.{pseudonym}.{session.removeprefix(f'a.{id}.')}"


def _people(value: Any, id: str) -> Any:
    """A list of people, or a table by person, without the person themselves."""
    if isinstance(value, list):
        return [entry for entry in value if entry != id and not (isinstance(entry, dict) and entry.get("id") == id)]
    return {key: entry for key, entry in value.items() if key != id} if isinstance(value, dict) else value


def _names(entry: Any, id: str) -> bool:
    return isinstance(entry, dict) and any(entry.get(field) == id for field in FIELDS)


def _is_empty_appointment(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("bookings") == [] and entry.get("group") is None and "service" in entry
