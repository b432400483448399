"""`stepdown programs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.acts import acting
from api.cli.command import ServiceError, load_settings, open_store
from scheduler.cli.console import console

ProgramName = Annotated[str, typer.Argument(metavar="PROGRAM", help="The program's id.", show_default=False)]
ArchiveFile = Annotated[Path, typer.Argument(metavar="FILE", help="The ZIP archive to be written.", show_default=False)]


def export(program: ProgramName, file: ArchiveFile) -> None:
    """Write everything about a program into one archive, even while the service runs. Keep it as secret as the database."""
    from api.database.archive import writing_file
    from api.database.tables.base import now
    from api.exports.store import export_program
    from api.programs.store.programs import check_program

    if file.is_dir():
        raise ServiceError(f"{file} is a folder; give the name of a file")
    with acting("program.export") as (session, _, about):
        check_program(session, program)
        about(program=program)
    with open_store(load_settings()) as store, writing_file(file) as archive:
        for piece in export_program(store, program, now()):
            archive.write(piece)
    console().print(f"{file}: {file.stat().st_size} bytes")
