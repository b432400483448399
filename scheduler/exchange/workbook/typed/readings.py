"""Values read in other words than they were written in. The import says how."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from scheduler.exchange.workbook.typed.languages import LANGUAGES


class ReadAs(str):
    """A value that was written in other words.

    Attributes:
        note: How it was read, as a sentence without a capital; it does not quote the cell.
    """

    note: str

    def __new__(cls, value: str, note: str) -> ReadAs:
        """Create the value, with how it was read."""
        text_read = super().__new__(cls, value)
        text_read.note = note
        return text_read


SPACES = "ids have no spaces; each run of spaces and signs became a dash"
ZONES = {
    "eastern": "America/New_York", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "new york": "America/New_York", "central": "America/Chicago", "ct": "America/Chicago", "cst": "America/Chicago",
    "cdt": "America/Chicago", "chicago": "America/Chicago", "mountain": "America/Denver", "mt": "America/Denver", "mst": "America/Denver",
    "mdt": "America/Denver", "denver": "America/Denver", "arizona": "America/Phoenix", "phoenix": "America/Phoenix",
    "pacific": "America/Los_Angeles", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "los angeles": "America/Los_Angeles", "alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu", "atlantic": "America/Halifax",
    "london": "Europe/London", "uk": "Europe/London", "gmt": "Etc/GMT", "utc": "UTC",
}  # fmt: skip
"""Everyday names of time zones; a name of standard or summer time means the zone that has it."""


def id_from(text: str) -> str:
    """An id made from words, with a dash for every stretch of other characters; empty if nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    id = re.sub(r"[^A-Za-z0-9_.]*[^A-Za-z0-9_.\-][^A-Za-z0-9_.]*", "-", plain).strip("-_")
    return id if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}", id) else ""


def zone_from(text: str) -> str:
    """The IANA zone that an everyday name means, or the same name in other letters; text that means none stays as it is."""
    name = text.strip().lower()
    short = re.sub(r"^(us|usa)[ /]|[ _-]?(standard|daylight|summer)?[ _-]?time( zone)?$", "", name).strip()
    zone = ZONES.get(short) or _zones().get(name.replace(" ", "_"))
    return text if zone is None or zone == text else ReadAs(zone, f"read as {zone}")


@cache
def _zones() -> dict[str, str]:
    """All IANA zones by their names in small letters."""
    return {zone.lower(): zone for zone in sorted(available_timezones())}


def language_from(text: str) -> str:
    """The code of a language by its English name; other text stays as it is."""
    return LANGUAGES.get(text.strip().lower(), text)
