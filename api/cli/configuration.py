"""`stepdown settings`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.command import PREFIX, load_settings
from scheduler.cli.console import console, print_json
from scheduler.cli.options import AsJson

AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print a Markdown table of defaults, for the documentation.")]


def settings(as_markdown: AsMarkdown = False, as_json: AsJson = False) -> None:
    """Print every setting with its value, default and meaning. Passwords are hidden."""
    if as_markdown:
        for line in markdown_table():
            console().print(line)
        return
    rows = list(_rows())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        is_changed = row["value"] != row["default"]
        console().print(f"{row['name']}={row['value']}", style="bold" if is_changed else None)
        default = f" Default: {row['default'] or 'unset'}." if is_changed else ""
        console().print(f"    {row['meaning']}{default}", style="dim")


def markdown_table() -> list[str]:
    """The settings as the lines of a Markdown table, for the documentation."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    return lines + [f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in _documented()]


def _rows() -> list[dict[str, str]]:
    values = load_settings()
    texts = {name: _hidden(value) if name == "database" else _text(value) for name, value in values}
    return [
        {"name": name, "value": texts[name.removeprefix(PREFIX).lower()], "default": default, "meaning": meaning}
        for name, default, meaning in _documented()
    ]


def _documented() -> list[tuple[str, str, str]]:
    from api.kernel.settings import Settings

    return [(PREFIX + name.upper(), _text(field.default), field.description or "") for name, field in Settings.model_fields.items()]


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _hidden(value: str | None) -> str:
    """A URL without its password, wherever it occurs."""
    from sqlalchemy import make_url

    if value is None:
        return ""
    url = make_url(value)
    query = {key: "hidden" if "password" in key.lower() else item for key, item in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)
