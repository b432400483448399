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


PersonName = Annotated[str, typer.Argument(metavar="PARTICIPANT", help="The id of an archived participant.", show_default=False)]


def delete_person(
    program: ProgramName,
    participant: PersonName,
    reason: Annotated[str | None, typer.Option(help="Code of why the data is deleted before its time, e.g. request.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; print what would be.")] = False,
) -> None:
    """Delete everything about an archived participant, once the policy's `record_years` have passed. It cannot be undone."""
    from pydantic import ValidationError

    from api.database.tables.base import now
    from api.deletions.models import NewDeletion
    from api.deletions.store.deletion import delete_or_rehearse

    try:
        new = NewDeletion(participant=participant, reason=reason)
    except ValidationError:
        raise ServiceError("write the participant and the reason as ids: letters, digits, dot, dash and underscore") from None
    with acting("participant.delete") as (session, caller, about):
        view = delete_or_rehearse(session, program, new, caller.name, now(), is_dry_run=dry_run)
        about(program=program, participant=participant, dry_run=str(dry_run).lower())
    rows = ", ".join(f"{count} of {table}" for table, count in view.rows.items())
    console().print(f"{'Would delete or rewrite' if dry_run else 'Deleted or rewrote'} {rows}.")


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
