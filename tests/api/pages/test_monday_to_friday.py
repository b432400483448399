"""A week at the desk of the demo, in a browser: parts of it on a service in this process, and all of it on a real `stepdown serve --demo`.

`make proof` drives the whole week, on SQLite and on PostgreSQL; the server is started again for each task.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from api.demo import add_demo_director, demo_zone, fill_demo
from benchmarks.service.server import serving_demo
from tests.api.pages.chromium import chromium, find_chromium, listening
from tests.api.pages.days_at_the_desk import WEEK, NextWeek, a_group_is_marked_by_keyboard, an_authorization_is_settled, people_arrive
from tests.api.pages.hand import Hand

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine: the week was not driven"),
]

QUICK = (people_arrive, a_group_is_marked_by_keyboard, an_authorization_is_settled)


def test_people_arrive_and_are_marked_and_a_line_is_settled(app, store, settings):
    times = {task: datetime.fromisoformat(at).replace(tzinfo=demo_zone()) for at, task in WEEK}
    with store.writing() as session:
        fill_demo(session, settings, times[QUICK[0]])
        app.state.demo_director = add_demo_director(session).id
    with listening(app) as address, chromium() as tab:
        for task in QUICK:
            app.state.clock = lambda task=task: times[task]
            hand = Hand(tab.page, address)
            hand.go("/")
            task(hand)
        assert tab.complaints == []


@pytest.mark.proof
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_whole_week(database, request, tmp_path: Path):
    address = request.getfixturevalue("postgres") if database == "postgres" else None
    with chromium() as tab:
        tab.be(1280, 900)
        for at, task in WEEK:
            with serving_demo(tmp_path, at, address) as server:
                hand = Hand(tab.page, f"http://{server.host}:{server.port}")
                hand.go("/")
                outcome = task(hand)
                print(at, task.__name__, hand.clicks, outcome)
                assert not isinstance(outcome, NextWeek) or outcome.fixes > 0
        pdf = tab.page.pdf(format="A4")
        assert pdf.startswith(b"%PDF")
        assert tab.complaints == []
