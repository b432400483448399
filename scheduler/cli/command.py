"""The base of all commands: how they end on an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from scheduler.cli.console import console, print_json, print_problem
from scheduler.errors import DefectError, InstanceError, NoRosterError, PinConflictError, StepdownError

DONE, FINDINGS, BAD_INPUT, HARDLY_BEGUN = 0, 1, 2, 3


class Command(TyperCommand):
    """A command whose errors become a message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (StepdownError, OSError) as error:
            _tell(error, as_json=bool(ctx.params.get("as_json")))
            raise typer.Exit(exit_code(error)) from None


def exit_code(error: Exception) -> int:
    """The exit code: 1 if the input is valid but there is no roster, else 2."""
    return FINDINGS if isinstance(error, (PinConflictError, NoRosterError, DefectError)) else BAD_INPUT


def _tell(error: StepdownError | OSError, as_json: bool) -> None:
    """Print the error to standard error and, if JSON is requested, as JSON to standard output.

    The first note of the error is the file it is about; further notes say what else can be done.
    """
    message = str(error)
    if isinstance(error, OSError):
        message = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    notes: Sequence[str] = getattr(error, "__notes__", ())
    issues = error.issues if isinstance(error, InstanceError) else ()
    # File names need not be valid text.
    message, source = (text.encode("utf-8", "backslashreplace").decode() for text in (message, next(iter(notes), "")))
    print_problem(message, issues, source)
    for hint in notes[1:]:
        console(to_error=True).print(hint)
    if as_json:
        print_json({"error": message, "file": source or None, "issues": issues})
