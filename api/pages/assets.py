"""Stylesheets, icons and the single script of the pages: read once and named by content hash, so that browsers can cache them forever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent / "static"
KINDS: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    """A static file.

    Attributes:
        name: The file name with its content hash, e.g. ``page.3f9ac1d27be0.css``.
    """

    name: str
    kind: str
    content: bytes


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}", KINDS[path.suffix], content)


_BY_FILE: Final = {path.name: _read(path) for path in sorted(HERE.iterdir()) if path.suffix in KINDS}
_BY_NAME: Final = {asset.name: asset for asset in _BY_FILE.values()}


def asset_url(file: str) -> str:
    """The path of a static file, e.g. of ``page.css``.

    Raises:
        KeyError: No such file.
    """
    return f"/static/{_BY_FILE[file].name}"


def asset_text(file: str) -> str:
    """The content of a static file, for a page that has to work alone."""
    return _BY_FILE[file].content.decode()


def find_asset(name: str) -> Asset | None:
    """The static file with a hashed name; None if it is unknown or from another version."""
    return _BY_NAME.get(name)
