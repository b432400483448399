"""What an edit of a roster would do, without judging the whole roster again.

Start reading at `whatif.py`. The hooks of a rule's check face say what each finding depends on (`scheduler.rule`); after an edit, only the
subjects concerned are judged, by the same hooks.
"""

from scheduler.whatif.edits import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, RosterEdit, SessionMove
from scheduler.whatif.effect import Effect
from scheduler.whatif.whatif import Whatif

__all__ = [
    "BookingDrop", "BookingMove", "Cancellation", "Effect", "NewAppointment", "NewBooking", "RosterEdit", "SessionMove", "Whatif",
]  # fmt: skip
