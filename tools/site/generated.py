"""What the code says of itself, as Markdown: printed by the same commands that readers have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tools.site import api_reference


def rules() -> str:
    """The rule book."""
    from scheduler.cli.book import markdown_table

    return "\n".join(markdown_table())


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
