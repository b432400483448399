"""Routes of programs and their settings. Entities are in `entities`; whole weeks are imported and exported by `instances`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, create_model

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import ProgramRow
from api.kernel.merge_patch import merge
from api.programs.models import Entry, NewProgram, ProgramSettings
from api.programs.routes.entities import HEADERS
from api.programs.store import programs as store
from api.programs.store.entities import lock_program
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, JsonBody, json_body
from api.web.changing import Changing, Find, acting_on, changing
from api.web.dependencies import Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.fields import Model
from scheduler.policies import new_policy

router = APIRouter(prefix="/v1/programs", route_class=Repeatable, tags=["programs"])

SIGNED = ("not_signed_in", "forbidden")
CHANGED = ("not_found", "changed_meanwhile", "no_etag", *SIGNED)
JUDGED = ("wrong_state", "bad_instance", "bad_reference", *BODY_CODES)
ETAG: dict[int | str, dict[str, Any]] = {200: {"headers": HEADERS}}

_PATCHED: dict[str, Any] = {name: (Any, Field(None, description=f.description)) for name, f in ProgramSettings.model_fields.items()}
ProgramPatch = create_model("ProgramPatch", __base__=Model, **_PATCHED)


async def _program_to_change(program: ProgramId) -> Find[ProgramRow]:
    return lambda session: lock_program(session, program)


async def _program_to_archive(program: ProgramId) -> Find[ProgramRow]:
    return lambda session: store.lock_any(session, program)


ChangingProgram = Annotated[Changing[ProgramRow], changing(_program_to_change)]


@router.post(
    "",
    status_code=201,
    summary="Add a program",
    responses=problems("exists", "bad_instance", *BODY_CODES, *SIGNED) | {201: {"headers": HEADERS}},
)
def create_program(
    act: Annotated[Act, needs("admin", "program.create")],
    session: Writing,
    program: Annotated[NewProgram, json_body(NewProgram)],
    request: Request,
    response: Response,
) -> ProgramSettings:
    """Create an empty program. Then add its sites, rooms, services, people and so on, or import an instance.

    Without a `policy`, it states that notes after a group take 10 minutes.
    """
    settings = ProgramSettings(**{name: getattr(program, name) for name in ProgramSettings.model_fields})
    if "policy" not in program.model_fields_set:
        settings = settings.model_copy(update={"policy": new_policy()})
    row = store.create_program(session, program.id, settings, act.caller.name)
    request.state.act = act.about(program=row.id)
    response.headers["Location"] = f"{request.url.path}/{row.id}"
    return _settings_answer(response, row)


@router.get("", summary="List programs", responses=problems("wrong_shape", *SIGNED))
def list_programs(
    act: Annotated[Act, needs("program:read", "program.list")],
    session: Reading,
    listing: Annotated[Listing, listing_by("id", default="id")],
    include_archived: Annotated[bool, Query(description="Include archived ones.")] = False,
) -> Page[Entry[ProgramSettings]]:
    """List the programs you may read."""
    granted = [grant.program for grant in act.caller.grants if "program:read" in grant.permissions]
    ids = None if None in granted else [id for id in granted if id is not None]
    return listed(store.list_programs(session, ids, listing, include_archived=include_archived), _entry)


@router.get("/{program}", summary="Get a program", responses=problems("not_found", "wrong_shape", *SIGNED) | ETAG)
def get_program(
    program: ProgramId, act: Annotated[Act, needs("program:read", "program.view")], session: Reading, response: Response
) -> ProgramSettings:
    """Get the settings of a program: zone, calendar, policy, weights. Its entities have paths of their own."""
    return _settings_answer(response, check_program(session, program))


@router.put("/{program}", summary="Replace a program's settings", responses=problems(*CHANGED, *JUDGED) | ETAG)
def replace_program(
    act: Annotated[Act, needs("program:write", "program.change")],
    settings: Annotated[ProgramSettings, json_body(ProgramSettings)],
    changing: ChangingProgram,
) -> ProgramSettings:
    """Replace all settings of a program."""
    store.replace_settings(changing.session, changing.row, settings, changing.by)
    return _settings_answer(changing.response, changing.row)


@router.patch("/{program}", summary="Change a program's settings", responses=problems(*CHANGED, *JUDGED) | ETAG)
def change_program(
    act: Annotated[Act, needs("program:write", "program.change")],
    patch: Annotated[Model, json_body(ProgramPatch)],
    changing: ChangingProgram,
) -> ProgramSettings:
    """Change some settings with a JSON merge patch (RFC 7396): null resets a field to its default, lists are replaced as a whole."""
    merged = merge(changing.row.document, patch.model_dump(exclude_unset=True))
    settings = JsonBody(ProgramSettings).read(json.dumps(merged).encode())
    store.replace_settings(changing.session, changing.row, settings, changing.by)
    return _settings_answer(changing.response, changing.row)


@router.delete("/{program}", summary="Archive a program", responses=problems(*CHANGED, "wrong_shape") | ETAG)
def archive_program(
    act: Annotated[Act, needs("admin", "program.archive")],
    changing: Annotated[Changing[ProgramRow], changing(_program_to_archive)],
) -> ProgramSettings:
    """Archive a program. It can still be read and restored, but not changed."""
    store.archive_program(changing.row, changing.by, changing.now)
    return _settings_answer(changing.response, changing.row)


@router.post("/{program}/restore", summary="Restore a program", responses=problems("not_found", "wrong_shape", *SIGNED) | ETAG)
def restore_program(
    act: Annotated[Act, needs("admin", "program.restore")], changing: Annotated[Changing[ProgramRow], acting_on(_program_to_archive)]
) -> ProgramSettings:
    """Restore a program from the archive."""
    store.archive_program(changing.row, changing.by, None)
    return _settings_answer(changing.response, changing.row)


def _entry(row: ProgramRow) -> Entry[ProgramSettings]:
    document = ProgramSettings.model_validate(row.document)
    return Entry(id=row.id, version=row.version, changed_at=row.changed_at, archived_at=row.archived_at, document=document)


def _settings_answer(response: Response, row: ProgramRow) -> ProgramSettings:
    """The settings as a response, with their version as a header."""
    response.headers["ETag"] = etag(row.version)
    if row.archived_at is not None:
        response.headers["Archived-At"] = row.archived_at.isoformat()
    return ProgramSettings.model_validate(row.document)
