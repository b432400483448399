"""Letters about a participant, as data and as pages to print.

``attendance`` says when somebody attended, and not what for. ``hand_off`` is a summary of hours for whoever goes on. Their numbers are
those of `api.attendance.store.minutes`. ``words`` puts amounts and dates as people write them; ``templates`` are the pages.
"""

from api.letters.store.attendance_letter import write_attendance
from api.letters.store.hand_off import write_hand_off

__all__ = ["write_attendance", "write_hand_off"]
