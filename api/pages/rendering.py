"""Render pages on the server: one Jinja environment, one stylesheet; no page needs a script.

Routes only need `page`. Templates extend `base.html`; their output is escaped, and an unknown name is an error rather than blank. There are
no inline styles or scripts: the content security policy would refuse them.
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
"""Folders with templates: each area has its own, and shared ones are here."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Content-Language": "en"}
"""Headers of every page: it is not cached anywhere and not listed by search engines."""


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in FOLDERS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= FILTERS
    environment.globals |= {"asset": asset_url, **FUNCTIONS}
    return environment


ENVIRONMENT: Final = _environment()


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Render a page as a response that is not cached.

    Args:
        request: The request; available in templates as `request`.
        template: The template's file, e.g. ``own/week.html``.
        status: The HTTP status.
        values: The variables of the template.
    """
    text = ENVIRONMENT.get_template(template).render(request=request, **values)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
