"""A person at the desk, as a browser sees one: clicks, keys and typed text, counted."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page

PATIENCE: Final = 120_000
HOME: Final = "/programs/demo"


class Hand:
    """A person at the desk, whose clicks are counted."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self._address, self.clicks = page, address, 0

    def at(self, path: str) -> None:
        """Be on a page; getting there is not part of an act."""
        self.page.goto(f"{self._address}{HOME}/{path}")

    def go(self, path: str) -> None:
        """Be on a page outside the program."""
        self.page.goto(self._address + path)

    def click(self, what: str | Locator) -> None:
        """Click something and wait for what follows."""
        self.clicks += 1
        (self.page.locator(what) if isinstance(what, str) else what).first.click()
        self.page.wait_for_load_state()

    def button(self, name: str) -> None:
        """Press a button of the page by its words."""
        self.click(self.page.locator("main").get_by_role("button", name=name))

    def link(self, name: str) -> None:
        """Follow a link of the page by its words."""
        self.click(self.page.locator("main").get_by_role("link", name=name))

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.clicks += 1
            self.page.keyboard.press(key)
            self.page.wait_for_load_state()

    def enter(self, key: str = "Enter") -> None:
        """Press a key that leads to another page."""
        self.clicks += 1
        with self.page.expect_event("load"):
            self.page.keyboard.press(key)

    def turn_to(self, key: str) -> None:
        """Go to a place of the navigation by its keys."""
        self.press("g")
        self.enter(key)

    def write(self, what: str, text: str) -> None:
        """Type something into a field in place of what it holds."""
        self.clicks += 1
        field = self.page.locator(what).first
        if field.get_attribute("type") in ("date", "time"):
            field.fill(text)
        else:
            field.clear()
            field.press_sequentially(text)

    def choose(self, what: str, entry: int | str = 1) -> None:
        """Choose an entry of a list, by its number or its words."""
        self.clicks += 1
        if isinstance(entry, int):
            self.page.locator(what).first.select_option(index=entry)
        else:
            self.page.locator(what).first.select_option(label=entry)

    def check(self, what: str) -> None:
        """Choose one of several, or tick a box."""
        self.clicks += 1
        self.page.locator(what).first.check()

    def see(self, what: str) -> None:
        """Wait until something is shown."""
        self.page.locator(what).first.wait_for()

    def read(self, what: str = "main") -> str:
        """The text of a part of the page."""
        return self.page.locator(what).first.inner_text()

    def number_of(self, what: str) -> int:
        """How often something is shown."""
        return self.page.locator(what).count()
