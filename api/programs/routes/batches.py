"""Routes to add or change many people at once.

Annotations are evaluated when a route is created, so this module does not postpone them.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field, create_model

from api.audit.acts import Act
from api.programs.models import BatchItem, BatchResult
from api.programs.routes.entities import patch_model
from api.programs.store.batches import SYSTEMS, PeopleBatch
from api.programs.store.kinds import KINDS, Kind
from api.web.addresses import ProgramId
from api.web.bodies import BODY_CODES, json_body
from api.web.dependencies import Writing, needs
from api.web.idempotency import Repeatable
from api.web.problems import problems
from scheduler.fields import Model

router = APIRouter(prefix="/v1/programs/{program}", route_class=Repeatable)

MOST_ITEMS = 500
CODES = ("not_found", "wrong_state", "exists", "changed_meanwhile", "bad_reference", "not_signed_in", "forbidden", *BODY_CODES)
DESCRIPTION = """Add or change up to 500 {things}: all of them, or nobody if any item is wrong.

Each item names a person by `id`, or by an `identifier` of the system that the FHIR settings of the program name. `fields` is a JSON merge
patch (RFC 7396), so what an item does not mention stays as it is, for example the hours that staff entered; a new person has the defaults.
An item whose `version` is outdated is refused; without a version, whatever is stored is changed. Sending the same batch again changes
nothing. With `dry_run=true` nothing is stored, and the response says what would be."""


def _batch_model(kind: Kind) -> Any:
    name = kind.model.__name__
    patch: Any = patch_model(kind)
    fields: Any = (patch, Field(description="The fields to set, as in a PATCH."))
    item: Any = create_model(f"{name}BatchItem", __base__=BatchItem, __doc__=f"A {kind.one} to be added or changed.", fields=fields)
    items = Annotated[tuple[item, ...], Field(min_length=1, max_length=MOST_ITEMS)]
    described = f"{kind.name.capitalize()} to be added or changed together."
    return create_model(f"{name}Batch", __base__=Model, __doc__=described, items=(items, ...))


def _add_batch(kind: Kind) -> None:
    model = _batch_model(kind)

    def put_batch(
        program: ProgramId,
        act: Annotated[Act, needs("program:write", f"{kind.one}.batch")],
        batch: Annotated[Any, json_body(model)],
        session: Writing,
        request: Request,
        dry_run: Annotated[bool, Query(description="Store nothing; say what would be.")] = False,
    ) -> BatchResult:
        fields = [item.fields.model_dump(mode="json", exclude_unset=True) for item in batch.items]
        with session.begin_nested() as savepoint:
            entries = PeopleBatch(session, program, kind, act.caller.name).put(batch.items, fields)
            if dry_run:
                savepoint.rollback()
        counts = {outcome: sum(entry.outcome == outcome for entry in entries) for outcome in ("created", "changed", "unchanged")}
        request.state.act = act.about(**{name: str(count) for name, count in counts.items()}, dry_run=str(dry_run).lower())
        return BatchResult(is_dry_run=dry_run, items=tuple(entries), **counts)

    router.add_api_route(
        f"/{kind.name}/batch",
        put_batch,
        methods=["POST"],
        operation_id=f"put_{kind.name}",
        summary=f"Add or change several {kind.name}",
        description=DESCRIPTION.format(things=kind.name),
        responses=problems(*CODES),
        tags=[kind.name],
    )


for _name in SYSTEMS:
    _add_batch(KINDS[_name])
