"""What one participant could have with everyone else held: whole weeks, the best that really differ, and places to make up in."""

from scheduler.offers.answers import MOST_MOVES, MovedPerson, Offers, OffersQuestion, PersonWeek
from scheduler.offers.asking import ask_offers
from scheduler.offers.make_up import MakeUpPlace, make_up_places, make_up_times
from scheduler.offers.make_ups import MakeUps, make_ups
from scheduler.offers.openings import Openings, what_to_open
from scheduler.offers.waiting import WaitingList, waiting_list
from scheduler.offers.week_offers import WeekOffer, offer_weeks

__all__ = [
    "MOST_MOVES", "MakeUpPlace", "MakeUps", "MovedPerson", "Offers", "OffersQuestion", "Openings", "PersonWeek", "WaitingList",
    "WeekOffer", "ask_offers", "make_up_places", "make_up_times", "make_ups", "offer_weeks", "waiting_list", "what_to_open",
]  # fmt: skip
