"""Names of time zones as calendars write them: of the IANA, of Windows, labels that Outlook shows, and plain offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

ESCAPED = re.compile(r"\\([\\;,])")
OFFSET = re.compile(r"\(?(?:utc|gmt|coordinated universal time)? ?([+-])(\d{1,2})(?:[:.]?(\d\d))?\)?", re.ASCII)
LABEL = re.compile(r"(?:\((?:utc|gmt) ?(?:([+-])(\d{1,2})(?:[:.]?(\d\d))?)?\) ?)?([^()].*)", re.ASCII)
BETWEEN = re.compile(r"[,;:]| - ")
ADDED = re.compile(r" (?:islands?|is\.|\(.*\))$")
"""What a label adds to the name of a place."""
MOST_OFFSET = timedelta(hours=15)
FIRST_YEAR, THIS_YEAR = 2000, 2026
"""Of the offsets that labels may have."""

NOT_ZONES = frozenset({"factory"})
"""Among the zones, but none."""

AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
NOT_PLACES = frozenset({"act", "lhi", "north", "nsw", "south", "west"})

LABELS = {
    "alaska": "America/Anchorage",
    "aleutian": "America/Adak",
    "arizona": "America/Phoenix",
    "astana": "Asia/Bishkek Asia/Almaty",
    "atlantic time (canada)": "America/Halifax",
    "baja california": "America/Tijuana",
    "brasilia": "America/Sao_Paulo",
    "cabo verde": "Atlantic/Cape_Verde",
    "central america": "America/Guatemala",
    "central time": "America/Chicago",
    "central time (us & canada)": "America/Chicago",
    "chetumal": "America/Cancun",
    "chihuahua, la paz, mazatlan": "America/Mazatlan",
    "chokurdakh": "Asia/Srednekolymsk",
    "city of buenos aires": "America/Argentina/Buenos_Aires",
    "coordinated universal time": "UTC",
    "e. europe": "Europe/Chisinau",
    "eastern time": "America/New_York",
    "eastern time (us & canada)": "America/New_York",
    "ekaterinburg": "Asia/Yekaterinburg",
    "georgetown": "America/La_Paz",
    "greenland": "America/Nuuk",
    "haiti": "America/Port-au-Prince",
    "hawaii": "Pacific/Honolulu",
    "indiana (east)": "America/Indiana/Indianapolis",
    "international date line west": "Etc/GMT+12",
    "marshall": "Pacific/Majuro",
    "mid-atlantic": "Etc/GMT+2",
    "mountain time": "America/Denver",
    "mountain time (us & canada)": "America/Denver",
    "new caledonia": "Pacific/Noumea",
    "newfoundland": "America/St_Johns",
    "nuku'alofa": "Pacific/Tongatapu",
    "pacific time": "America/Los_Angeles",
    "pacific time (us & canada)": "America/Los_Angeles",
    "petropavlovsk-kamchatsky": "Asia/Kamchatka",
    "port louis": "Indian/Mauritius",
    "saint pierre & miquelon": "America/Miquelon",
    "salvador": "America/Bahia",
    "samoa": "Pacific/Apia",
    "saskatchewan": "America/Regina",
    "solomon": "Pacific/Guadalcanal",
    "sri jayawardenepura": "Asia/Colombo",
    "turks & caicos": "America/Grand_Turk",
    "west central africa": "Africa/Lagos",
    "yukon": "America/Whitehorse",
}
"""Labels of Windows, without their offset, that name no city of the IANA's list (Unicode CLDR, windowsZones.xml).

Of several zones, the first counts that has the offset.
"""


def zone_key(name: str) -> str:
    """A name for comparing: the same as escaped text and as a parameter (RFC 5545, 3.2.19 and 3.3.11), in any case, with any blanks."""
    return " ".join(ESCAPED.sub(r"\1", name.strip(' \t"')).split()).casefold()


@lru_cache(maxsize=256)
def named_zone(name: str) -> ZoneInfo | None:
    """A zone by its IANA name, its Windows name, or a name with a vendor's prefix; None if not known."""
    key = zone_key(name)
    tails = [key]
    if key.startswith(("/", "tzone:")):
        parts = key.strip("/").split("/")
        tails += ["/".join(parts[n:]) for n in range(len(parts))]
    for tail in tails:
        if (zone := _iana().get(tail.replace(" ", "_")) or _windows().get(tail)) is not None:
            return ZoneInfo(zone)
    return None


@lru_cache(maxsize=256)
def labelled_zone(name: str) -> tzinfo | None:
    """A zone by an offset (``UTC-05:00``) or a label (``(UTC-05:00) Eastern Time (US & Canada)``); None if not known.

    A label may name several cities: the first counts whose zone has the offset of the label, or else the first whose zone has had it: a
    label stays the same when a country changes its clocks.
    """
    key = zone_key(name).replace("\u2212", "-").replace(" and ", " & ")
    if (plain := OFFSET.fullmatch(key)) is not None:
        offset = _offset(plain)
        return None if abs(offset) > MOST_OFFSET else timezone(offset)
    label = LABEL.fullmatch(key)
    if label is None:
        return None
    plain = OFFSET.fullmatch(label[4])
    if plain is not None and (label[1] is None or _offset(label) == _offset(plain)):
        return timezone(_offset(plain))
    zones = [zone for piece in (label[4], *BETWEEN.split(label[4])) for zone in _places(piece.strip())]
    for years in ((THIS_YEAR,), range(FIRST_YEAR, THIS_YEAR)):
        for zone in zones:
            if label[1] is None or _offset(label) in _offsets(zone, years):
                return ZoneInfo(zone)
    return None


def _places(piece: str) -> list[str]:
    """The zones that a piece of a label may mean, the likeliest first."""
    names = (piece, ADDED.sub("", piece))
    return [
        zone for name in names for key in (name.replace(" ", "_"),)
        for zone in (LABELS.get(name) or _cities().get(key) or (_iana().get(key, "") if "/" in key else "")).split()
    ]  # fmt: skip


def _offset(match: re.Match[str]) -> timedelta:
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset


def _offsets(zone: str, years: Iterable[int]) -> set[timedelta | None]:
    """The offsets of a zone in the winters and summers of some years."""
    return {datetime(year, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() for year in years for month in (1, 7)}


@cache
def _iana() -> dict[str, str]:
    """The names of the IANA by key. A name becomes the name of a file, so no other reaches the file system."""
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return {name.casefold(): name for name in names if name.casefold() not in NOT_ZONES} | {"z": "UTC"}


@cache
def _windows() -> dict[str, str]:
    names = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return {name.replace("standard time", "daylight time"): zone for name, zone in names.items()} | names


@cache
def _cities() -> dict[str, str]:
    names = [name for name in _iana().values() if name.startswith(AREAS)]
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(names)}
    return {city: name for city, name in cities.items() if city not in NOT_PLACES}
