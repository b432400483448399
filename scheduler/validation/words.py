"""Words of the program's own: credentials, languages, features and others that are compared with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.instance import Instance
from scheduler.validation.issue import Issue, warning

Word = tuple[str, str, str]
"""What it is a word for, its path, and the word."""


def capitals(instance: Instance) -> Iterator[Issue]:
    """No two words for the same thing differ only in capitals: they would not match."""
    first: dict[tuple[str, str], str] = {}
    reported: set[tuple[str, str]] = set()
    for kind, path, word in _words(instance):
        other = first.setdefault((kind, word.lower()), word)
        if other != word and (kind, word) not in reported:
            reported.add((kind, word))
            message = f"write {other} wherever {word} is written: the two differ only in capitals, and do not match"
            yield warning("word_differs_in_case", path, message)


def _words(instance: Instance) -> Iterator[Word]:
    for n, service in enumerate(instance.services):
        yield "category", f"services[{n}].category", service.category
        yield from _each("credential", f"services[{n}].credentials", service.credentials)
        yield from _each("feature", f"services[{n}].room_features", service.room_features)
    for n, room in enumerate(instance.rooms):
        yield from _each("feature", f"rooms[{n}].features", room.features)
    for n, clinician in enumerate(instance.clinicians):
        yield from _each("credential", f"clinicians[{n}].credentials", clinician.credentials)
        yield from _each("language", f"clinicians[{n}].languages", clinician.languages)
        yield from _one("gender", f"clinicians[{n}].gender", clinician.gender)
        yield from _each("state", f"clinicians[{n}].licensed_states", clinician.licensed_states)
    for n, group in enumerate(instance.groups):
        yield from _one("credential", f"groups[{n}].leading_credential", group.leading_credential)
        yield from _one("block", f"groups[{n}].block", group.block)
        yield from _one("language", f"groups[{n}].language", group.language)
        yield from _each("feature", f"groups[{n}].room_features", group.room_features)
        yield from _each("gender", f"groups[{n}].eligibility.genders", group.eligibility.genders)
        yield from _each("attribute", f"groups[{n}].eligibility.attributes", group.eligibility.attributes)
    for n, person in enumerate(instance.participants):
        yield from _each("language", f"participants[{n}].languages", person.languages)
        yield from _one("gender", f"participants[{n}].gender", person.gender)
        yield from _one("state", f"participants[{n}].state", person.state)
        yield from _each("attribute", f"participants[{n}].attributes", person.attributes)
        yield from _each("feature", f"participants[{n}].room_features", person.room_features)


def _each(kind: str, path: str, words: Iterable[str]) -> Iterator[Word]:
    return ((kind, f"{path}[{n}]", word) for n, word in enumerate(words))


def _one(kind: str, path: str, word: str | None) -> Iterator[Word]:
    if word is not None:
        yield kind, path, word
