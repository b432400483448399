"""A week's instance, brought from outside, merged into a program that keeps something already.

The instance is what a week would look like; a program keeps rows from which weeks are built. `merge_instance` is the table of contents: it
builds the week, changes the rows of whatever differs so that the week will be built as the instance says, and builds it again. What is
still different then could not be brought about this way, and is told. It is all one transaction: a preview does the same and rolls back.

    merge.py      the table of contents, and what came of it
    rows.py       rows of what the program keeps: made, restored, changed, archived
    undated.py    participants, clinicians, groups: what is theirs, and what orders, decisions, absences and the week say of them
    weekly.py     settings, weights, pins, history
    plain.py      instances made comparable: what a program does not keep is left aside
    checks.py     afterwards: whatever is named is there, and no session to come lost what it needs
    state.py      what a preview was about, in a few letters
"""

from api.spreadsheets.store.merging.merge import Merged, merge_instance
from api.spreadsheets.store.merging.plain import comparable, in_own_zone
from api.spreadsheets.store.merging.state import state_of

__all__ = ["Merged", "comparable", "in_own_zone", "merge_instance", "state_of"]
