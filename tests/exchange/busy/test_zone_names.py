"""Names of time zones as calendars write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduler.exchange.busy import BusyError
from scheduler.exchange.busy.zone_names import LABELS, labelled_zone, named_zone
from tests.exchange.busy.files import calendar, codes, event, read, told, window

NAMES = {
    "America/New_York": "America/New_York",
    "america/new_york": "America/New_York",
    "AMERICA/NEW YORK": "America/New_York",
    " America/New_York ": "America/New_York",
    "/mozilla.org/20050126_1/America/New_York": "America/New_York",
    "/freeassociation.sourceforge.net/America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "Eastern Standard Time": "America/New_York",
    "EASTERN  STANDARD TIME": "America/New_York",
    "tzone://Microsoft/Utc": "UTC",
    "z": "UTC",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_zone_is_known_by_its_name_in_any_case(name: str) -> None:
    found = named_zone(name)
    assert found is not None
    assert found.key == NAMES[name]


@pytest.mark.parametrize("name", ["Europe.London", "localtime", "posixrules", "Factory", "America", "", "/", "new_yor", "Etc/../UTC"])
def test_only_names_of_zones_are_looked_up(name: str) -> None:
    """A zone's name becomes the name of a file."""
    assert named_zone(name) is None
    assert labelled_zone(name) is None


LABELLED = {
    "(UTC-05:00) Eastern Time (US & Canada)": "America/New_York",
    "(UTC-05:00) Eastern Time (US and Canada)": "America/New_York",
    "(GMT-05:00) eastern time (us & canada)": "America/New_York",
    "Eastern Time (US & Canada)": "America/New_York",
    "(GMT-08:00) Pacific Time (US & Canada); Tijuana": "America/Los_Angeles",
    "Kuala Lumpur\\, Singapore": "Asia/Kuala_Lumpur",
    "(UTC+08:00) Kuala Lumpur, Singapore": "Asia/Kuala_Lumpur",
    "(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London": "Europe/Dublin",
    "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "Europe/Amsterdam",
    "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi": "Asia/Kolkata",
    "(UTC-07:00) Chihuahua, La Paz, Mazatlan": "America/Mazatlan",
    "(UTC-04:00) Georgetown, La Paz, Manaus, San Juan": "America/La_Paz",
    "(UTC+10:00) Guam, Port Moresby": "Pacific/Guam",
    "(UTC+12:45) Chatham Islands": "Pacific/Chatham",
    "(UTC-01:00) Cabo Verde Is.": "Atlantic/Cape_Verde",
    "(UTC+13:00) Samoa": "Pacific/Apia",
    "(GMT-11:00) Midway Island, Samoa": "Pacific/Midway",
    "(UTC) Coordinated Universal Time": "UTC",
    "New York, NY": "America/New_York",
}


@pytest.mark.parametrize("label", LABELLED)
def test_a_label_names_a_zone_and_the_offset_decides_between_cities(label: str) -> None:
    found = labelled_zone(label)
    assert isinstance(found, ZoneInfo)
    assert found.key == LABELLED[label]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("UTC-05:00", -300), ("utc+5", 300), ("GMT-0330", -210), ("+05:45", 345), ("(UTC-05:00)", -300), ("(GMT +01:00)", 60),
        ("UTC\u221205:00", -300), ("Coordinated Universal Time-11", -660), ("UTC+15:00", 900),
    ],
)  # fmt: skip
def test_an_offset_is_a_zone(name: str, minutes: int) -> None:
    found = labelled_zone(name)
    assert found is not None
    assert datetime(2027, 7, 1, tzinfo=found).utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "name", ["UTC+15:01", "UTC-99", "(UTC+05:00) Amsterdam", "(UTC-05:00) Somewhere", "Customized Time Zone", "North", "West"]
)
def test_what_is_not_known_is_not_guessed(name: str) -> None:
    assert labelled_zone(name) is None


def test_every_label_and_every_windows_name_is_a_zone() -> None:
    assert [label for label in LABELS if labelled_zone(label) is None] == []
    assert [name for name in WINDOWS_TO_OLSON if named_zone(name) is None] == []


ONE = "20270111T200000"


@pytest.mark.parametrize(
    "written", ['"Kuala Lumpur, Singapore"', "Kuala Lumpur\\, Singapore", "kuala  lumpur, singapore", "Kuala Lumpur, Singapore"]
)
def test_a_definition_is_found_however_its_name_is_written(written: str) -> None:
    """As text in the definition, as a parameter in the event; the definition says one hour less than the city of that name."""
    zone = "BEGIN:VTIMEZONE\nTZID:Kuala Lumpur\\, Singapore\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0700\nTZOFFSETTO:+0700"
    zone += "\nEND:STANDARD\nEND:VTIMEZONE"
    content = calendar(f"UID:1\nDTSTART;TZID={written}:{ONE}\nDURATION:PT1H", tail=zone)
    assert told(read(content, window(date(2027, 1, 11))), ZoneInfo("UTC")) == ["01-11 13:00-14:00"]


def test_a_zone_that_nobody_needs_is_not_asked_for() -> None:
    """Cancelled, free, declined and our own events take no time, wherever they are; left out, they are counted as such."""
    strange = ";TZID=Foo"
    lost = (
        event("20261201T0900", "20261201T1000", "STATUS:CANCELLED", zone=strange, uid="2"),
        event("20261201T0900", "20261201T1000", "TRANSP:TRANSPARENT", zone=strange, uid="3"),
        event("20261201T0900", "20261201T1000", "RRULE:FREQ=DAILY", "STATUS:CANCELLED", zone=strange, uid="4"),
        "UID:5\nSTATUS:CANCELLED",
    )
    found = read(calendar(event("20261202T0900", "20261202T1000"), *lost))
    assert (told(found), found.left_out, codes(found)) == (["12-02 09:00-10:00"], {"cancelled": 2, "free": 1}, {})
    with pytest.raises(BusyError, match="time zone"):
        read(calendar(event("20261201T0900", "20261201T1000", zone=strange)))


def test_times_without_a_zone_follow_those_of_their_event() -> None:
    """Only the start, or only the end, names the zone."""
    london = "Europe/London"
    for begin, end in ((f";TZID={london}", ""), ("", f";TZID={london}")):
        found = read(calendar(f"UID:1\nDTSTART{begin}:20261201T090000\nDTEND{end}:20261201T100000"))
        assert (told(found), codes(found)) == (["12-01 04:00-05:00"], {})
