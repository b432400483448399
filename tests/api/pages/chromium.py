"""The system's Chromium, headless, driven over a pipe by its own protocol: no other library, no port."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 60


def find_chromium() -> str | None:
    """The command, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab. Everything it complains of (refused content, missing files, exceptions) is in `complaints`."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer, self._number = os.fdopen(reader, "rb", buffering=0), os.fdopen(writer, "wb", buffering=0), 0
        self._session: str | None = None
        self._rest = b""
        self._loaded = 0
        self.complaints: list[str] = []

    def begin(self) -> None:
        """Open an empty page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params} | ({"sessionId": self._session} if self._session else {})
        self._writer.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                found: dict[str, Any] = answer["result"]
                return found

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            is_ready, _, _ = select.select([self._reader], [], [], SECONDS)
            assert is_ready, f"the browser says nothing for {SECONDS} s"
            part = self._reader.read(65536)
            assert part, "the browser has gone"
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded += 1
            case "Log.entryAdded":
                self.complaints.append(message["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(message["params"]))
        return message

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Do something that leads to another page, and wait for it."""
        before, until = self._loaded, time.monotonic() + SECONDS
        yield
        while self._loaded == before:
            assert time.monotonic() < until, "no page is loaded"
            self._read()
        self.wait_for_paint()

    def open(self, url: str) -> None:
        with self.loading():
            self.call("Page.navigate", url=url)

    def wait_for_paint(self) -> None:
        """Keys pressed before a page is painted are lost."""
        script = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
        self.call("Runtime.evaluate", expression=script, awaitPromise=True)

    def look(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key of the keyboard."""
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowRight": 39}
        text = {"Enter": {"text": "\r"}, " ": {"text": " "}}.get(key, {"text": key} if len(key) == 1 else {})
        common = {"key": key, "code": {" ": "Space"}.get(key, key), "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
        self.call("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def be(self, width: int, height: int = 800, scheme: str = "light", medium: str = "") -> None:
        """Be a screen of a size, light or dark, or paper."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=medium, features=[{"name": "prefers-color-scheme", "value": scheme}])


@contextmanager
def chromium(folder: Path) -> Iterator[Tab]:
    """A browser with a profile of its own, gone afterwards."""
    command = find_chromium()
    assert command is not None
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    options = (
        f"--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --user-data-dir={folder} --remote-debugging-pipe"
    )
    shell = f'exec "{command}" {options} 3<&{their_in} 4>&{their_out}'
    # In a group of its own: it is ended with all its helpers.
    process = subprocess.Popen(
        ["bash", "-c", shell], pass_fds=(their_in, their_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    os.close(their_in)
    os.close(their_out)
    tab = Tab(our_in, our_out)
    try:
        tab.begin()
        yield tab
    finally:
        tab.close()
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)
