"""Make every instance file again: `python -m instances.make`, or `--check` to compare with the files that are there."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from instances.catalogue import ENTRIES, Entry
from scheduler.instance import Instance

FOLDER = Path(__file__).resolve().parent


def text_of(instance: Instance) -> str:
    """The file of an instance: what differs from the defaults, in the order of the contract."""
    document = {"version": instance.version} | instance.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def path_of(entry: Entry) -> Path:
    """Where an instance is kept."""
    return FOLDER / f"{entry.name}.json"


def main(arguments: list[str] | None = None) -> int:
    """Write the files; with ``--check`` only say which differ, and fail if any does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("names", nargs="*", help="instances; none: all")
    options = parser.parse_args(arguments)
    differing = []
    for entry in ENTRIES:
        if options.names and entry.name not in options.names:
            continue
        text, path = text_of(entry.build()), path_of(entry)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        differing.append(entry.name)
        if not options.check:
            path.write_text(text, encoding="utf-8")
    for name in differing:
        print(f"{name} {'differs' if options.check else 'written'}")
    return int(options.check and bool(differing))


if __name__ == "__main__":
    sys.exit(main())
