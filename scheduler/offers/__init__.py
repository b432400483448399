"""What one participant could have with everyone else held: whole weeks, the best that really differ, and places to make up in."""

from scheduler.offers.answers import MOST_MOVES, MovedPerson, Offers, OffersQuestion, PersonWeek
from scheduler.offers.asking import ask_offers
from scheduler.offers.make_up import MakeUpPlace, make_up_places, make_up_times
from scheduler.offers.make_ups import make_ups
from scheduler.offers.openings import Openings, what_to_open
from scheduler.offers.short_weeks import MakeUpQuestion, ParticipantInSession, ShortWeeks, short_weeks
from scheduler.offers.waiting import WaitingList, waiting_list
from scheduler.offers.week_offers import WeekOffer, offer_weeks

__all__ = [
    "MOST_MOVES",
    "MakeUpPlace",
    "MakeUpQuestion",
    "MovedPerson",
    "Offers",
    "OffersQuestion",
    "Openings",
    "ParticipantInSession",
    "PersonWeek",
    "ShortWeeks",
    "WaitingList",
    "WeekOffer",
    "ask_offers",
    "make_up_places",
    "make_up_times",
    "make_ups",
    "offer_weeks",
    "short_weeks",
    "waiting_list",
    "what_to_open",
]  # fmt: skip
