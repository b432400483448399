"""One spelling of each id and word: an id is read as it is spelled where it is defined, a word as it is first, whatever the case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial

from scheduler.exchange.workbook.book import SHEETS, refers
from scheduler.exchange.workbook.cells import Json
from scheduler.exchange.workbook.kinds import key_of
from scheduler.exchange.workbook.sheet import Column, Sheet
from scheduler.exchange.workbook.table import SheetRow, Table
from scheduler.exchange.workbook.typed.readings import id_from, language_from
from scheduler.instance import Instance
from scheduler.names import names_at

WORDS = {
    "credentials": "credentials", "leading_credential": "credentials", "room_features": "features", "features": "features",
    "languages": "languages", "language": "languages", "gender": "genders", "genders": "genders", "team": "teams",
    "licensed_states": "states", "state": "states", "attributes": "attributes", "category": "categories",
    "education_categories": "categories", "block": "blocks",
}  # fmt: skip
"""Fields with words of the program's own, each with what they are words for."""

INSIDE = {"travel": "sites", "segments": "services", "bookings": "participants", "hours": "sites", "modules": "modules"}
"""Fields of several values, or of values with more in them, each with what the ids in them name."""

RANKED = ("morning", "afternoon", "evening", "in_person", "telehealth")
WISHES = {"clinician_gender": "genders", "clinician_language": "languages", "group": "groups"}


class Spelling:
    """The spellings of a workbook, by kind and in small letters."""

    def __init__(self) -> None:
        self.defined: dict[str, dict[str, str]] = {}
        self.words: dict[str, dict[str, str]] = {}

    def define(self, kind: str, id: str) -> None:
        """Note an id as it is defined."""
        spellings = self.defined.setdefault(kind, {})
        spellings.setdefault(id.lower(), id)
        spellings[f"={id}"] = id

    def of(self, kind: str, id: Json) -> Json:
        """The spelling of an id or word; other values stay as they are."""
        if not isinstance(id, str):
            return id
        spellings = self.defined.get(kind)
        if spellings is not None:
            return spellings.get(f"={id}") or spellings.get(id.lower(), id)
        return self.words.setdefault(kind, {}).setdefault(id.lower(), id) if kind in KINDS_OF_WORDS else id

    def elsewhere(self, kind: str, id: str, otherwise: str) -> str:
        """The spelling of an id or word that occurs elsewhere in the workbook; else another text."""
        spellings = self.defined.get(kind) or self.words.get(kind, {})
        return spellings.get(f"={id}") or spellings.get(id.lower(), otherwise)


KINDS_OF_WORDS = frozenset(WORDS.values())


def unify(tables: dict[str, Table]) -> None:
    """Spell every id and word of the tables in one way."""
    spelling = Spelling()
    for table in tables.values():
        for column, kind in _definers(table.sheet):
            for row in table.rows:
                value = row.values.get(column.title)
                for id in value if isinstance(value, list) else (value,):
                    if isinstance(id, str):
                        spelling.define(kind, id)
    for table in tables.values():
        for column, kind in _users(table.sheet):
            for row in table.rows:
                if column.title in row.values:
                    row.values[column.title] = _spelled(row.values[column.title], partial(spelling.of, kind))
        if table.sheet.title == "Preferences":
            for row in table.rows:
                _spell_wish(row, spelling)


def _spelled(value: Json, spell: Callable[[Json], Json]) -> Json:
    if isinstance(value, list):
        return [_spelled(one, spell) for one in value]
    if isinstance(value, dict):
        inner = next((name for name in ("service", "participant", "site") if name in value), None)
        if inner is not None:
            value[inner] = spell(value[inner])
            return value
        return value if "day" in value else {spell(key): one for key, one in value.items()}
    return spell(value)


@cache
def _definers(sheet: Sheet) -> tuple[tuple[Column, str], ...]:
    """The columns that define ids, with what they are ids of; guests and authorizations belong to one person each."""
    kind = sheet.places[0].rpartition(".")[2] if sheet.places else ""
    if "[" in "".join(sheet.places) or not kind:
        return ()
    definers = [(column, kind) for column in sheet.columns if column.field == "id" and column.kind.is_id]
    if kind == "curricula":
        definers += [(column, "modules") for column in sheet.columns if column.field == "modules"]
    if kind == "services":
        definers += [(column, "categories") for column in sheet.columns if column.field == "category"]
    return tuple(definers)


@cache
def _users(sheet: Sheet) -> tuple[tuple[Column, str], ...]:
    """The columns that hold ids or words, with their kind."""
    return tuple(_used(sheet))


def _used(sheet: Sheet) -> Iterator[tuple[Column, str]]:
    lists = {other.title: other.places[0].rpartition(".")[2] for other in SHEETS if other.places and "[" not in other.places[0]}
    for column in sheet.columns:
        field = column.field.rpartition(".")[2]
        if column.title == "Session" and not column.field:
            yield column, "groups"
        elif not column.field or column.field == "id":
            title = refers(sheet, column) if not column.field else ""
            if title in lists:
                yield column, lists[title]
        elif field in WORDS:
            yield column, WORDS[field]
        elif column.kind.is_list and field in INSIDE:
            yield column, INSIDE[field]
        else:
            paths = (re.sub(r"\[[^\]]*\]", "", f"{place}.{column.field}").strip(".").split(".") for place in sheet.places or ("",))
            names = next((one for path in paths if (one := names_at(Instance, path)) is not None), None)
            if names is not None:
                yield column, {"own_modules": "modules"}.get(names.kind, names.kind)


def _spell_wish(row: SheetRow, spelling: Spelling) -> None:
    """Spell what a wish ranks: words of the contract, or ids and words of the program."""
    about, ranked = row.values.get("About"), row.values.get("Best first")
    if not isinstance(ranked, list):
        return
    if about in ("time", "mode"):
        row.values["Best first"] = [key_of(word) if key_of(word) in RANKED else word for word in ranked]
    elif about in WISHES:
        read = {"clinician_language": language_from, "group": id_from}.get(about, str)
        row.values["Best first"] = [spelling.elsewhere(WISHES[about], read(word), word) for word in ranked]
