"""What the service tells of itself."""

from __future__ import annotations

import json

import jsonschema
import pytest

from api.catalogue import content as catalogue
from scheduler.instance import PolicyValues
from scheduler.policies import PACKS
from scheduler.reading import read_instance
from scheduler.rules import RULES
from scheduler.validation import errors, validate
from tests.source_tree import ROOT

ADDRESSES = ("/v1/rules", "/v1/policies", "/v1/schema", "/v1/schema?document=roster", "/v1/examples", "/v1/examples/demo")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_may_see_it_and_it_is_not_sent_twice(client, address):
    first = client.get(address)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/json")
    assert first.headers["cache-control"] == "public, max-age=300"
    for seen in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = client.get(address, headers={"If-None-Match": seen})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(address, headers={"If-None-Match": '"other"'}).content == first.content


def test_the_rule_book_holds_every_rule_in_words(client):
    rules = client.get("/v1/rules").json()["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all(rule[part] for rule in rules for part in ("title", "words", "math", "unit", "source"))
    trips = next(rule for rule in rules if rule["id"] == "trips")
    assert trips["words"] == "The days on which a participant comes to a site do not exceed the service-day floor of the order."
    assert (trips["level"], trips["weight"], trips["unit"]) == ("preference", 8, "days")
    assert [(p["name"], p["default"], p["unit"]) for p in trips["parameters"]] == [("days_floor", 3, "days")]
    assert {rule["weight"] for rule in rules if rule["level"] != "preference"} == {None}


def test_every_policy_has_its_values_with_unit_and_source(client):
    packs = {pack["id"]: pack for pack in client.get("/v1/policies").json()["policies"]}
    assert packs.keys() == PACKS.keys()
    for pack in packs.values():
        names = [value["name"] for value in pack["values"]]
        assert names == list(PACKS[pack["id"]].values if pack["is_overlay"] else PolicyValues.model_fields)
        assert all(value["source"] and value["unit"] for value in pack["values"])
    teens = {value["name"]: value for value in packs["adolescent_iop_2_1"]["values"]}
    assert teens["weekly_minutes_floor"]["value"] == 360
    assert teens["weekly_minutes_ceiling"]["value"] == 720


@pytest.mark.parametrize("document", ["instance", "roster", "result"])
def test_a_schema_is_a_schema(client, document):
    schema = client.get("/v1/schema", params={"document": document}).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert client.get("/v1/schema").json()[document] == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_there_is_no_other_schema(client):
    answer = client.get("/v1/schema", params={"document": "other"})
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_shape")


def test_every_instance_of_the_catalogue_is_an_example(client):
    examples = client.get("/v1/examples").json()["examples"]
    assert sorted(e["name"] for e in examples) == sorted(p.stem for p in (ROOT / "instances").glob("*.json") if p.stem != "catalogue")
    demo = examples[0]
    assert (demo["name"], demo["participants"], demo["mode"]) == ("demo", 28, "rebuild")
    assert len(client.get(demo["href"]).content) == demo["bytes"]


def test_an_example_can_be_posted_back_unchanged(admin):
    schema = jsonschema.Draft202012Validator(admin.get("/v1/schema", params={"document": "instance"}).json())
    for example in admin.get("/v1/examples").json()["examples"]:
        if example["participants"] <= 30:
            content = admin.get(example["href"]).content
            schema.validate(json.loads(content))
            answer = admin.post("/v1/validate", content=content, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["is_valid"]) == (200, True), example["name"]


@pytest.mark.parametrize("name", ["nothing", "catalogue", "..%2fdemo", "demo.json", "x" * 64])
def test_there_is_no_other_example(client, name):
    answer = client.get(f"/v1/examples/{name}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_without_a_checkout_there_are_generated_examples(tmp_path, monkeypatch):
    with_files = catalogue.example_body("demo").content
    monkeypatch.setattr(catalogue, "CHECKOUT", tmp_path)
    assert catalogue.example_names.__wrapped__() == ("demo", "rebuild_24", "rebuild_60", "rebuild_120", "rebuild_240")
    made = catalogue.example_body.__wrapped__("demo").content
    assert read_instance(made) == read_instance(with_files)
    assert not errors(validate(read_instance(made)))
