"""What the code says of itself, as Markdown: printed by the same commands that readers have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tools.site import api_reference

LEVELS = {"hard": "Hard rules", "care": "Ordered care", "preference": "Preferences"}


def rules() -> str:
    """The rule book, a table for each level; `stepdown rules --markdown` prints the same in one."""
    from scheduler.cli.book import entry, measure
    from scheduler.rules import RULES

    def lines() -> Iterator[str]:
        for level, heading in LEVELS.items():
            yield f"\n## {heading}\n\n| rule | scope | unit | parameters and defaults | source |\n|---|---|---|---|---|"
            for rule in map(entry, RULES):
                if rule.level == level:
                    weight = "" if rule.weight is None else f", weight {rule.weight}"
                    numbers = "<br>".join(f"`{p.name}` {measure(p.default, p.unit)}" for p in rule.parameters)
                    yield f"| **{rule.title}**<br>`{rule.id}` | {rule.scope} | {rule.unit}{weight} | {numbers} | {rule.source} |"

    return "\n".join(lines())


def policies() -> str:
    """Every policy pack and overlay."""
    from scheduler import policies
    from scheduler.cli.book import measure
    from scheduler.policies import PACKS

    def lines() -> Iterator[str]:
        for pack in PACKS.values():
            yield f"\n### `{pack.id}`\n\n{'An overlay' if pack.is_overlay else 'A pack'}: {pack.title}\n"
            if not pack.values:
                yield "The defaults of the [rules](rules.md)."
                continue
            yield "| value | is | source |\n|---|---|---|"
            for name, (value, source) in pack.values.items():
                yield f"| `{name}` | {measure(value, policies.note(name, 'unit'))} | {source} |"

    return "\n".join(lines())


def settings() -> str:
    """Every setting of the service."""
    from api.cli.configuration import markdown_table

    return "\n".join(markdown_table())


def workbook() -> str:
    """Every sheet and column of the workbook."""
    from scheduler.exchange.workbook import column_lines

    return "\n".join(column_lines())


GENERATED: dict[str, Callable[[], str]] = {
    "rules": rules,
    "policies": policies,
    "settings": settings,
    "workbook": workbook,
    "routes": api_reference.routes,
    "documents": api_reference.documents,
}
"""What a page may ask for between `<!-- generated: NAME -->` and `<!-- end of generated -->`."""
