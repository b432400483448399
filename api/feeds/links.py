"""Ways to subscribe: the link in the form each calendar program needs."""

from __future__ import annotations

import io
from urllib.parse import quote, urlsplit

import segno
from pydantic import BaseModel, Field

from api.kernel.settings import Settings


class SubscribeLinks(BaseModel):
    """A feed's link in the form each calendar program needs. Each contains the secret token."""

    webcal: str = Field(description="Apple (iPhone, iPad, Mac): opens the calendar, which asks whether to subscribe.")
    google: str = Field(description="Google Calendar, in a browser. This passes the secret link to Google as part of a URL.")
    https: str = Field(description="Outlook and all others: copy it into `Subscribe from web` or `Add by URL`.")
    download: str = Field(description="Download a copy: a file with today's appointments, which will not update.")


def subscribe_links(settings: Settings, token: str) -> SubscribeLinks:
    """The links of a token."""
    https = f"{settings.feed_base}/cal/{token}.ics"
    parts = urlsplit(https)
    webcal = f"webcal://{parts.netloc}{parts.path}"
    # Google takes a webcal address here and refuses an https one; all of it must be encoded.
    google = f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"
    return SubscribeLinks(webcal=webcal, google=google, https=https, download=f"{https}?copy=1")


def qr_svg(url: str) -> str:
    """A QR code as SVG without a fixed size, to be scanned from a screen or from paper."""
    written = io.BytesIO()
    # The light background is drawn, because a code without one is unreadable on a dark page.
    code = segno.make(url, error="m", micro=False)
    code.save(written, kind="svg", xmldecl=False, omitsize=True, border=4, light="#fff", svgclass=None, lineclass=None)
    return written.getvalue().decode()
