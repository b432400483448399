"""Reads the packages' source without running it: modules, their imports, the tracked files."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def modules_of(package: str, root: Path = ROOT) -> dict[str, Path]:
    """Dotted name and file of every module below a package, in alphabetical order."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, path: Path, *, for_types: bool = True) -> frozenset[str]:
    """Every name a module imports, absolute and dotted.

    `from a import b` gives `a.b` (which may be a module or something in one) and
    star imports give `a`. Imports inside functions and by `import_module("a")`
    count like any other; those under `TYPE_CHECKING`, which never run, only
    where `for_types` is set.
    """
    of_all, of_running = _both_imports(module, path)
    return of_all if for_types else of_running


@cache
def _both_imports(module: str, path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Every name a module imports, and those it imports when it runs: parsing takes most of the time, so it is done once for both."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    tree = ast.parse(path.read_bytes())
    of_all, of_running = (frozenset(name for node in _walk(tree, both) for name in _imported(node, package)) for both in (True, False))
    return of_all, of_running


def _walk(tree: ast.AST, for_types: bool) -> Iterator[ast.AST]:
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
            yield node
        if not for_types and isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            left += node.orelse
        elif not isinstance(node, ast.Name | ast.Constant):
            left += ast.iter_child_nodes(node)


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=source, names=names, level=level):
            parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            base = ".".join([*parents, *([source] if source else [])])
            yield from (base if alias.name == "*" else f"{base}.{alias.name}" for alias in names)
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is a package or lies below it."""
    return name == package or name.startswith(f"{package}.")


def tracked_files() -> list[Path]:
    """The files under version control; without git, every file that is not hidden or built."""
    if shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
        if listed.returncode == 0 and listed.stdout:
            paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
            return [path for path in paths if path.is_file()]
    relative = ((path, path.relative_to(ROOT).parts) for path in ROOT.rglob("*") if path.is_file())
    return [path for path, parts in relative if not any(part.startswith(".") or part in {"build", "dist", "__pycache__"} for part in parts)]
