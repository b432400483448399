"""The site of the documentation: its parts here; `make docs` builds and checks the whole."""

from __future__ import annotations

import re
import tomllib

import pytest

from scheduler.rules import RULES
from tests.source_tree import ROOT
from tools.site.api_reference import document_tables, route_tables
from tools.site.check import problems_of
from tools.site.generated import GENERATED, rules
from tools.site.stage import MARKER, with_generated

pytestmark = pytest.mark.unmeasured

DOCS = ROOT / "docs"


def listed(nav: object) -> list[str]:
    """The pages of a navigation, whatever it is nested in."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav
    return [page for part in parts for page in listed(part)]


def test_the_navigation_lists_every_page_once():
    nav = listed(tomllib.loads((DOCS / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"])
    assert len(set(nav)) == len(nav)
    assert [page for page in nav if not (ROOT / page).is_file()] == []
    assert {str(page.relative_to(ROOT)) for page in DOCS.rglob("*.md")} <= set(nav)


def test_every_marker_names_something_generated_and_everything_has_its_place():
    text = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md") if page.name != "README.md")
    assert sorted(MARKER.findall(text)) == sorted(GENERATED) == sorted(re.findall(r"^<!-- generated: (\w+) -->$", text, re.MULTILINE))


def test_a_marker_is_replaced_with_what_stands_between():
    page = "before\n<!-- generated: rules -->\nfor the repository\n<!-- end of generated -->\nafter"
    assert with_generated(page) == f"before\n{rules()}\nafter"


def test_the_rules_have_a_row_each():
    rows = re.findall(r"^\| \*\*.+?\*\*<br>`(\w+)` \|", rules(), re.MULTILINE)
    assert sorted(rows) == sorted(rule.id for rule in RULES)


def test_the_reference_names_routes_by_subject_and_links_their_documents():
    error = {"description": "`too_many`: Too many requests"}
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}
    job = {
        "tags": ["jobs"],
        "summary": "Get a job",
        "description": "Its state\n\nand `a|b`.",
        "parameters": [{"name": "job", "in": "path"}, {"name": "limit", "in": "query", "description": "Most items."}],
        "responses": {"200": answer, "429": error, "404": {"description": "`not_found`: Not found"}},
    }
    other = {"tags": ["jobs"], "summary": "List", "description": "All.", "responses": {"429": error}}
    document = {
        "paths": {"/v1/jobs/{job}": {"get": job}, "/v1/jobs": {"get": other}},
        "tags": [{"name": "jobs", "description": "Solves."}, {"name": "unused", "description": ""}],
    }
    lines = list(route_tables(document))
    assert "| 429 | `too_many` | Too many requests |" in lines
    assert lines[-2:] == [
        "| <code>GET /<wbr>v1/<wbr>jobs/<wbr>{job}</code><br>answers 200 [Job](documents.md#job) | **Get a job.** "
        "Its state<br>and `a\\|b`.<br>`limit` (query): Most items.<br>Errors: 404 `not_found` |",
        "| <code>GET /<wbr>v1/<wbr>jobs</code> | **List.** All. |",
    ]
    assert not any("Unused" in line for line in lines)


def test_a_document_is_a_table_of_its_fields():
    fields = {
        "id": {"type": "string"},
        "days": {"type": "array", "items": {"enum": ["mon", "tue"]}, "description": "Which."},
        "care": {"anyOf": [{"$ref": "#/components/schemas/Tier"}, {"type": "null"}]},
        "from": {"type": "string", "format": "date"},
    }
    lines = list(document_tables({"Job": {"description": "A solve.", "properties": fields, "required": ["id"]}}))
    assert lines[-4:] == [
        "| `id` (required) | string |  |",
        "| `days` | list of `mon`, `tue` | Which. |",
        "| `care` | [Tier](documents.md#tier) or null |  |",
        "| `from` | string (date) |  |",
    ]


class TestTheCheck:
    @pytest.mark.parametrize(
        ("html", "problem"),
        [
            ('<a href="b.html#there">x</a>', None),
            ('<a href="https://example.org">x</a>', None),
            ('<link rel="next" href="b.html">', None),
            ('<a href="#here">x</a><p id="here">', None),
            ('<a href="c.html">x</a>', "a.html: c.html does not exist"),
            ('<a href="folder">x</a>', "a.html: folder does not exist"),
            ('<a href="b.html#gone">x</a>', "a.html: b.html#gone has no such anchor"),
            ('<a href="#gone">x</a>', "a.html: #gone has no such anchor"),
            ('<script src="https://example.org/x.js"></script>', "a.html: loads https://example.org/x.js from another host"),
            ('<link rel="stylesheet" href="//example.org/x.css">', "a.html: loads //example.org/x.css from another host"),
            ('<img src="gone.png">', "a.html: gone.png does not exist"),
        ],
    )
    def test_reads_pages_as_a_browser_does(self, tmp_path, html, problem):
        (tmp_path / "folder").mkdir()
        (tmp_path / "a.html").write_text(html, encoding="utf-8")
        (tmp_path / "b.html").write_text('<h2 id="there">There</h2>', encoding="utf-8")
        assert problems_of(tmp_path) == ([] if problem is None else [problem])

    @pytest.mark.parametrize("rule", ['@import "https://example.org/x.css";', "a { background: url(//example.org/x.png) }"])
    def test_reads_style_sheets(self, tmp_path, rule):
        (tmp_path / "x.css").write_text(rule, encoding="utf-8")
        assert problems_of(tmp_path) == ["x.css: loads a file from another host"]
