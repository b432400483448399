"""From `git clone` to the page of `make demo`, this version against an earlier one: ``python -m benchmarks.demo --before REVISION``.

Both are cloned into empty folders by turns, so that whatever else the machine does meets both. Pip's
cache is warm: each is installed once before it counts. A lock of the earlier version that pip would
have to resolve is installed with `--no-deps`, as this one is. Writes ``results/<date>-demo.md``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import facts
from benchmarks.table import markdown

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
PAGE = Path("demo-roster") / "roster.html"
COLUMNS = ("pair", "before s", "of it installing", "now s", "of it installing", "ratio", "load before", "load after")
EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """One clone.

    Attributes:
        installed: Seconds until everything was installed.
        seconds: Seconds until the page was there.
    """

    installed: float
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.demo", description="From a clone to the page of `make demo`, in pairs.")
    parser.add_argument("--before", required=True, help="revision to compare with")
    parser.add_argument("--now", default="HEAD", help="revision to measure (default HEAD)")
    parser.add_argument("--pairs", type=int, default=3, help="clones of each (default 3)")
    parser.add_argument("--out", type=Path, default=FOLDER / "results", help="folder of the result file")
    parser.add_argument("--warm", action="store_true", help="pip's cache holds everything already")
    options = parser.parse_args(arguments)
    before, now = (_revision(name) for name in (options.before, options.now))
    for revision in () if options.warm else (before, now):
        run(revision, "everything is in pip's cache now")
    pairs = [(_load(), run(before, "before"), run(now, "now"), _load()) for _ in range(options.pairs)]
    _write(options.out, before, pairs)
    return 0


def run(revision: str, said: str) -> Run:
    """Clone a revision into an empty folder, and wait for its page."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "stepdown"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        subprocess.run(["git", "checkout", "--quiet", revision], cwd=clone, check=True)
        _patch(clone / "Makefile")
        environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "VIRTUAL_ENV")}
        with (Path(folder) / "log").open("w") as log:
            running = subprocess.Popen(["make", "demo"], cwd=clone, env=environment, stdout=log, stderr=log)
            installed = seconds = 0.0
            while seconds == 0.0:
                ended = running.poll() is not None
                now = time.monotonic() - began
                installed = installed or (now if (clone / ".venv" / ".ready").exists() else 0.0)
                seconds = now if (clone / PAGE).exists() else 0.0
                if ended and seconds == 0.0:
                    raise SystemExit(f"make demo of {revision} fails:\n{(Path(folder) / 'log').read_text()[-2000:]}")
                time.sleep(EVERY_SECONDS)
            running.wait()
    found = Run(installed, seconds)
    print(f"{revision[:7]} {said}: {found.seconds:.1f} s, {found.installed:.1f} s of it installing", flush=True)
    return found


def _patch(makefile: Path) -> None:
    """A complete lock needs no resolver, and some versions of pip fail with it."""
    text = makefile.read_text(encoding="utf-8")
    if "--no-deps --require-hashes" not in text and "install --quiet --no-deps" not in text:
        makefile.write_text(text.replace("--require-hashes", "--no-deps --require-hashes"), encoding="utf-8")


def _revision(name: str) -> str:
    return subprocess.run(["git", "rev-parse", name], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _load() -> float:
    return os.getloadavg()[0]


def _write(folder: Path, before: str, pairs: Sequence[tuple[float, Run, Run, float]]) -> None:
    """Print the page and write it."""
    date = datetime.now(UTC).date().isoformat()
    rows = [
        [str(n), f"{a.seconds:.1f}", f"{a.installed:.1f}", f"{b.seconds:.1f}", f"{b.installed:.1f}", f"{b.seconds / a.seconds:.2f}"]
        + [f"{load:.1f}" for load in (first, last)]
        for n, (first, a, b, last) in enumerate(pairs, 1)
    ]
    ratio = statistics.median(b.seconds / a.seconds for _, a, b, _ in pairs)
    text = (
        f"# From a clone to the page of `make demo`, {date}\n\n"
        + "".join(f"- {fact}\n" for fact in facts())
        + f"- before: {before[:7]}, with `--no-deps`\n\n"
        + f"{markdown(COLUMNS, rows)}\nMedian ratio: {ratio:.2f}. Both search for the same {_seconds()} s.\n"
        + "Load: processes that wanted to run, average of a minute.\n"
    )
    print(f"\n{text}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{date}-demo.md").write_text(text, encoding="utf-8")


def _seconds() -> str:
    (line,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("DEMO_SECONDS")]
    return line.split()[-1]


if __name__ == "__main__":
    sys.exit(main())
