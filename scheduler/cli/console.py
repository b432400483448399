"""Output of the commands: text for people, JSON for programs. Text is never interpreted as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.text import Text

from scheduler.validation import Issue

COLORS = {"error": "bold red", "warning": "yellow"}


def console(to_error: bool = False) -> Console:
    """The current standard output or standard error: in color on a terminal without NO_COLOR, never wrapped."""
    return Console(stderr=to_error, markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """A model, data class or plain value as JSON on standard output, in UTF-8 whatever the console's encoding."""
    typer.echo(TypeAdapter(Any).dump_json(value, indent=2))


def print_issues(issues: Iterable[Issue], source: str, to: Console) -> None:
    """Print one line per issue: severity, file, path, what to do, and code."""
    for issue in issues:
        where = ": ".join(part for part in (source, issue.path) if part)
        line = Text.assemble((f"{issue.severity:<8}", COLORS[issue.severity]), f"{where}: " if where else "", issue.message)
        to.print(line.append(f" ({issue.code})", "dim"))


def print_problem(message: str, issues: Sequence[Issue], source: str) -> None:
    """Print to standard error why a command did nothing."""
    to = console(to_error=True)
    print_issues(issues, source, to)
    # For a document with a single error, the issue itself says everything.
    if [issue.message for issue in issues] != [message]:
        to.print(Text.assemble(("Nothing was done: ", "bold"), f"{source}: {message}" if source else message))
