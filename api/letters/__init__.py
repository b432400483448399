"""Letters about a participant, as data and as printable pages.

``attendance`` states when a participant attended, but not what for. ``hand_off`` is a summary of hours for the next provider. Their figures
come from `api.attendance.store.minutes`. ``words`` formats amounts and dates; `api.pages.letters` holds the pages.
"""

from api.letters.store.attendance_letter import write_attendance
from api.letters.store.hand_off import write_hand_off

__all__ = ["write_attendance", "write_hand_off"]
