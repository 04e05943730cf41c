"""An MP3 file: every player has heard of it. Its head tells the length to the sample, an ID3 tag the chapters."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, Final

from massage_voice.clip import RATE
from massage_voice.errors import OutputError
from massage_voice.ports import Program
from massage_voice.recording.id3 import id3
from massage_voice.recording.lame import FRAME, KBITS, info_frame
from massage_voice.recording.model import About, Told, milliseconds
from massage_voice.recording.stream import Rewritten, encode, seconds
from massage_voice.sound.atomic import replacing

_LEVEL: Final = (320 - KBITS) / (320 - 32)
"""libsndfile counts from 320 to 32 kbit/s."""
_QUALITY: Final = 5
"""LAME's, from 0 (slow) to 9; speech gains nothing from a lower one."""


def write_mp3(path: Path, sound: Program, about: About, told: Told | None = None, *, kbits: int = KBITS) -> None:
    """Write the whole of `sound`, every second in as many bits: only so does a player find a chapter exactly.

    `kbits` below 64 are only heeded where there is LAME: libsndfile would leave out the head that tells the length.

    Raises:
        OutputError: it could not be written; nothing new stands under `path`.
    """
    tag = id3(about, milliseconds(sound.length))
    lame = _lame(kbits)
    with replacing(path) as file:
        if lame is None:
            _by_soundfile(file, tag, sound, told)
        else:
            coded = _by_lame(lame, file, tag, sound, told)
            file.seek(len(tag))
            file.write(info_frame(sound.length, coded, kbits))


def _lame(kbits: int) -> Any:
    """LAME on its own, four times as fast; None where nobody built it."""
    try:
        import lameenc
    except ImportError:
        return None
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(kbits)
    encoder.set_quality(_QUALITY)
    return encoder


def _by_lame(lame: Any, file: BinaryIO, tag: bytes, sound: Program, told: Told | None) -> int:
    """Bytes of sound behind the room for the first frame."""
    if not sound.length:
        raise OutputError("there is no sound to write")
    file.write(tag + bytes(FRAME))
    coded = 0
    for block in seconds(sound, told):
        coded += file.write(lame.encode(block.tobytes()))
    return coded + file.write(lame.flush())


def _by_soundfile(file: BinaryIO, tag: bytes, sound: Program, told: Told | None) -> None:
    settings = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "CONSTANT", "compression_level": _LEVEL}
    encode(Rewritten(file, lambda seen: tag + seen), sound, told, **settings)
