"""Where the program keeps the user's things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "massage-voice"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders; none of them need exist."""

    routines: Path
    sessions: Path
    clips: Path
    config: Path
    """The config file."""


def places() -> Places:
    """The platform's folders, or those below `MASSAGE_VOICE_HOME`."""
    home = os.environ.get("MASSAGE_VOICE_HOME")
    config, data, cache = (
        (Path(home) / name for name in ("config", "data", "cache"))
        if home
        else (
            platformdirs.user_config_path(APP),
            platformdirs.user_data_path(APP),
            platformdirs.user_cache_path(APP),
        )
    )
    return Places(config / "routines", data / "sessions", cache / "clips", config / "config.yaml")
