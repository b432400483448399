"""What a log line holds, and what none may hold."""

import io
import json
import logging
import sqlite3
import warnings

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.database.tables import ApiKeyRow
from api.kernel import logs
from api.kernel.errors import Problem
from api.kernel.exception_logging import describe_fault
from api.web.dependencies import needs

NAME = "Wilhelmina Planted"


@pytest.fixture
def lines(monkeypatch):
    """Everything logged since, as objects."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    before = (list(root.handlers), root.level, warnings.showwarning, logs.sys.excepthook, logs.threading.excepthook)
    logs.set_up_logging("info")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level, warnings.showwarning, logs.sys.excepthook, logs.threading.excepthook = before


@pytest.fixture
def broken(app: FastAPI, client):
    """A client of a service with routes that fail in every way."""

    class Body(BaseModel):
        count: int

    @app.get("/v1/broken/{participant}")
    def get_broken(participant: str, how: str, request: Request) -> None:
        who = NAME
        if how == "key":
            raise KeyError(who)
        if how == "shape":
            Body.model_validate({"count": who})
        if how == "chain":
            try:
                int(who)
            except ValueError as error:
                raise RuntimeError(f"about {who}") from error
        if how == "row":
            with request.app.state.store.writing() as session:
                session.add_all(ApiKeyRow(token_hash=who, scopes=[]) for _ in range(2))
        raise Problem("not_found")

    return client


class TestRequestLines:
    def test_say_the_template_of_the_address_and_never_the_address(self, lines, broken):
        broken.get(f"/v1/broken/{NAME}?how=problem&token=abc")
        (line,) = lines()
        assert {key: line[key] for key in ("level", "logger", "message", "method", "route", "status")} == {
            "level": "info",
            "logger": "stepdown.request",
            "message": "request",
            "method": "GET",
            "route": "/v1/broken/{participant}",
            "status": 404,
        }
        assert line["ms"] >= 0
        assert "Wilhelmina" not in json.dumps(line)
        assert "abc" not in json.dumps(line)

    def test_name_the_caller_by_kind_and_id_and_not_by_the_key(self, lines, admin, app, store):
        @app.get("/v1/known", dependencies=[needs("solve", "test.known")])
        def get_known() -> None:
            return None

        admin.get("/v1/known")
        with store.reading() as session:
            key = session.scalar(select(ApiKeyRow.id))
        assert [line["caller"] for line in lines()] == [f"key:{key}"]
        assert admin.headers["authorization"].removeprefix("Bearer ") not in json.dumps(lines())

    def test_an_unknown_address_is_no_label(self, lines, client):
        client.get(f"/{NAME}")
        assert [(line["route"], line["status"]) for line in lines()] == [("none", 404)]

    def test_health_checks_do_not_drown_the_others(self, lines, client):
        for path in ("/health", "/ready", "/health"):
            client.get(path)
        assert lines() == []


class TestRequestIds:
    def test_are_made_and_sent_back_and_logged(self, lines, broken):
        answer = broken.get("/v1/broken/p1?how=problem")
        id = answer.headers["x-request-id"]
        assert len(id) == 32
        assert answer.json()["request_id"] == lines()[0]["request_id"] == id
        assert broken.get("/v1/broken/p1?how=problem").headers["x-request-id"] != id

    def test_of_the_caller_are_kept_where_they_are_sane(self, client):
        assert client.get("/health", headers={"X-Request-Id": "trace-0042.a"}).headers.get_list("x-request-id") == ["trace-0042.a"]

    @pytest.mark.parametrize("sent", ["short", "a" * 65, 'x"}{"level":"info', "with space in it", "ünïcode-id".encode()])
    def test_of_the_caller_are_not_kept_where_they_could_break_a_log(self, client, sent):
        assert (
            len(
                client.get("/health", headers={b"X-Request-Id": sent if isinstance(sent, bytes) else sent.encode()}).headers["x-request-id"]
            )
            == 32
        )


class TestDefects:
    @pytest.mark.parametrize(
        ("how", "kind"), [("key", "KeyError"), ("shape", "ValidationError"), ("chain", "RuntimeError"), ("row", "IntegrityError")]
    )
    def test_are_logged_with_type_and_stack_and_answered_without(self, lines, broken, how, kind):
        answer = broken.get(f"/v1/broken/p1?how={how}")
        assert (answer.status_code, answer.json()["code"]) == (500, "defect")
        told, request = lines()
        assert told["error"]["type"].endswith(kind)
        assert any(f"in {'get_broken'}" in frame for frame in told["error"]["stack"])
        assert told["request_id"] == request["request_id"] == answer.json()["request_id"] == answer.headers["x-request-id"]
        assert (request["status"], request["level"]) == (500, "error")
        assert "Wilhelmina" not in json.dumps([told, request]) + answer.text

    def test_a_cause_is_told_with_its_own_stack(self, lines, broken):
        broken.get("/v1/broken/p1?how=chain")
        assert [cause["type"] for cause in lines()[0]["error"]["causes"]] == ["ValueError"]

    def test_a_wrong_shape_is_told_by_path_and_kind(self, lines, broken):
        broken.get("/v1/broken/p1?how=shape")
        assert lines()[0]["error"]["message"] == "count: int_parsing"

    def test_a_refused_row_is_told_by_its_constraint(self, lines, broken):
        broken.get("/v1/broken/p1?how=row")
        assert lines()[0]["error"]["message"] == "IntegrityError SQLITE_CONSTRAINT_UNIQUE UNIQUE constraint failed: api_keys.token_hash"


class TestFaults:
    def test_a_group_tells_its_parts(self):
        told = describe_fault(ExceptionGroup(NAME, [ValueError(NAME), OSError(28, "No space left on device", NAME)]))
        assert [(part["type"], part.get("message")) for part in told["parts"]] == [
            ("ValueError", None),
            ("OSError", "No space left on device"),
        ]

    def test_data_that_a_database_refuses_is_not_quoted(self):
        error = IntegrityError("INSERT", {"name": NAME}, sqlite3.DataError(f"bad value {NAME}"))
        assert describe_fault(error)["message"] == "DataError"

    def test_a_circle_of_causes_ends(self):
        first, second = ValueError(), KeyError()
        first.__cause__, second.__cause__ = second, first
        assert [cause["type"] for cause in describe_fault(first)["causes"]] == ["KeyError"]


class TestOtherLoggers:
    @pytest.mark.parametrize("name", ["uvicorn.error", "dbos", "sqlalchemy.engine", "alembic.runtime.migration", "asyncio"])
    def test_speak_the_same_format_from_warnings_on(self, lines, name):
        logger = logging.getLogger(name)
        logger.info("chatter")
        logger.warning("something\nmore")
        assert [(line["logger"], line["level"]) for line in lines()] == [(name, "warning")]

    def test_a_fault_of_a_task_is_told_by_its_first_line(self, lines):
        logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: ValueError('{NAME}')")
        assert [line["message"] for line in lines()] == ["Task exception was never retrieved"]

    def test_warnings_are_told_by_kind_and_place(self, lines):
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = logs._log_warning
            warnings.warn(f"Expected int but got {NAME}", UserWarning, stacklevel=1)
        (line,) = lines()
        assert line["category"] == "UserWarning"
        assert line["place"].startswith("api/operations/test_logs.py:")
        assert "Wilhelmina" not in json.dumps(line)
