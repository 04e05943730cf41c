"""`--music`: looked for before the first sound, made ready beside the questions, there when the steps begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from massage_voice.commands.asked import Asked
from massage_voice.commands.places import Places
from massage_voice.errors import UsageError
from massage_voice.screen.talk import talk

if TYPE_CHECKING:
    from concurrent.futures import Future

    from massage_voice.ports import Music


class MusicAsked:
    """What was asked for, if anything.

    Raises:
        UsageError: there is no such music.
    """

    def __init__(self, asked: Asked, home: Places) -> None:
        self._asked = asked
        self._folder = home.clips.parent / "music"
        self._made: Future[Music] | None = None
        if asked.music is not None:
            from massage_voice.sound.music import find_music

            self._source = find_music(asked.music)

    def begin(self) -> None:
        """Decode it in a thread."""
        if self._asked.music is not None:
            from concurrent.futures import ThreadPoolExecutor

            from massage_voice.sound.music import open_music

            pool = ThreadPoolExecutor(1, thread_name_prefix="music")
            self._made = pool.submit(open_music, self._source, self._asked.music_volume, self._folder)
            pool.shutdown(wait=False)

    def ready(self) -> Music | None:
        """The music, when it is ready; None when there is none. One that cannot be read is told, and left out."""
        try:
            return None if self._made is None else self._made.result()
        except UsageError as error:
            talk(f"{error.message}. Going on without music.")
            return None


def without_lost_music(asked: Asked, home: Places) -> Asked:
    """The same, without music that is gone: a session that was interrupted goes on all the same."""
    from dataclasses import replace

    try:
        MusicAsked(asked, home)
    except UsageError as error:
        talk(f"{error.message}. Going on without music.")
        return replace(asked, music=None)
    return asked
