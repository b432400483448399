"""The calls of the page about the service, made to a real service by the programs it names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from icalendar import Calendar

from benchmarks.service.server import serving
from tests.pages import blocks, smallest_week
from tests.source_tree import ROOT

pytestmark = pytest.mark.unmeasured

PAGE = ROOT / "docs" / "service.md"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with serving() as server:
        yield os.environ | {"STEPDOWN_URL": f"http://{server.host}:{server.port}", "STEPDOWN_KEY": server.token}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a reader has saved the smallest week as `week.json`."""
    (tmp_path / "week.json").write_text(smallest_week(), encoding="utf-8")
    return tmp_path


def example(language: str, beginning: str = "") -> str:
    """The one example in a language; of several, the one that begins so."""
    (found,) = [block for block in blocks(PAGE, language) if block.startswith(beginning)]
    return found


def run(folder: Path, environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_curl_checks_solves_follows_and_fetches(folder, environment):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl or bash is not installed")
    told = run(folder, environment, "bash", "-euo", "pipefail", "-c", example("bash", "curl "))
    assert '"is_valid":true' in told
    assert "event: end" in told
    for name in ("result.json", "later.json"):
        result = json.loads((folder / name).read_text())
        assert (result["status"], len(result["roster"]["sessions"])) == ("optimal", 2)


def test_javascript_solves_and_reads_a_problem(folder, environment):
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    (folder / "solve.mjs").write_text(example("js"), encoding="utf-8")
    run(folder, environment, "node", "--check", "solve.mjs")
    told = run(folder, environment, "node", "solve.mjs").splitlines()
    assert told[0] == "optimal 2 sessions"
    assert told[1].startswith("wrong_shape ")


class Busy(BaseHTTPRequestHandler):
    """A service that never gets to a job."""

    def do_POST(self) -> None:
        self._answer(202)

    def do_GET(self) -> None:
        self._answer(200)

    def log_message(self, *_: object) -> None: ...

    def _answer(self, status: int) -> None:
        body = b'{"id": "j7", "state": "queued"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_javascript_names_the_job_when_its_patience_ends(folder):
    """Without the minute of waiting."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    (folder / "solve.mjs").write_text(example("js").replace("60_000", "1_000"), encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        where = {"STEPDOWN_URL": f"http://127.0.0.1:{server.server_address[1]}", "STEPDOWN_KEY": "k"}
        done = subprocess.run(
            ("node", "solve.mjs"), cwd=folder, env=os.environ | where, capture_output=True, text=True, timeout=120, check=False
        )
        server.shutdown()
        thread.join()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No result after a minute. Fetch it later from /v1/jobs/j7/result\n"


def test_python_follows_a_job_and_reads_a_problem(folder, environment):
    (folder / "example.py").write_text(example("python"), encoding="utf-8")
    told = run(folder, environment | {"PYTHONPATH": str(ROOT)}, sys.executable, "example.py").splitlines()
    assert told[-3].startswith("completed ")
    assert told[-2:] == ["optimal True", "404 not_found"]


def test_curl_keeps_a_program_publishes_its_week_and_fetches_a_calendar(folder, environment):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl or bash is not installed")
    # A reader may wait for a better week.
    typed = example("bash", "api() ").replace("generate?seconds=10", "generate?seconds=3")
    run(folder, environment, "bash", "-euo", "pipefail", "-c", typed)
    events = Calendar.from_ical((folder / "p1.ics").read_bytes()).walk("VEVENT")
    assert [(str(e["SUMMARY"]), e.start.isoformat()) for e in events] == [
        ("Appointment", "2027-01-11T17:30:00-05:00"),
        ("Appointment", "2027-01-14T17:30:00-05:00"),
    ]
    assert (folder / "boards.xlsx").read_bytes()[:2] == b"PK"
    assert "items" in json.loads((folder / "calls.json").read_text())
