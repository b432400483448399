"""The merge: build the week, change what differs, build the week again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api.instances.store import ImportedWeek
from api.kernel.errors import Place, Problem
from api.programs.store.entities import lock_program
from api.spreadsheets.store.merging.checks import require_whole
from api.spreadsheets.store.merging.comparable import comparable, without_extras
from api.spreadsheets.store.merging.merge_entities import merge_clinician, merge_group, merge_participant
from api.spreadsheets.store.merging.merge_week import merge_history, merge_relations, merge_settings, merge_week, names_of
from api.spreadsheets.store.merging.rows import Changes
from api.weeks.models.weeks import GroupWeek
from api.weeks.store.building import build_instance
from api.weeks.store.weeks import find_week, settings_of_week
from scheduler.instance import Instance, Participant
from scheduler.names import references

PLAIN = ("rooms", "resources", "services", "phases", "plans", "curricula", "tracks", "cohorts")
"""Kinds that appear in a week exactly as stored."""


@dataclass(frozen=True, slots=True)
class MergeResult:
    """The result of a merge.

    Attributes:
        before: The week before the merge.
        after: The week after the merge, without entries that are missing from the instance but were not to be archived.
        target: The instance, in the same form.
        last_week: Last week's roster, if the merge published it.
    """

    changes: Changes
    before: Instance
    after: Instance
    target: Instance
    last_week: ImportedWeek | None


def merge_instance(
    session: Session, program: str, instance: Instance, archive: Sequence[str] | None, by: str, at: datetime
) -> MergeResult:  # fmt: skip
    """Change a program so that its week matches the instance.

    Args:
        instance: Validated, without errors.
        archive: Entries missing from the instance that may be archived, as kind/id; None for all.
        at: Now.

    Raises:
        Problem: An entry to archive is still in use, or present in the instance; or the program has no site.
    """
    row = lock_program(session, program)
    before = build_instance(session, program, instance.monday)
    changes = Changes(session, program, archive, by, at)
    week = settings_of_week(find_week(session, program, instance.monday))
    groups = _merge_things(changes, before, instance, week.groups)
    weights = merge_settings(changes, row, week, before, instance)
    merge_relations(changes, instance)
    archived = _archive(changes, before, instance)
    _let_go(changes, instance, archived)
    merge_week(changes, comparable(before), comparable(instance), groups, weights, at)
    session.flush()
    last_week = merge_history(changes, comparable(before), comparable(instance), at)
    _require_known(changes)
    require_whole(session, program, archived, at)
    session.flush()
    target = comparable(instance)
    after = comparable(build_instance(session, program, instance.monday))
    remaining = [name for name, is_archived in changes.removals.items() if not is_archived]
    return MergeResult(changes, comparable(before), without_extras(after, target, remaining), target, last_week)


def _merge_things(changes: Changes, before: Instance, target: Instance, special: dict[str, GroupWeek]) -> dict[str, GroupWeek]:
    """Create and change rows, kind by kind, and return this week's changes to groups."""
    groups = dict(special)
    for site in target.program.sites:
        changes.put("sites", site)
    for kind in PLAIN:
        for thing in getattr(target, kind):
            changes.put(kind, thing)
    clinicians, people, old_groups = names_of(before.clinicians), names_of(before.participants), names_of(before.groups)
    for clinician in target.clinicians:
        if clinician.id not in clinicians:
            changes.put("clinicians", clinician)
        elif clinician != clinicians[clinician.id]:
            merge_clinician(changes, target.monday, clinicians[clinician.id], clinician)
    for person in target.participants:
        if person.id not in people:
            changes.put("participants", person)
        elif person != people[person.id]:
            merge_participant(changes, target.monday, people[person.id], person)
    for group in target.groups:
        week = groups.get(group.id, GroupWeek())
        if group.id not in old_groups:
            changes.put("groups", group.model_copy(update={"module": None, "intake_override": None}))
            groups[group.id] = GroupWeek(module=group.module, intake_override=group.intake_override)
        elif group != old_groups[group.id]:
            groups[group.id] = merge_group(changes, week, old_groups[group.id], group)
    return groups


def _archive(changes: Changes, before: Instance, target: Instance) -> set[tuple[str, str]]:
    """Archive entries missing from the instance, referring ones first; return the kind and id of each."""
    pairs = [(before.program.sites, target.program.sites, "sites")]
    kinds = (*PLAIN, "groups", "clinicians", "participants")
    pairs += [(getattr(before, kind), getattr(target, kind), kind) for kind in kinds]
    archived = set()
    for old, new, kind in reversed(pairs):
        for id in sorted(names_of(old).keys() - names_of(new).keys()):
            changes.remove(kind, id)
            if changes.removals[f"{kind}/{id}"]:
                archived.add((kind, id))
    return archived


def _let_go(changes: Changes, target: Instance, archived: set[tuple[str, str]]) -> None:
    """Replace orders in participants' own documents that reference an archived entry, e.g. a partner, by the wanted order."""
    for person in target.participants if archived else ():
        own = changes.model("participants", person.id)
        if any((names.kind, id) in archived for path, names, id, _ in references(Participant, own) if path.startswith("order.")):
            changes.put("participants", own.model_copy(update={"order": person.order}))


def _require_known(changes: Changes) -> None:
    """Refuse to archive entries that are in the file or do not exist: the request belongs to another preview.

    Raises:
        Problem: `bad_reference`.
    """
    message = "use a removal listed in the preview; this entry is in the file or does not exist"
    places = [Place(code="unknown_id", path=f"query.archive[{n}]", message=message) for n in changes.unknown()]
    if places:
        raise Problem("bad_reference", "`archive` names an entry that is not missing from the file.", places)
