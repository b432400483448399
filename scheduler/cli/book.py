"""Commands that print reference data from the code: `rules`, `schema`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import typer

from scheduler import policies
from scheduler.cli.console import console, print_json
from scheduler.cli.options import AsJson
from scheduler.fields import Model
from scheduler.instance import PolicyValues
from scheduler.policies import PACKS
from scheduler.reading import json_schema
from scheduler.result import SolveResult
from scheduler.rule import Level, Rule, Scope
from scheduler.rules import RULES


class BookParameter(Model):
    """A policy value that a rule reads."""

    name: str
    default: Any
    unit: str
    source: str


class BookEntry(Model):
    """A rule as printed in the rule book."""

    id: str
    level: Level
    scope: Scope
    title: str
    unit: str
    weight: int | None
    parameters: tuple[BookParameter, ...]
    source: str


COLUMNS = ("rule", "level", "scope", "what it says", "unit", "weight", "parameters and defaults", "source")


def rules(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the rules as a Markdown table.")] = False,
    as_json: AsJson = False,
    packs: Annotated[bool, typer.Option("--policies", help="Print policy packs and overlays instead.")] = False,
) -> None:
    """Print the rule book, or the policy packs, from the code."""
    if packs:
        _print_packs(as_json)
    elif as_json:
        print_json({"rules": [entry(rule) for rule in RULES]})
    elif markdown:
        for line in markdown_table():
            typer.echo(line)
    else:
        _print_rules()


def entry(rule: Rule) -> BookEntry:
    """A rule's entry in the book."""
    defaults = PolicyValues().model_dump(mode="json")
    return BookEntry(
        id=rule.id,
        level=rule.level,
        scope=rule.scope,
        title=rule.title,
        unit=rule.unit,
        weight=rule.weight if rule.level == "preference" else None,
        parameters=tuple(
            BookParameter(name=name, default=defaults[name], unit=policies.note(name, "unit"), source=policies.note(name))
            for name in rule.parameters
        ),
        source=rule.source,
    )


def markdown_table(book: Iterable[Rule] = RULES) -> Iterator[str]:
    """The rule book as the lines of a Markdown table."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for rule in book:
        item = entry(rule)
        parameters = ", ".join(f"`{p.name}` {measure(p.default, p.unit)}" for p in item.parameters)
        cells = (item.level, item.scope, item.title, item.unit, "" if item.weight is None else str(item.weight), parameters, item.source)
        yield f"| `{item.id}` | {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def measure(value: object, unit: str) -> str:
    """A policy value with its unit, e.g. ``540 minutes``."""
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return str(value) if unit == "clock" else f"{value} {unit}"


def _print_rules() -> None:
    """Print every rule with its title, and its parameters with their sources."""
    for rule in RULES:
        item = entry(rule)
        weight = "" if item.weight is None else f", weight {item.weight}"
        console().print(f"{item.id}", style="bold", end="")
        console().print(f"  {item.level}, {item.scope}, in {item.unit}{weight}", style="dim")
        console().print(f"    {item.title}")
        for p in item.parameters:
            console().print(f"    {p.name} = {measure(p.default, p.unit)}: {p.source}")
        if item.source:
            console().print(f"    source: {item.source}", style="dim")
    console().print(f"\n{len(RULES)} rules. Values in force come from the policy: `stepdown rules --policies`. Not legal advice.")


def _print_packs(as_json: bool) -> None:
    """Print every pack and overlay with its values and their sources."""
    if as_json:
        print_json({"policies": list(PACKS.values())})
        return
    for pack in PACKS.values():
        console().print(f"{pack.id}", style="bold", end="")
        console().print(f"  {'overlay' if pack.is_overlay else 'pack'}: {pack.title}")
        for name, (value, source) in pack.values.items():
            console().print(f"    {name} = {measure(value, policies.note(name, 'unit'))}: {source}")
        if not pack.values:
            console().print("    the defaults that `stepdown rules` prints")
    console().print("\nNot legal advice: every program must check the values against its own license and its payers' requirements.")


def schema(
    document: Annotated[Literal["instance", "roster", "result"], typer.Argument(help="Which document.")] = "instance",
) -> None:
    """Print the JSON Schema of a document."""
    print_json(SolveResult.model_json_schema() if document == "result" else json_schema(document))
