"""The system's Chromium, headless, driven by Playwright: one tab, what it complains of, and a service that it can reach."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

Scheme = Literal["light", "dark"]
Medium = Literal["screen", "print"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 60
MILLISECONDS = 1000 * SECONDS
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"


def find_chromium() -> str | None:
    """The command, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab. Everything it complains of (refused content, missing files, exceptions) is in `complaints`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(MILLISECONDS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Do something that leads to another page, and wait for it."""
        with self.page.expect_event("load"):
            yield
        self.wait_for_paint()

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.wait_for_paint()

    def wait_for_paint(self) -> None:
        """Keys pressed before a page is painted are lost."""
        self.page.evaluate(PAINTED)

    def look(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(script)

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        self.page.keyboard.press(key)

    def be(self, width: int, height: int = 800, scheme: Scheme = "light", medium: Medium = "screen") -> None:
        """Be a screen of a size, light or dark, or paper."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme, media=medium)


@contextmanager
def chromium() -> Iterator[Tab]:
    """A browser with a profile of its own, gone afterwards."""
    command = find_chromium()
    assert command is not None
    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=options, timeout=MILLISECONDS)
        try:
            yield Tab(browser.new_page())
        finally:
            browser.close()


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The service in a thread of this process, without its job engine; its address."""
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join()
