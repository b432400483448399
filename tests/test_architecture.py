"""The architecture, held by machine: arrows, sizes, public names, rules and tracked files."""

import ast
import graphlib
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source_tree import ROOT, imports_of, is_within, modules_of, tracked_files

pytestmark = pytest.mark.unmeasured

SCHEDULER, API = modules_of("scheduler"), modules_of("api")
MODULES = SCHEDULER | API

# The house from the ground up. A part of `scheduler` (a module or a folder right
# below it) imports from its own floor and from those below, never from above; a
# type that is only named in annotations may come from anywhere.
FLOORS = (
    ("errors", "imports", "line_process"),
    ("clock_changes",),
    ("timegrid",),
    ("fields", "words"),
    ("names",),
    ("instance", "roster", "terms"),
    ("case", "policies", "view"),
    ("candidates", "columns", "looks"),
    ("rule",),
    ("possible_visits",),
    ("slots",),
    ("enumeration",),
    ("rules",),
    ("barriers",),
    ("reading", "validation", "verify"),
    ("whatif",),
    ("greedy",),
    ("model", "reasons", "result", "weeks"),
    ("proposals",),
    ("prover",),
    ("answer", "compare", "conflict", "explain", "fixes", "isolation", "log", "offers", "repair", "rollover", "solve"),
    ("exchange", "generate"),
    ("cli",),
)
# The same of `api`, where a subject's folder stands on two floors: its routes above `web`, everything else below.
API_FLOORS = (
    ("kernel",),
    ("database", "outbound"),
    ("security",),
    ("audit",),
    (
        "accounts", "announcements", "attendance", "busy", "calls", "catalogue", "consents", "contacts", "deletions", "delivery",
        "demo", "disruptions", "due", "events", "exports", "feeds", "fhir", "instances", "jobs", "letters", "offers", "outbox",
        "programs", "publishing", "spreadsheets", "tools", "visits", "webhooks", "weeks",
    ),
    ("web",),
    ("*.routes", "operations", "pages"),
    ("openapi", "routers"),
    ("app",),
    ("service",),
    ("cli", "client"),
)  # fmt: skip
HOUSES = {"scheduler": FLOORS, "api": API_FLOORS}
# What the verdict on a roster rests on; none of it may know the solver.
SOLVER_FREE = tuple(part for floor in FLOORS[: FLOORS.index(("reading", "validation", "verify")) + 1] for part in floor)
SERVICE_ONLY = ("api", "alembic", "dbos", "fastapi", "sqlalchemy", "starlette", "uvicorn")

DEPENDENCIES = tuple(map(Requirement, tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]))
# Participles say how a value came about, and hide what it is.
PARTICIPLES = {
    "asked", "brought", "built", "found", "given", "kept", "known", "made", "meant", "said", "seen", "shown", "taken", "told", "wanted",
}  # fmt: skip
# Types with such a name that others know already: of the contract, the API and the client, and a rule after its id.
PARTICIPLE_TYPES = {"Counted", "Imported", "Ordered", "Pinned", "Published", "Versioned"}
# Where names of the packages may be used from outside.
TESTS_AND_TOOLS = ("tests", "benchmarks", "instances", "tools")
MAX_LINES = 300
MAX_BYTES = 1_000_000

# Imports the named modules in a process where the blocked packages do not exist.
IMPORT_WITHOUT = """
import importlib, sys
blocked, *modules = sys.argv[1:]
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked.split(","):
            raise ModuleNotFoundError(f"{name} is blocked", name=name)
sys.meta_path.insert(0, Block())
for module in modules:
    importlib.import_module(module)
"""


def part_of(name: str) -> str:
    """The part a dotted name belongs to: `rules` for `scheduler.rules.base.Rule`, `weeks.routes` for `api.weeks.routes.pins`."""
    package, part, inner, *_ = (*name.split("."), "", "")
    return f"{part}.routes" if package == "api" and inner == "routes" else part


def floor_of(name: str) -> int | None:
    """The floor that what a dotted name belongs to stands on, None when it has no place in the house."""
    floors = HOUSES.get(name.partition(".")[0], ())
    return next((n for n, parts in enumerate(floors) if any(fnmatchcase(part_of(name), p) for p in parts)), None)


def upward_imports(modules: dict[str, Path]) -> list[str]:
    """Imports from a lower floor to a higher one of the same house."""
    parts = {part_of(module) for module in modules}
    found = []
    for module, path in modules.items():
        here, house = floor_of(module), module.partition(".")[0]
        for name in sorted(imports_of(module, path, for_types=False)):
            there = floor_of(name) if is_within(name, house) and part_of(name) in parts else None
            if here is not None and there is not None and there > here:
                found.append(f"{module} imports {name}")
    return found


def imports_within(modules: dict[str, Path], packages: tuple[str, ...]) -> list[str]:
    """Imports of the given packages or anything below them."""
    return [
        f"{module} imports {name}"
        for module, path in modules.items()
        for name in sorted(imports_of(module, path))
        if any(is_within(name, package) for package in packages)
    ]


def import_graph(modules: dict[str, Path], *, for_types: bool = False) -> dict[str, set[str]]:
    """Which of the modules each of them imports when it runs, or also for annotations alone."""
    graph = {}
    for module, path in modules.items():
        names = imports_of(module, path, for_types=for_types)
        graph[module] = {name if name in modules else name.rpartition(".")[0] for name in names} & modules.keys()
    return graph


def folder_graph(modules: dict[str, Path]) -> dict[str, set[str]]:
    """Which of the folders and modules right below a package import which, a subject with its routes as one."""
    graph: dict[str, set[str]] = {}
    for module, names in import_graph(modules).items():
        folder = ".".join(module.split(".")[:2])
        graph.setdefault(folder, set()).update({".".join(name.split(".")[:2]) for name in names} - {folder})
    return graph


def below_web() -> dict[str, Path]:
    """The modules of `api` that stand below `web`: every subject's models and store among them."""
    web = floor_of("api.web") or 0
    # Alembic runs this one; it cannot be imported.
    env = "api.database.migrations.env"
    return {module: path for module, path in API.items() if module not in ("api", env) and (floor_of(module) or 0) < web}


def names_in(tree: ast.AST) -> Iterator[str]:
    """The names a module gives: to variables, attributes, parameters, functions, types and imports."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case (
                ast.alias(asname=str(name))
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield name


@cache
def names_of(path: Path) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names a module gives, and those of the public classes at its top: read once for all tests."""
    tree = ast.parse(path.read_bytes())
    classes = tuple(node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    return frozenset(names_in(tree)), classes


def participles_in(modules: dict[str, Path]) -> list[str]:
    """Names that are a bare participle, with their module."""
    names = ((module, name) for module, path in modules.items() for name in names_of(path)[0])
    return sorted(f"{module}: {name}" for module, name in names if name.strip("_").lower() in PARTICIPLES)


def unused_exports(modules: dict[str, Path], others: str) -> list[str]:
    """Names that the folder of a package exports, but that no module imports and the text of others does not mention."""
    used = {name for module, path in modules.items() if path.name != "__init__.py" for name in imports_of(module, path)}
    exports = []
    for module, path in modules.items():
        text = path.read_text(encoding="utf-8")
        listed = re.search(r"^__all__ = \[(.*?)\]", text, re.DOTALL | re.MULTILINE) if path.name == "__init__.py" else None
        for name in re.findall(r'"(\w+)"', listed[1] if listed else ""):
            is_own = re.search(rf"^(def|class) {name}\b|^{name}\b.*=", text, re.MULTILINE)
            if f"{module}.{name}" not in used and not is_own and not re.search(rf"\b{name}\b", others):
                exports.append(f"{module}.{name}")
    return exports


def public_classes(modules: dict[str, Path]) -> Counter[str]:
    """How often each public class name is given at the top of a module."""
    return Counter(name for path in modules.values() for name in names_of(path)[1])


def solver_free_modules() -> dict[str, Path]:
    """The modules of the parts that must not know the solver."""
    return {m: path for m, path in SCHEDULER.items() if any(fnmatchcase(part_of(m), part) for part in SOLVER_FREE)}


def write_modules(root: Path, sources: dict[str, str], package: str = "scheduler") -> dict[str, Path]:
    """A small package to try the checks themselves on."""
    for name, source in sources.items():
        path = root / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return modules_of(package, root)


def import_without(blocked: tuple[str, ...], modules: list[str]) -> subprocess.CompletedProcess[str]:
    """Import modules in a fresh interpreter in which some packages are missing."""
    command = [sys.executable, "-c", IMPORT_WITHOUT, ",".join(blocked), *modules]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


class TestArrows:
    def test_every_part_has_a_place_in_the_house(self):
        homeless = sorted({module for module in MODULES if part_of(module) and floor_of(module) is None})
        assert homeless == [], "give each a floor in FLOORS or API_FLOORS"

    @pytest.mark.parametrize("house", HOUSES)
    def test_every_place_in_the_house_is_taken(self, house):
        parts = {part_of(module) for module in modules_of(house)}
        assert [place for floor in HOUSES[house] for place in floor if not any(fnmatchcase(part, place) for part in parts)] == []

    @pytest.mark.parametrize("house", HOUSES)
    def test_no_import_points_upward(self, house):
        assert upward_imports(modules_of(house)) == []

    @pytest.mark.parametrize("house", HOUSES)
    def test_no_two_folders_need_each_other(self, house):
        graphlib.TopologicalSorter(folder_graph(modules_of(house))).prepare()

    def test_pages_ask_stores_and_never_tables(self):
        pages = {module: path for module, path in API.items() if part_of(module) == "pages"}
        assert imports_within(pages, ("api.database.tables",)) == []

    def test_what_stands_below_web_is_imported_without_it(self):
        stores = [module for module in below_web() if "store" in module.split(".")]
        assert len(stores) > 40
        done = import_without(("fastapi", "starlette", "jinja2"), list(below_web()))
        assert done.returncode == 0, done.stderr

    def test_no_import_runs_in_a_circle(self):
        graphlib.TopologicalSorter(import_graph(MODULES)).prepare()

    def test_no_two_parts_of_the_scheduler_need_each_other_even_for_types(self):
        graphlib.TopologicalSorter(import_graph(SCHEDULER, for_types=True)).prepare()

    def test_scheduler_knows_no_service(self):
        assert imports_within(SCHEDULER, SERVICE_ONLY) == []

    def test_only_serve_loads_the_application(self):
        """Workers and the other commands start without its routes, which take as long as all the rest."""
        starting = {module: path for module, path in API.items() if is_within(module, "api.cli")}
        assert imports_within(starting, ("api.app", "api.routers", "api.service")) == ["api.cli.serving imports api.service.make_service"]

    def test_the_verdict_knows_no_solver(self):
        assert imports_within(solver_free_modules(), ("ortools",)) == []

    def test_verify_sees_no_candidates(self):
        verify = {module: path for module, path in SCHEDULER.items() if part_of(module) == "verify"}
        assert imports_within(verify, ("scheduler.candidates", "scheduler.enumeration")) == []

    def test_the_verdict_is_reached_with_no_solver_installed(self):
        done = import_without(("ortools", *SERVICE_ONLY), list(solver_free_modules()))
        assert done.returncode == 0, done.stderr

    def test_what_proves_and_what_searches_load_their_own_highs(self):
        """The HiGHS inside OR-Tools is of another version than that of highspy: one process has one of them."""
        for process, other in (("scheduler.prover.process", "ortools"), ("scheduler.solve", "highspy")):
            done = import_without((other,), [process])
            assert done.returncode == 0, done.stderr

    def test_the_block_itself_works(self):
        done = import_without(("ortools",), ["ortools.sat"])
        assert "ortools is blocked" in done.stderr

    @pytest.mark.parametrize(
        "source",
        [
            "from scheduler import verify",
            "from scheduler.verify import score",
            "import scheduler.verify as v",
            "from ..verify import score",
            "from .. import verify",
            "from scheduler.verify import *",
            "def check():\n    from scheduler.verify import score",
            "import importlib\nimportlib.import_module('scheduler.verify')",
        ],
    )
    def test_a_rule_that_imports_verify_is_seen(self, tmp_path, source):
        modules = write_modules(tmp_path, {"rules/some_rule.py": source, "verify.py": ""})
        assert [line.split()[0] for line in upward_imports(modules)] == ["scheduler.rules.some_rule"]

    def test_downward_and_level_imports_are_allowed(self, tmp_path):
        sources = {
            "timegrid.py": "import datetime",
            "roster.py": "from .timegrid import Span",
            "instance/__init__.py": "from scheduler.instance.people import Participant",
            "instance/people.py": "from scheduler.roster import Session\nfrom . import rooms",
            "instance/rooms.py": "import typing\nif typing.TYPE_CHECKING:\n    from scheduler.verify import Violation",
            "verify.py": "from scheduler.instance.rooms import Room",
        }
        modules = write_modules(tmp_path, sources)
        assert upward_imports(modules) == []
        graphlib.TopologicalSorter(import_graph(modules)).prepare()

    @pytest.mark.parametrize(
        ("importer", "source"),
        [
            ("consents/store.py", "from api.web.bodies import json_body"),
            ("consents/models.py", "from api.weeks.routes import pins"),
            ("web/bodies.py", "from api.consents import routes"),
            ("kernel/errors.py", "from api.database import engine"),
            ("weeks/routes/pins.py", "from api.app import create_app"),
        ],
    )
    def test_a_store_that_asks_the_web_is_seen(self, tmp_path, importer, source):
        files = ("consents/models.py", "consents/store.py", "consents/routes.py", "weeks/routes/__init__.py", "weeks/routes/pins.py")
        sources = dict.fromkeys((*files, "web/bodies.py", "kernel/errors.py", "database/engine.py", "app.py"), "")
        modules = write_modules(tmp_path, sources | {importer: source}, "api")
        assert [line.split()[0] for line in upward_imports(modules)] == ["api." + importer.removesuffix(".py").replace("/", ".")]

    def test_a_route_may_ask_its_store_the_web_and_other_routes(self, tmp_path):
        sources = {
            "consents/store.py": "",
            "consents/routes.py": "from api.consents import store\nfrom api.web.bodies import json_body\nfrom api.weeks.routes import pins",
            "weeks/routes/pins.py": "from api.web import bodies",
            "web/bodies.py": "",
        }
        modules = write_modules(tmp_path, sources, "api")
        assert upward_imports(modules) == []
        graphlib.TopologicalSorter(folder_graph(modules)).prepare()

    def test_two_folders_that_need_each_other_are_seen(self, tmp_path):
        sources = {"calls/texts.py": "from api.feeds import links", "feeds/links.py": "", "feeds/ends.py": "from api.calls import views"}
        modules = write_modules(tmp_path, sources | {"calls/views.py": ""}, "api")
        graphlib.TopologicalSorter(import_graph(modules)).prepare()
        with pytest.raises(graphlib.CycleError):
            graphlib.TopologicalSorter(folder_graph(modules)).prepare()

    def test_a_circle_is_seen(self, tmp_path):
        sources = {"roster.py": "from .instance import Pin", "instance.py": "from scheduler import roster"}
        with pytest.raises(graphlib.CycleError):
            graphlib.TopologicalSorter(import_graph(write_modules(tmp_path, sources))).prepare()

    def test_a_solver_import_is_seen_and_a_namesake_is_not(self, tmp_path):
        sources = {
            "a.py": "if TYPE_CHECKING:\n    from ortools.sat.python import cp_model",
            "b.py": "import apiary",
        }
        found = imports_within(write_modules(tmp_path, sources), ("ortools", "api"))
        assert found == ["scheduler.a imports ortools.sat.python.cp_model"]


def test_findings_can_be_run():
    scripts = sorted((ROOT / "findings").glob("*.sh"))
    assert len(scripts) > 10
    assert [script.name for script in scripts if not os.access(script, os.X_OK)] == []


class TestModules:
    def test_none_is_longer_than_the_limit(self):
        # Migrations are written by Alembic and never edited into shape.
        written = {module: path for module, path in MODULES.items() if ".versions." not in module}
        lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in written.items()}
        assert {module: n for module, n in lines.items() if n > MAX_LINES} == {}

    def test_public_names_exist_once(self):
        for name, path in MODULES.items():
            if "__all__" in path.read_text(encoding="utf-8"):
                module = importlib.import_module(name)
                assert [public for public in module.__all__ if not hasattr(module, public)] == [], name
                assert len(set(module.__all__)) == len(module.__all__), name

    def test_a_package_exports_only_what_others_import(self):
        # The contracts and the client are for other programs, and tables are registered by being imported.
        public = ("scheduler", "scheduler.instance", "api.client", "api.database.tables")
        others = "\n".join(path.read_text(encoding="utf-8") for folder in TESTS_AND_TOOLS for path in (ROOT / folder).rglob("*.py"))
        assert unused_exports({m: path for m, path in MODULES.items() if m not in public}, others) == []

    def test_an_unused_export_is_seen(self, tmp_path):
        sources = {"a/__init__.py": 'from scheduler.a.b import one, two\n__all__ = ["one", "two"]', "c.py": "from scheduler.a import one"}
        assert unused_exports(write_modules(tmp_path, sources), "") == ["scheduler.a.two"]
        assert unused_exports(write_modules(tmp_path, sources), "a.two()") == []

    def test_no_public_class_has_the_name_of_another(self):
        assert [name for name, count in public_classes(MODULES).items() if count > 1] == []

    def test_no_name_is_a_bare_participle(self):
        assert participles_in(MODULES) == []

    def test_no_type_is_a_bare_participle(self):
        assert {name for name in public_classes(MODULES) if re.fullmatch("[A-Z][a-z]*[^e]ed", name)} == PARTICIPLE_TYPES

    @pytest.mark.parametrize(
        "source",
        [
            "found = 1",
            "_known: int = 1",
            "class Told:\n    pass",
            "def f(made):\n    pass",
            "def f(**seen):\n    pass",
            "class A:\n    def f(self):\n        self.asked = 1",
            "from a import b as found",
            "with a as made:\n    pass",
            "FOUND, DONE = 0, 1",
            "f = [x for seen in y]",
        ],
    )
    def test_a_participle_is_seen(self, tmp_path, source):
        assert len(participles_in(write_modules(tmp_path, {"a.py": source}))) == 1

    def test_a_name_with_a_participle_in_it_is_allowed(self, tmp_path):
        source = "known_ids = [found_all(asked=True) for x in a.seen]"
        assert participles_in(write_modules(tmp_path, {"a.py": source})) == []

    def test_each_says_what_it_is(self):
        assert [module for module, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_bytes()))] == []

    def test_the_map_of_the_service_shows_every_part(self):
        drawn = (ROOT / "api" / "README.md").read_text(encoding="utf-8").partition("## Map")[2].split("```")[1]
        parts = {module.split(".")[1] for module in API if "." in module}
        assert sorted(re.findall(r"^  (\w+)(?:/|\.py) ", drawn, re.MULTILINE)) == sorted(parts)

    def test_nothing_is_left_for_later(self):
        suffixes = {".py", ".md", ".html", ".css"}
        files = (p for package in ("scheduler", "api") for p in (ROOT / package).rglob("*") if p.suffix in suffixes)
        left = re.compile(r"\b(TODO|FIXME|XXX)\b")
        assert [str(p.relative_to(ROOT)) for p in files if left.search(p.read_text(encoding="utf-8"))] == []


class TestRules:
    """One rule is one file, one line in RULES and one test file."""

    files = sorted(
        path.stem for path in (ROOT / "scheduler" / "rules").glob("*.py") if path.stem != "base" and not path.stem.startswith("_")
    )

    def test_every_rule_file_is_listed_once(self):
        rules = importlib.import_module("scheduler.rules") if "scheduler.rules" in SCHEDULER else None
        assert sorted(rule.id for rule in getattr(rules, "RULES", ())) == self.files

    def test_every_rule_has_a_test_file(self):
        assert [rule for rule in self.files if not (ROOT / "tests" / "rules" / f"test_{rule}.py").is_file()] == []


class TestTrackedFiles:
    def test_none_is_large(self):
        large = [str(p.relative_to(ROOT)) for p in tracked_files() if p.stat().st_size > MAX_BYTES]
        assert large == []

    def test_lock_files_hold_no_address(self):
        locks = [p for p in tracked_files() if re.search(r"lock|^requirements", p.name) and p.suffix != ".py"]
        address = re.compile(r"://|^\s*(-i|-f|--(extra-)?index-url|--find-links)\b", re.MULTILINE)
        assert ROOT / "requirements.lock" in locks
        assert [p.name for p in locks if address.search(p.read_text(encoding="utf-8"))] == []


class TestDependencies:
    """What a wheel is installed with, where no lock says it."""

    def test_each_ends_before_a_version_that_may_break(self):
        bounds = {str(one): {clause.operator for clause in one.specifier} for one in DEPENDENCIES}
        assert [name for name, operators in bounds.items() if operators != {">=", "<"}] == ["tzdata>=2026.6"]

    def test_everything_that_is_imported_is_asked_for(self):
        packages = packages_distributions()
        imported = {name.partition(".")[0] for module, path in MODULES.items() for name in imports_of(module, path)}
        foreign = imported - set(sys.stdlib_module_names) - {"scheduler", "api", "benchmarks"}
        # Part of pydantic, which pins it exactly.
        needed = {canonicalize_name(name) for one in foreign for name in packages.get(one, [one])} - {"pydantic-core"}
        assert sorted(needed - {canonicalize_name(one.name) for one in DEPENDENCIES}) == []
