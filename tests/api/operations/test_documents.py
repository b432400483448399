"""The production page, the units and the snippets: what they name is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from fastapi.testclient import TestClient

from api.cli.app import app as commands
from api.kernel.settings import Settings
from tests.source_tree import ROOT

DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "production.md"
FILES = (PAGE, *sorted(DEPLOY.iterdir()))
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
KNOWN = {f"STEPDOWN_{name.upper()}" for name in Settings.model_fields}


def of_command(command: list[str]) -> list[str]:
    """What is wrong with a command line that begins after `stepdown`."""
    here = typer.main.get_command(commands)
    words = list(command)
    while hasattr(here, "commands"):
        if not words or words[0] not in here.commands:
            return [f"no command {words[:1]}"]
        here = here.commands[words.pop(0)]
    options = {name for parameter in here.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("--") and word.partition("=")[0] not in options]


def command_lines(text: str) -> list[list[str]]:
    """Every `stepdown ...` of a text: in code, at the end of a path, or by the page's `run`."""
    spans = re.findall(r"`(stepdown [a-z][^`]*)`", text)
    lines = re.findall(r"(?:^|[/ ])(stepdown (?:serve|worker|db|users|keys|settings)[^'\n`;]*)", text, re.MULTILINE)
    runs = [f"stepdown {rest}" for rest in re.findall(r"^run (.+)$", text, re.MULTILINE)]
    return [re.split(r"[ ,]+", line.partition("#")[0].strip())[1:] for line in (*spans, *lines, *runs)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    assert set(re.findall(r"\bSTEPDOWN_[A-Z_]+", path.read_text(encoding="utf-8"))) <= KNOWN


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(path):
    told = command_lines(path.read_text(encoding="utf-8"))
    assert {" ".join(line): faults for line in told if (faults := of_command(without_words(line)))} == {}


def without_words(line: list[str]) -> list[str]:
    """A command without the words of the sentence it stands in."""
    return [word.rstrip(".,:") for word in line]


def test_the_page_names_enough_commands_to_test():
    assert len(command_lines(PAGE.read_text(encoding="utf-8"))) >= 15
    assert of_command(["db", "back"]) == ["no command ['back']"]
    assert of_command(["db", "restore", "x", "--hard"]) == ["--hard"]


def test_the_units_start_what_there_is():
    started = {}
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE):
            (command,) = re.findall(r"/opt/stepdown/bin/stepdown ([^']*)", line)
            words = [word for word in shlex.split(command) if word != ";"]
            started[unit.name] = words[0]
            assert of_command(words) == [], unit.name
    assert started == {"stepdown-api@.service": "serve", "stepdown-worker@.service": "worker", "stepdown-backup.service": "db"}


def test_the_environment_file_can_be_read():
    values = dict(line.split("=", 1) for line in (DEPLOY / "stepdown.env").read_text().splitlines() if line and not line.startswith("#"))
    settings = Settings(**{name.removeprefix("STEPDOWN_").lower(): value for name, value in values.items()})
    assert settings.is_https
    assert not settings.solves_here
    # The units wait for twice this and some.
    (stop,) = {int(n) for unit in UNITS for n in re.findall(r"^TimeoutStopSec=(\d+)", unit.read_text(), re.MULTILINE)}
    assert stop >= 2 * settings.graceful_seconds + 10


def test_the_proxies_take_the_bodies_the_service_takes():
    most = Settings.model_fields["body_bytes_most"].default
    texts = [(DEPLOY / name).read_text() for name in ("nginx.conf", "Caddyfile")]
    sizes = [int(n) for text in texts for n in re.findall(r"(?:client_max_body_size|max_size) (\d+)m", text, re.IGNORECASE)]
    assert len(sizes) == 2
    assert all(size * 1_000_000 > most for size in sizes)


def test_every_metric_that_is_asked_for_is_told(app):
    with TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as client:
        client.get("/health")
        told = set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").text, re.MULTILINE))
    text = (DEPLOY / "alerts.yml").read_text() + PAGE.read_text()
    asked = {name.removesuffix("_bucket").removesuffix("_created") for name in re.findall(r"\bstepdown_[a-z_]+", text)}
    assert asked <= told


def test_every_address_that_is_named_answers(openapi_document):
    paths = set(openapi_document["paths"])
    named = set(re.findall(r"`(?:GET |POST )?(/(?:v1|health|ready|metrics)[\w/{}]*)`", PAGE.read_text()))
    assert named - paths == set()
    assert {"/health", "/ready", "/metrics"} <= named


def test_every_link_leads_somewhere():
    text = PAGE.read_text(encoding="utf-8")
    links = [link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    assert [link for link, _, _ in links if link and not (PAGE.parent / link).exists()] == []
    for file, _, place in links:
        page = (PAGE.parent / file if file else PAGE).read_text(encoding="utf-8") if place else ""
        assert not place or place in {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", page, re.MULTILINE)}
    named = {Path(link).name for link, _, _ in links} | {"stepdown.env"}
    assert {path.name for path in DEPLOY.iterdir() if path.suffix != ".service"} <= named
