"""Calendar feeds: links through which calendar programs show a person's published appointments and keep them up to date.

`api.feeds.store.calendar_events` stores events and their history in the publishing transaction; the feeds here
read them.
"""

from api.database.tables import FeedRow
from api.feeds.calendar_clients import refresh_delay
from api.feeds.links import qr_svg, subscribe_links
from api.feeds.store.expiry import feeds_of, live_feeds
from api.feeds.store.issuing import change_options, issue_feed, options_of, revoke_feed, rotate_feed
from api.feeds.warning import WARNING
from scheduler.exchange.options import FeedOptions

__all__ = [
    "WARNING",
    "FeedOptions",
    "FeedRow",
    "change_options",
    "feeds_of",
    "issue_feed",
    "live_feeds",
    "options_of",
    "qr_svg",
    "refresh_delay",
    "revoke_feed",
    "rotate_feed",
    "subscribe_links",
]  # fmt: skip
