"""A week as a file and back: unchanged it changes nothing, an empty program becomes the same one, every kind of change arrives."""

from __future__ import annotations

from tests.api.spreadsheets.conftest import downloaded, imported, preview


def test_a_week_downloaded_and_brought_back_changes_nothing(staff, house):
    seen = preview(staff, downloaded(staff))
    assert (seen["is_importable"], seen["num_differences"], seen["differences"]) == (True, 0, [])
    assert seen["changes"] == {
        "created": {}, "restored": {}, "changed": {}, "archived": {}, "removals": [], "not_taken": [], "last_week": None, "published": None,
    }  # fmt: skip
    assert imported(staff, downloaded(staff))["changed"] == {}
