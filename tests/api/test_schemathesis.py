"""Every operation, called with what its description allows and with what it does not: no defect, no answer that is not described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.fhir.routes.reading import WORDS
from api.openapi.words import TAGS
from api.spreadsheets.routes.spreadsheets import KINDS as BOOKS
from tests.api.described import World, world

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS_LEFT_OUT = {
    "rooms", "resources", "services", "phases", "plans", "curricula", "tracks", "cohorts", "groups", "clinicians", "relations",
    "phase decisions",
}  # fmt: skip
REFUSED = {
    "wrong_state": {
        "get_result",
        "import_week",
        "set_up",
        "ask_for_password_link",
        "record_several",
        "add_outreach",
        "retry_message",
        "replace_feed_options",
        "fetch_participant_busy",
        "fetch_clinician_busy",
        "decline_announced_absence",
        "find_schedules",
        "hold_an_offer",
        "delete_participant_data",
    },
    "not_found": {
        "get_key_of_a_program",
        "revoke_key_of_a_program",
        "get_roster_result",
        "delete_attendance",
        "delete_late_notice",
        "use_password_link",
        "get_attendance",
        "accept_held_offer",
        "release_held_offer",
        "decline_held_offer",
        "get_deletion",
    },
    "wrong_login": {"sign_in"},
    "wrong_media_type": {"preview_workbook", "import_workbook", "preview_participant_busy", "preview_clinician_busy"}
    | {f"search_fhir_{words}_by_form" for words in WORDS.values()},
    "forbidden": {"change_password", "sign_out"},
    "published_meanwhile": {"publish_roster"},
    "changed_meanwhile": {"record_attendance", "put_late_notice"},
    "exists": {"create_user", "create_user_of_a_program"},
    "in_use": {
        f"archive_{one}"
        for one in ("site", "room", "service", "clinician", "phase", "track", "cohort", "curriculum", "group", "participant")
    },
}
"""What cannot be done with the examples, by code: the job waits for ever, the roster was made by hand, the caller is a key, and so on."""

# With the ids of what is there these would end the game: the program archived, the stream of a job that never ends.
LEFT_ALONE = {"archive_program", "watch_job"}
TAG_NAMES = [tag["name"] for tag in TAGS]
# The sixteen kinds of things have the same seven routes: a sample is enough but for the proof.
SAMPLED = [name for name in TAG_NAMES if name not in KINDS_LEFT_OUT]
ORDER = ("get", "post", "put", "patch", "delete")


@schemathesis.serializer(*BOOKS)
def as_it_is(_: Any, value: Any) -> bytes:
    """Files are sent as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, openapi_document: dict[str, Any]) -> Iterator[tuple[World, Any]]:
    with world(tmp_path_factory.mktemp("described") / "data") as made:
        schema = schemathesis.openapi.from_dict(openapi_document)
        schema.config.generation.update(with_security_parameters=False)
        # A body that is too large for a stranger is refused before anybody looks what else is wrong with it.
        rejection = schema.config.checks.negative_data_rejection
        rejection.expected_statuses = [*rejection.expected_statuses, "413"]
        schema.app = made.app
        yield made, schema


def operations(schema: Any, tag: str) -> Iterator[Any]:
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.tags[0] == tag:
            yield operation


def known_to(made: World, operation: Any) -> dict[str, str]:
    return {} if operation.definition.raw["operationId"] in LEFT_ALONE else made.known


def call_often(made: World, operation: Any, headers: dict[str, str], examples: int, mode: GenerationMode, *, is_proof: bool) -> None:
    """Call an operation with bodies and parameters that fit, or that do not; two times of three with ids of what is there."""
    known = known_to(made, operation)

    @settings(
        max_examples=examples,
        derandomize=not is_proof,
        database=None,
        deadline=None,
        phases=[Phase.generate, *([Phase.shrink] if is_proof else [])],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), is_known=st.sampled_from([True, True, False]))
    def call(case: Any, is_known: bool) -> None:
        if is_known:
            case.path_parameters.update({part: known[part] for part in case.path_parameters if part in known})
        # With an id that fits, what was wrong about the request may be mended.
        checks = CHECKS if is_known else [*CHECKS, negative_data_rejection]
        case.call_and_validate(session=client, headers=headers, checks=checks, timeout=60)

    with asgi.get_client(made.app) as client:
        try:
            call()
        except Unsatisfiable:
            # Nothing can be wrong about a request that has no parameters and no body.
            assert mode is GenerationMode.NEGATIVE


@pytest.mark.parametrize("tag", SAMPLED)
def test_with_a_key_that_may_do_everything(described, tag):
    """Here with what fits and with what does not by turns, one operation after another; `make proof` calls each often with both."""
    made, schema = described
    for operation, mode in zip(operations(schema, tag), cycle((GenerationMode.NEGATIVE, GenerationMode.POSITIVE)), strict=False):
        call_often(made, operation, made.admin, 1, mode, is_proof=False)


@pytest.mark.parametrize("tag", SAMPLED)
def test_without_any_key(described, tag):
    made, schema = described
    for operation in operations(schema, tag):
        # Without a key no body is looked at.
        if operation.definition.raw["security"] == [] or not operation.body:
            call_often(made, operation, {}, 1, GenerationMode.POSITIVE, is_proof=False)


def code_of(error: dict[str, Any]) -> str:
    """The code of a problem, also of one that is told as FHIR tells it."""
    found: str = error["code"] if "code" in error else error["issue"][0]["details"]["coding"][0]["code"]
    return found


def in_order(operation: Any) -> tuple[bool, int, int]:
    """Reading first, then changing, then deleting from the leaves to the program; what would end the game comes last."""
    return operation.path.endswith("/unpublish"), ORDER.index(operation.method), -len(operation.path) * (operation.method == "delete")


def test_every_example_is_answered_as_described(tmp_path, openapi_document):
    with world(tmp_path / "data") as made, asgi.get_client(made.app) as client:
        schema = schemathesis.openapi.from_dict(openapi_document)
        schema.app = made.app
        query = {"first": made.known["monday"], "last": made.known["monday"], "b": made.known["roster"]}
        query |= {"start": made.known["monday"], "end": made.known["monday"]}
        refused: dict[str, set[str]] = {}
        for operation in sorted((result.ok() for result in schema.get_all_operations()), key=in_order):
            raw = operation.definition.raw
            if raw["operationId"] == "watch_job":
                continue
            ids = {name: made.known.get(name, "nothing") for name in re.findall(r"{(\w+)}", operation.path)}
            asked = {p["name"]: query[p["name"]] for p in raw.get("parameters", ()) if p["in"] == "query" and p["name"] in query}
            example = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            if operation.method == "post" and example is not None and "id" in example:
                example = example | {"id": f"another_{example['id']}"}
            more = {} if example is None else {"body": example, "media_type": "application/json"}
            case = operation.Case(path_parameters=ids, query=asked, headers={"If-Match": "*"}, **more)
            answer = case.call_and_validate(session=client, headers=made.admin, checks=CHECKS, timeout=60)
            if answer.status_code >= 300:
                refused.setdefault(code_of(answer.json()), set()).add(raw["operationId"])
        assert refused == REFUSED


@pytest.mark.proof
@pytest.mark.parametrize("is_admin", [True, False])
@pytest.mark.parametrize("tag", TAG_NAMES)
def test_in_full(described, tag, is_admin):
    made, schema = described
    for operation in operations(schema, tag):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            call_often(made, operation, made.admin if is_admin else {}, 50 if is_admin else 5, mode, is_proof=True)
