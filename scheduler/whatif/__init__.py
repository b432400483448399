"""What an edit of a roster would do, without judging the whole roster again.

Start reading at `whatif.py`. The hooks of a rule's check face say what each finding depends on (`scheduler.rule`); after an edit, only the
subjects concerned are judged, by the same hooks.
"""

from scheduler.whatif.edits import BookingDrop, BookingMove, Cancellation, NewAppointment, NewBooking, RosterEdit, SessionMove
from scheduler.whatif.effect import Effect
from scheduler.whatif.place import PossiblePlace
from scheduler.whatif.places import leaders_for, place_of, places, places_of_need, places_of_session, rooms_for
from scheduler.whatif.questions import ListedPlace, PlaceList, WhatifAnswer, WhatifQuestion, ask
from scheduler.whatif.whatif import Whatif

__all__ = [
    "BookingDrop", "BookingMove", "Cancellation", "Effect", "ListedPlace", "NewAppointment", "NewBooking", "PlaceList", "PossiblePlace",
    "RosterEdit", "SessionMove", "Whatif", "WhatifAnswer", "WhatifQuestion", "ask", "leaders_for", "place_of", "places", "places_of_need",
    "places_of_session", "rooms_for",
]  # fmt: skip
