"""The names that staff see: groups of one label told apart, and closures by what they are for."""

from __future__ import annotations

from datetime import date

from api.database.tables import GroupRow
from api.pages.plan.names import StaffNames
from api.programs.models import ProgramSettings
from api.programs.store.labels import ProgramLabels, labels_of_kind
from api.programs.store.programs import create_program


def test_groups_of_one_label_are_told_apart_by_when_they_meet_or_by_id(rows):
    create_program(rows, "east", ProgramSettings(zone="America/New_York"), "user:1")
    tuesday, monday = ({"day": day, "time": "17:30"} for day in ("tue", "mon"))
    groups = {"g1": ("Process", [tuesday]), "g2": ("Process", [monday]), "g3": ("Skills", [monday]), "g4": ("Skills", [monday])}
    for id, (label, starts) in {**groups, "g5": ("Art", [tuesday]), "g6": ("", [tuesday])}.items():
        rows.add(GroupRow(program="east", id=id, document={"id": id, "label": label, "starts": starts}))
    rows.flush()
    assert labels_of_kind(rows, "east", "groups") == {
        "g1": "Process (Tue 5:30 pm)", "g2": "Process (Mon 5:30 pm)", "g3": "Skills (g3)", "g4": "Skills (g4)", "g5": "Art", "g6": "g6",
    }  # fmt: skip


def test_a_closed_day_is_named_by_what_it_is_closed_for(rows):
    closures = [{"date": "2026-11-26", "label": "Thanksgiving"}, {"date": "2026-11-27"}]
    create_program(rows, "east", ProgramSettings(zone="America/New_York", closures=closures), "user:1")
    labels = ProgramLabels(rows, "east")
    assert labels.closures == {date(2026, 11, 26): "Thanksgiving"}
    names = StaffNames.of(labels)
    assert names.written("closed on Thursday 2026-11-26") == "Closed on Thursday Nov 26 (Thanksgiving)"
    assert names.written("closed on Friday 2026-11-27") == "Closed on Friday Nov 27"
    assert names.written("Monday 13:00 by telehealth") == "Monday 1:00\xa0pm online"
