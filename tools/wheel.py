"""Build the wheel, install it alone in an empty environment, and use the service as its first user does.

`make wheel` takes the newest versions the wheel allows, as its users do. Where that
fails, the locked versions are tried, to tell a mistake of ours from a release that broke something.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from tools.lock.files import ROOT, RUNTIME, read_lock

PACKAGES = ("api", "scheduler")
LOGIN, PASSWORD = "ada", "seven quiet lanterns walk home"
SECONDS = 10
LINK = re.compile(r"(http://\S+?/setup)#(\S+)")
ASSET = re.compile(r'(?:src|href)="(/[^"]+)"')


def main() -> int:
    """Build once; try it as users install it, and with the locked versions if that fails."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        if differing := differences(files_in(wheel), tracked()):
            print(f"{wheel.name} and the files under version control differ: {', '.join(differing)}", file=sys.stderr)
            return 1
        try:
            run_trial(wheel, Path(folder) / "newest")
        except (AssertionError, OSError, subprocess.CalledProcessError) as failed:
            print(f"with the newest versions it allows: {failed}", file=sys.stderr)
            run_trial(wheel, Path(folder) / "locked", *constraints(Path(folder)))
            print("with the locked versions it works: bound the release that breaks it in pyproject.toml", file=sys.stderr)
            return 1
    print(f"{wheel.name}: complete, installed alone, set up, and a week is solved")
    return 0


def tracked() -> set[str]:
    """The files of both packages under version control."""
    listed = subprocess.run(["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.decode()
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def build(folder: Path) -> Path:
    """The wheel of what is under version control, and of nothing else that lies about."""
    source = folder / "source"
    for name in [*tracked(), "pyproject.toml", "README.md", "LICENSE"]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    command = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def files_in(wheel: Path) -> set[str]:
    """The files a wheel installs, but for what it says about itself."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def differences(installed: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """What was forgotten (-), and what does not belong there (+)."""
    installed, wanted = set(installed), set(wanted)
    return sorted([f"-{name}" for name in wanted - installed] + [f"+{name}" for name in installed - wanted])


def constraints(folder: Path) -> tuple[str, str]:
    """Options that hold pip to the locked versions; the wheel itself has no hash there."""
    path = folder / "constraints.txt"
    path.write_text("".join(f"{pin.name}=={pin.version}" + (f" ; {pin.marker}" if pin.marker else "") + "\n" for pin in read_lock(RUNTIME)))
    return "--constraint", str(path)


def run_trial(wheel: Path, folder: Path, *options: str) -> None:
    """Install the wheel in an environment that holds nothing else, and use it from outside of the source."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python, stepdown = folder / "bin" / "python", str(folder / "bin" / "stepdown")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *options, str(wheel)], check=True)
    subprocess.run([*pip, "check"], check=True, stdout=subprocess.DEVNULL)
    here = folder / "here"
    here.mkdir()
    for arguments in ("template week.xlsx --example", "import week.xlsx --out week.json", "solve week.json --out week --seconds 5"):
        subprocess.run([stepdown, *arguments.split()], cwd=here, env=environment(here), check=True, stdout=subprocess.DEVNULL)
    assert "<style>" in (here / "week" / "roster.html").read_text(encoding="utf-8"), "the printed page has no style"
    with serving(stepdown, here) as link:
        use(*link, week=(here / "week.json").read_bytes())


def environment(here: Path) -> dict[str, str]:
    """The environment, without settings of another Stepdown and without a way to the source."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEPDOWN_", "PYTHON"))}
    return kept | {"STEPDOWN_DATA": str(here / "data")}


@contextmanager
def serving(stepdown: str, here: Path) -> Iterator[tuple[str, str]]:
    """The address of the set-up page and its code, from a first `stepdown serve`."""
    log = here / "log.txt"
    with log.open("w") as errors:
        command = [stepdown, "serve", "--port", "0"]
        running = subprocess.Popen(command, cwd=here, env=environment(here), stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert running.stdout is not None
        yield next((match[1], match[2]) for line in running.stdout if (match := LINK.search(line)))
    except (AssertionError, OSError, StopIteration) as failed:
        raise AssertionError(f"{failed}\n{log.read_text()[-3000:]}") from failed
    finally:
        running.terminate()
        running.communicate(timeout=60)


def use(page: str, code: str, week: bytes) -> None:
    """Open the set-up page with all that it loads, sign the first director up, and solve a week."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    for path in ASSET.findall(text := fetch(browser, page)):
        assert fetch(browser, urljoin(page, html.unescape(path))), f"{path} is empty"
    assert "<script src=" in text, "the page has no script"
    form = urlencode({"token": code, "login": LOGIN, "password": PASSWORD, "again": PASSWORD}).encode()
    assert "Stepdown is set up" in fetch(browser, page, form)
    assert json.loads(fetch(browser, urljoin(page, "/v1/session")))["login"] == LOGIN
    solved = fetch(browser, urljoin(page, f"/v1/solve?seconds={SECONDS}"), week, {"Content-Type": "application/json", "Prefer": "wait=60"})
    assert json.loads(solved)["roster"]["sessions"], "no session is planned"


def fetch(browser: OpenerDirector, address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> str:
    """The text of an answer; every status but success is an error."""
    with browser.open(Request(address, body, headers or {}), timeout=120) as answer:
        return answer.read().decode("utf-8")


if __name__ == "__main__":
    sys.exit(main())
