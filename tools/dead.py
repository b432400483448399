"""Dead code: names that the product only defines and never uses. Tests do not count as users. Part of `make lint`.

The folders searched, and names that others call, are in pyproject.toml under ``tool.vulture``. Two kinds of names have readers that no
Python file shows: fields of contracts, answers and tables are read with the document or row, and attributes set on
another library's object are read there. Templates are searched as well.

Usage: ``python -m tools.dead``
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from vulture.config import make_config
from vulture.core import Item, Vulture

CODE_OF_TEMPLATES = re.compile(r"\{[{%](.*?)[}%]\}", re.DOTALL)


def dead_code() -> list[Item]:
    """All unused names, in the order of the files."""
    config = make_config(["--config", "pyproject.toml"])
    vulture = Vulture(ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"])
    vulture.scavenge(config["paths"], exclude=config["exclude"])
    vulture.used_names.update(_names_of_templates(config["paths"]))
    return [item for item in vulture.get_unused_code(config["min_confidence"]) if not _is_read_elsewhere(item)]


def _names_of_templates(paths: list[str]) -> Iterator[str]:
    for path in paths:
        for template in Path(path).rglob("*.html"):
            for code in CODE_OF_TEMPLATES.findall(template.read_text(encoding="utf-8")):
                yield from re.findall(r"[A-Za-z_]\w*", code)


def _is_read_elsewhere(item: Item) -> bool:
    if item.typ == "attribute":
        line = _lines(item.filename)[item.first_lineno - 1]
        return f"self.{item.name}" not in line
    return item.typ == "variable" and item.first_lineno in _fields(item.filename)


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@cache
def _fields(path: Path) -> frozenset[int]:
    """The lines with fields of models and tables: classes with a base that are no tuples."""
    classes = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef) and node.bases)
    models = (node for node in classes if "NamedTuple" not in map(ast.unparse, node.bases))
    return frozenset(line.lineno for node in models for line in node.body if isinstance(line, ast.AnnAssign))


if __name__ == "__main__":
    found = dead_code()
    for item in found:
        print(item.get_report())
    sys.exit(1 if found else 0)
