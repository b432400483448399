"""What a program that calls the service is told of a request that cannot be answered: what is wrong, where, and what to send instead."""

from __future__ import annotations

import pytest

PEOPLE = "/v1/programs/north/participants"
WEBHOOKS = "/v1/programs/north/webhooks"


def detail(answer) -> str:
    return f"{answer.status_code} {answer.json()['detail']}"


@pytest.mark.usefixtures("program")
def test_an_address_tells_its_methods(admin):
    """All of them, though each has a route of its own."""
    answer = admin.post(f"{PEOPLE}/ana")
    assert (answer.headers["Allow"], detail(answer)) == ("DELETE, GET, HEAD, PATCH, PUT", "405 Use one of: DELETE, GET, HEAD, PATCH, PUT.")
    assert admin.delete(PEOPLE).headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.usefixtures("program")
def test_what_is_not_there_is_told_by_its_kind(admin, key):
    assert detail(admin.get(f"{PEOPLE}/zoe")) == "404 The program has no participant with this id."
    assert detail(admin.get("/v1/programs/north/phase_decisions/x")) == "404 The program has no phase decision with this id."
    assert detail(admin.get("/v1/program")) == "404 There is nothing at this address; /openapi.json describes every address."
    assert detail(admin.get("/v1/programs/west/participants")).startswith("404 There is no such program")


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("sent", ["1", 'W/"1"', "v1"])
def test_a_version_is_sent_as_it_was_read(admin, sent):
    """Proxies that compress make weak ETags, which never match (RFC 9110, 13.1.1)."""
    answer = admin.patch(f"{PEOPLE}/ana", json={"label": "A."}, headers={"If-Match": sent})
    assert detail(answer) == '412 Send the ETag as it was read, in quotation marks and without W/, e.g. If-Match: "1".'
    answer = admin.patch(f"{PEOPLE}/ana", json={"label": "A."}, headers={"If-Match": '"7"'})
    assert detail(answer) == '412 It is "1" now; read it again, then change it.'


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (WEBHOOKS, {"url": "http://records.example.org/", "events": ["job.finished"]}, ("url", "begin it with https://")),
        (WEBHOOKS, {"url": "ftp://records.example.org/", "events": ["job.finished"]}, ("url", "begin it with https://")),
        (f"{PEOPLE}/batch", {"items": [{"fields": {}}]}, ("items[0]", "give an id or an identifier, one of the two")),
        ("/v1/programs/north/feeds", {"warning": 2}, ("", "name a participant or a clinician, one of the two")),
    ],
)
def test_a_wrong_body_is_told_what_to_send(admin, path, body, expected):
    (issue,) = admin.post(path, json=body).json()["issues"]
    assert (issue["path"], issue["message"]) == expected
