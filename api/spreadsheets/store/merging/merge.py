"""The merge itself: the week built, what differs changed, the week built again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.instances.store import ImportedWeek
from api.kernel.errors import Place, Problem
from api.programs.store.entities import lock_program
from api.spreadsheets.store.merging.checks import require_whole
from api.spreadsheets.store.merging.plain import comparable, without_extras
from api.spreadsheets.store.merging.rows import Changes
from api.spreadsheets.store.merging.undated import merge_clinician, merge_group, merge_participant
from api.spreadsheets.store.merging.weekly import merge_history, merge_relations, merge_settings, merge_week, names_of
from api.weeks.models.weeks import GroupWeek
from api.weeks.store.building import build_instance
from api.weeks.store.weeks import find_week, settings_of_week
from scheduler.instance import Instance, Participant
from scheduler.names import references

PLAIN = ("rooms", "resources", "services", "phases", "plans", "curricula", "tracks", "cohorts")
"""Kinds of which a week shows the rows as they are."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did.

    Attributes:
        before: The week as it was.
        after: The week as it is now, without what it still has beyond the instance because nobody asked to archive it.
        wanted: The instance, as the two are written.
        last_week: Last week's roster, if it was published by the merge.
    """

    changes: Changes
    before: Instance
    after: Instance
    wanted: Instance
    last_week: ImportedWeek | None


def merge_instance(
    session: Session, program: str, instance: Instance, archive: Sequence[str] | None, by: str, at: datetime
) -> Merged:  # fmt: skip
    """Change a program so that the instance's week is built as the instance says.

    Args:
        instance: Validated, without errors.
        archive: What may be archived because the instance does not have it, as kind/id; None: all of it.
        at: Now.

    Raises:
        Problem: Something to be archived is needed by others, or is there; the program has no site.
    """
    row = lock_program(session, program)
    before = build_instance(session, program, instance.monday)
    changes = Changes(session, program, archive, by, at)
    week = settings_of_week(find_week(session, program, instance.monday))
    groups = _merge_things(changes, before, instance, week.groups)
    weights = merge_settings(changes, row, week, before, instance)
    merge_relations(changes, instance)
    gone = _archive(changes, before, instance)
    _let_go(changes, instance, gone)
    merge_week(changes, comparable(before), comparable(instance), groups, weights, at)
    session.flush()
    last_week = merge_history(changes, comparable(before), comparable(instance), at)
    _require_known(changes)
    require_whole(session, program, gone, at)
    session.flush()
    wanted = comparable(instance)
    after = comparable(build_instance(session, program, instance.monday))
    kept = [name for name, is_archived in changes.removals.items() if not is_archived]
    return Merged(changes, comparable(before), without_extras(after, wanted, kept), wanted, last_week)


def _merge_things(changes: Changes, before: Instance, wanted: Instance, special: dict[str, GroupWeek]) -> dict[str, GroupWeek]:
    """Make and change what is kept, kind by kind; what is said of groups in this week."""
    groups = dict(special)
    for site in wanted.program.sites:
        changes.put("sites", site)
    for kind in PLAIN:
        for thing in getattr(wanted, kind):
            changes.put(kind, thing)
    clinicians, people, built = names_of(before.clinicians), names_of(before.participants), names_of(before.groups)
    for clinician in wanted.clinicians:
        if clinician.id not in clinicians:
            changes.put("clinicians", clinician)
        elif clinician != clinicians[clinician.id]:
            merge_clinician(changes, wanted.monday, clinicians[clinician.id], clinician)
    for person in wanted.participants:
        if person.id not in people:
            changes.put("participants", person)
        elif person != people[person.id]:
            merge_participant(changes, wanted.monday, people[person.id], person)
    for group in wanted.groups:
        week = groups.get(group.id, GroupWeek())
        if group.id not in built:
            changes.put("groups", group.model_copy(update={"module": None, "intake_override": None}))
            groups[group.id] = GroupWeek(module=group.module, intake_override=group.intake_override)
        elif group != built[group.id]:
            groups[group.id] = merge_group(changes, week, built[group.id], group)
    return groups


def _archive(changes: Changes, before: Instance, wanted: Instance) -> set[tuple[str, str]]:
    """Let go of what the instance does not have, those first that name others; kind and id of what went."""
    pairs = [(before.program.sites, wanted.program.sites, "sites")]
    kinds = (*PLAIN, "groups", "clinicians", "participants")
    pairs += [(getattr(before, kind), getattr(wanted, kind), kind) for kind in kinds]
    gone = set()
    for old, new, kind in reversed(pairs):
        for id in sorted(names_of(old).keys() - names_of(new).keys()):
            changes.remove(kind, id)
            if changes.removals[f"{kind}/{id}"]:
                gone.add((kind, id))
    return gone


def _let_go(changes: Changes, wanted: Instance, gone: set[tuple[str, str]]) -> None:
    """Orders in participants' own documents that name what went, e.g. a partner: the wanted order takes their place there, too."""
    for person in wanted.participants if gone else ():
        own = changes.model("participants", person.id)
        if any((names.kind, id) in gone for path, names, id, _ in references(Participant, own) if path.startswith("order.")):
            changes.put("participants", own.model_copy(update={"order": person.order}))


def _require_known(changes: Changes) -> None:
    """Whoever asks to archive something the file has, or that is not there, has looked at something else.

    Raises:
        Problem: `bad_reference`.
    """
    message = "name one of the removals of the preview; the file has this, or it is not kept"
    places = [Place(code="unknown_id", path=f"query.archive[{n}]", message=message) for n in changes.unknown()]
    if places:
        raise Problem("bad_reference", "`archive` names what is not missing in the file.", places)
