"""Import a bundle's busy times: planned for the preview, applied in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.database import tables
from api.fhir.models import BundleImport, BundlePreview, BundleTaken, PersonChange
from api.fhir.store.planning import Thing, World, lay
from api.kernel.errors import Place, Problem
from api.programs.store.entities import create_kept, replace_kept
from api.programs.store.kinds import KINDS
from scheduler.exchange.fhir.codes import own_system
from scheduler.exchange.fhir.incoming import BundleIssue, BundlePerson, Directory, Incoming, read_bundle
from scheduler.exchange.fhir.incoming.people import PersonKind
from scheduler.exchange.fhir.incoming.spans import Stretch
from scheduler.exchange.fhir.settings import FhirSettings


@dataclass
class BundlePlan:
    """The plan of an import.

    Attributes:
        documents: The new documents, each with its existing row, if any.
        token: Changes only if the bundle or the people it changes do.
    """

    incoming: Incoming
    documents: list[tuple[BundlePerson, Thing, tables.EntityRow | None]] = field(default_factory=list)
    changes: list[PersonChange] = field(default_factory=list)
    token: str = ""

    @property
    def errors(self) -> list[BundleIssue]:
        """The errors that prevent the import."""
        return [issue for issue in self.incoming.issues if issue.severity == "error"]

    @property
    def preview(self) -> BundlePreview:
        """The preview of the plan."""
        return BundlePreview(
            is_importable=not self.errors,
            counts=dict(sorted(self.incoming.counts.items())),
            left_out={why: count for why, count in sorted(self.incoming.left_out.items()) if count},
            changes=self.changes,
            issues=self.incoming.issues,
        )


def plan_import(session: Session, program: tables.ProgramRow, request: BundleImport, now: datetime) -> BundlePlan:
    """Plan an import, and collect everything that prevents it."""
    zone = ZoneInfo(program.document["zone"])
    world = _world(session, program.id, request, zone, now)
    directory = Directory(
        people=frozenset(world.rows) | _new(request),
        matches={(match.system, match.value): match.person for match in request.matches},
        own_systems=_own_systems(session, program.id),
        is_by_id=request.is_by_id,
    )
    first, is_tentative_busy = _first(request, zone, now), request.tentative == "busy"
    plan = BundlePlan(read_bundle(request.bundle, directory, zone, first, request.takes, is_tentative_busy=is_tentative_busy))
    _check_matches(plan, world)
    for person in sorted(plan.incoming.people):
        if (laid := lay(world, plan.incoming, person)) is not None:
            plan.documents.append((person, laid[0], world.rows.get(person)))
            plan.changes.append(laid[1])
    plan.token = _token(plan, request)
    return plan


def _world(session: Session, program: str, request: BundleImport, zone: ZoneInfo, now: datetime) -> World:
    rows: dict[BundlePerson, tables.EntityRow] = {}
    kinds: tuple[PersonKind, ...] = ("participants", "clinicians")
    for kind in kinds:
        table = KINDS[kind].table
        for row in session.scalars(select(table).where(table.program == program, table.archived_at.is_(None))):
            rows[BundlePerson(kind, row.id)] = row
    sites = session.scalars(select(tables.SiteRow.id).where(tables.SiteRow.program == program, tables.SiteRow.archived_at.is_(None)))
    first = _first(request, zone, now)
    window = _midnight(first, zone), _midnight(first + timedelta(days=request.days), zone)
    return World(request, rows, sorted(sites), window, frozenset(_own_sessions(session, program, window)))


def _first(request: BundleImport, zone: ZoneInfo, now: datetime) -> date:
    return request.first or now.astimezone(zone).date()


def _own_sessions(session: Session, program: str, window: Stretch) -> Iterator[tuple[BundlePerson, Stretch]]:
    """The times of people's published sessions."""
    held, kinds = tables.PublishedSessionRow, (("participants", tables.PublishedBookingRow), ("clinicians", tables.PublishedLeadRow))
    in_window = (held.program == program, held.start < window[1], held.end > window[0])
    for kind, table in kinds:
        who = getattr(table, kind.removesuffix("s"))
        of_session = (table.program == held.program) & (table.monday == held.monday) & (table.session == held.session)
        for id, start, end in session.execute(select(who, held.start, held.end).join(held, of_session).where(*in_window)):
            yield BundlePerson(cast(PersonKind, kind), id), (start, end)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _new(request: BundleImport) -> frozenset[BundlePerson]:
    """Clinicians that may be created."""
    return frozenset(m.person for m in request.matches if m.clinician is not None) if "clinicians" in request.takes else frozenset()


def _own_systems(session: Session, program: str) -> dict[PersonKind, frozenset[str]]:
    row = session.get(tables.FhirProgramRow, program)
    settings = FhirSettings() if row is None else FhirSettings.model_validate(row.document)
    return {
        "participants": frozenset(filter(None, (own_system(program, "participant"), settings.patient_system))),
        "clinicians": frozenset(filter(None, (own_system(program, "clinician"), settings.practitioner_system))),
    }


def _check_matches(plan: BundlePlan, world: World) -> None:
    people, issues = frozenset(world.rows) | _new(world.request), plan.incoming.issues
    for number, match in enumerate(world.request.matches):
        if match.person not in people:
            one = "participant" if match.participant is not None else "clinician"
            words = f"give the id of an active {one} of this program"
            issues.append(BundleIssue(severity="error", code="unknown_id", expression=f"matches[{number}].{one}", message=words))
    if plan.incoming.counts and not plan.incoming.people:
        words = "nobody in the bundle was matched with a person in this program: use `matches`, or `is_by_id` if the ids are the same"
        issues.append(BundleIssue(severity="warning", code="nobody_matched", expression="Bundle", message=words))


def _token(plan: BundlePlan, request: BundleImport) -> str:
    bundle = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
    digest = hashlib.sha256()
    for person, thing, row in plan.documents:
        version = 0 if row is None else row.version
        digest.update(json.dumps([*person, version, thing.model_dump(mode="json")], sort_keys=True).encode())
    return f"{bundle[:16]}.{digest.hexdigest()[:32]}"


def carry_out(session: Session, program: str, plan: BundlePlan, tokens: Collection[str], by: str) -> BundleTaken:
    """Apply a planned import in full.

    Args:
        tokens: The tokens that were sent; `*` matches any.

    Raises:
        Problem: The plan has errors, or differs from the preview.
    """
    if plan.errors:
        places = [Place(code=i.code, severity=i.severity, path=i.expression, message=i.message) for i in plan.errors]
        raise Problem("bad_reference", "Nothing was imported; correct the errors and preview it again.", places)
    if plan.token not in tokens and "*" not in tokens:
        raise Problem("changed_meanwhile", "The bundle, or a person it changes, differs from the preview; preview it again.")
    for person, thing, row in plan.documents:
        kind = KINDS[person.kind]
        if row is None:
            create_kept(session, program, kind, thing, by)
        else:
            replace_kept(session, row, kind, thing, by)
    created = sum(row is None for *_, row in plan.documents)
    return BundleTaken(changed=len(plan.documents) - created, created=created)
