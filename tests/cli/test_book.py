"""`stepdown rules` and `stepdown schema`."""

import json
import re

import pytest

from scheduler.cli.book import markdown_table, measure
from scheduler.policies import PACKS
from scheduler.rules import RULES
from tests.cli.command import stepdown


class TestRules:
    def test_prints_every_rule_with_its_parameters_and_sources(self):
        printed = stepdown("rules").stdout
        assert [rule.id for rule in RULES if f"{rule.id}  {rule.level}" not in printed] == []
        assert "weekly_minutes_floor = 540 minutes: ASAM level 2.1: 9 h and more for adults" in printed

    def test_markdown_has_one_row_for_each_rule(self):
        lines = stepdown("rules", "--markdown").stdout.splitlines()
        assert lines[0].startswith("| rule |")
        assert [re.match(r"\| `(\w+)` \|", line).group(1) for line in lines[2:]] == [rule.id for rule in RULES]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1

    def test_a_bar_in_a_text_does_not_end_its_cell(self):
        class Barred(type(RULES[0])):
            title = "this | that"

        assert r"| this \| that |" in list(markdown_table([Barred()]))[2]

    def test_json_has_defaults_and_no_weight_for_hard_rules(self):
        book = {rule["id"]: rule for rule in json.loads(stepdown("rules", "--json").stdout)["rules"]}
        assert list(book) == [rule.id for rule in RULES]
        assert book["weekly_floor"]["parameters"][0]["default"] == 540
        assert {rule["weight"] is None for rule in book.values() if rule["level"] != "preference"} == {True}

    def test_policies_are_printed_with_their_sources(self):
        printed = stepdown("rules", "--policies").stdout
        assert [pack for pack in PACKS if f"{pack}  " not in printed] == []
        assert "billable_day_minutes = 180 minutes: H0015: at least 3 h a day" in printed
        assert list(json.loads(stepdown("rules", "--policies", "--json").stdout)) == ["policies"]

    @pytest.mark.parametrize(
        ("value", "unit", "text"),
        [
            (540, "minutes", "540 minutes"),
            (None, "days", "off"),
            (True, "yes/no", "yes"),
            ("11:00", "clock", "11:00"),
            (["a", "b"], "ids", "a, b"),
        ],
    )
    def test_values_are_put_in_words(self, value, unit, text):
        assert measure(value, unit) == text


class TestSchema:
    @pytest.mark.parametrize(("document", "field"), [("instance", "participants"), ("roster", "sessions"), ("result", "statistics")])
    def test_is_the_schema_of_the_document(self, document, field):
        assert field in json.loads(stepdown("schema", document).stdout)["properties"]

    @pytest.mark.unmeasured
    def test_is_of_the_instance_unless_told(self):
        assert stepdown("schema").stdout == stepdown("schema", "instance").stdout

    def test_an_unknown_document_is_refused(self):
        assert stepdown("schema", "poem").exit_code == 2
