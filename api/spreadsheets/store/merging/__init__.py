"""Merge an imported week into a program that already has data.

An instance describes one week; a program stores rows from which weeks are built. `merge_instance`, the place to start reading, builds the
week, changes the rows behind every difference so that the week matches the instance, and builds it again. Differences that remain could
not be imported and are reported. All of this is one transaction; a preview does the same and rolls back.

    merge.py      the merge, step by step, and its result
    rows.py       stored rows: created, restored, changed, archived
    undated.py    participants, clinicians, groups: their own fields, apart from orders, decisions, absences and the week's changes
    weekly.py     settings, weights, pins, history
    plain.py      instances in comparable form, without what a program does not store
    checks.py     afterwards: references resolve, and future sessions still have what they need
    state.py      a short hash of the state that was previewed
"""

from api.spreadsheets.store.merging.comparable import comparable, in_own_zone
from api.spreadsheets.store.merging.merge import merge_instance
from api.spreadsheets.store.merging.state_hash import state_of

__all__ = ["comparable", "in_own_zone", "merge_instance", "state_of"]
