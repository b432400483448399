"""Feeds of whole programs: imported, published, issued for everybody, and read back by two readers to exactly the roster."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from api.database import Store
from api.feeds import FeedOptions, issue_feed
from api.feeds.store import calendar_files as feed_bytes
from api.kernel.settings import Settings
from api.programs.person import Person
from api.security.tokens import token_hash
from instances.record import read_numbers
from scheduler.exchange.events import HIDDEN_CATEGORIES
from scheduler.instance import Instance
from scheduler.reading import read_roster
from scheduler.roster import Roster
from tests.api.programs.seed import INSTANCES, instance_of, publish_week, seed
from tests.exchange.lint import lint
from tests.exchange.readers import read_icalendar, read_vobject

NAMES = sorted(read_numbers())
SAMPLED = ("dst_autumn", "dst_spring", "wednesday_changes")
Times = list[tuple[datetime, datetime]]


def expected(instance: Instance, rosters: list[Roster], kind: str, person: str) -> Times:
    """A person's sessions by start, read from the rosters alone; a drug screen is in no participant's calendar."""
    hidden = {s.id for s in instance.services if s.category in HIDDEN_CATEGORIES}
    sessions = [s for roster in rosters for s in roster.sessions]
    if kind == "participant":
        mine = [s for s in sessions if s.service not in hidden and any(b.participant == person for b in s.bookings)]
    else:
        mine = [s for s in sessions if person in s.facilitators]
    return sorted((s.start.astimezone(UTC), s.end.astimezone(UTC)) for s in mine)


def check(store: Store, settings: Settings, name: str) -> int:
    """Everybody's feed of an instance; how many events they hold."""
    instance, best = instance_of(name), read_roster(INSTANCES / "best" / f"{name}.json")
    seed(store, instance)
    monday = datetime.combine(instance.monday, time(), UTC)
    publish_week(store, "demo", instance.monday, best, monday)
    rosters = [best, *([instance.history.last_week] if instance.history.last_week else [])]
    people = [("participant", p.id) for p in instance.participants] + [("clinician", c.id) for c in instance.clinicians]
    count, at = 0, monday + timedelta(hours=12)
    for kind, person in people:
        with store.writing() as session:
            subject, purpose = Person(kind, person), "clinician" if kind == "clinician" else "self"
            made = issue_feed(session, settings, "demo", subject, purpose, FeedOptions(), "test", monday, acknowledged=2)
        served = feed_bytes.serve(store, token_hash(made.token), at)
        assert served is not None
        assert lint(served.body) == []
        events = read_icalendar(served.body)
        assert read_vobject(served.body) == events
        confirmed = [e for e in events if e.status == "CONFIRMED"]
        assert [(e.start, e.end) for e in confirmed] == expected(instance, rosters, kind, person), person
        assert {e.summary.removeprefix("Cancelled: ") for e in events} <= {"Appointment"} or kind == "clinician"
        count += len(events)
    return count


@pytest.mark.parametrize("name", SAMPLED)
def test_feeds_are_the_roster(store, settings, name):
    """Both weeks in which clocks change, and a week that was published already."""
    assert check(store, settings, name) > 100


@pytest.mark.proof
@pytest.mark.parametrize("name", NAMES)
def test_feeds_of_every_instance_are_the_roster(store, settings, name):
    assert check(store, settings, name) > 20


def test_the_import_of_a_past_roster_reaches_feeds(store, settings):
    """Last week came along with the import, nothing else is published: it is in the feed, as it was published then."""
    instance = instance_of("unchanged_week")
    assert instance.history.last_week is not None
    seed(store, instance)
    person = instance.participants[0].id
    at = datetime.combine(instance.monday, time(12), UTC)
    with store.writing() as session:
        made = issue_feed(session, settings, "demo", Person("participant", person), "self", FeedOptions(), "test", at, acknowledged=2)
    served = feed_bytes.serve(store, token_hash(made.token), at)
    assert served is not None
    events = read_icalendar(served.body)
    assert [(e.start, e.end) for e in events] == expected(instance, [instance.history.last_week], "participant", person)
    assert len(events) > 2
