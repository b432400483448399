"""Build the site and check its links; run by `make docs`.

Everything is written below `build/docs`: `pages` is what Zensical reads, `site` what it makes of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.site.check import problems_of
from tools.site.stage import ROOT, stage

FOLDER = ROOT / "build" / "docs"
SITE = FOLDER / "site"


def main() -> int:
    """Write the pages, build them, and list every broken link and every request to another host."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    pages = stage(FOLDER / "pages")
    config = shutil.copy(ROOT / "docs" / "zensical.toml", FOLDER)
    built = subprocess.run(
        [Path(sys.executable).with_name("zensical"), "build", "--strict", "--config-file", config], env=os.environ | {"NO_COLOR": "1"}
    )
    if built.returncode:
        return built.returncode
    problems = problems_of(SITE)
    print("\n".join(problems) or f"{pages} pages; all links work, and nothing is loaded from another host.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
