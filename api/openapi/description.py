"""The OpenAPI description: FastAPI's own, completed with raw bodies, problems, API keys and sessions.

Every operation lists all errors it can return. Specific errors are declared at the route (`problems(...)`); common ones, for routes that
need a permission, read a body or take an `Idempotency-Key`, are added here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.params import Body
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.utils import create_model_field

from api.fhir.outcomes import FHIR_JSON, is_fhir
from api.kernel.errors import PROBLEMS, ProblemDetails
from api.openapi.examples import BODIES
from api.openapi.words import DESCRIPTION, IDEMPOTENCY_KEY, PARAMETERS, SECURITY, TAGS
from api.web.bodies import BODY_CODES, JsonBody
from api.web.idempotency import Repeatable, needs_of
from api.web.problems import MEDIA_TYPE, status_of

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/"
PROBLEM: Json = {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}ProblemDetails"}}}
OUTCOME: Json = {FHIR_JSON: {"schema": {"$ref": f"{SCHEMAS}OperationOutcome"}}}
EVERYWHERE = ("wrong_host", "too_many", "defect", "not_ready")
PERMITTED = ("not_signed_in", "forbidden")
REPEATED = ("wrong_shape", "key_reused", "still_running", "answer_gone")
HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
GENERIC = {
    r"^Page_": "A page of a list.",
    r"^Entry_": "An entry with its version.",
    r"Patch$": "The fields to change (RFC 7396): null resets a field to its default, lists are replaced as a whole.",
}
CODE_LINE = re.compile(r"`(\w+)`: ")
"""Matches the codes in a response description written by `api.web.problems.problems`."""


def describe(app: FastAPI) -> Json:
    """Build the description of an application, once."""
    if app.openapi_schema is None:
        contexts = [context for context in iter_route_contexts(app.routes) if isinstance(context.original_route, APIRoute)]
        routes = [_DescribedRoute(context.route, context._route_context) for context in contexts]
        document = get_openapi(
            title="Stepdown",
            version=app.version,
            description=DESCRIPTION,
            tags=list(TAGS),
            routes=routes,
            # Responses can be posted back: one schema for both.
            separate_input_output_schemas=False,
        )
        for route in routes:
            for method in route.methods or ():
                operation = document["paths"].get(route.path_format, {}).get(method.lower())
                if operation is not None:
                    _complete(operation, route, method)
        document["components"]["securitySchemes"] = SECURITY
        document["components"]["schemas"]["ProblemDetails"] = ProblemDetails.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
        app.openapi_schema = _with_used_schemas(document)
    return app.openapi_schema


class _DescribedRoute(RouteContext):
    """A route with the body that its dependencies read; FastAPI only knows bodies that it reads itself."""

    @cached_property
    def body_field(self) -> Any:
        body = next(_bodies(self.dependant), None)
        if body is None:
            return self._effective_route.body_field  # type: ignore[union-attr] # ours are routes, never mounts
        return create_model_field(name="body", type_=body.model, field_info=Body(annotation=body.model))


def _bodies(dependant: Dependant) -> Iterator[JsonBody[Any]]:
    for part in dependant.dependencies:
        if isinstance(part.call, JsonBody):
            yield part.call
        yield from _bodies(part)


def _complete(operation: Json, route: _DescribedRoute, method: str) -> None:
    """Complete the description of an operation."""
    operation["operationId"] = route.operation_id or route.name
    codes, own_codes = list(EVERYWHERE), set(_own_codes(operation))
    if next(needs_of(route.dependant), None) is not None:
        codes += PERMITTED
        if method == "POST" and isinstance(route.original_route, Repeatable):
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            codes += REPEATED
    is_signed_in = {"not_signed_in"} & {*codes, *own_codes}
    operation["security"] = [{name: []} for name in SECURITY] if is_signed_in else []
    codes += ["cross_site", "too_large"] if method not in ("GET", "HEAD") else []
    codes += ["not_found"] if "{program}" in (route.path_format or "") else []
    codes += ["wrong_shape"] if operation.get("parameters") else []
    if "requestBody" in operation:
        codes += BODY_CODES
        _show_example(operation["requestBody"]["content"])
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "If-Match" and "no_etag" in own_codes and "If-None-Match" not in names:
            # Checked by hand, so that its absence is a 428 and not a 422.
            parameter["required"] = True
        parameter.setdefault("description", PARAMETERS.get(parameter["name"], ""))
        parameter["schema"] = _without_null(parameter["schema"])
    _tell(operation["responses"], codes, OUTCOME if is_fhir(route.path_format or "") else PROBLEM)


def _without_null(schema: Json) -> Json:
    """The schema of a parameter, which can be left out but not be null."""
    kinds: list[Json] = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {name: value for name, value in schema.items() if name != "anyOf"} | kinds[0]


def _own_codes(operation: Json) -> Iterator[str]:
    for answer in operation["responses"].values():
        yield from CODE_LINE.findall(answer["description"])


def _tell(answers: Json, codes: Iterable[str], error: Json) -> None:
    """Describe every error response as a problem with its codes.

    Args:
        error: The content of an error.
    """
    # FastAPI adds its own error if none is declared; it is replaced.
    if answers.get("422", {}).get("description") == "Validation Error":
        del answers["422"]
    for code in codes:
        answer = answers.setdefault(str(status_of(code)), {"description": ""})
        if code not in CODE_LINE.findall(answer["description"]):
            answer["description"] = "; ".join(filter(None, (answer["description"], f"`{code}`: {PROBLEMS[code]}")))
    for number, answer in answers.items():
        if int(number) >= 400:
            answer["content"] = error
            if headers := HEADERS.get(int(number)):
                answer.setdefault("headers", {}).update(headers)


def _show_example(content: Json) -> None:
    """Add the example of a body."""
    for kind in content.values():
        model = str(kind["schema"].get("$ref", "")).removeprefix(SCHEMAS)
        if model in BODIES:
            kind["example"] = BODIES[model]


def _with_used_schemas(document: Json) -> Json:
    """The document with only the schemas it uses, each under a plain name."""
    schemas: Json = document["components"]["schemas"]
    # Schemas that the problem schema refers to.
    schemas |= schemas["ProblemDetails"].pop("$defs", {})
    used: set[str] = set()
    waiting = set(_references({name: part for name, part in document.items() if name != "components"}))
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= set(_references(schemas[name])) - used
    document["components"]["schemas"] = {name: schemas[name] | _words_of(name, schemas[name]) for name in sorted(used)}
    plain = {name: _distinct(_plain(name), schemas[name]) for name in used}
    renamed: Json = _mended(document, {f"{SCHEMAS}{name}": f"{SCHEMAS}{new}" for name, new in plain.items()})
    # Some generators name classes by titles.
    renamed["components"]["schemas"] = {
        plain[name]: schema | {"title": plain[name]} for name, schema in renamed["components"]["schemas"].items()
    }
    return renamed


def _words_of(name: str, schema: Json) -> Json:
    """The description of a schema whose model has none of its own, e.g. a generated one."""
    for sign, words in GENERIC.items():
        if "description" not in schema and re.search(sign, name):
            return {"description": words}
    return {}


def _plain(name: str) -> str:
    """``Page_Entry_Site__`` is PageOfEntryOfSite."""
    return re.sub(r"^(\w+?)_(.+)_$", lambda match: f"{match[1]}Of{_plain(match[2])}", name)


def _distinct(name: str, schema: Json) -> str:
    """A name that is not that of a property, too: in generated clients, one would hide the other (Roles.roles)."""
    return f"{name}Object" if re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() in schema.get("properties", ()) else name


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                yield value.removeprefix(SCHEMAS)
            elif name != "example":
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _mended(part: Any, names: dict[str, str]) -> Any:
    """The same part with renamed references, including those of discriminators, and with default clock times in their written form."""
    if isinstance(part, dict):
        schema = {name: value if name == "example" else _mended(value, names) for name, value in part.items()}
        if schema.get("type") == "string" and isinstance(minute := schema.get("default"), int):
            schema["default"] = f"{minute // 60:02d}:{minute % 60:02d}"
        return schema
    if isinstance(part, list):
        return [_mended(value, names) for value in part]
    return names.get(part, part) if isinstance(part, str) else part
