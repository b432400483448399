"""Random lives of a feed: whatever is published, withdrawn, changed and fetched in whatever order, subscribers see what is published."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from api.publishing.store import unpublish
from api.weeks.store.weeks import lock_week, published_roster
from scheduler.exchange.stamps import WINDOW_AHEAD, WINDOW_BACK
from scheduler.roster import Roster
from tests.api.feeds.conftest import FEEDS
from tests.api.feeds.subscriber import Subscriber
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM
from tests.build import meet, roster, run

MONDAYS = (MONDAY, MONDAY + timedelta(weeks=1), MONDAY + timedelta(weeks=14))
GROUPS = (("g1", "mon"), ("g2", "tue"), ("g3", "wed"))


class Walk:
    """What is published now, and every change that may come."""

    def __init__(self, draw: random.Random, store, clock, publish, desk) -> None:
        self.draw, self.store, self.clock, self.publish, self.desk = draw, store, clock, publish, desk
        self.now, self.published = BEFORE, dict[date, Roster]()
        self.label: str | None = None

    def step(self, feed: str) -> None:
        """One thing happens; some seconds pass."""
        self.now += timedelta(seconds=7)
        self.clock(self.now)
        self.draw.choices((self._publish, self._unpublish, self._wait, self._look), (5, 1, 3, 1))[0](feed)

    def _publish(self, _: str) -> None:
        monday = self.draw.choice(MONDAYS)
        people = [p for p in ("ana", "ben") if self.draw.random() < 0.7]
        sessions = [run(g, d, "09:00", people, monday=monday) for g, d in GROUPS if people and self.draw.random() < 0.7]
        if self.draw.random() < 0.7:
            day, hour = self.draw.choice(("thu", "fri")), self.draw.randrange(8, 18)
            sessions.append(meet("ana", day, f"{hour:02d}:00", monday=monday))
        document = roster(*sessions, monday=monday)
        self.publish(document, monday)
        self.published[monday] = document

    def _unpublish(self, _: str) -> None:
        with self.store.writing() as session:
            for monday in list(self.published):
                row = published_roster(session, PROGRAM, monday)
                assert row is not None
                unpublish(session, lock_week(session, PROGRAM, monday), row, "test", self.now, None)
        self.published.clear()

    def _wait(self, _: str) -> None:
        self.now += timedelta(minutes=self.draw.choice((1, 30, 600, 10_000, 50_000)))
        self.clock(self.now)

    def _look(self, feed: str) -> None:
        self.label = self.draw.choice((None, "Busy", "Dentist"))
        url = f"{FEEDS}/{feed}/options"
        assert self.desk.put(url, json={"label": self.label}, headers={"If-Match": "*"}).status_code == 200

    def expected(self, person: str) -> list[datetime]:
        """Starts of a person's published sessions within the window."""
        found = [s for r in self.published.values() for s in r.sessions if any(b.participant == person for b in s.bookings)]
        shown = [s for s in found if self.now - WINDOW_BACK <= s.end <= self.now + WINDOW_AHEAD]
        return sorted(s.start.astimezone(UTC) for s in shown)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.proof) for n in range(3, 60))])
def test_every_subscriber_sees_what_is_published(store, clock, publish, desk, subscribe, seed):
    """One fetches after every step, one now and then by date alone, one is somebody else."""
    draw = random.Random(seed)
    ana, ben = subscribe(), subscribe(participant="ben")
    lazy = Subscriber(ana.client, ana.path, ana.feed)
    walk = Walk(draw, store, clock, publish, desk)
    for number in range(14):
        walk.step(ana.feed)
        for subscriber, person in ((ana, "ana"), (ben, "ben"), *([(lazy, "ana")] if draw.random() < 0.4 else [])):
            assert subscriber.fetch(by_date=subscriber is lazy or number % 2 == 1) in (200, 304)
            seen = [event.start for event in subscriber.events.values() if event.status == "CONFIRMED"]
            assert seen == walk.expected(person), (number, person)
        assert {event.summary.removeprefix("Cancelled: ") for event in ana.events.values()} <= {walk.label or "Appointment"}
