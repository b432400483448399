"""Make the lock again; run by `make lock` where uv and packaging are installed.

Arguments are handed to `uv pip compile`: `--upgrade` takes the newest versions.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.tags import Tag, parse_tag
from packaging.utils import canonicalize_name

from tools.lock.closure import PYTHONS, TARGETS, Outcome, Target, examine
from tools.lock.files import EXTRAS, LOCKS, METADATA, ROOT, Package, Pin, asked_for, parse_lock, read_lock, read_metadata, write_metadata

HEAD = "# Made by `make lock` from pyproject.toml: {}. Hashes only, no addresses.\n"
HOLDS = (
    "what runs, and what builds it",
    "what development needs on top of requirements.lock",
    "what building the documentation needs on top of requirements-dev.lock",
)


def main(flags: list[str]) -> int:
    """Write the locks and their metadata, then say whether they are closed."""
    with tempfile.TemporaryDirectory() as folder:
        lock(Path(folder), flags)
    return report()


def lock(folder: Path, flags: list[str]) -> None:
    """Choose versions for everything, then divide them: each lock holds what the locks before it do not."""
    kept = folder / "all.txt"
    kept.write_text("".join(path.read_text(encoding="utf-8") for path in LOCKS if path.is_file()), encoding="utf-8")
    extras = [option for extra in EXTRAS for option in ("--extra", extra)]
    everything = compile_lock(folder, kept, *extras, *flags)
    wheels = compile_lock(folder, folder / "pylock.toml", *extras, "--constraint", str(kept), "--format", "pylock.toml")
    entries: list[str] = []
    for count, (path, holds) in enumerate(zip(LOCKS, HOLDS, strict=True)):
        part = compile_lock(folder, folder / f"{path.stem}.txt", *extras[: 2 * count], "--constraint", str(kept))
        added = [pin.text for pin in parse_lock(part) if pin.text not in entries]
        write(path, holds, added)
        entries += added
    write_metadata(packages_of(parse_lock(everything), tomllib.loads(wheels), folder))


def compile_lock(folder: Path, output: Path, *options: str) -> str:
    """Run uv; the pins that stand in the output file already are kept where they fit."""
    wanted = folder / "wanted.in"
    wanted.write_text("\n".join(map(str, asked_for())), encoding="utf-8")
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", PYTHONS[0], "--generate-hashes"]
    command += ["--no-header", "--no-annotate", *options, "pyproject.toml", str(wanted), "--output-file", str(output)]
    subprocess.run(command, cwd=ROOT, check=True)
    return output.read_text(encoding="utf-8")


def write(path: Path, what: str, entries: Iterable[str]) -> None:
    """Write one lock; an address in it would bind it to one index."""
    text = HEAD.format(what) + "".join(entries)
    if "://" in text:
        raise SystemExit(f"{path.name} must not hold an address")
    path.write_text(text, encoding="utf-8")


def packages_of(pins: Iterable[Pin], pylock: dict, folder: Path) -> Iterator[Package]:
    """What every locked version says about itself, with its files."""
    files = {(canonicalize_name(row["name"]), row["version"]): row for row in pylock["packages"]}
    pins = list(pins)
    told = metadata_of([pin.key for pin in pins], files, folder)
    for pin in pins:
        metadata, row = told[pin.key], files[pin.key]
        yield Package(
            name=pin.name,
            version=str(pin.version),
            requires_python=metadata.get("requires_python", ""),
            extras=tuple(sorted(map(canonicalize_name, metadata.get("provides_extra", ())))),
            requires=tuple(metadata.get("requires_dist", ())),
            wheels={tags_of(name_of(wheel)): wheel["hashes"]["sha256"] for wheel in row.get("wheels", ())},
            sdist=row["sdist"]["hashes"]["sha256"] if "sdist" in row else None,
        )


def metadata_of(keys: Iterable[tuple[str, str]], files: dict[tuple[str, str], dict], folder: Path) -> dict[tuple[str, str], dict]:
    """Ask pip, which reads it out of a wheel: of each version the first that fits one of our Pythons."""
    told: dict[tuple[str, str], dict] = {}
    waiting = set(keys)
    for python in PYTHONS:
        tags = frozenset[Tag]().union(*(target.tags for target in TARGETS if target.python == python))
        fitting = {key for key in waiting if any(tags & parse_tag(tags_of(name_of(wheel))) for wheel in files[key].get("wheels", ()))}
        waiting -= fitting
        while fitting:
            # Pip takes one version of a package at a time.
            versions = {name: (name, version) for name, version in sorted(fitting)}
            told |= ask_pip(versions.values(), python, folder)
            fitting -= set(versions.values())
    if waiting:
        raise SystemExit(f"no wheel to read: {sorted(waiting)}")
    return told


def ask_pip(keys: Iterable[tuple[str, str]], python: str, folder: Path) -> dict[tuple[str, str], dict]:
    """The metadata of these versions, for one Python on this machine's platform."""
    wanted = folder / "wanted.txt"
    wanted.write_text("\n".join(f"{name}=={version}" for name, version in keys), encoding="utf-8")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:"]
    command += ["--python-version", python, "--ignore-requires-python", "--target", str(folder / "nowhere")]
    command += ["--report", "-", "--requirement", str(wanted)]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    found = (row["metadata"] for row in report["install"])
    return {(canonicalize_name(metadata["name"]), metadata["version"]): metadata for metadata in found}


def name_of(file: dict) -> str:
    """The name of a file of which the address is known."""
    return file.get("name") or file["url"].rpartition("/")[2]


def tags_of(wheel: str) -> str:
    """The tags in the name of a wheel."""
    return re.fullmatch(r".*-([^-]+-[^-]+-[^-]+)\.whl", wheel)[1]


def report() -> int:
    """Say what the test of the lock would say."""
    packages = read_metadata()
    outcomes: dict[Target, Outcome] = {target: examine(asked_for(*EXTRAS), read_lock(*LOCKS), packages, target) for target in TARGETS}
    smaller = [
        examine(asked_for(*EXTRAS[:count]), read_lock(*LOCKS[: count + 1]), packages, target)
        for count in range(len(EXTRAS))
        for target in TARGETS
    ]
    problems = [problem for outcome in (*outcomes.values(), *smaller) for problem in outcome.problems]
    for target, outcome in outcomes.items():
        print(f"{target}: {len(outcome.needed)} packages", end="")
        print(f"; no wheel of {', '.join(sorted(outcome.without_wheel))}" if outcome.without_wheel else "", end="")
        print(f"; nothing asks for {', '.join(sorted(outcome.unneeded))}" if outcome.unneeded else "")
    print("\n".join(problems) or f"The lock is closed; {METADATA.stat().st_size // 1000} kB are known about it.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
