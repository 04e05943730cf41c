"""PulseAudio, or PipeWire in its clothes: whether it answers, its default output, how loud that is."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sink:
    """An output of the sound server."""

    name: str
    """As the server calls it: `auto_null`, `alsa_output.pci-0000_00_1f.3.analog-stereo`."""
    description: str
    """As people call it: `Dummy Output`, `Built-in Audio Analog Stereo`."""
    percent: int
    """Its volume: of the loudest channel; 100 is as the samples are, more is possible."""
    muted: bool


class PulseServer:
    """One connection, for one thread. Every call may block for as long as the server hangs."""

    def __init__(self) -> None:
        self._pulse: Any = None

    def default_sink(self) -> Sink | None:
        """The output that sound goes to; None when there is none.

        Raises:
            ConnectionError: the server, or its library, is not there. The next call tries again.
        """
        try:
            import pulsectl
        except OSError as error:  # no libpulse
            raise ConnectionError("no PulseAudio") from error
        try:
            return _default_sink(self._connection())
        except pulsectl.PulseError as error:
            self.close()
            raise ConnectionError("PulseAudio does not answer") from error

    def close(self) -> None:
        """End the connection; safe to call twice."""
        pulse, self._pulse = self._pulse, None
        if pulse is not None:
            pulse.close()

    def _connection(self) -> Any:
        import pulsectl

        if self._pulse is None:
            self._pulse = pulsectl.Pulse("massage-voice", connect=False)
            self._pulse.connect()
        return self._pulse


def _default_sink(pulse: Any) -> Sink | None:
    import pulsectl

    name = pulse.server_info().default_sink_name
    if not name:
        return None
    with suppress(pulsectl.PulseIndexError):  # it has just gone
        sink = pulse.get_sink_by_name(name)
        return Sink(sink.name, sink.description, round(100 * max(sink.volume.values, default=0)), bool(sink.mute))
    return None
