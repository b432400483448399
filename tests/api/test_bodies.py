"""Bodies read raw: every mistake is a problem with a path, and the event loop goes on."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Annotated

import pytest
from fastapi import APIRouter

from api.kernel.errors import Problem
from api.kernel.gc_tuning import shorten_pauses
from api.kernel.instance_checks import require_sound
from api.web.bodies import SMALL_BYTES, InstanceBody, SoundInstance, in_lane, json_body
from scheduler import reading
from scheduler.fields import Model
from scheduler.instance import Instance
from scheduler.reading import read_instance
from tests.source_tree import ROOT

JSON = {"content-type": "application/json"}
DEMO = (ROOT / "instances" / "demo.json").read_bytes()


class Pair(Model):
    instance: Instance
    note: str = ""


@pytest.fixture
def reader(app, admin):
    """Routes that answer what they read."""
    router = APIRouter()

    @router.post("/any")
    def read_any(body: InstanceBody) -> int:
        return len(body.participants)

    @router.post("/sound")
    def read_sound(body: SoundInstance) -> int:
        return len(body.participants)

    @router.post("/pair")
    def read_pair(body: Annotated[Pair, json_body(Pair, is_sound=True)]) -> int:
        return len(body.instance.participants)

    app.include_router(router)
    return admin


def answer(reader, content: bytes, path: str = "/any", **headers: str):
    found = reader.post(path, content=content, headers=JSON | {k.replace("_", "-"): v for k, v in headers.items()})
    return found.status_code, found.json()


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(DEMO) | fields).encode()


def test_a_sound_instance_is_read(reader):
    assert answer(reader, DEMO, "/sound") == (200, 28)
    assert answer(reader, b'\xef\xbb\xbf{"instance":' + DEMO + b"}", "/pair") == (200, 28)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"])
def test_any_kind_of_json_will_do(reader, kind):
    assert answer(reader, DEMO, content_type=kind) == (200, 28)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""])
def test_anything_else_is_no_json(reader, kind):
    status, body = answer(reader, DEMO, content_type=kind)
    assert (status, body["code"]) == (415, "wrong_media_type")


def test_a_body_without_content_type_is_no_json(reader):
    found = reader.post("/any", content=DEMO)
    assert (found.status_code, found.json()["code"]) == (415, "wrong_media_type")


def test_a_compressed_body_is_refused(reader):
    assert answer(reader, DEMO, content_encoding="gzip")[0] == 415


BROKEN = {
    "empty": b"",
    "cut off": DEMO[:-10],
    "undecodable": b'{"id": "\xff\xfe"}',
    "utf-16": DEMO.decode().encode("utf-16"),
    "duplicate key": b'{"id": "a", "id": "b"}',
    "nan": b'{"id": NaN}',
    "infinity": b'{"id": 1e999}',
    "open list": b'{"rooms": [',
    "two documents": b"{} {}",
    "control character": b'{"id": "\x00"}',
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_json_is_malformed(reader, what):
    status, body = answer(reader, BROKEN[what])
    assert (status, body["code"], body["status"]) == (400, "malformed", 400)
    assert body["detail"][0].isupper()
    assert body["detail"].endswith(".")


WRONG = {
    "null": (b"null", {""}),
    "text": (b'"text"', {""}),
    "a list": (b"[]", {""}),
    "surrogate": (changed(id="\ud800"), {"id"}),
    "label": (changed(program=json.loads(DEMO)["program"] | {"label": "\ud800"}), {"program.label"}),
    "integer beyond 64 bits": (changed(program=json.loads(DEMO)["program"] | {"label": 2**64}), {"program.label"}),
    "unknown field": (changed(nonsense=1), {"nonsense"}),
    "a field name that is none": (changed(**{"Anna Smith": 1}), {"?"}),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_wrong_shape_is_told_with_its_path(reader, what):
    content, paths = WRONG[what]
    status, body = answer(reader, content)
    assert (status, body["code"]) == (422, "wrong_shape")
    assert {issue["path"] for issue in body["issues"]} == paths


def test_every_mistake_is_told_at_once_and_no_value_is_repeated(reader):
    document = json.loads(DEMO)
    document["participants"][3]["availability"] = "Anna Smith"
    document["participants"][5]["status"] = "Anna Smith"
    del document["monday"]
    content = json.dumps(document).encode()
    status, body = answer(reader, content)
    assert status == 422
    assert [issue["path"] for issue in body["issues"]] == ["monday", "participants[3].availability", "participants[5].status"]
    assert "Anna" not in json.dumps(body)
    pair = answer(reader, b'{"instance":' + content + b"}", "/pair")[1]
    assert pair["issues"][1]["path"] == "instance.participants[3].availability"


def test_an_instance_that_makes_no_sense_is_told_all_of_it(reader):
    document = json.loads(DEMO)
    document["participants"][3]["home_track"] = "nowhere"
    document["monday"] = "2026-12-01"
    content = json.dumps(document).encode()
    assert answer(reader, content) == (200, 28)
    status, body = answer(reader, content, "/sound")
    assert (status, body["code"]) == (400, "bad_instance")
    assert [issue["path"] for issue in body["issues"]] == ["monday", "participants[3].home_track"]
    pair = answer(reader, b'{"instance":' + content + b"}", "/pair")[1]
    assert [issue["path"] for issue in pair["issues"]] == ["instance.monday", "instance.participants[3].home_track"]


def test_too_many_values_are_too_large(reader, monkeypatch):
    monkeypatch.setattr(reading, "MAX_COMMAS", DEMO.count(b",") - 1)
    status, body = answer(reader, DEMO)
    assert (status, body["code"]) == (413, "too_large")


def test_lists_in_lists_beyond_what_python_reads_are_malformed(reader, monkeypatch):
    monkeypatch.setattr(reading, "_parse", lambda _: reading._refuse("too_deep", "nest lists and objects less deeply"))
    status, body = answer(reader, DEMO)
    assert (status, body["code"], body["detail"]) == (400, "malformed", "Nest lists and objects less deeply.")


def test_of_very_many_wrong_entries_only_the_number_is_told(reader, monkeypatch):
    monkeypatch.setattr(reading, "MAX_LISTED", 10)
    status, body = answer(reader, changed(participants=[1] * 11))
    assert (status, [issue["code"] for issue in body["issues"]]) == (422, ["too_many_issues"])


def test_what_comes_from_the_database_can_be_asked_the_same():
    with pytest.raises(Problem) as raised:
        require_sound(read_instance(changed(monday="2026-12-01")), "week.")
    assert [(place.code, place.path) for place in raised.value.issues][:1] == [("not_a_monday", "week.monday")]


async def longest_stall(content: bytes) -> float:
    """How long the event loop waited while a body was read, in seconds of this process: what others do to the machine is not counted."""
    body = json_body(Instance).dependency
    found = []
    for _ in range(5):
        worst, is_done = 0.0, asyncio.Event()

        async def tick(is_done: asyncio.Event = is_done) -> None:
            nonlocal worst
            while not is_done.is_set():
                begun = time.process_time()
                await asyncio.sleep(0.001)
                worst = max(worst, time.process_time() - begun)

        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.005)
        await in_lane(body.read, content)
        is_done.set()
        await ticking
        found.append(worst)
    return min(found)


@pytest.fixture
def short_pauses():
    """As in a server; put back afterwards, but for what is frozen: thawed, it would slow every later test."""
    before = sys.getswitchinterval()
    shorten_pauses()
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("short_pauses")
def test_reading_240_participants_stalls_the_event_loop_for_less_than_20_ms():
    content = (ROOT / "instances" / "rebuild_240.json").read_bytes()
    assert len(content) > SMALL_BYTES
    assert asyncio.run(longest_stall(content)) < 0.020
