"""The first frame of an MP3 file, which LAME's own program would write: how long the sound truly is.

See http://gabriel.mp3-tech.org/mp3infotag.html. Without it a player begins 23 ms late and ends with silence.
"""

from __future__ import annotations

import struct
from typing import Final

from massage_voice.clip import RATE

KBITS: Final = 64
"""Of this frame, and of a file unless it is made for fewer."""
FRAME: Final = 144 * KBITS * 1000 // RATE
"""Bytes. This frame has as many whatever those behind it have: in one of 48 kbit/s its numbers find no room."""
SAMPLES: Final = 1152
"""Frames of sound in each."""
DELAY: Final = 576
"""What the encoder puts before the sound."""
_HEADER: Final = b"\xff\xfb\x54\xc4"
"""MPEG 1, layer 3, 64 kbit/s, 48 kHz, mono, original."""
_SIDE: Final = 17
"""Bytes of side information, all zero: silence."""
_ALL_FIELDS: Final = 0xF
_CBR: Final = 1


def info_frame(sound: int, coded: int, kbits: int = KBITS) -> bytes:
    """The frame for `sound` frames of sound that became `coded` bytes of MP3 at `kbits`.

    Raises:
        ValueError: the bytes are no whole number of frames that hold the sound.
    """
    count, rest = divmod(coded, 144 * kbits * 1000 // RATE)
    padding = count * SAMPLES - DELAY - sound
    if rest or not 0 <= padding < 4096:
        raise ValueError(f"{coded} bytes of MP3 for {sound} frames of sound")
    places = bytes(share * 256 // 100 for share in range(100))  # as many bytes for every hundredth of the time
    numbers = struct.pack(">4sIII", b"Info", _ALL_FIELDS, count, coded + FRAME)
    tag = numbers + places + struct.pack(">I", 0) + _lame(padding, coded, kbits)
    frame = _HEADER + bytes(_SIDE) + tag
    return (frame + struct.pack(">H", _checksum(frame))).ljust(FRAME, b"\0")


def _lame(padding: int, coded: int, kbits: int) -> bytes:
    """LAME's part, but for its own sum; no gain is told, and no sum of the sound."""
    gains = struct.pack(">IHH", 0, 0, 0)
    ends = (DELAY << 12 | padding).to_bytes(3, "big")
    whole = struct.pack(">IH", coded + FRAME, 0)
    return b"LAME3.100" + bytes([_CBR, 0]) + gains + bytes([0, kbits]) + ends + bytes(4) + whole


def _checksum(data: bytes) -> int:
    """CRC-16, the lowest bit first, as LAME has it."""
    checksum = 0
    for byte in data:
        checksum ^= byte
        for _ in range(8):
            checksum = checksum >> 1 ^ (0xA001 if checksum & 1 else 0)
    return checksum
