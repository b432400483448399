"""The numbers of the rules that apply to a program, each with its meaning and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from api.audit.acts import Act
from api.pages.admin.frame import admin_page
from api.pages.words import clock, duration
from api.programs.models import ProgramSettings
from api.programs.store.programs import check_program
from api.web.addresses import ProgramId
from api.web.dependencies import Reading, needs
from scheduler.instance import Policy, PolicyValues
from scheduler.policies import PACKS, note, resolve, sources

router = APIRouter(prefix="/programs/{program}/admin/policy", include_in_schema=False)

WEIGHTS: Final = frozenset({"session_amount", "factor_critical", "factor_first_phase"})
"""Parameters that only weigh one shortfall against another; they mean nothing to a reader."""


class PolicyLine(NamedTuple):
    """A number in force."""

    meaning: str
    value: str
    source: str


@router.get("")
def show_policy(act: Annotated[Act, needs("admin", "page.policy")], program: ProgramId, request: Request, session: Reading) -> HTMLResponse:
    """Show the numbers in force."""
    policy = _policy_of(session, program)
    packs = [PACKS[name].title for name in (policy.pack, *policy.overlays) if name in PACKS]
    levels = [level.level for level in policy.levels]
    return admin_page(request, session, "policy", lines=tuple(_lines(policy)), packs=packs, levels=levels)


def _policy_of(session: Session, program: str) -> Policy:
    return ProgramSettings.model_validate(check_program(session, program).document).policy


def _lines(policy: Policy) -> Iterator[PolicyLine]:
    values, origins = resolve(policy), sources(policy)
    for name, parameter in PolicyValues.model_fields.items():
        if name in WEIGHTS:
            continue
        source, value = origins[name], _in_words(getattr(values, name), note(name, "unit"))
        meaning = (parameter.description or name).partition("; None for")[0].removesuffix(".")
        yield PolicyLine(f"{meaning}.", value, source[:1].upper() + source[1:])


def _in_words(value: Any, unit: str) -> str:
    if value is None:
        return "Not set"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple):
        return ", ".join(str(one).replace("_", " ") for one in value) or "None"
    if unit == "minutes" and isinstance(value, int):
        return duration(value)
    if unit == "clock":
        return clock(value)
    return f"{value} {unit.removesuffix('s') if value == 1 else unit}"
