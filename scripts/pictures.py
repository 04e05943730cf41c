"""`python scripts/pictures.py` takes the pictures of the session sheet that the documents show, into docs/pictures.

Run it with the Python of `.venv`, where Chromium and the fonts of the page are (`apt install chromium
fonts-noto-core`). The pages are those of the neck routine; they play silence, which cannot be seen.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
LARGEST = 300_000
"""Bytes of a picture."""
LINE = "Glide down the neck, down the back, to the waist."


def main() -> int:
    """Take them all; 1 when one has become too large."""
    sys.path.insert(0, str(ROOT))  # the browser and the pages are those of the tests
    from massage_voice.sheet.page import page
    from tests.sheet.support import ANSWERED, REGISTRY, html, sheet, silence
    from tests.support.chromium import browser

    with tempfile.TemporaryDirectory() as folder, browser() as window:
        still, playing = Path(folder) / "still.html", Path(folder) / "playing.html"
        still.write_text(html("neck"), "utf-8")
        sound = silence(sheet("neck", sound=b"x").length)
        playing.write_text(page(sheet("neck", sound=sound), REGISTRY), "utf-8")
        window.size(1280, 960)
        window.open(still)
        taken = {"sheet.png": window.picture()}
        window.open(playing)
        taken["sheet-questions.png"] = window.picture()
        window.run(ANSWERED)
        window.until("!document.getElementById('dock').hidden")
        window.run("document.activeElement.blur()")
        window.run("document.querySelector(\"[data-go='2']\").click()")
        window.run("document.querySelector('audio').playbackRate = 8")
        window.until("document.querySelector('#caption.caution')")
        window.size(390, 780, scale=2)
        taken["sheet-phone.png"] = window.picture()
        window.until(f"document.getElementById('caption').textContent === {LINE!r}", 60)
        window.run("document.querySelector('audio').playbackRate = 1")
        window.size(1180, 760)
        taken["sheet-playing.png"] = window.picture()
        window.media(prefers_color_scheme="dark")
        taken["sheet-dark.png"] = window.picture()
    FOLDER.mkdir(exist_ok=True)
    for name, picture in taken.items():
        (FOLDER / name).write_bytes(picture)
        print(f"{name}: {len(picture) // 1000} kB")
    return int(any(len(picture) > LARGEST for picture in taken.values()))


if __name__ == "__main__":
    sys.exit(main())
