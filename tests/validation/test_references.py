"""Whoever adds an id to the contract says whether it names something: a forgotten one would pass with an id that does not exist."""

from __future__ import annotations

import re

from scheduler.exchange.workbook.book import SHEETS, refers
from scheduler.fields import Id
from scheduler.instance import Instance
from scheduler.names import Tag, names_in, references
from scheduler.validation.references import _ids_by_list, unknown_guests, unknown_ids, unknown_modules
from tests.build import instance
from tests.id_fields import Filled, pattern

LEFT = {
    # Checked by other parts of validation: packs, overlays, weights.
    "policy.pack", "policy.overlays[]", "weights{}",
    # Modules have no other id. Guests of a roster are told, and compared with nothing.
    "curricula[].modules[]", "published.roster.sessions[].guests[]", "history.last_week.sessions[].guests[]",
}  # fmt: skip
"""Ids that are neither somebody's own nor declared at their field. What is added here passes validation whatever it says."""

week = Filled(Instance)


def missed() -> set[str]:
    """Where validation finds that an id does not exist."""
    return {issue.path for check in (unknown_ids, unknown_guests, unknown_modules) for issue in check(week.document)}


def test_every_id_is_somebodys_own_or_says_at_its_field_what_it_names_or_is_a_tag() -> None:
    undeclared = {path for path, kind in week.kinds.items() if kind == Id}
    own = {path for path in undeclared if path.endswith(".id") or path == "id"}
    assert undeclared - own == LEFT


def test_every_id_that_names_something_is_looked_up_and_no_other() -> None:
    """A module done is looked up in its curriculum, and only where that is there."""
    declared = {path for path, kind in week.kinds.items() if kind not in (Id, Tag)}
    assert {pattern(path) for path in missed()} == declared - {"history.modules[].module"}
    assert {pattern(path) for path, *_ in references(Instance, week.document)} == declared


def test_names_in_is_known_to_validation_or_looked_up_by_itself() -> None:
    assert {names.kind for names in names_in(Instance)} == {*_ids_by_list(instance()), "guests", "own_modules"}


def test_only_what_lies_behind_may_name_what_is_gone() -> None:
    past = {pattern(path).split("[")[0] for path, _, _, is_past in references(Instance, week.document) if is_past}
    assert past == {"history.orders", "history.services", "history.modules", "history.last_week.sessions", "history.last_week.homes"}


def test_columns_of_references_say_to_which_sheet() -> None:
    """A cell with an id that is looked up names the sheet where it stands, so that the workbook offers and checks it."""
    looked_up = {pattern(path).replace("[]", "") for path in missed()}
    fields = [(sheet, column, re.sub(r"\[[^\]]*\]", "", place)) for sheet in SHEETS for column in sheet.columns for place in sheet.places]
    missing = {
        f"{place}.{column.field}"
        for sheet, column, place in fields
        if column.kind.is_id and not column.kind.is_list and f"{place}.{column.field}" in looked_up and not refers(sheet, column)
    }
    # Modules and categories have no sheet of their own.
    assert missing == {"groups.module", "phases.order.mix.category", "participants.order.mix.category"}
