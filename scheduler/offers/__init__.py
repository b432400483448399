"""Weeks that one participant could have, with everyone else held: the best that really differ."""

from scheduler.offers.week_offers import WeekOffer, offer_weeks

__all__ = ["WeekOffer", "offer_weeks"]
