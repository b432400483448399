"""A name in every label of a program is nowhere it must not be: logs, errors, addresses, jobs, the audit trail, the job engine."""

import io
import json
import logging
import threading
import time
import warnings
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy import select, text

from api.accounts.models import RoleIn
from api.accounts.store import users as accounts
from api.app import create_app
from api.database.tables import Base, RosterRow
from api.jobs.dbos_engine import DbosEngine
from api.kernel import logs
from api.kernel.errors import Problem
from api.programs.store.kinds import KINDS
from api.security.access import SYSTEM
from scheduler.instance import Authorization, Guest
from tests.api.conftest import CHEAP
from tests.api.programs.seed import instance_of
from tests.api.security.conftest import PASSWORD
from tests.api.security.test_roles import Route, routes_of

NAME = "Quennell"
LOGIN = "quennell@example.org"
PROGRAM = "/v1/programs/north"
# The other kinds have the same routes, made by the same function.
SWEPT = {None, "participants", "groups", "orders", "absences"}
AUTHORIZATION = {"id": "a1", "unit": "day", "first": "2026-01-01", "last": "2099-12-31"}
LABELLED = {
    "Participant",
    "Guest",
    "Authorization",
    "Clinician",
    "ProtectedTime",
    "Group",
    "Track",
    "Cohort",
    "Service",
    "Phase",
    "Site",
    "Room",
}


def plant(value: Any, planted: set[str]) -> Any:
    """The same with the name in every label, and in what payers are called."""
    if isinstance(value, BaseModel):
        changed = {field: plant(getattr(value, field), planted) for field in type(value).model_fields}
        for field in {"label", "payer", "number"} & changed.keys():
            planted.add(type(value).__name__)
            changed[field] = f"{NAME} the {len(planted)}."
        return value.model_copy(update=changed)
    if isinstance(value, tuple):
        return tuple(plant(item, planted) for item in value)
    if isinstance(value, dict):
        return {key: plant(item, planted) for key, item in value.items()}
    return value


@pytest.fixture(scope="module")
def instance():
    """A week with the name in every label, as it is posted."""
    planted: set[str] = set()
    made = instance_of("holiday_monday")
    guest, grant = Guest(id="g1", availability=made.participants[0].availability), Authorization.model_validate(AUTHORIZATION)
    with_guest = made.participants[0].model_copy(update={"guests": (guest,), "authorizations": (grant,)})
    made = plant(made.model_copy(update={"participants": (with_guest, *made.participants[1:])}), planted)
    assert planted >= LABELLED
    return json.loads(made.model_dump_json(exclude_defaults=True))


@pytest.fixture
def log(monkeypatch):
    """Everything the service logs at its most talkative, also by threads and warnings."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (list(root.handlers), root.level, warnings.showwarning, logs.sys.excepthook, threading.excepthook)
    logs.set_up_logging("debug")
    yield stream
    root.handlers[:], root.level, warnings.showwarning, logs.sys.excepthook, threading.excepthook = before


@pytest.fixture
def service(settings, store, log, key):
    """A client that may do everything, of a service with its real job engine; users with the name as their login."""
    # The sweep asks for solves, too: they are as short as can be.
    settings = settings.model_copy(update={"solve_seconds_default": 0.0, "solve_seconds_most": 1.0})
    engine = DbosEngine(settings, store)
    app = create_app(settings, store, engine)
    with store.writing() as session:
        accounts.create_user(session, SYSTEM, LOGIN, CHEAP.hash(PASSWORD), [RoleIn(role="director")])

    @app.get("/v1/programs/{program}/broken")
    def break_down(program: str) -> None:
        with store.writing() as session:
            session.execute(text("INSERT INTO programs (id) VALUES (:name)"), {"name": NAME})

    with TestClient(app, raise_server_exceptions=False, headers=key("admin")) as client:
        yield client


class Watched:
    """Calls, and looks for the name in everything about an answer but the content of one that is no error."""

    def __init__(self, client: TestClient) -> None:
        self.client, self.statuses, self.spilt = client, set(), []

    def __call__(self, method: str, url: str, **sent: Any) -> Any:
        answer = self.client.request(method, url, **sent)
        self.statuses.add(answer.status_code)
        told = f"{dict(answer.headers)} {answer.text if answer.status_code >= 400 else ''}"
        if NAME.lower() in told.lower():
            self.spilt.append(f"{method} {url}: {answer.status_code} {told[:300]}")
        return answer


def ids_of(call: Watched, week: str, roster: str, job: str) -> dict[str, str]:
    """A real id for every parameter of an address."""
    found = {kind.one: call("GET", f"{PROGRAM}/{kind.name}?limit=1").json()["items"] for kind in KINDS.values()}
    ids = {one: items[0]["id"] if items else "none" for one, items in found.items()}
    published = call("GET", f"{week}/published").json()
    return ids | {
        "program": "north",
        "monday": week.rpartition("/")[2],
        "roster": roster,
        "job": job,
        "session": published["sessions"][0]["id"],
        "user": call("GET", "/v1/users").json()["items"][0]["id"],
        "key": call("POST", "/v1/keys", json={"label": f"{NAME}'s laptop", "scopes": ["solve"]}).json()["id"],
        "name": "demo",
    }


def run_the_week(call: Watched, instance: dict[str, Any]) -> tuple[str, str, str]:
    """Import, generate, publish; the address of the week, the roster and the job."""
    program = {"id": "north", "label": f"{NAME} House", "zone": instance["program"]["zone"]}
    assert call("POST", "/v1/programs", json=program).status_code == 201
    assert call("POST", f"{PROGRAM}/import", json=instance).status_code == 201
    week = f"{PROGRAM}/weeks/{instance['monday']}"
    queued = call("POST", f"{week}/generate?seconds=1&fix_seconds=0", headers={"Idempotency-Key": f"{NAME}-1"})
    assert queued.status_code == 202, queued.text
    job = queued.json()["id"]
    until = time.monotonic() + 180
    while call("GET", f"/v1/jobs/{job}").json()["state"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.1)
    assert call("GET", f"/v1/jobs/{job}").json()["state"] == "completed"
    roster = call("GET", f"{week}/rosters").json()["items"][0]["id"]
    return week, roster, job


def use_the_tools(call: Watched, instance: dict[str, Any], roster: dict[str, Any]) -> None:
    for path, body in {
        "solve": instance,
        "validate": instance,
        "verify": {"instance": instance, "roster": roster},
        "compare": {"instance": instance, "a": roster, "b": roster},
        "explain": {"instance": instance, "roster": roster},
        "openings": {"instance": instance, "roster": roster},
        "offers": {"instance": instance, "roster": roster, "question": {"participant": instance["participants"][0]["id"]}},
    }.items():
        query = "?seconds=0&fix_seconds=0" if path == "solve" else ""
        assert call("POST", f"/v1/{path}{query}", json=body).status_code in (200, 202), path
        broken = json.loads(json.dumps(body))
        broken.get("instance", broken)["participants"][0]["phase"] = "no-such-phase"
        call("POST", f"/v1/{path}", json=broken)


def wrong_calls(route: Route, url: str) -> list[tuple[str, dict[str, Any]]]:
    """Every wrong way to call a route that somebody who types names could find: addresses, and what is sent."""
    names = {"limit": NAME, "after": NAME, "state": NAME, "at": NAME, "first": NAME, "caller": NAME, "since": NAME, "participant": NAME}
    asked: list[tuple[str, dict[str, Any]]] = [(url, {"params": names}), (url.rpartition("/")[0] + "/none", {"params": names})]
    if route.method not in ("POST", "PUT", "PATCH"):
        return asked
    everything = {"label": NAME, "id": f"{NAME} Jane", "login": f"{NAME} Jane", "zone": NAME, "token": NAME, "roles": NAME}
    bodies: list[dict[str, Any]] = [
        {"content": f'{{"label": "{NAME}", ', "headers": {"Content-Type": "application/json"}},
        {"content": NAME, "headers": {"Content-Type": "text/plain"}},
        {"json": {"label": NAME}},
        {"json": [NAME], "headers": {"If-Match": "*"}},
        {"json": everything, "headers": {"If-Match": "*"}},
    ]
    return [*asked, *((url, body) for body in bodies)]


def sweep(call: Watched, routes: list[Route], ids: dict[str, str], step: int) -> None:
    """Call routes in wrong ways, of all ways together every so many: a route in some of them, the next one in others."""
    tried = 0
    for route in routes:
        url = "/".join(ids.get(part[1:-1], "none") if part.startswith("{") else part for part in route.path.split("/"))
        for address, sent in wrong_calls(route, url):
            tried += 1
            if tried % step == 0:
                call(route.method, address, **sent)


@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.proof)])
def test_a_name_in_every_label_is_nowhere_it_must_not_be(service, app, settings, store, log, instance, step):
    """Every route is called in every second way, by turns; under proof in every way."""
    call = Watched(service)
    week, roster, job = run_the_week(call, instance)
    document = call("GET", f"{week}/rosters/{roster}").json()
    use_the_tools(call, instance, document.get("roster", document))
    answer = call("POST", f"{week}/rosters/{roster}/publish", json={}, headers={"If-Match": call("GET", week).headers["etag"]})
    assert answer.status_code == 200, answer.text
    ids = ids_of(call, week, roster, job)
    sweep(call, [route for route in routes_of(app) if route.kind in SWEPT], ids, step)
    for password in (PASSWORD, NAME):
        TestClient(service.app).post("/v1/session", json={"login": LOGIN, "password": password})
    assert call("GET", "/v1/session").status_code == 200, "all that was asked by somebody who may"
    assert call("GET", f"{PROGRAM}/broken").status_code == 500

    assert call.spilt == []
    assert call.statuses >= {200, 201, 202, 400, 404, 409, 422, 428, 500}
    logged = log.getvalue()
    assert NAME.lower() not in logged.lower()
    assert logged.count('"message": "request"') > 500, "the log is there, and is what was searched"
    with store.reading() as session:
        for table in ("jobs", "audit"):
            rows = session.execute(select(Base.metadata.tables[table])).all()
            assert rows
            assert NAME.lower() not in str(rows).lower(), table
        kept = session.execute(select(Base.metadata.tables["participants"])).all()
        assert session.scalar(select(RosterRow)) is not None
    assert NAME in str(kept), "the name was planted and is kept where it belongs"
    engine_files = [path.read_bytes() for path in settings.data.iterdir() if path.name.startswith("jobs.sqlite")]
    assert any(job.encode() in content for content in engine_files), "the job engine's own tables are what was searched"
    assert not any(NAME.lower().encode() in content.lower() for content in engine_files)


def test_the_search_itself_finds_a_name(service):
    call = Watched(service)

    @service.app.get("/v1/spills")
    def spill() -> Any:
        raise Problem("not_found", f"{NAME} is not here.")

    call("GET", "/v1/spills")
    assert len(call.spilt) == 1
