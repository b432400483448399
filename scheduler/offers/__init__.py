"""What one participant could have with everyone else held: whole weeks, the best that really differ, and places to make up in."""

from scheduler.offers.answers import Offers, OffersQuestion
from scheduler.offers.asking import ask_offers
from scheduler.offers.make_up import MakeUpPlace, make_up_places, make_up_times
from scheduler.offers.week_offers import WeekOffer, offer_weeks

__all__ = [
    "MakeUpPlace", "Offers", "OffersQuestion", "WeekOffer", "ask_offers", "make_up_places", "make_up_times", "offer_weeks",
]  # fmt: skip
