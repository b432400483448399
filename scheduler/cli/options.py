"""Arguments and options shared by several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Mode = Literal["hold", "rebuild"]
# `readable=False` leaves the check to the reader, which reports it like any other invalid document.
InstanceFile = Annotated[Path, typer.Argument(metavar="INSTANCE", help="The week to plan, as JSON.", show_default=False, readable=False)]
RosterFile = Annotated[Path, typer.Argument(metavar="ROSTER", help="A roster of that week, as JSON.", show_default=False, readable=False)]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files; created if missing, never emptied.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]
