"""What need not be run again: functions whose code is what it was in a commit in which their module was held."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tests.mutation.report import HERE


def unchanged_since(root: Path, commit: str) -> Callable[[str, str], bool]:
    """Whether the module of a function was held in a commit, and the function has the same code now.

    Its mutants then survive or die as the list of survivors says, as long as nobody has taken a test away.
    """

    def text(path: str) -> str:
        shown = subprocess.run(["git", "show", f"{commit}:{path}"], cwd=root, capture_output=True, encoding="utf-8", check=False)
        return shown.stdout if shown.returncode == 0 else ""

    held = set(text(str(HERE / "held.txt")).split())

    @cache
    def same(module: str) -> set[str]:
        return same_functions(text(module), (root / module).read_text(encoding="utf-8")) if module in held else set()

    return lambda module, function: function in same(module)


def same_functions(before: str, now: str) -> set[str]:
    """The functions and methods that differ in docstrings and annotations at most; methods with the class in front."""
    return {name for name, _ in set(_functions(before)) & set(_functions(now))}


def _functions(code: str) -> Iterator[tuple[str, str]]:
    for node in ast.parse(code).body:
        is_class = isinstance(node, ast.ClassDef)
        for part in node.body if is_class else [node]:
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{node.name}.{part.name}" if is_class else part.name, _bare(part)


def _bare(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The code of a function without docstrings and annotations, which do nothing."""
    for node in ast.walk(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            node.body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(function)
