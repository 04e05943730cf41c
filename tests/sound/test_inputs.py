"""What the system records from, and which of it is no microphone; on the virtual device, and where there is none."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from miniaudio import Backend, ffi, lib

from massage_voice.errors import SoundError
from massage_voice.sound.devices import open_input
from massage_voice.sound.outputs import Output, OutputWatch, default_input, default_output, default_source
from tests.live.processes import NO_DEVICE
from tests.virtual_sound.device import SINK, wait_until

RATE, PERIOD_MS = 16_000, 20


@contextmanager
def connected() -> Iterator[Any]:
    """A connection to the sound server in the environment."""
    context = ffi.new("ma_context *")
    assert lib.ma_context_init(ffi.new("ma_backend[]", [Backend.PULSEAUDIO.value]), 1, ffi.NULL, context) == 0
    try:
        yield context
    finally:
        lib.ma_context_uninit(context)


@contextmanager
def microphone(name: str) -> Iterator[None]:
    """A source of the sound server that is no monitor, and the default one, while the block runs."""

    def pactl(*words: str) -> str:
        return subprocess.run(["pactl", *words], check=True, capture_output=True, text=True, timeout=20).stdout.strip()

    before = pactl("get-default-source")
    loaded = [pactl("load-module", "module-remap-source", f"source_name={name}", f"master={SINK}.monitor")]
    try:
        pactl("set-default-source", name)
        yield
    finally:
        pactl("set-default-source", before)
        for module in loaded:
            pactl("unload-module", module)


@pytest.mark.parametrize(
    ("name", "monitor"), [("vs_out.monitor", True), ("table_microphone", False), ("monitor", False)]
)
def test_a_monitor_is_told_by_its_name(name: str, monitor: bool) -> None:
    """PulseAudio calls each "NAME.monitor"."""
    assert Output(name, "anything").is_monitor is monitor


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_what_an_output_plays_is_no_microphone() -> None:
    """A machine without one has monitors alone; taken for a microphone, the program would obey itself."""
    with connected() as context:
        found = default_output(context)
        assert found is not None
        assert found.id == SINK
        assert default_input(context) is None
    with pytest.raises(SoundError, match="the system has no microphone") as caught:
        open_input(rate=RATE, period_ms=PERIOD_MS)
    assert "Plug in a microphone" in caught.value.hint


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_the_default_microphone_is_found_and_brings_sound() -> None:
    """By its name; mono, 16 bits, in the blocks that were asked for."""
    with microphone("table_microphone"):
        with connected() as context:
            found = default_input(context)
            assert found is not None
            assert (found.id, found.is_monitor) == ("table_microphone", False)
        device = open_input(rate=RATE, period_ms=PERIOD_MS)
        blocks: list[bytes] = []
        feed = _taking(blocks)
        next(feed)
        try:
            assert device.output == found
            begun_s = time.monotonic()
            device.start(feed)
            wait_until(lambda: sum(map(len, blocks)) >= RATE, "half a second of sound")
            assert time.monotonic() - begun_s < 5
        finally:
            device.close()


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_another_microphone_is_noticed() -> None:
    """Whoever records is moved there by PulseAudio, and its echo is another."""
    with microphone("table_microphone"), connected() as context:
        found = default_input(context)
        assert found is not None
        watch = OutputWatch(Backend.PULSEAUDIO, found, default_source)
        try:
            with microphone("another"):
                wait_until(lambda: watch.moved is not None and watch.moved.id == "another", "the other one is seen")
            wait_until(lambda: watch.moved is None, "the first one is seen again")
        finally:
            watch.close()


@pytest.mark.sound
@pytest.mark.usefixtures("plugged_in")
def test_a_microphone_that_goes_is_noticed() -> None:
    """PulseAudio has whoever records it go on with what the output plays, in which nobody is to be heard."""
    with connected() as context:
        with microphone("table_microphone"):
            found = default_input(context)
            assert found is not None
            watch = OutputWatch(Backend.PULSEAUDIO, found, default_source)
        try:
            wait_until(lambda: watch.moved is not None, "it is seen")
            assert watch.moved is not None
            assert watch.moved.is_monitor
            assert default_source(context) == watch.moved
            assert default_input(context) is None
        finally:
            watch.close()


def test_without_a_sound_server_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for the output, with words for a microphone."""
    for name, value in NO_DEVICE.items():
        monkeypatch.setenv(name, value)
    device = None
    try:
        with pytest.raises(SoundError, match="no microphone") as caught:
            device = open_input(rate=RATE, period_ms=PERIOD_MS)
    finally:
        if device is not None:
            device.close()
    assert "microphone" in caught.value.hint


def _taking(blocks: list[bytes]) -> Generator[None, bytes, None]:
    with suppress(GeneratorExit):
        while True:
            blocks.append((yield))
