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

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.clicks += 1
            self.page.keyboard.press(key)
            self.page.wait_for_load_state()

    def write(self, what: str, text: str) -> None:
        """Fill in a field."""
        self.clicks += 1
        self.page.locator(what).press_sequentially(text)

    def choose(self, what: str, number: int = 1) -> None:
        """Choose an entry of a list."""
        self.clicks += 1
        self.page.locator(what).select_option(index=number)

    def see(self, what: str) -> None:
        """Wait until something is shown."""
        self.page.locator(what).first.wait_for()
