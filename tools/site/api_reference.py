"""The API as tables, from its OpenAPI description."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/"
PROBLEMS = ("application/problem+json", "application/fhir+json")


def routes() -> str:
    """Every route, a table for each subject; first the errors that nearly all of them share."""
    return "\n".join(route_tables(description()))


def documents() -> str:
    """Every document that is posted or answered, a table for each."""
    return "\n".join(document_tables(description()["components"]["schemas"]))


@cache
def description() -> Json:
    """The description that a running service gives at `/openapi.json`."""
    from api.app import create_app
    from api.database import Store
    from api.kernel.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder)}/none.sqlite")
        try:
            return create_app(Settings(), store, _NoEngine()).openapi()
        finally:
            store.close()


class _NoEngine:
    """A job engine for an application that is only described."""

    def start(self) -> None: ...

    def stop(self, seconds: float) -> None: ...

    def submit(self, job: str, priority: int) -> None: ...


def route_tables(document: Json) -> Iterator[str]:
    """The errors that most routes share, then a table for each subject."""
    operations = [(method, path, operation) for path, methods in document["paths"].items() for method, operation in methods.items()]
    codes = Counter(code for _, _, operation in operations for code in _codes(operation))
    common = {code: text for code, text in _texts(operations).items() if codes[code] > len(operations) / 2}
    yield "Nearly every route can answer with these errors; the tables name the others.\n"
    yield "| status | code | meaning |\n|---|---|---|"
    for (status, code), text in sorted(common.items()):
        yield f"| {status} | `{code}` | {text} |"
    for tag in document["tags"]:
        own = [(method, path, operation) for method, path, operation in operations if tag["name"] in operation["tags"]]
        if own:
            yield f"\n### {tag['name'].capitalize()}\n\n{tag['description']}\n"
            yield "| route | description |\n|---|---|"
            for method, path, operation in own:
                yield _row(method, path, operation, common)


def _row(method: str, path: str, operation: Json, common: Json) -> str:
    """A route with its bodies, and its description, parameters and own errors."""
    body = operation.get("requestBody", {}).get("content", {})
    takes = ", ".join(dict.fromkeys(_content(kind, one) for kind, one in body.items()))
    # A browser may break a long address after a slash.
    route = f"<code>{method.upper()} {path.replace('/', '/<wbr>')}</code>"
    answers = [f"{status} {_answer(answer)}".rstrip() for status, answer in operation["responses"].items() if status < "400"]
    given = [p for p in operation.get("parameters", ()) if p["in"] != "path" and p["name"] not in ("If-Match", "Idempotency-Key")]
    parameters = [f"`{p['name']}` ({p['in']}): {_cell(p.get('description', ''))}" for p in given]
    own = [f"{status} `{code}`" for status, code in _codes(operation) if (status, code) not in common]
    what = f"**{_cell(operation['summary'])}.** {_cell(operation['description'])}"
    errors = [f"Errors: {', '.join(own)}"] if own else []
    left = "<br>".join([route, *([f"takes {takes}"] if takes else []), *(f"answers {answer}" for answer in answers)])
    return f"| {left} | {'<br>'.join([what, *parameters, *errors])} |"


def _answer(answer: Json) -> str:
    return ", ".join(_content(kind, one) for kind, one in answer.get("content", {}).items())


def _content(kind: str, content: Json) -> str:
    """A document by its name, or a kind of file."""
    schema = content.get("schema", {})
    return _type(schema) if "$ref" in schema else f"`{kind}`"


def _codes(operation: Json) -> Iterator[tuple[str, str]]:
    """Status and code of every error of a route."""
    for status, answer in operation["responses"].items():
        if status >= "400":
            yield from ((status, line.partition("`: ")[0].lstrip("`")) for line in answer["description"].split("; ") if line[0] == "`")


def _texts(operations: list[tuple[str, str, Json]]) -> dict[tuple[str, str], str]:
    """What each status and code means."""
    return {
        (status, line.partition("`: ")[0].lstrip("`")): line.partition("`: ")[2]
        for _, _, operation in operations
        for status, answer in operation["responses"].items()
        for line in answer["description"].split("; ")
        if status >= "400" and line[0] == "`"
    }


def document_tables(schemas: Json) -> Iterator[str]:
    """A table for each document, in alphabetical order."""
    for name, schema in sorted(schemas.items()):
        yield f"\n### {name}\n\n{_text(schema.get('description', ''))}\n"
        if "enum" in schema:
            yield f"One of {_type(schema)}."
        if schema.get("properties"):
            required = schema.get("required", ())
            yield "| field | type | meaning |\n|---|---|---|"
            for field, one in schema["properties"].items():
                needed = " (required)" if field in required else ""
                yield f"| `{field}`{needed} | {_type(one)} | {_cell(one.get('description', ''))} |"


def _type(schema: Json) -> str:
    """A type in words; documents are links."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SCHEMAS)
        return f"[{name}](documents.md#{name.lower()})"
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(_type(one) for one in schema[key])
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return f"list of {_type(items)}" if items else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    kind = schema.get("type", "any")
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _text(text: str) -> str:
    """A description on a page of its own."""
    return text.strip()


def _cell(text: str) -> str:
    """A description in a cell of a table."""
    return text.strip().replace("|", "\\|").replace("\n\n", "<br>").replace("\n", " ")
