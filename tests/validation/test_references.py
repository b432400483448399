"""Whoever adds an id to the contract says whether it names something: a forgotten one would pass with an id that does not exist."""

from __future__ import annotations

import re

from scheduler.exchange.workbook.book import SHEETS
from scheduler.exchange.workbook.kinds import ID
from scheduler.instance import Instance
from scheduler.validation.references import unknown_guests, unknown_ids, unknown_modules
from tests.id_fields import Filled, pattern

NAMES_NOTHING = {
    # Words of the program: they are compared, never looked up.
    "services[].category", "services[].credentials[]", "services[].room_features[]", "policy.values.education_categories[]",
    "rooms[].features[]", "clinicians[].credentials[]", "clinicians[].licensed_states[]", "clinicians[].languages[]",
    "clinicians[].gender", "clinicians[].team", "groups[].language", "groups[].leading_credential", "groups[].room_features[]",
    "groups[].eligibility.genders[]", "groups[].eligibility.attributes[]",
    "participants[].gender", "participants[].languages[]", "participants[].attributes[]", "participants[].state",
    "participants[].room_features[]", "participants[].step_up.reason",
    # Checked by other parts of validation: packs, overlays, weights.
    "policy.pack", "policy.overlays[]", "weights{}",
    # Looked up in its curriculum, and only where that is there.
    "history.modules[].module",
    # Told, and compared with nothing.
    "curricula[].modules[]", "published.roster.sessions[].guests[]", "history.last_week.sessions[].guests[]",
}  # fmt: skip
"""Ids that refer to nothing in the instance. What is added here passes validation whatever it says."""


def test_every_id_is_somebodys_own_or_refers_to_something_or_is_a_word() -> None:
    """No other id is left over, and nothing is named here that is looked up."""
    found = Filled(Instance)
    week: Instance = found.document
    reported = {issue.path for check in (unknown_ids, unknown_guests, unknown_modules) for issue in check(week)}
    looked_up = {pattern(path) for path in found.ids if path in reported}
    own = {pattern(path) for path in found.ids if path.endswith(".id") or path == "id"}
    left = {pattern(path) for path in found.ids} - looked_up - own
    assert left == NAMES_NOTHING
    assert {pattern(path) for path in reported} <= looked_up


def test_columns_of_references_say_to_which_sheet() -> None:
    """A cell with an id that is looked up names the sheet where it stands, so that the workbook offers and checks it."""
    found = Filled(Instance)
    reported = {issue.path for check in (unknown_ids, unknown_guests, unknown_modules) for issue in check(found.document)}
    looked_up = {pattern(path).replace("[]", "") for path in reported}
    fields = [(sheet, column, re.sub(r"\[[^\]]*\]", "", place)) for sheet in SHEETS for column in sheet.columns for place in sheet.places]
    missing = {
        f"{place}.{column.field}"
        for _, column, place in fields
        if column.kind is ID and f"{place}.{column.field}" in looked_up and not column.refers
    }
    # Modules and categories have no sheet of their own.
    assert missing == {"groups.module", "phases.order.mix.category", "participants.order.mix.category"}
