"""Chromium, driven through its own protocol over two pipes: no driver, no port, no network.

https://chromedevtools.github.io/devtools-protocol/. What a test needs is here; the rest is `page.send`.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    *("--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", "--remote-debugging-pipe"),
    *("--mute-audio", "--force-color-profile=srgb", "--disable-backgrounding-occluded-windows"),
)
INSTALL: Final = "apt install chromium"
_KEYS: Final = {
    " ": ("Space", 32),
    "Tab": ("Tab", 9),
    "Enter": ("Enter", 13),
    "ArrowLeft": ("ArrowLeft", 37),
    "ArrowRight": ("ArrowRight", 39),
    "PageUp": ("PageUp", 33),
    "PageDown": ("PageDown", 34),
}
_READ: Final = 1 << 20
_PLACED: Final = """\
import fcntl, os, sys
read, write = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""The browser reads from 3 and writes to 4; `Popen` cannot place pipes there."""


def missing() -> bool:
    """Whether there is no Chromium here."""
    return shutil.which("chromium") is None


class BrokenError(Exception):
    """The browser refused, or did not answer in time."""


class Browser:
    """One browser with one page."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int) -> None:
        self._process, self._to, self._back = process, to, back
        self._number = 0
        self._rest = b""
        self.session = ""
        self.events: list[dict[str, Any]] = []
        """Whatever the browser told of its own accord."""

    def attach(self) -> None:
        """Open the page and hear of what it loads and complains of."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility", "DOM"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask, and wait for the answer.

        Raises:
            BrokenError: it refused, or died.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            answer = self._next(30)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrokenError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _next(self, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._back], [], [], max(0.0, until - time.monotonic()))
            read = os.read(self._back, _READ) if ready else b""
            if not read:
                raise BrokenError("the browser does not answer")
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found

    # --- what a person does ---

    def open(self, path: Path) -> None:
        """Load a file and wait until it is there."""
        self.send("Page.navigate", url="about:blank")  # so that the page before is gone for certain
        self.until("location.href === 'about:blank'")
        self.events.clear()
        self.send("Page.navigate", url=path.absolute().as_uri())
        self.until("location.protocol === 'file:' && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        done = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise BrokenError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def until(self, script: str, seconds: float = 20) -> None:
        """Wait until an expression is true.

        Raises:
            BrokenError: it never was.
        """
        end = time.monotonic() + seconds
        while True:
            with suppress(BrokenError):  # between two pages there is none to ask
                if self.run(f"Boolean({script})"):
                    return
            if time.monotonic() > end:
                raise BrokenError(f"was never true: {script}")
            time.sleep(0.03)

    def press(self, key: str, *, shift: bool = False) -> None:
        """A key, down and up."""
        code, number = _KEYS.get(key, (f"Key{key.upper()}", ord(key.upper()[0])))
        same = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        text = {" ": " ", "Enter": "\r"}.get(key, key if len(key) == 1 else "")
        self.send("Input.dispatchKeyEvent", type="keyDown", **same, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **same)

    def size(self, width: int, height: int, *, scale: float = 1) -> None:
        """The window's size in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def media(self, kind: str = "", **features: str) -> None:
        """`media("print")`, `media(prefers_color_scheme="dark")`."""
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", media=kind, features=wanted)

    def picture(self, *, whole: bool = False) -> bytes:
        """What is seen, as PNG; or the whole length of the page."""
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def paper(self) -> bytes:
        """What a printer gets, as PDF."""
        return base64.b64decode(self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def named(self) -> list[tuple[str, str]]:
        """`(role, name)` of everything that a screen reader meets."""
        nodes = self.send("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node["ignored"] and "role" in node
        ]

    def close(self) -> None:
        """End it."""
        with suppress(BrokenError, OSError):
            self.session = ""
            self.send("Browser.close")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """A fresh browser, with a profile of its own that is thrown away."""
    to_read, to_write = os.pipe()
    back_read, back_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        placed = [sys.executable, "-c", _PLACED, str(to_read), str(back_write)]
        command = [*placed, "chromium", *FLAGS, f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            command, pass_fds=(to_read, back_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_read)
        os.close(back_write)
        made = Browser(process, to_write, back_read)
        try:
            made.attach()
            yield made
        finally:
            made.close()
            os.close(to_write)
            os.close(back_read)
