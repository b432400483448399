"""What the commands print: prose for people, JSON for programs. Text is never read as markup."""

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
    """Standard output or standard error as it is now: coloured on a terminal without NO_COLOR, never wrapping prose."""
    return Console(stderr=to_error, markup=False, emoji=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """A model, data class or plain value as JSON on standard output, in UTF-8 whatever the console's encoding."""
    typer.echo(TypeAdapter(Any).dump_json(value, indent=2))


def print_issues(issues: Iterable[Issue], source: str, to: Console) -> None:
    """One line per issue: how bad, which file, where in it, what to do, its code."""
    for issue in issues:
        where = ": ".join(part for part in (source, issue.path) if part)
        line = Text.assemble((f"{issue.severity:<8}", COLORS[issue.severity]), f"{where}: " if where else "", issue.message)
        to.print(line.append(f" ({issue.code})", "dim"))


def print_problem(message: str, issues: Sequence[Issue], source: str) -> None:
    """Why a command did not do what it was asked, on standard error."""
    to = console(to_error=True)
    print_issues(issues, source, to)
    # A document with a single mistake has said everything.
    if [issue.message for issue in issues] != [message]:
        to.print(Text.assemble(("Nothing was done: ", "bold"), f"{source}: {message}" if source else message))
