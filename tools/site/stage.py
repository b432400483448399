"""The pages of the site, laid out as in the repository, so that the same relative links work in both."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.site.generated import GENERATED

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
MARKER = re.compile(r"^<!-- generated: (\w+) -->\n(?:.*\n)*?<!-- end of generated -->$", re.MULTILINE)
"""What stands between the two lines is for readers of the repository; the site has the generated text in its place."""


def stage(folder: Path) -> int:
    """Copy the README, the pages of `docs`, and every file that they link to.

    Args:
        folder: Where the copies go; their paths are those in the repository.

    Returns:
        How many pages there are.
    """
    waiting = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "docs").glob("*.css"))]
    seen = set(waiting)
    pages = 0
    while waiting:
        source = waiting.pop()
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix != ".md":
            shutil.copyfile(source, target)
            continue
        pages += 1
        text = source.read_text(encoding="utf-8")
        target.write_text(with_generated(text), encoding="utf-8")
        linked = set(files_linked(source, text)) - seen
        seen |= linked
        waiting += sorted(linked)
    return pages


def with_generated(text: str) -> str:
    """A page with every marker replaced by what the code says today."""
    return MARKER.sub(lambda marker: GENERATED[marker[1]](), text)


def files_linked(page: Path, text: str) -> Iterator[Path]:
    """The files of the repository that a page links to; what does not exist is left for the build to report."""
    for link in LINK.findall(text):
        path = (page.parent / link.partition("#")[0]).resolve()
        if "://" not in link and path.is_file() and path.is_relative_to(ROOT):
            yield path
