"""A name in every label of a program is in no participant's feed, file name or header, and in no log of all that is done with feeds."""

from __future__ import annotations

import io
import logging

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.kernel import logs
from scheduler.instance import Instance
from scheduler.reading import read_roster
from tests.api.programs.seed import AT, INSTANCES, instance_of, publish_week, seed
from tests.api.security.test_names import plant
from tests.exchange.readers import read_icalendar

NAME = "Quennell"
FEEDS = "/v1/programs/demo/feeds"


@pytest.fixture
def log(monkeypatch):
    stream, root = io.StringIO(), logging.getLogger()
    before = (list(root.handlers), root.level)
    monkeypatch.setattr("sys.stderr", stream)
    logs.set_up_logging("debug")
    yield stream
    root.handlers[:], root.level = before


@pytest.fixture
def planted(store, engine, settings, key, log):
    """A client, and the instance with the name in every label, published."""
    instance = plant(instance_of("dst_autumn"), set())
    assert isinstance(instance, Instance)
    seed(store, instance)
    publish_week(store, "demo", instance.monday, read_roster(INSTANCES / "best" / "dst_autumn.json"))
    app = create_app(settings, store, engine)
    app.state.clock = lambda: AT
    return TestClient(app, headers=key("admin"), raise_server_exceptions=False), instance


def words(instance: Instance) -> set[str]:
    """Ids that say something of care: services, categories, groups, phases, tracks, sites, rooms, the program."""
    ids = {thing.id for kind in ("services", "groups", "phases", "tracks", "rooms") for thing in getattr(instance, kind)}
    ids |= {site.id for site in instance.program.sites} | {service.category for service in instance.services}
    return {f":{id}" for id in ids} | {"Telehealth", "Stepdown", "stepdown", "clinic", "therapy"}


def test_participants_feeds_tell_nothing_but_times(planted, log):
    """Every participant: events and nothing that names anything; and wrong requests that hold the name."""
    client, instance = planted
    telling = words(instance)
    total = 0
    for person in instance.participants:
        made = client.post(FEEDS, json={"participant": person.id, "warning": 2})
        assert made.status_code == 201, made.text
        assert NAME.lower() not in made.text.lower()
        path = "/cal/" + made.json()["links"]["https"].partition("/cal/")[2]
        for query in ("", "?copy=1"):
            answer = client.get(path + query)
            assert answer.status_code == 200
            told = f"{dict(answer.headers)} {answer.text}".replace("\r\n ", "")
            assert NAME.lower() not in told.lower()
            assert person.id not in answer.text
            assert not [word for word in telling if word in answer.text.replace("\r\n ", "")]
        total += len(read_icalendar(answer.content))
    assert total > 50
    clinician = client.post(FEEDS, json={"clinician": instance.clinicians[0].id, "warning": 2}).json()
    body = client.get("/cal/" + clinician["links"]["https"].partition("/cal/")[2]).text
    assert NAME.lower() not in body.lower()
    for body in ({"participant": NAME}, {"participant": f"{NAME} Jane", "warning": NAME}, {"options": {"label": NAME * 20}}, [NAME], NAME):
        refused = client.post(FEEDS, json=body)
        assert refused.status_code in (400, 422)
        assert NAME.lower() not in refused.text.lower()
    assert client.get(f"/cal/{NAME}.ics").status_code == 404
    assert client.get(f"{FEEDS}?participant={NAME}&after={NAME}").status_code == 200
    logged = log.getvalue()
    assert logged.count('"message": "request"') > 50
    assert NAME.lower() not in logged.lower()


def test_with_the_place_switched_on_only_the_site_is_told(planted):
    """Its label is there by choice; no room, group, service or clinician is."""
    client, instance = planted
    made = client.post(FEEDS, json={"participant": instance.participants[0].id, "options": {"has_place": True}, "warning": 2}).json()
    body = client.get("/cal/" + made["links"]["https"].partition("/cal/")[2]).text.replace("\r\n ", "")
    places = {line for line in body.split("\r\n") if NAME in line}
    assert places == {f"LOCATION:{site.label}" for site in instance.program.sites}
    assert "DESCRIPTION" not in body
