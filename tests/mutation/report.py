"""What became of the mutants: the table of results, and what survived against the list that explains it."""

from __future__ import annotations

import json
import os
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.mutation.parts import PARTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ".mutation"
HERE = Path("tests/mutation")
KILLED, TIMEOUT, SURVIVED, UNREACHED, NOT_RUN, BROKEN = "killed", "timed out", "survived", "no test", "not run", "broken"
OUTCOMES = (KILLED, TIMEOUT, SURVIVED, UNREACHED, BROKEN, NOT_RUN)
BY_CODE = {
    0: SURVIVED,
    1: KILLED,
    3: KILLED,
    5: UNREACHED,
    33: UNREACHED,
    None: NOT_RUN,
    2: NOT_RUN,
    -24: TIMEOUT,
    -9: TIMEOUT,
    152: TIMEOUT,
}


@dataclass(frozen=True, slots=True, order=True)
class Survivor:
    """A mutant by what it changes, for its number moves with every edit."""

    module: str
    function: str
    was: str
    now: str


def outcomes(root: Path, part: str) -> dict[str, dict[str, str]]:
    """What became of every mutant of a part, by module file."""
    mutants = root / FOLDER / part / "mutants"
    found = {}
    for meta in sorted(mutants.rglob("*.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        name = str(meta.relative_to(mutants)).removesuffix(".meta")
        found[name] = {mutant: BY_CODE.get(code, BROKEN) for mutant, code in codes.items()}
    return found


def survivors(root: Path, part: str) -> dict[Survivor, str]:
    """What no test noticed, with mutmut's name for it."""
    found: dict[Survivor, str] = {}
    if not (root / FOLDER / part).exists():
        return found
    os.chdir(root / FOLDER / part)
    for path, by_name in outcomes(root, part).items():
        for name, outcome in by_name.items():
            if outcome in (SURVIVED, UNREACHED, BROKEN):
                found[change(path, name)] = name
    os.chdir(root)
    return found


def change(path: str, name: str) -> Survivor:
    """What a mutant changes, read in the folder of its part."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    changed = [line for line in get_diff_for_mutant(name, path=path).splitlines()[2:] if line[:1] in "+-"]
    was, now = (" ".join(line[1:].strip() for line in changed if line[0] == sign) for sign in "-+")
    return Survivor(path, function_of(name), was, now)


def function_of(name: str) -> str:
    """The function, or class and method, that a mutant changes."""
    return name.rpartition(".")[2].partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")


def explained(root: Path) -> dict[Survivor, str]:
    """The list of survivors with the reason of each."""
    listed = tomllib.loads((root / HERE / "survivors.toml").read_text(encoding="utf-8"))
    return {Survivor(path, each["function"], each["was"], each["now"]): each["why"] for path, found in listed.items() for each in found}


def held(root: Path) -> set[str]:
    """Modules whose survivors are all explained: a new one fails the run."""
    return set((root / HERE / "held.txt").read_text(encoding="utf-8").split())


def compare(root: Path, parts: list[str]) -> int:
    """Print what survived without a reason, and reasons that nothing needs any more; 1 if there is either in a module that is held."""
    reasons, strict = explained(root), held(root)
    found = {survivor: name for part in parts for survivor, name in survivors(root, part).items()}
    files = {path for part in parts for path, by_name in outcomes(root, part).items() if NOT_RUN not in by_name.values()}
    new = sorted(found.keys() - reasons.keys())
    gone = sorted(s for s in reasons.keys() - found.keys() if s.module in files)
    for survivor in new:
        print(f"survived: {survivor.module} {survivor.function}  ({found[survivor]})\n  - {survivor.was}\n  + {survivor.now}")
    for survivor in gone:
        print(f"take it off the list: {survivor.module} {survivor.function}\n  - {survivor.was}\n  + {survivor.now}")
    failing = [s for s in (*new, *gone) if s.module in strict]
    print(f"{len(found)} survived, {len(new)} of them without a reason; {len(gone)} reasons are no longer needed.")
    print(f"{len(failing)} of these are in modules that are held." if failing else "None of these is in a module that is held.")
    return int(bool(failing))


def add_cost(root: Path, part: str, seconds: float) -> None:
    """Add processor time to what a part has taken."""
    path = root / FOLDER / part / "seconds"
    path.write_text(str(cost(root, part) + seconds), encoding="utf-8")


def cost(root: Path, part: str) -> float:
    """Processor seconds of a part, all its runs together."""
    path = root / FOLDER / part / "seconds"
    return float(path.read_text(encoding="utf-8")) if path.exists() else 0.0


def write_results(root: Path, parts: list[str]) -> None:
    """Write into `results.toml` what became of the mutants of each module of the parts that was run here; the others keep their entries."""
    path = root / HERE / "results.toml"
    known = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    listed = Counter(survivor.module for survivor in explained(root))
    for part in parts:
        for module, by_name in outcomes(root, part).items():
            counts = Counter(by_name.values())
            if counts.total() > counts[NOT_RUN]:
                known[module] = {
                    "part": part,
                    "run": datetime.now(UTC).date(),
                    "mutants": counts.total(),
                    **{name.replace(" ", "_"): counts[name] for name in OUTCOMES if counts[name]},
                    "explained": listed[module],
                }
        if seconds := cost(root, part):
            known.setdefault("minutes of processor time", {})[part] = round(seconds / 60)
    lines = ["# Mutants and what became of them, by module; written by `make mutate`.", ""]
    for module, facts in sorted(known.items(), key=lambda entry: (str(entry[1].get("part", "")), entry[0])):
        lines += [
            f'["{module}"]',
            *(f"{name} = {json.dumps(value, default=str) if isinstance(value, str) else value}" for name, value in facts.items()),
            "",
        ]
    path.write_text("\n".join(lines), encoding="utf-8")
    for part in PARTS:
        total = sum(
            (Counter({k: v for k, v in f.items() if isinstance(v, int)}) for f in known.values() if f.get("part") == part), Counter()
        )
        print(f"{part}: " + ", ".join(f"{number} {name}" for name, number in total.items()))
