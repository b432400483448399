"""Route of stylesheets and icons: the same for everyone, cached by browsers until their content, and thus their name, changes."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.kernel.errors import Problem
from api.pages.assets import find_asset

router = APIRouter(include_in_schema=False)


@router.api_route("/static/{file}", methods=["GET", "HEAD"])
def get_static(file: str) -> Response:
    """Get a static file by its hashed name."""
    if (asset := find_asset(file)) is None:
        raise Problem("not_found")
    return Response(asset.content, media_type=asset.kind, headers={"Cache-Control": "public, max-age=31536000, immutable"})
