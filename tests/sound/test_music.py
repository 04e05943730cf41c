from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from massage_voice.clip import RATE
from massage_voice.commands.asked import BEDS
from massage_voice.errors import UsageError
from massage_voice.ports import Music
from massage_voice.sound.bed import Bedded
from massage_voice.sound.made_beds import LENGTH_S, MADE, made_bed
from massage_voice.sound.music import find_music, levelled, open_music
from massage_voice.sound.music_files import JOIN_S
from massage_voice.sound.program import TimelineProgram
from massage_voice.sound.samples import Samples, saturate
from tests.live.support import FIRST, stage
from tests.support.meter import metered

SPEECH_LUFS = -19.0


def scaled(music: Music, gain: float, frames: int) -> Samples:
    return saturate(np.asarray(music.read(0, frames) * gain, np.float64))


def opened(name: str, folder: Path, volume: int = 100) -> Music:
    return open_music(find_music(name), volume, folder)


def test_the_names_are_those_of_the_option() -> None:
    """`--music` knows them without making them."""
    assert set(BEDS) == MADE.keys()


@pytest.mark.parametrize("name", MADE)
def test_a_bed_is_twelve_below_speech_and_twenty_under_it(name: str, tmp_path: Path) -> None:
    """By another meter: usual loudness between words; under words its loudest 0.4 s."""
    music = opened(name, tmp_path)
    between, under = (metered(scaled(music, gain, LENGTH_S * RATE)) for gain in (music.gain, music.soft_gain))
    assert between.integrated == pytest.approx(SPEECH_LUFS - 12, abs=0.2)
    assert between.true_peak <= -8.5
    assert under.loudest <= SPEECH_LUFS - 20 + 0.1
    assert under.true_peak <= -27.5


@pytest.mark.parametrize("name", MADE)
def test_a_made_bed_has_no_seam(name: str) -> None:
    """Where its end meets its start it goes on as elsewhere: in value, slope and colour."""
    wave = made_bed(name)
    joint = np.concatenate([wave[-4_800:], wave[:4_800]])
    steps, usual = np.abs(np.diff(joint)), np.abs(np.diff(wave))
    assert steps[4_799] <= np.quantile(usual, 0.999)
    bends = np.abs(np.diff(joint, 2))
    assert bends[4_797:4_800].max() <= np.quantile(np.abs(np.diff(wave, 2)), 0.999)
    around = [np.sqrt(np.mean(wave[at : at + 4_800] ** 2)) for at in range(0, len(wave) - 4_800, 4_800)]
    assert min(around) * 0.8 <= np.sqrt(np.mean(joint**2)) <= max(around) * 1.2


def test_beds_differ() -> None:
    """With eyes closed: rain is bright, the sea swells, the drone is deep."""

    def brightness(wave: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(wave[: 10 * RATE])) ** 2
        return float((power * np.arange(len(power)) / 10).sum() / power.sum())

    def swing(wave: np.ndarray) -> float:
        levels = [np.mean(wave[at : at + RATE] ** 2) for at in range(0, len(wave), RATE)]
        return 10 * float(np.log10(max(levels) / min(levels)))

    rain, sea, drone = (made_bed(name) for name in ("rain", "sea", "drone"))
    assert brightness(rain) > 3 * brightness(drone)
    assert brightness(drone) < 250
    assert swing(sea) > 6 > swing(rain)


FORMATS = {"opus": {"format": "OGG", "subtype": "OPUS"}}


def tone(hertz: float, seconds: float, rate: int) -> np.ndarray:
    return np.asarray(0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate))


@pytest.mark.parametrize(
    ("suffix", "rate"), [("wav", 44_100), ("flac", 96_000), ("mp3", 44_100), ("ogg", 22_050), ("opus", 48_000)]
)
def test_every_format_in_any_rate(suffix: str, rate: int, tmp_path: Path) -> None:
    """Stereo becomes mono, pitch stays, the length is the file's less what is joined."""
    path = tmp_path / f"song.{suffix}"
    left = tone(440, 12, rate)
    soundfile.write(path, np.stack([left, left], axis=1), rate, **FORMATS.get(suffix, {}))
    music = opened(str(path), tmp_path / "cache")
    frames = (12 - JOIN_S) * RATE
    sound = music.read(3 * RATE, 4 * RATE).astype(float)
    crossings = np.count_nonzero(np.diff(np.signbit(sound))) / 2 / 4
    assert crossings == pytest.approx(440, abs=1)
    assert np.array_equal(music.read(100, 50), music.read(100 + length(music), 50))
    assert length(music) == pytest.approx(frames, abs=0.1 * RATE)


def length(music: Music) -> int:
    return len(music.samples)  # type: ignore[attr-defined]


def test_a_folder_plays_through_and_its_joints_are_crossed(tmp_path: Path) -> None:
    """In the order of the names; each joint, and that of the end with the start, keeps the loudness."""
    for number, hertz in enumerate((300, 400, 500)):
        soundfile.write(tmp_path / f"{number}.wav", tone(hertz, 10, 48_000), 48_000)
    (tmp_path / "notes.txt").write_text("no music")
    joint = round(2.5 * RATE)  # a quarter of the shortest
    music = opened(str(tmp_path), tmp_path / "cache")
    assert length(music) == 3 * (10 * RATE - joint)
    heard = [np.count_nonzero(np.diff(np.signbit(music.read(round(s * RATE), RATE)))) / 2 for s in (4, 11.5, 19)]
    assert heard == pytest.approx([300, 400, 500], abs=2)
    levels = [np.mean(music.read(at, 4_800).astype(float) ** 2) for at in range(0, length(music), 4_800)]
    assert 10 * np.log10(max(levels) / min(levels)) < 1.5


def test_nothing_is_left_in_the_cache(tmp_path: Path) -> None:
    """What is decoded has no name; it is gone with the session."""
    soundfile.write(tmp_path / "a.wav", tone(300, 5, 48_000), 48_000)
    music = opened(str(tmp_path / "a.wav"), tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    assert music.read(0, RATE).any()


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda _: None, "no music at .* expected rain, sea, drone, a file or a folder"),
        (lambda path: path.mkdir(), "no music in .* expected files that end in .wav"),
        (lambda path: path.write_bytes(b"RIFF0000WAVE nothing"), "cannot read .* as music"),
        (lambda path: soundfile.write(path, np.zeros(3 * RATE), RATE, format="WAV"), "it is silent"),
        (lambda path: soundfile.write(path, tone(300, 0.5, RATE), RATE, format="WAV"), "0.5 s is less than 1 s"),
    ],
)
def test_what_cannot_be_played_is_told(make: object, complaint: str, tmp_path: Path) -> None:
    """One sentence: what it is, what was expected."""
    make(tmp_path / "it")  # type: ignore[operator]
    with pytest.raises(UsageError, match=complaint):
        opened(str(tmp_path / "it"), tmp_path / "cache")


def test_loud_music_is_no_louder() -> None:
    """A bed of full-scale bursts: the loudest of it under words is as far below as that of any other."""
    rng = np.random.default_rng(1)
    bursts = rng.standard_normal(20 * RATE) * 0.01
    bursts[5 * RATE : 6 * RATE] *= 40
    music = levelled(saturate(bursts * 32767), 100, "bursts")
    assert metered(scaled(music, music.soft_gain, 20 * RATE)).loudest <= SPEECH_LUFS - 20 + 0.1


def test_cautions_stay_clear_in_a_whole_session(tmp_path: Path) -> None:
    """Real words over the liveliest bed: what is under each caution is 20 dB below it; no peak at the top."""
    made = stage("neck", FIRST, real=True)
    timeline = made.plan.timeline()
    bare = TimelineProgram(timeline, made.sound)
    mixed = Bedded(bare, opened("sea", tmp_path))
    whole = mixed.fill(0, timeline.length)
    under = whole.astype(np.int32) - bare.fill(0, timeline.length)
    cautions = [p for p in timeline.placements if p.cue.is_caution]
    assert len(cautions) > 15
    for place in cautions:
        words, bed = (metered(saturate(part[place.start : place.end].astype(float))) for part in (whole, under))
        assert bed.loudest <= words.integrated - 19.5, place.cue.id
        assert words.integrated == pytest.approx(SPEECH_LUFS, abs=0.5)
    assert metered(whole).true_peak < -1
    gap = under[timeline.chapters[2].practice_start + 8 * RATE :][: 2 * RATE]
    assert metered(saturate(gap.astype(float))).loudest > SPEECH_LUFS - 25
