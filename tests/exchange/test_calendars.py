"""Calendars in a folder over several writes: names, sequences, cancelled sessions, nothing rewritten without need."""

import csv
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import StepdownError
from scheduler.exchange.calendars import write_calendars
from scheduler.exchange.options import FeedOptions
from scheduler.instance import Instance
from tests.build import MONDAY, at, group, instance, meet, participant, roster, run
from tests.exchange.readers import Read, assert_well_formed, read_icalendar
from tests.exchange.weeks import PEOPLE, medium_instance, medium_roster

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO = instance(groups=[group("g")])


def write(folder: Path, *sessions: dict[str, Any], made: Instance = TWO, now: datetime = NOW, monday: date = MONDAY) -> tuple[Path, ...]:
    """Write a roster of these sessions."""
    return write_calendars(folder, made.model_copy(update={"monday": monday}), roster(*sessions, monday=monday), now)


def index(folder: Path) -> dict[str, Path]:
    """Person's id to calendar file."""
    with (folder / "calendars" / "index.csv").open(newline="") as file:
        return {row["id"]: folder / "calendars" / row["file"] for row in csv.DictReader(file)}


def events(folder: Path, person: str = "ana") -> list[Read]:
    """What a person's calendar shows."""
    return read_icalendar(index(folder)[person].read_bytes())


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of change of every file."""
    files = (f for f in folder.rglob("*") if f.is_file())
    return {str(f.relative_to(folder)): (f.read_bytes(), f.stat().st_mtime_ns) for f in files}


def test_a_medium_week_gives_every_person_one_opaque_file(tmp_path: Path) -> None:
    """Sixteen participants and four clinicians; only the index names them."""
    written = write_calendars(tmp_path, medium_instance(), medium_roster(), NOW)
    assert len(written) == len(index(tmp_path)) == 20
    assert sorted(index(tmp_path).values()) == sorted(written)
    for path in written:
        assert_well_formed(path.read_bytes())
        assert len(path.stem) == 32
        assert set(path.stem) <= set("0123456789abcdef")
    state = (tmp_path / "calendars" / "state.json").read_text()
    assert not any(f'"{person}"' in state for person in PEOPLE)
    assert not [f for f in tmp_path.rglob("*") if f.name.count(".") > 1 and f.name != ".calendar-secret"], "a temporary file is left"


def test_what_joins_people_and_files_is_private(tmp_path: Path) -> None:
    """Secret, index and state are for their owner only; the secret is in no other file."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    private = [tmp_path / ".calendar-secret", tmp_path / "calendars" / "index.csv", tmp_path / "calendars" / "state.json"]
    assert [stat.S_IMODE(f.stat().st_mode) for f in private] == [0o600] * 3
    secret = private[0].read_bytes()
    assert len(secret) == 32
    assert not any(
        secret in body or secret.hex().encode() in body for name, (body, _) in contents(tmp_path).items() if "secret" not in name
    )


def test_writing_the_same_roster_later_touches_nothing(tmp_path: Path) -> None:
    """An hour later: same bytes, and files not even rewritten."""
    plan = [meet("ana", "mon", "09:00"), run("g", "tue", "09:00", ("ana", "ben"))]
    write(tmp_path, *plan)
    before = contents(tmp_path)
    assert write(tmp_path, *plan[::-1], now=NOW + HOUR) == ()
    assert contents(tmp_path) == before


def test_publish_move_cancel_publish_again(tmp_path: Path) -> None:
    """One UID throughout; sequence 0, 1, 2, 3; the cancelled session is marked and transparent."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    first = events(tmp_path)[0]
    write(tmp_path, meet("ana", "tue", "10:00"), now=NOW + HOUR)
    moved = events(tmp_path)[0]
    write(tmp_path, now=NOW + 2 * HOUR)
    cancelled, body = events(tmp_path)[0], index(tmp_path)["ana"].read_bytes()
    write(tmp_path, meet("ana", "tue", "10:00"), now=NOW + 3 * HOUR)
    again = events(tmp_path)[0]
    assert [e.uid for e in (moved, cancelled, again)] == [first.uid] * 3
    assert [e.sequence for e in (first, moved, cancelled, again)] == [0, 1, 2, 3]
    assert (first.start, moved.start, cancelled.start) == (at("mon", "09:00"), at("tue", "10:00"), at("tue", "10:00"))
    assert (cancelled.summary, cancelled.status, again.status) == ("Cancelled: Appointment", "CANCELLED", "CONFIRMED")
    assert b"TRANSP:TRANSPARENT" in body
    assert b"LAST-MODIFIED:20261126T170000Z" in body
    assert b"DTSTAMP:20261126T170000Z" in body
    assert len(events(tmp_path)) == 1


def test_a_cancelled_session_is_shown_until_a_day_after_its_end(tmp_path: Path) -> None:
    """9:00 to 9:50: there a minute before 9:50 of the next day, gone then; back later, the sequence goes on."""
    afternoon = run("g1", "mon", "15:00", ("ana",))
    write(tmp_path, meet("ana", "mon", "09:00"), afternoon)
    gone = at("mon", "09:50") + DAY
    write(tmp_path, afternoon, now=gone - timedelta(minutes=1))
    assert len(events(tmp_path)) == 2
    write(tmp_path, afternoon, now=gone)
    assert [e.status for e in events(tmp_path)] == ["CONFIRMED"]
    assert_well_formed(index(tmp_path)["ana"].read_bytes())


def test_the_last_session_stays_so_that_no_calendar_is_empty(tmp_path: Path) -> None:
    """Cancelled, and for good; the sequence goes on when another follows."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    gone = at("mon", "09:50") + DAY
    for now in (gone, gone + 29 * DAY, gone + 300 * DAY):
        write(tmp_path, now=now)
        assert [(e.status, e.sequence) for e in events(tmp_path)] == [("CANCELLED", 1)]
    assert_well_formed(index(tmp_path)["ana"].read_bytes())
    write(tmp_path, meet("ana", "wed", "09:00"), now=gone + 300 * DAY + HOUR)
    assert [e.sequence for e in events(tmp_path)] == [2]


def test_another_week_cancels_nothing(tmp_path: Path) -> None:
    """Next week's roster leaves this week's sessions; they fall out after thirty days."""
    write(tmp_path, meet("ana", "fri", "09:00"))
    later = MONDAY + timedelta(days=7)
    write(tmp_path, meet("ana", "mon", "09:00", monday=later), monday=later, now=NOW + 7 * DAY)
    assert [(e.status, e.sequence) for e in events(tmp_path)] == [("CONFIRMED", 0), ("CONFIRMED", 0)]
    write(tmp_path, meet("ana", "mon", "09:00", monday=later), monday=later, now=at("fri", "09:50") + 30 * DAY + HOUR)
    assert [e.start for e in events(tmp_path)] == [at("mon", "09:00", later)]


def test_another_label_makes_participants_files_newer_once(tmp_path: Path) -> None:
    """Written on Friday with a label: changed on Friday, same sequence; on Saturday nothing is touched; clinicians keep their titles."""
    plan = roster(meet("ana", "mon", "09:00", facilitators=["cora"]))
    looks = FeedOptions(label="Busy", has_place=True)
    write_calendars(tmp_path, TWO, plan, NOW)
    cora = index(tmp_path)["cora"].read_bytes()
    assert len(write_calendars(tmp_path, TWO, plan, NOW + DAY, looks)) == 1
    assert [(e.summary, e.sequence) for e in events(tmp_path)] == [("Busy", 0)]
    assert b"LAST-MODIFIED:20261127T150000Z" in index(tmp_path)["ana"].read_bytes()
    assert write_calendars(tmp_path, TWO, plan, NOW + 2 * DAY, looks) == ()
    assert index(tmp_path)["cora"].read_bytes() == cora


def test_places_are_those_people_know(tmp_path: Path) -> None:
    """A site by its label; without one, nothing; at home it is online."""
    made = TWO.model_copy(update={"program": TWO.program.model_copy(update={"sites": labelled("12 Main Street")})})
    for person, known, expected in (("ana", made, b"12 Main Street"), ("ana", TWO, None), ("ana@home", made, b"Online")):
        folder = tmp_path / f"{person}{expected}"
        write_calendars(folder, known, roster(meet(person, "mon", "09:00")), NOW, FeedOptions(has_place=True))
        body = index(folder)["ana"].read_bytes()
        assert (b"LOCATION:" + expected in body) if expected else (b"LOCATION" not in body)


def labelled(label: str) -> tuple[Any, ...]:
    """The sites, called so."""
    return tuple(site.model_copy(update={"label": label}) for site in TWO.program.sites)


def test_an_old_roster_is_written_whole(tmp_path: Path) -> None:
    """The week asked for is there, however long ago it was."""
    write(tmp_path, meet("ana", "mon", "09:00"), now=NOW + 1000 * DAY)
    assert len(events(tmp_path)) == 1


def test_by_telehealth_instead_is_a_change_of_place(tmp_path: Path) -> None:
    """Nothing shows where it is, but the sequence says that something changed."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    write(tmp_path, meet("ana@home", "mon", "09:00"), now=NOW + HOUR)
    assert [e.sequence for e in events(tmp_path)] == [1]


def test_a_new_count_moves_only_the_time_of_change(tmp_path: Path) -> None:
    """The clinician's group grows from one to two: a new summary, the same sequence; nothing new for ana."""
    write(tmp_path, run("g", "mon", "09:00", ("ana",)))
    ana = index(tmp_path)["ana"].read_bytes()
    write(tmp_path, run("g", "mon", "09:00", ("ana", "ben")), now=NOW + HOUR)
    [seen] = events(tmp_path, "cora")
    assert (seen.summary, seen.sequence) == ("Group g (2)", 0)
    assert b"LAST-MODIFIED:20261126T160000Z" in index(tmp_path)["cora"].read_bytes()
    assert index(tmp_path)["ana"].read_bytes() == ana


def test_a_clock_set_back_makes_no_event_older(tmp_path: Path) -> None:
    """Written an hour earlier than before, the change keeps the later time."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    write(tmp_path, meet("ana", "mon", "11:00"), now=NOW - HOUR)
    assert b"LAST-MODIFIED:20261126T150000Z" in index(tmp_path)["ana"].read_bytes()
    assert [e.sequence for e in events(tmp_path)] == [1]


def test_somebody_who_left_sees_the_sessions_cancelled(tmp_path: Path) -> None:
    """Ana is no longer in the instance: her file stays with a cancelled session, the index forgets her."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    file = index(tmp_path)["ana"]
    write(tmp_path, made=instance(participants=[participant("ben")]), now=NOW + HOUR)
    assert "ana" not in index(tmp_path)
    assert [(e.status, e.sequence) for e in read_icalendar(file.read_bytes())] == [("CANCELLED", 1)]


def test_another_folder_has_other_names(tmp_path: Path) -> None:
    """The secret is the folder's own."""
    for name in ("a", "b"):
        write(tmp_path / name, meet("ana", "mon", "09:00"))
    assert index(tmp_path / "a")["ana"].name != index(tmp_path / "b")["ana"].name
    assert events(tmp_path / "a")[0].uid != events(tmp_path / "b")[0].uid


def test_damaged_files_are_told_and_kept(tmp_path: Path) -> None:
    """Neither state nor secret is silently replaced: UIDs and sequences would be lost."""
    write(tmp_path, meet("ana", "mon", "09:00"))
    state, secret = tmp_path / "calendars" / "state.json", tmp_path / ".calendar-secret"
    state.write_bytes(b"{")
    with pytest.raises(StepdownError, match=r"state\.json is damaged"):
        write(tmp_path)
    secret.write_bytes(b"short")
    with pytest.raises(StepdownError, match="secret in the output folder is damaged"):
        write(tmp_path)
    assert (state.read_bytes(), secret.read_bytes()) == (b"{", b"short")


def test_the_time_of_change_needs_a_zone(tmp_path: Path) -> None:
    """A naive time would be anybody's guess."""
    with pytest.raises(ValueError, match="needs a time zone"):
        write(tmp_path, now=NOW.replace(tzinfo=None))
    assert not (tmp_path / "calendars").exists()
