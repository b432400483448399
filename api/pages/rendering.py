"""Pages made on the server: one Jinja environment, one stylesheet; none needs a script.

`page` is all a route needs. Templates extend `base.html`; what they print is escaped, and a name they do not know is an error rather than
a blank. Nothing is written inline, neither styles nor scripts: the content security policy would refuse it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.pages.assets import asset_url
from api.pages.words import FILTERS, FUNCTIONS

HERE: Final = Path(__file__).parent
FOLDERS: Final = tuple(sorted(HERE.parent.rglob("templates")))
"""Where templates are looked for: each place has a folder of its own, and what all of them extend is here."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Content-Language": "en"}
"""Of every page: no copy is kept anywhere, no search engine lists it."""


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in FOLDERS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= FILTERS
    made.globals |= {"asset": asset_url, **FUNCTIONS}
    return made


ENVIRONMENT: Final = _environment()


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page as an answer, kept by nobody.

    Args:
        request: The request it answers; templates see it as `request`.
        template: Its file, e.g. ``own/week.html``.
        status: Of the answer.
        values: What the template is told.
    """
    text = ENVIRONMENT.get_template(template).render(request=request, **values)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
