"""The quick answer to a fetch is the one that the link serves anyway, and there is none where it takes more to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.database import Store
from api.database.tables import ClinicianRow, FeedLinkRow, FeedRow, ParticipantRow
from api.feeds import FeedOptions, issue_feed
from api.feeds.store.calendar_files import LONGEST_FRESH, serve
from api.feeds.store.current_files import current_file
from api.kernel.settings import Settings
from api.programs.person import Person
from api.security.tokens import token_hash
from tests.api.programs.seed import publish_week
from tests.api.weeks.small import BEFORE, MONDAY, PROGRAM, good_roster, keep_program, small_instance

ANA, DAN = Person("participant", "ana"), Person("clinician", "dan")


@pytest.fixture(params=["store", "postgres_store"])
def kept(request: pytest.FixtureRequest) -> Store:
    """A database with the small program and its week published, on each engine."""
    found: Store = request.getfixturevalue(request.param)
    keep_program(found, small_instance())
    publish_week(found, PROGRAM, MONDAY, good_roster(), BEFORE)
    return found


@pytest.fixture
def link(kept: Store) -> Callable[[Person], str]:
    """Makes a link; the hash of its token."""

    def make(person: Person) -> str:
        purpose = "clinician" if person is DAN else "self"
        with kept.writing() as session:
            return token_hash(
                issue_feed(session, Settings(), PROGRAM, person, purpose, FeedOptions(), "test", BEFORE, acknowledged=2).token
            )

    return make


def test_what_is_stored_and_current_is_served_without_what_the_client_has(kept, link):
    for hashed in map(link, (ANA, DAN)):
        assert current_file(kept, hashed, BEFORE, "") is None, "nothing is stored yet"
        served = serve(kept, hashed, BEFORE)
        found = current_file(kept, hashed, BEFORE, '"another"')
        assert found == (served.feed, served.seen_at, served.etag, served.modified_at, served.body)
        assert current_file(kept, hashed, BEFORE, served.etag) == found._replace(body=None)
        assert current_file(kept, hashed[::-1], BEFORE, "") is None
        with kept.reading() as session:
            until = session.get(FeedLinkRow, hashed).fresh_until
        assert BEFORE < until <= BEFORE + LONGEST_FRESH
        assert current_file(kept, hashed, until - timedelta(seconds=1), "") is not None
        assert current_file(kept, hashed, until, "") is None


SLOWLY = [
    (ANA, FeedLinkRow, {"retired_at": BEFORE}),
    (ANA, FeedLinkRow, {"is_ended": True}),
    (ANA, FeedLinkRow, {"body": None}),
    (ANA, FeedLinkRow, {"etag": None}),
    (ANA, FeedRow, {"revision": 7}),
    (ANA, FeedRow, {"revoked_at": BEFORE}),
    (ANA, FeedRow, {"purpose": "guardian"}),
    (ANA, FeedRow, {"purpose": "guest", "guest": "mother"}),
    (ANA, ParticipantRow, {"document": {"discharge": "2027-03-01"}}),
    (ANA, ParticipantRow, {"status": "discharged"}),
    (ANA, ParticipantRow, {"archived_at": BEFORE}),
    (DAN, ClinicianRow, {"archived_at": BEFORE}),
]


def test_whatever_takes_more_to_know_is_left_to_the_route(kept, link):
    links = {person: link(person) for person in (ANA, DAN)}
    assert all(serve(kept, hashed, BEFORE) for hashed in links.values())
    for person, table, values in SLOWLY:
        assert current_file(kept, links[person], BEFORE, "") is not None
        columns = table.__table__
        with kept.writing() as session:
            former = session.execute(select(columns)).mappings().all()
            session.execute(update(columns).values(values))
        assert current_file(kept, links[person], BEFORE, "") is None, values
        with kept.writing() as session:
            for row in former:
                key = [column == row[column.name] for column in columns.primary_key]
                session.execute(update(columns).where(*key).values({name: row[name] for name in values}))
