"""The system's volume, as the virtual device and macOS tell it."""

from __future__ import annotations

import time

import pytest

from massage_voice.sound.volume import LIMIT_S, Volume, output_volume, parse_mac
from tests.virtual_sound.device import VirtualSound


@pytest.mark.sound
def test_it_tells_percent_and_device(plugged_in: VirtualSound) -> None:
    """The default output's, by the name people know."""
    assert output_volume() == Volume(100, muted=False, device="vs_out")
    with plugged_in.turned(percent=35):
        assert output_volume() == Volume(35, muted=False, device="vs_out")


@pytest.mark.sound
@pytest.mark.parametrize("volume", [{"percent": 0}, {"muted": True}])
def test_nobody_hears_volume_zero_or_a_muted_output(plugged_in: VirtualSound, volume: dict[str, int]) -> None:
    """Both are silent."""
    with plugged_in.turned(percent=volume.get("percent", 80), muted="muted" in volume):
        found = output_volume()
    assert found is not None
    assert found.is_silent


@pytest.mark.sound
def test_a_hanging_server_is_not_waited_for(plugged_in: VirtualSound) -> None:
    """None after the limit."""
    plugged_in.freeze()
    started_s = time.monotonic()
    try:
        assert output_volume() is None
    finally:
        plugged_in.thaw()
    assert time.monotonic() - started_s < LIMIT_S + 1


def test_no_server_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is told, and nothing raised."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nonexistent")
    assert output_volume() is None


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("output volume:50, input volume:75, alert volume:100, output muted:false", Volume(50, muted=False, device="")),
        ("output volume:0, input volume:75, alert volume:100, output muted:true", Volume(0, muted=True, device="")),
        ("output volume:missing value, input volume:75, alert volume:100, output muted:missing value", None),
    ],
)
def test_what_macos_prints_is_understood(printed: str, expected: Volume | None) -> None:
    """An output without a volume of its own, as HDMI, has none."""
    assert parse_mac(printed) == expected
