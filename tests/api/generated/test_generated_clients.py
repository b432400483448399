"""Clients that others generate from the description compile strictly, and run a week against a real service.

openapi-python-client with mypy, and openapi-typescript with tsc; pinned versions are fetched into a temporary folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.openapi.examples import BODIES
from benchmarks.service.server import Server, serving

HERE = Path(__file__).parent
pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, server: Server) -> Path:
    """A folder with the description, and a week to import."""
    with server.client() as client:
        (tmp_path / "openapi.json").write_bytes(client._http.get("/openapi.json").content)
    (tmp_path / "instance.json").write_text(json.dumps(BODIES["Instance"]), encoding="utf-8")
    return tmp_path


def run(folder: Path, *command: str, **environment: str) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_week_in_python(server: Server, folder: Path) -> None:
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", "site")
    run(folder, *pip, "--requirement", str(HERE / "requirements.lock"))
    site = {"PYTHONPATH": str(folder / "site")}
    (folder / "config.yml").write_text("post_hooks: []", encoding="utf-8")
    generate = ("openapi_python_client", "generate", "--path", "openapi.json", "--output-path", "stepdown_client")
    run(folder, sys.executable, "-m", *generate, "--meta", "none", "--config", "config.yml", **site)
    shutil.copy(HERE / "week_in_python.py", folder)
    run(folder, sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "stepdown_client", "week_in_python.py", **site)
    run(folder, sys.executable, "week_in_python.py", f"http://{server.host}:{server.port}", server.token, "instance.json", **site)


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_week_in_typescript(server: Server, folder: Path) -> None:
    for name in ("package.json", "package-lock.json", "week.ts"):
        shutil.copy(HERE / name, folder)
    run(folder, "npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts")
    tools = folder / "node_modules" / ".bin"
    run(folder, str(tools / "openapi-typescript"), "openapi.json", "--default-non-nullable", "false", "--output", "schema.d.ts")
    strictly = ("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022", "--types", "node")
    run(folder, str(tools / "tsc"), *strictly, "--module", "nodenext", "--moduleResolution", "nodenext", "week.ts")
    run(folder, "node", "week.js", f"http://{server.host}:{server.port}", server.token, "instance.json")
