"""A room for the tests: a loudspeaker, a microphone, the air between them, and somebody who speaks.

    with Room(Acoustics(delay_s=0.08, echo_db=-10)) as room, piped(home, "run", "neck", env=room.env) as command:
        ended_s = room.say("stop")
        command.says("STOPPED")

A program in `room.env` plays into the default sink and hears the default source. Everything lives in a private
PulseAudio (`tests.virtual_sound`) and one process that is the air (`tests.rooms.path`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import soxr

from benchmarks.hearing import speakers
from tests.rooms.acoustics import Acoustics, Wave, gain
from tests.rooms.air import Air, Sounding
from tests.rooms.capture import Capture, capture
from tests.support.absent import absent
from tests.virtual_sound import device
from tests.virtual_sound.device import RATE, SINK, Recording, VirtualSound

MICROPHONE = "table_microphone"
"""The default source, described as "Table microphone"."""
AT_MICROPHONE = "at_microphone"
"""The sink whose sound the microphone picks up."""
NOWHERE = "nowhere"
"""A sink that is there while the microphone is not."""
SPOKEN_DB = -26.0
"""RMS of the loud parts of what `words` gives."""
VOICES = {speaker.name: speaker for speaker in (*speakers.TUNING, *speakers.TEST)}


@cache
def words(text: str, voice: str = "slt") -> Wave:
    """A voice of the benchmarks' test set, without the silence around what it says, its loud parts at `SPOKEN_DB`."""
    speaker = VOICES[voice]
    program = speakers.PROGRAMS.get(speaker.engine)
    if program and not shutil.which(program):
        absent(f"needs voices: {speakers.INSTALL}")
    return np.asarray(soxr.resample(speakers.said(speaker, text), speakers.RATE, RATE), np.float32)


class Server(VirtualSound):
    """The sound server with a microphone as its default source; `unplug` and `replug` are about the output."""

    def __init__(self, acoustics: Acoustics) -> None:
        super().__init__()
        self.acoustics = acoustics
        self.air: Air | None = None
        self._microphone = self._nowhere = ""
        self._furnished = False

    def open(self) -> None:
        """Wait until the daemon answers; plug both in and let sound through."""
        self._furnished, self._nowhere = False, ""
        if self.air:
            self.air.listen(on=False)  # else a new default source would draw the recorder to itself
        super().open()
        self._load_sink(AT_MICROPHONE)
        self.plug_microphone()
        if self.air is None:
            self.air = Air(self.acoustics, self.env, SINK, AT_MICROPHONE)
        else:
            self.air.listen(on=True)
        self._furnished = True
        self.air.settle()

    def close(self) -> None:
        """End everything."""
        try:
            if self.air:
                self.air.close()
        finally:
            super().close()

    @property
    def pid(self) -> int:
        """The daemon's."""
        return self._daemon.pid

    def unplug(self) -> None:
        """Take the output away; the air lets it go before, for PulseAudio would have it record the microphone."""
        if self.air:
            self.air.listen(on=False)
        super().unplug()

    def replug(self) -> None:
        """Put an output there, and make it the default one."""
        super().replug()
        if self.air and self._furnished:
            self.air.listen(on=True)
            self.air.settle()

    def unplug_microphone(self) -> None:
        """Take the default source away, in mid-sentence; the new one is the monitor of an output that nobody uses.

        By itself PulseAudio would take the monitor of the one in use, and later draw along all who record that.
        """
        self._nowhere = self._load_sink(NOWHERE)
        self._pactl("set-default-source", f"{NOWHERE}.monitor")
        self._pactl("unload-module", self._microphone)

    def plug_microphone(self) -> None:
        """Put the microphone there, and make it the default source."""
        named = "source_properties=device.description='Table\\ microphone'"
        master = f"master={AT_MICROPHONE}.monitor"
        self._microphone = self._pactl("load-module", "module-remap-source", f"source_name={MICROPHONE}", master, named)
        self._pactl("set-default-source", MICROPHONE)
        if self._nowhere:
            self._pactl("unload-module", self._nowhere)
            self._nowhere = ""

    def mute_microphone(self, *, muted: bool) -> None:
        """As a button on the microphone does."""
        self._pactl("set-source-mute", MICROPHONE, str(int(muted)))

    def sources(self) -> list[str]:
        """The names of all."""
        return [line.split("\t")[1] for line in self._pactl("list", "short", "sources").splitlines()]


class Room:
    """Everything; nothing of it is left after the block, whatever happens in it."""

    def __init__(self, acoustics: Acoustics | None = None) -> None:
        if device.missing():
            absent(f"needs a virtual sound device: {device.INSTALL}")
        self.acoustics = acoustics or Acoustics()
        self.server: Server
        """For faults of the server and of the output; it runs inside the block."""

    def __enter__(self) -> Self:
        self.server = Server(self.acoustics)
        try:
            self.server.open()
        except BaseException:
            self.server.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.close()

    @property
    def env(self) -> Mapping[str, str]:
        """What a program needs in its environment to be in this room."""
        return self.server.env

    def change(self, **changes: Any) -> None:
        """Other acoustics from now on, by the names in `Acoustics`, such as `echo_db=None`; reverberation stays."""
        self.acoustics = replace(self.acoustics, **changes)
        self._air.change(self.acoustics)
        self._air.settle()

    def say(self, text: str, voice: str = "slt", level_db: float = SPOKEN_DB) -> float:
        """Speak into the microphone; returns when the last sample of speech has sounded there, and that time.

        On `time.monotonic`'s clock. It is when a recorder of small latency has the sample from the source: within
        a millisecond in measurements, within ten if PulseAudio was stalled. What a voice has after it fell by 35 dB
        does not count as speech. The first saying of a text takes as long as making it; `words` makes it beforehand.
        """
        return self.speak(text, voice, level_db).ended_s()

    def speak(self, text: str, voice: str = "slt", level_db: float = SPOKEN_DB) -> Sounding:
        """As `say`, without waiting."""
        return self.play(words(text, voice), RATE, level_db - SPOKEN_DB)

    def play(self, samples: npt.NDArray[Any], rate: int = RATE, gain_db: float = 0.0) -> Sounding:
        """Any other sound into the microphone: floats within -1..1 or 16-bit integers, mono; it does not wait."""
        scale = 32768 if samples.dtype == np.int16 else 1
        wave = np.asarray(samples, np.float32) / np.float32(scale)
        if rate != RATE:
            wave = np.asarray(soxr.resample(wave, rate, RATE), np.float32)
        return self._air.play(np.asarray(wave * np.float32(gain(gain_db)), np.float32))

    def hush(self) -> None:
        """Break off whatever is being played."""
        self._air.hush()

    def record(self) -> AbstractContextManager[Recording]:
        """What the output plays, as everywhere in these tests."""
        return self.server.record()

    def hear(self, source: str | None = None) -> AbstractContextManager[Capture]:
        """What the default source brings, or another, with its time."""
        return capture(self.env, source)

    def mute(self, *, muted: bool = True) -> None:
        """The microphone's own button."""
        self.server.mute_microphone(muted=muted)

    def unplug(self) -> None:
        """Take the microphone away; PulseAudio moves whoever records it to a silent "Monitor of nowhere"."""
        self.server.unplug_microphone()

    def plug(self) -> None:
        """Put it there again; PulseAudio moves back whoever it had moved."""
        self.server.plug_microphone()

    def disturbances(self) -> int:
        """How often the echo has jumped or had a hole so far: a busy machine's doing, and a reason to try again."""
        return self._air.disturbances()

    @property
    def _air(self) -> Air:
        assert self.server.air
        return self.server.air
