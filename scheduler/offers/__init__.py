"""What one participant could have with everyone else held: whole weeks, the best that really differ, and places to make up in."""

from scheduler.offers.make_up import MakeUpPlace, make_up_places, make_up_times
from scheduler.offers.week_offers import WeekOffer, offer_weeks

__all__ = ["MakeUpPlace", "WeekOffer", "make_up_places", "make_up_times", "offer_weeks"]
