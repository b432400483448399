"""The OpenAPI description is whole."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.database import Store
from api.kernel.errors import PROBLEMS
from api.kernel.settings import Settings
from api.openapi.examples import BODIES
from api.openapi.words import TAGS
from api.web.bodies import JsonBody
from api.web.idempotency import Repeatable, needs_of
from api.web.problems import STATUSES, status_of
from tests.api.described import IdleEngine

SCHEMAS = "#/components/schemas/"
ERROR = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}ProblemDetails"}}}
OUTCOME = {"application/fhir+json": {"schema": {"$ref": f"{SCHEMAS}OperationOutcome"}}}


@pytest.fixture(scope="module")
def module_app(tmp_path_factory) -> Iterator[FastAPI]:
    """An application that nobody calls."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('described')}/none.sqlite")
    yield create_app(Settings(), store, IdleEngine())
    store.close()


@pytest.fixture(scope="module")
def document(module_app) -> dict[str, Any]:
    return module_app.openapi()


def operations(document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from parts(value)
    elif isinstance(part, list):
        for value in part:
            yield from parts(value)


def test_it_is_an_openapi_document(document):
    schemathesis.openapi.from_dict(document).validate()
    assert document["openapi"].startswith("3.1")
    assert len(document["info"]["description"]) > 500


def test_every_operation_says_what_it_does(document):
    silent = [
        (operation["operationId"], what)
        for _, _, operation in operations(document)
        for what in ("summary", "description", "tags", "operationId")
        if not operation.get(what)
    ]
    assert silent == []


def test_operation_ids_are_the_names_of_functions_and_unique(document):
    ids = Counter(operation["operationId"] for _, _, operation in operations(document))
    assert [id for id, count in ids.items() if count > 1 or not re.fullmatch(r"[a-z][a-z_0-9]+", id)] == []


def test_every_operation_has_a_success_and_its_errors(document):
    for path, method, operation in operations(document):
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), operation["operationId"]
        assert all(answer["description"] for answer in answers.values())
        errors = {status: answer for status, answer in answers.items() if int(status) >= 400}
        assert {"421", "429", "500"} <= errors.keys()
        error = OUTCOME if "{program}/fhir/" in path else ERROR
        assert all(answer["content"] == error for answer in errors.values()), operation["operationId"]
        if operation["security"]:
            assert "401" in errors
        if operation.get("parameters"):
            assert "422" in errors
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= errors.keys()
        if "{program}" in path:
            assert "404" in errors
        if method != "get":
            assert "cross_site" in errors["403"]["description"]


def test_every_problem_has_one_status():
    assert sorted(code for codes in STATUSES.values() for code in codes) == sorted(PROBLEMS)


def test_every_told_code_is_a_code_of_its_status(document):
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            for code in re.findall(r"`(\w+)`: ", answer["description"]) if int(status) >= 400 else ():
                assert status_of(code) == int(status)


def test_every_parameter_is_described(document):
    silent = [
        (operation["operationId"], parameter["name"])
        for _, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert silent == []


def test_every_body_has_the_schema_of_its_model_and_an_example_that_fits_it(document):
    for _, _, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        for kind, body in content.items():
            if body["schema"] == {"type": "string", "format": "binary"}:
                assert "json" not in kind
                continue
            if kind == "multipart/form-data":
                assert body["schema"]["properties"]["file"]["format"] == "binary"
                continue
            if kind == "application/x-www-form-urlencoded":
                # A search: every parameter is described.
                assert all(part["description"] for part in body["schema"]["properties"].values())
                continue
            assert kind == "application/json"
            assert body["schema"].get("$ref", "").startswith(SCHEMAS), operation["operationId"]
            schema = body["schema"] | {"components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(body["example"])


def test_every_list_has_one_shape(document):
    """A list is an object with `items` and `next`, whether it comes in pages or as a whole."""
    schemas = document["components"]["schemas"]
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            for body in answer.get("content", {}).values() if status[0] == "2" else ():
                assert body.get("schema", {}).get("type") != "array", operation["operationId"]
    assert {tuple(schema["properties"]) for name, schema in schemas.items() if name.startswith("PageOf")} == {("items", "next", "total")}


LESS_OF_A_SESSION = {"DeskSession", "AppointmentView"}
MORE_THAN_A_SESSION = {"PublishedSessionView": set(), "DeskSession": {"label"}, "AppointmentView": set()}
PLACES = {"OfferPlace", "ListedPlace"}
"""Where and when something may be, not sessions."""


def test_every_session_has_one_shape(document):
    schemas = document["components"]["schemas"]
    session = set(schemas["Session"]["properties"])
    for name, schema in schemas.items():
        fields = set(schema.get("properties", ()))
        if {"start", "mode"} <= fields and name not in PLACES | {"Session"}:
            assert fields - session == MORE_THAN_A_SESSION[name], name
            assert session <= fields or name in LESS_OF_A_SESSION, name


def test_every_example_is_read(document, module_app):
    models = {}
    for context in iter_route_contexts(module_app.routes):
        if isinstance(context.original_route, APIRoute):
            calls = [part.call for part in context.original_route.dependant.dependencies]
            models |= {call.model.__name__: call for call in calls if isinstance(call, JsonBody)}
    assert len(models) > 10
    for name, body in models.items():
        body.read(json.dumps(BODIES[name]).encode())


def test_every_reference_leads_somewhere_and_no_schema_is_left_over(document):
    schemas = document["components"]["schemas"]
    named = {part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)}
    assert {reference.removeprefix(SCHEMAS) for reference in named} == schemas.keys()
    assert [name for name in schemas if not re.fullmatch(r"[A-Za-z0-9]+", name)] == []
    assert "HTTPValidationError" not in schemas


def test_every_schema_says_what_it_is(document):
    assert [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")] == []


def test_generators_find_no_schema_that_a_property_of_its_own_would_hide(document):
    for name, schema in document["components"]["schemas"].items():
        assert re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() not in schema.get("properties", ()), name
        assert schema["title"] == name


def test_a_parameter_is_left_out_and_never_null(document):
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ()), (operation["operationId"], parameter["name"])


def test_an_upload_is_a_form_or_bytes(document):
    uploads = [o for _, _, o in operations(document) if "multipart/form-data" in o.get("requestBody", {}).get("content", ())]
    assert len(uploads) == 4
    for operation in uploads:
        form, content, *_ = operation["requestBody"]["content"].items()
        assert form[1]["schema"]["properties"]["file"]["format"] == "binary"
        assert content == ("application/octet-stream", {"schema": {"type": "string", "format": "binary"}})


def test_an_operation_has_one_success(document):
    for _, _, operation in operations(document):
        successes = [status for status in operation["responses"] if status[0] == "2"]
        assert len(successes) == 1 or operation["operationId"] in ("solve", "watch_job"), (operation["operationId"], successes)


def test_every_tag_is_described_and_used(document):
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used == {tag["name"] for tag in TAGS}
    assert all(tag["description"].endswith(".") for tag in document["tags"])


def test_security_is_told_where_a_permission_is_needed(document, module_app):
    for context in iter_route_contexts(module_app.routes):
        if not isinstance(context.original_route, APIRoute) or not context.original_route.include_in_schema:
            continue
        for method in context.methods:
            operation = document["paths"][context.path_format][method.lower()]
            if next(needs_of(context.original_route.dependant), None) is not None:
                assert operation["security"] == [{"key": []}, {"session": []}]
                assert {"401", "403"} <= operation["responses"].keys()
    assert document["components"]["securitySchemes"].keys() == {"key", "session"}


CREATES = {
    "replace_roster": "makes a draft",
    "put_contact": "the first one",
    "record_attendance": "the first one",
    "put_late_notice": "the first one",
    "stop_job": "a job has no version",
    "sign_out": "a session has no version",
}
"""What is put or deleted without `If-Match`, and why."""


def test_what_is_changed_is_changed_in_the_version_that_was_read(document):
    for _, method, operation in operations(document):
        header = next((p for p in operation.get("parameters", ()) if p["name"] == "If-Match"), {"required": False})
        assert header["required"] == ("428" in operation["responses"] and operation["operationId"] not in CREATES), operation["operationId"]
        if method in ("put", "patch", "delete"):
            assert header["required"] != (operation["operationId"] in CREATES), operation["operationId"]


def test_posts_that_may_be_sent_again_say_so(document, module_app):
    told = [o["operationId"] for _, _, o in operations(document) if "Idempotency-Key" in [p["name"] for p in o.get("parameters", ())]]
    assert len(told) > 10
    contexts = [c for c in iter_route_contexts(module_app.routes) if isinstance(c.original_route, Repeatable) and "POST" in c.methods]
    assert len(told) == sum(next(needs_of(c.original_route.dependant), None) is not None for c in contexts)


def test_changing_posts_of_a_program_may_be_sent_again(document):
    for path, method, operation in operations(document):
        # A search by form changes nothing.
        if method == "post" and path.startswith("/v1/programs") and not path.endswith("/_search"):
            assert "Idempotency-Key" in [p["name"] for p in operation["parameters"]], operation["operationId"]


def test_it_is_served_once_and_no_foreign_page_with_it(client):
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert client.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_parameters_of_the_wrong_shape_are_told_like_bodies(client):
    answer = client.get("/v1/schema", params={"document": "Anna Smith"})
    assert answer.json()["issues"] == [
        {
            "code": "shape",
            "severity": "error",
            "path": "query.document",
            "message": "write one of 'instance', 'roster' or 'result'",
        }
    ]
