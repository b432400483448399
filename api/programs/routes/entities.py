"""Routes of a program's entities: the same seven operations for every kind in `KINDS`, each with the kind's own contract.

Annotations are evaluated when a route is created, so this module does not postpone them.
"""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field, create_model

from api.audit.acts import Act
from api.database.listing import Listing
from api.database.tables import EntityRow
from api.kernel.errors import Place, Problem
from api.kernel.merge_patch import merge
from api.kernel.mondays import monday_of
from api.programs.models import Entry
from api.programs.routes.entity_filters import FILTERS, Filter, no_filter
from api.programs.store.entities import archive_kept, create_kept, find_kept, list_kept, replace_kept, restore_kept
from api.programs.store.kinds import KINDS, Kind
from api.programs.store.programs import zone_of
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, JsonBody, json_body
from api.web.changing import Changing, Find, acting_on, changing
from api.web.dependencies import Now, Reading, Writing, needs
from api.web.idempotency import Repeatable
from api.web.listing import listed, listing_by
from api.web.paging import Page
from api.web.problems import problems
from api.web.versions import etag
from scheduler.fields import Id, Model

router = APIRouter(prefix="/v1/programs/{program}", route_class=Repeatable)

CHANGED = ("not_found", "wrong_state", "changed_meanwhile", "no_etag")
HEADERS = {
    "ETag": {"description": "The version; send it as If-Match to change the document.", "schema": {"type": "string"}},
    "Archived-At": {"description": "When it was archived; absent if it is not.", "schema": {"type": "string", "format": "date-time"}},
}


def _add_reading(kind: Kind) -> None:
    entry: Any = Entry[kind.model]  # type: ignore[name-defined] # a type created at run time
    filter_of = FILTERS.get(kind.name, no_filter)

    def list_things(
        program: ProgramId,
        act: Annotated[Act, needs("program:read", f"{kind.one}.list")],
        session: Reading,
        where: Annotated[Filter, Depends(filter_of)],
        listing: Annotated[Listing, listing_by("id", default="id")],
        now: Now,
        include_archived: Annotated[bool, Query(description="Include archived ones.")] = False,
    ) -> Any:
        monday = monday_of(now.astimezone(zone_of(session, program)).date())
        rows = list_kept(session, program, kind, listing, include_archived=include_archived, where=where, monday=monday)
        return listed(rows, _entry)

    def get_thing(
        program: ProgramId,
        id: Annotated[Id, id_of(kind)],
        act: Annotated[Act, needs("program:read", f"{kind.one}.view")],
        session: Reading,
    ) -> Response:
        row = find_kept(session, program, kind, id)
        # Serialized here: FastAPI would use another thread for it.
        answer = Response(kind.model.model_validate(row.document).model_dump_json(), media_type="application/json")
        entity_answer(answer, row)
        return answer

    _route(kind, "GET", list_things, f"list_{kind.name}", "List {things}", "List the program's {things}.", Page[entry], is_one=False)
    _route(kind, "GET", get_thing, f"get_{kind.one}", "Get one {thing}", "Get one {thing}, archived or not. Its version is the ETag.")


def _add_making(kind: Kind) -> None:
    def create_thing(
        program: ProgramId,
        act: Annotated[Act, needs("program:write", f"{kind.one}.create")],
        session: Writing,
        thing: Annotated[Model, json_body(kind.model)],
        request: Request,
        response: Response,
    ) -> Any:
        row = create_kept(session, program, kind, thing, act.caller.name)
        request.state.act = act.about(**{kind.one: row.id})
        response.headers["Location"] = f"{request.url.path}/{row.id}"
        return entity_answer(response, row)

    described = "Add a {thing}. Everything it refers to must already exist."
    codes = ("not_found", "wrong_state", "exists", "bad_reference", *BODY_CODES)
    _route(kind, "POST", create_thing, f"create_{kind.one}", "Add a {thing}", described, is_one=False, codes=codes, status=201)


def locking(kind: Kind) -> Callable[..., Any]:
    """The dependency that tells how an entity is found, with its program locked to change it."""

    async def thing_to_change(program: ProgramId, id: Annotated[Id, id_of(kind)]) -> Find[EntityRow]:
        return lambda session: find_kept(session, program, kind, id, to_change=True)

    return thing_to_change


def _add_changing(kind: Kind) -> None:
    model_of_patch: Any = patch_model(kind)
    lock = locking(kind)

    def replace_thing(
        act: Annotated[Act, needs("program:write", f"{kind.one}.change")],
        thing: Annotated[Model, json_body(kind.model)],
        changing: Annotated[Changing[EntityRow], changing(lock)],
    ) -> Any:
        replace_kept(changing.session, changing.row, kind, _under(changing.row.id, thing), changing.by)
        return entity_answer(changing.response, changing.row)

    def change_thing(
        act: Annotated[Act, needs("program:write", f"{kind.one}.change")],
        patch: Annotated[Model, json_body(model_of_patch)],
        changing: Annotated[Changing[EntityRow], changing(lock)],
    ) -> Any:
        merged = merge(changing.row.document, patch.model_dump(exclude_unset=True))
        thing = JsonBody(kind.model).read(json.dumps(merged).encode())
        replace_kept(changing.session, changing.row, kind, _under(changing.row.id, thing), changing.by)
        return entity_answer(changing.response, changing.row)

    codes = (*CHANGED, "bad_reference", *BODY_CODES)
    described = "Replace the whole document. The id cannot change."
    _route(kind, "PUT", replace_thing, f"replace_{kind.one}", "Replace a {thing}", described, codes=codes)
    described = "Change some fields with a JSON merge patch (RFC 7396): null resets a field to its default, lists are replaced as a whole."
    _route(kind, "PATCH", change_thing, f"change_{kind.one}", "Change a {thing}", described, codes=codes)


def _add_archiving(kind: Kind) -> None:
    lock = locking(kind)

    def archive_thing(
        act: Annotated[Act, needs("program:write", f"{kind.one}.archive")], changing: Annotated[Changing[EntityRow], changing(lock)]
    ) -> Any:
        archive_kept(changing.session, changing.row, kind, changing.by, changing.now)
        return entity_answer(changing.response, changing.row)

    def restore_thing(
        act: Annotated[Act, needs("program:write", f"{kind.one}.restore")], changing: Annotated[Changing[EntityRow], acting_on(lock)]
    ) -> Any:
        restore_kept(changing.session, changing.row, kind, changing.by)
        return entity_answer(changing.response, changing.row)

    described = "Leave it out of new weeks; published weeks keep it. Refused while it is in use elsewhere or a future session needs it."
    _route(kind, "DELETE", archive_thing, f"archive_{kind.one}", "Archive a {thing}", described, codes=(*CHANGED, "in_use"))
    described, codes = "Restore it from the archive. Everything it refers to must exist.", ("not_found", "wrong_state", "bad_reference")
    _route(kind, "POST", restore_thing, f"restore_{kind.one}", "Restore a {thing}", described, codes=codes, suffix="/restore")


def _route(
    kind: Kind,
    method: str,
    function: Callable[..., Any],
    operation: str,
    summary: str,
    described: str,
    answer: Any = None,
    *,
    is_one: bool = True,
    codes: Iterable[str] = ("not_found",),
    status: int = 200,
    suffix: str = "",
) -> None:
    """Add one operation; its texts may use {thing} and {things}."""
    words = {"thing": kind.one.replace("_", " "), "things": kind.name.replace("_", " ")}
    signed = ("not_signed_in", "forbidden")
    router.add_api_route(
        f"/{kind.name}" + (f"/{{{kind.one}}}" if is_one else "") + suffix,
        function,
        methods=[method],
        operation_id=operation,
        summary=summary.format(**words),
        description=described.format(**words),
        response_model=answer or kind.model,
        status_code=status,
        responses={**problems(*codes, *signed), **({status: {"headers": HEADERS}} if answer is None else {})},
        tags=[words["things"]],
    )


def id_of(kind: Kind) -> Any:
    """The path parameter for an entity's id, named after its kind."""
    return Path(alias=kind.one, description=f"Id of the {kind.one.replace('_', ' ')}.")


def patch_model(kind: Kind) -> type[Model]:
    """The kind's fields, all optional and of any value: the merged document is validated, not the patch."""
    fields: dict[str, Any] = {name: (Any, Field(None, description=f.description)) for name, f in kind.model.model_fields.items()}
    return create_model(f"{kind.model.__name__}Patch", __base__=Model, **fields)


def _under(id: str, thing: Model) -> Model:
    """Check that a document has the id of its path, and return it.

    Raises:
        Problem: The document has another id.
    """
    if "id" not in thing.model_fields_set:
        return thing.model_copy(update={"id": id})
    if getattr(thing, "id") != id:  # noqa: B009 - every kind has an id, but their common base does not declare it
        place = Place(code="id_differs", path="id", message="write the id from the path: ids do not change")
        raise Problem("wrong_shape", issues=[place])
    return thing


def _entry(row: EntityRow) -> Any:
    return {
        "id": row.id,
        "version": row.version,
        "changed_at": row.changed_at,
        "archived_at": row.archived_at,
        "document": row.document,
    }


def entity_answer(response: Response, row: EntityRow) -> Any:
    """The document as a response, with its version as a header."""
    response.headers["ETag"] = etag(row.version)
    if row.archived_at is not None:
        response.headers["Archived-At"] = row.archived_at.isoformat()
    return row.document


# Paths are matched in turn, and the last kinds, which refer to the others, are requested most.
for _kind in reversed(KINDS.values()):
    for _add in (_add_reading, _add_making, _add_changing, _add_archiving):
        # An absence is added by a route of `api.due`, which looks at the groups that it leaves without a leader.
        if (_add, _kind.name) != (_add_making, "absences"):
            _add(_kind)
