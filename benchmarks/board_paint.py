"""What a person sees of the week board in Chromium, and of FullCalendar's resource time grid with the same sessions.

FullCalendar's scheduler is a premium plugin, used here under its licence for non-commercial work (CC BY-NC-ND 4.0) to be measured only:
npm fetches it into a temporary folder, its hash is compared, and nothing of it is kept. Without npm, it is left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.page_server import SCRIPT, ServedFile, serving_pages
from benchmarks.pages import Visitor
from benchmarks.service.server import Server
from benchmarks.stages import note
from tests.api.pages.chromium import find_chromium

PACKAGE: Final = "fullcalendar-scheduler@6.1.15"
SHA256: Final = "8389b8da3aaf8678e12f0d207259d575d0611fec9d50360004698727baca1932"
FILE: Final = "package/index.global.min.js"
OTHERS: Final = {PACKAGE.replace("@", " "): "/peer", "a word": "/word"}
TIMES: Final = 9
PATIENCE: Final = 30_000
CHANGES: Final = 6

WATCH: Final = """
addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); })));
addEventListener("keydown", () => { window.pressed = performance.now(); window.redrawn = 0; }, true);
addEventListener("htmx:after:swap", () => requestAnimationFrame(() => setTimeout(() => { window.redrawn = performance.now(); })));
"""
"""Notes when a page is painted with all of its sessions, and when after a key."""

FIRST: Final = """
() => new Promise(done => new PerformanceObserver(list => {
  const first = list.getEntriesByName("first-contentful-paint")[0];
  if (first) done(first.startTime);
}).observe({ type: "paint", buffered: true }))
"""
"""When something was painted first; a busy browser notes it later than it calls scripts."""

SESSIONS: Final = """
() => [...document.querySelectorAll(".day")].flatMap(day => {
  const heads = [...day.querySelectorAll(".head")];
  const column = (one, kind) => Number([...one.classList].find(name => RegExp(`^${kind}\\\\d+$`).test(name)).slice(1));
  return [...day.querySelectorAll(".block")].map(one => ({
    day: day.querySelector("h2").id.slice(1),
    room: heads.filter(head => column(head, "c") <= column(one, "c")).at(-1).textContent.trim(),
    title: one.querySelector("b").textContent, begin: column(one, "r") - 2, length: column(one, "h"),
  }));
})
"""
"""The sessions of a board, to be shown by another calendar; times in steps of five minutes since its first hour."""

PEER: Final = """<!doctype html><html><head><meta charset="utf-8"><script src="/peer.js"></script></head>
<body><div id="calendar"></div><script>
const { sessions, rooms, first, monday } = JSON.parse(%s);
const at = (day, step) => `${day}T${new Date((first * 60 + step * 5) * 60000).toISOString().slice(11, 19)}`;
new FullCalendar.Calendar(document.getElementById("calendar"), {
  schedulerLicenseKey: "CC-Attribution-NonCommercial-NoDerivatives", initialView: "resourceTimeGridWeek", initialDate: monday,
  weekends: false, allDaySlot: false, datesAboveResources: true, slotMinTime: "08:00", slotMaxTime: "18:00", height: "auto",
  resources: rooms.map(room => ({ id: room, title: room })),
  events: sessions.map((one, n) => ({
    id: n, resourceId: one.room, title: one.title, start: at(one.day, one.begin), end: at(one.day, one.begin + one.length),
  })),
}).render();
</script></body></html>"""


class Look(NamedTuple):
    """Something that is looked at some times.

    Attributes:
        processor: Milliseconds of Chromium's processors for the whole page.
        elapsed: Milliseconds until it was painted, each time.
    """

    what: str
    processor: float
    elapsed: list[float]


def measured(server: Server, visitor: Visitor, path: str) -> Iterator[Look]:
    """The first paint of the board at a path and of the other calendar, by turns; then changes of the board."""
    address = f"http://{server.host}:{server.port}"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"], timeout=PATIENCE)
        page = _signed_in(browser, address, visitor)
        board = f"{address}{path}"
        page.goto(board)
        note("fetching the other calendar")
        others = _others(page, fetched(Path(folder)))
        note("first paints, by turns")
        with serving_pages(others) as other:
            urls = {"the board": board} | {what: f"{other}{path}" for what, path in OTHERS.items() if path in others}
            yield from _first_paints(browser, page, urls)
        note("changes of the board")
        before = _processor(browser)
        changes = list(_changes(page, board))
        yield Look("choose a session and a place: checked, redrawn, painted", (_processor(browser) - before) / (len(changes) + 1), changes)
        browser.close()


def _signed_in(browser: Browser, address: str, visitor: Visitor) -> Page:
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900})
    name, value = visitor.cookie
    context.add_cookies([{"name": name, "value": value, "url": address}])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def _first_paints(browser: Browser, page: Page, urls: dict[str, str]) -> Iterator[Look]:
    """Each page some times, by turns, until something is painted and until all of it is; the first time of each is not counted."""
    times: dict[str, list[tuple[float, float, float]]] = {what: [] for what in urls}
    for _ in range(TIMES + 1):
        for what, url in urls.items():
            before = _processor(browser)
            page.goto(url)
            whole = _noted(page, "painted")
            times[what].append((_processor(browser) - before, float(page.evaluate(FIRST)), whole))
    for what, all_times in times.items():
        used, first, whole_times = zip(*all_times[1:], strict=True)
        yield Look(f"{what}: first paint", median(used), list(first))
        yield Look(f"{what}: all sessions painted, scripts run", median(used), list(whole_times))


def _processor(browser: Browser) -> float:
    """Milliseconds that all processes of the browser have used so far."""
    line = browser.new_browser_cdp_session()
    processes = line.send("SystemInfo.getProcessInfo")["processInfo"]
    line.detach()
    return 1000 * sum(float(one["cpuTime"]) for one in processes)


def fetched(folder: Path) -> str | None:
    """The script of FullCalendar; None without npm."""
    if shutil.which("npm") is None:
        return None
    subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
    (file,) = folder.glob("*.tgz")
    if hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
        raise RuntimeError(f"{PACKAGE} is not what was measured before")
    with tarfile.open(file) as archive:
        script = archive.extractfile(FILE)
        assert script is not None
        return script.read().decode()


def _others(page: Page, script: str | None) -> dict[str, ServedFile]:
    """A page with one word, which says what the browser itself needs for any page, and one with FullCalendar and the board that is open."""
    word = {"/word": ServedFile("<!doctype html><p>Week")}
    if script is None:
        return word
    sessions: list[dict[str, Any]] = page.evaluate(SESSIONS)
    rooms = list(dict.fromkeys(page.locator(".day .head").all_text_contents()))
    about = {
        "sessions": sessions,
        "rooms": sorted({one["room"] for one in sessions} | {room.strip() for room in rooms}),
        "first": 8,
        "monday": sessions[0]["day"],
    }
    text = PEER % json.dumps(json.dumps(about).replace("<", "\\u003c"))
    return word | {"/peer": ServedFile(text), "/peer.js": ServedFile(script, SCRIPT)}


def _changes(page: Page, board: str) -> Iterator[float]:
    """Milliseconds from the key that chooses a place until the board is painted again."""
    page.goto(board)
    made = 0
    for number in range(0, page.locator(".block").count(), 5):
        if made > CHANGES:
            return
        page.locator(".block").nth(number).press("Enter")
        page.wait_for_selector("#panel-title:not([data-focus])")  # The title gets the focus first.
        page.wait_for_selector("#places button[name=choice], #places p")
        button = page.locator("#places .places button[value^=move]:visible").first
        if button.count():
            button.press("Enter")
            milliseconds = _redrawn(page)
            made += 1
            if made > 1:  # The first one leads from what is published to the page of the draft.
                yield milliseconds
        elif page.locator("#panel .close").count():
            page.keyboard.press("Escape")
            page.wait_for_selector("#panel .close", state="detached")


def _redrawn(page: Page) -> float:
    page.wait_for_selector("#draft-note")
    page.wait_for_function("() => window.redrawn || !window.pressed")
    return float(page.evaluate("() => window.redrawn - window.pressed"))


def _noted(page: Page, name: str) -> float:
    page.wait_for_function(f"() => window.{name}")
    return float(page.evaluate(f"() => window.{name}"))
