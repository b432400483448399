"""The pages of the documentation, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.source_tree import ROOT, tracked_files

PAGES = sorted(path for path in tracked_files() if path.suffix == ".md" and path.is_relative_to(ROOT) and "results" not in path.parts)
"""Every page of the repository but the dated results of benchmarks."""
WALK = (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in ("first-week", "spreadsheets", "next-week", "bad-monday")))
"""The pages that a newcomer follows with a terminal open, in this order and in one folder."""


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Every line of the shell blocks of a page."""
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line]


def smallest_week() -> str:
    """The instance that a reader of the first week saves as `week.json`."""
    return blocks(ROOT / "docs" / "first-week.md", "json")[0]
