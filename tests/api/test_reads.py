"""What holds for every route of the API: HEAD, `If-None-Match`, and parameters that are not known."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.web.known_parameters import OWN_WORDS, KnownParameters
from tests.api.weeks.conftest import clock, coordinator, database_file, program  # noqa: F401 - fixtures

NORTH = "/v1/programs/north"


@pytest.mark.parametrize("path", ["", "/rooms", "/rooms/r1", "/weeks/2026-11-30", "/fhir/Location"])
def test_head_is_get_without_the_body(coordinator: Any, path: str) -> None:  # noqa: F811
    get, head = coordinator.get(f"{NORTH}{path}"), coordinator.head(f"{NORTH}{path}")
    assert (head.status_code, head.content) == (get.status_code, b"") == (200, b"")
    own = {"date", "x-request-id", "ratelimit"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {k: v for k, v in get.headers.items() if k not in own}


def test_head_of_what_is_not_there(coordinator: Any) -> None:  # noqa: F811
    for path, status in ((f"{NORTH}/rooms/none", 404), ("/v1/none", 404), (f"{NORTH}/rooms?colour=red", 422)):
        answer = coordinator.head(path)
        assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize("tags", ['"{}"', 'W/"{}"', '"9", "{}"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_version_that_the_caller_has_is_not_sent_again(coordinator: Any, method: str, tags: str) -> None:  # noqa: F811
    version = coordinator.get(f"{NORTH}/rooms/r1").headers["ETag"].strip('"')
    answer = coordinator.request(method, f"{NORTH}/rooms/r1", headers={"If-None-Match": tags.format(version)})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", f'"{version}"')
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("tags", ['"9"', '"x"', ""])
def test_another_version_is_sent(coordinator: Any, tags: str) -> None:  # noqa: F811
    answer = coordinator.get(f"{NORTH}/rooms/r1", headers={"If-None-Match": tags})
    assert (answer.status_code, answer.json()["id"]) == (200, "r1")
    assert coordinator.get(f"{NORTH}/rooms", headers={"If-None-Match": '"1"'}).status_code == 200
    assert coordinator.get(f"{NORTH}/rooms/none", headers={"If-None-Match": "*"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("/rooms?colour=red", ["query parameter 1"]),
        ("/rooms?limit=2&limits=3", ["query parameter 2"]),
        ("/rooms?Limit=2", ["query parameter 1"]),
        ("/rooms?=", ["query parameter 1"]),
        ("/rooms/r1?Quennell&limit=2", ["query parameter 1", "query parameter 2"]),
    ],
)
def test_parameters_that_are_not_known_are_refused(coordinator: Any, path: str, places: list[str]) -> None:  # noqa: F811
    """By number: the name may be a person's."""
    answer = coordinator.get(f"{NORTH}{path}")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")
    assert [issue["path"] for issue in answer.json()["issues"]] == places
    assert "Quennell" not in answer.text


def test_changes_with_parameters_that_are_not_known_are_not_carried_out(coordinator: Any) -> None:  # noqa: F811
    room = {"id": "r7", "site": "s1", "seats": 4}
    assert coordinator.post(f"{NORTH}/rooms?dry_run=true", json=room).status_code == 422
    assert coordinator.get(f"{NORTH}/rooms/r7").status_code == 404
    assert coordinator.post(f"{NORTH}/rooms", json=room).status_code == 201


def test_every_route_of_the_api_checks_its_parameters_once(settings: Any, store: Any, engine: Any) -> None:
    """Also in the second application of a process, whose routes are those of the first."""
    app = [create_app(settings, store, engine) for _ in range(2)][-1]
    routes = [r for r in app.router.routes if isinstance(r, APIRoute) and r.path.startswith("/v1/") and not r.path.startswith(OWN_WORDS)]
    assert len(routes) > 150
    assert all(isinstance(route.app, KnownParameters) for route in routes)
    assert not any(isinstance(route.app.app, KnownParameters) for route in routes)
