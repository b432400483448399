"""Find people by what staff hear or read: initials, a number, or the program's own code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST_FOUND: Final = 12


def letters_of(text: str) -> str:
    """The letters and digits of a text, as compared: "g.s" is "G. S."."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def matching(names: Mapping[str, str], query: str) -> list[str]:
    """Ids of the people whose name or number contains a query, best first: the same, then beginning with it, then containing it.

    Args:
        names: Names by id.
    """
    sought = letters_of(query)
    if not sought:
        return []
    ranks = {id: min(_rank(letters_of(name), sought), _rank(letters_of(id), sought)) for id, name in names.items()}
    hits = [id for id, rank in ranks.items() if rank < NO_HIT]
    return sorted(hits, key=lambda id: (ranks[id], names[id], id))[:MOST_FOUND]


NO_HIT: Final = 3


def _rank(text: str, sought: str) -> int:
    return 0 if text == sought else 1 if text.startswith(sought) else 2 if sought in text else NO_HIT
