"""The picture of a printed week in the README, drawn by a browser.

Usage, after a solve of the demo week:

    make demo DEMO_SECONDS=60
    python -m tools.picture demo-roster/roster.html

Solve on a quiet machine, or fixes are not tried in time. Needs Chromium (Debian: `apt-get install chromium`). The page
is self-contained; nothing is loaded from anywhere.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs" / "roster.png"
WIDTH, HEIGHT = 1500, 1345
"""Of the page, in its pixels: as wide as a week with appointments needs, and as high as the board with the unmet care."""

SCALE = 0.9
"""Pixels of the picture for each of the page: less than 1 keeps the file small."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def draw(page: Path, picture: Path) -> None:
    """Write the top of a page as a PNG file.

    Raises:
        FileNotFoundError: No Chromium is installed.
        subprocess.CalledProcessError: The browser failed.
    """
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise FileNotFoundError("install Chromium: none of " + ", ".join(BROWSERS) + " was found")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--force-device-scale-factor={SCALE}",
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={picture.resolve()}", page.resolve().as_uri(),
            ],
            check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def main() -> int:
    """Draw the page that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.picture", description="Draw a printed week for the README.")
    parser.add_argument("page", type=Path, help="roster.html of a solve")
    draw(parser.parse_args().page, PICTURE)
    print(f"{PICTURE}: {PICTURE.stat().st_size} bytes; look at it before you commit it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
