"""The device over a session, with virtual speakers, a clock moved by hand and work done when told to."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from massage_voice.clip import RATE
from massage_voice.errors import SoundError
from massage_voice.session.device import OPENINGS, PATIENCE_S, Device, in_thread
from massage_voice.session.events import Event, Signal
from massage_voice.sound.samples import Samples
from massage_voice.sound.virtual import VirtualSpeaker
from tests.live.support import Loudspeaker
from tests.sound.programs import Broken, Tone
from tests.sound.test_bed import MUSIC, Quiet

LOST = (Event(Signal.DEVICE_LOST),)
BACK = (Event(Signal.DEVICE_BACK),)


class Bench:
    """A Device whose threads run when `work` is called."""

    def __init__(self, *, reopens: bool = True) -> None:
        self.now_s = 1000.0
        self.first = VirtualSpeaker()
        self.shelf: list[VirtualSpeaker] = []
        """What there is to open; nothing there is a SoundError."""
        self.tries: list[float] = []
        """Seconds after the start of each try."""
        self._waiting: list[Callable[[], None]] = []
        self.device = Device(
            self.first, self._open if reopens else None, clock=lambda: self.now_s, start=self._waiting.append
        )

    def _open(self) -> VirtualSpeaker:
        if not self.shelf:
            raise SoundError("no sound device")
        return self.shelf.pop(0)

    def work(self) -> None:
        """Let the threads run to their end."""
        while self._waiting:
            self._waiting.pop(0)()

    def pass_time(self, seconds: float, *, hang: bool = False) -> list[Event]:
        """The session's loop for so long, in turns of 50 ms; with `hang`, no thread gets anywhere."""
        events: list[Event] = []
        for _ in range(round(seconds / 0.05)):
            before = len(self._waiting)
            events += self.device.news()
            if len(self._waiting) > before and not events:
                self.tries.append(round(self.now_s - 1000, 2))
            if not hang:
                self.work()
            self.now_s += 0.05
        return events


def lost(*, reopens: bool = True) -> Bench:
    """A bench whose device has just gone."""
    bench = Bench(reopens=reopens)
    bench.first.play(1, Tone(10 * RATE))
    bench.first.advance(RATE)
    bench.first.lose()
    assert bench.device.news() == LOST
    return bench


def test_while_all_is_well_there_is_no_news() -> None:
    """No event, no trouble, the same speaker."""
    bench = Bench()
    assert bench.pass_time(1) == []
    assert bench.device.trouble == ""
    assert bench.device.speaker is bench.first


def test_a_gap_is_told_once() -> None:
    """With run, frame and length."""
    bench = Bench()
    bench.first.play(3, Tone(10 * RATE))
    bench.first.advance(1000)
    bench.first.starve(4800)
    assert bench.device.news() == (Event(Signal.GAP, 3, 1000, 4800),)
    assert bench.device.news() == ()


def test_a_loss_is_told_once_with_its_reason_and_silences() -> None:
    """The lost speaker is told to be silent, so that it does not go on talking when it comes back."""
    bench = lost()
    assert bench.device.trouble == "The virtual plug was pulled."
    assert bench.first.orders[-1] == ("silence", 0, 0)
    assert bench.device.news() == ()


def test_the_reason_is_kept_when_the_stall_ends_before_it_is_read() -> None:
    """The screen says why, also when the speaker itself no longer knows."""
    bench = lost()
    bench.first.find()
    assert bench.device.trouble == "The virtual plug was pulled."
    assert bench.device.news() == BACK
    assert bench.device.trouble == ""


def test_silence_reaches_the_speaker_in_use() -> None:
    """A signal handler may order it."""
    bench = Bench()
    bench.device.silence()
    assert bench.first.orders == [("silence", 0, 0)]


def test_a_tone_reaches_the_speaker_in_use() -> None:
    """As it is."""
    bench = Bench()
    kept: list[Samples] = []
    bench.device.speaker = speaker = VirtualSpeaker(sink=kept.append)
    bench.device.tone(np.full(RATE, 1_000, np.int16))
    speaker.advance(RATE // 2)
    assert np.concatenate(kept)[RATE // 4] == 1_000


def test_a_program_that_raises_is_a_loss() -> None:
    """Silence is not mistaken for guidance."""
    bench = Bench()
    bench.first.play(1, Broken(0))
    bench.first.advance(1000)
    assert bench.device.news() == LOST


def test_tries_come_at_growing_pauses() -> None:
    """0.2, 0.5, 1, 2, 4 seconds, then every 5."""
    bench = lost()
    bench.pass_time(24)
    pauses = [later - earlier for earlier, later in zip([0.0, *bench.tries], bench.tries, strict=False)]
    assert pauses == pytest.approx([0.2, 0.5, 1, 2, 4, 5, 5, 5], abs=0.11)


def test_another_speaker_takes_over() -> None:
    """DEVICE_BACK when it is in use, at the gain that was set; the old one is closed, elsewhere."""
    bench = lost()
    bench.device.gain(-6)
    another = VirtualSpeaker()
    bench.shelf.append(another)
    assert bench.pass_time(1) == list(BACK)
    assert bench.device.speaker is another
    assert ("close", 0, 0) in bench.first.orders
    assert bench.device.trouble == ""
    heard = VirtualSpeaker()
    heard.gain(-6)
    assert another._mixer._wish.gain == heard._mixer._wish.gain  # noqa: SLF001


def test_another_speaker_is_as_loud_as_the_one_before() -> None:
    """As mixed, where nobody has asked for another loudness; as asked for, where somebody has."""
    for wished, told in (((), [0.0]), ((-2.0, -4.0), [-4.0])):
        bench = lost()
        for decibels in wished:
            bench.device.gain(decibels)
        another = Loudspeaker()
        bench.shelf.append(another)
        bench.pass_time(1)
        assert another.gained == told


def test_loudness_reaches_the_speaker_in_use() -> None:
    """At once."""
    bench = Bench()
    bench.device.speaker = speaker = Loudspeaker()
    bench.device.gain(-2.0)
    assert speaker.gained == [-2.0]


def test_music_plays_on_the_speaker_in_use_and_on_the_next() -> None:
    """Chosen once, it is heard from whatever sounds; taken away, from none."""
    bench, heard = Bench(), []
    first, another = (VirtualSpeaker(sink=lambda block: heard.append(block.any())) for _ in range(2))
    bench.device.speaker = first
    bench.device.bed(MUSIC)
    for speaker in (first, another):
        speaker.play(1, Quiet())
        heard.clear()
        speaker.advance(RATE)
        assert any(heard)
        speaker.lose()
        bench.device.news()
        bench.shelf.append(another)
        bench.pass_time(1)
    bench.device.bed(None)
    heard.clear()
    bench.device.speaker.advance(RATE)
    assert not any(heard)


def test_closing_the_lost_one_is_never_waited_for() -> None:
    """DEVICE_BACK comes although its closing has not even begun."""
    bench = lost()
    bench.shelf.append(VirtualSpeaker())
    bench.pass_time(0.3, hang=True)
    bench.work()
    assert bench.device.news() == BACK
    assert ("close", 0, 0) not in bench.first.orders
    bench.work()
    assert ("close", 0, 0) in bench.first.orders


def test_a_stall_that_ends_is_the_same_speaker_back() -> None:
    """Nothing is opened then."""
    bench = lost()
    bench.first.find()
    assert bench.device.news() == BACK
    assert bench.device.speaker is bench.first
    assert bench.pass_time(10) == []


def test_what_was_opened_too_late_is_closed() -> None:
    """The stall ended while another speaker was being opened: one is enough."""
    bench = lost()
    another = VirtualSpeaker()
    bench.shelf.append(another)
    bench.pass_time(0.3, hang=True)
    bench.first.find()
    assert bench.device.news() == BACK
    bench.work()
    assert bench.pass_time(1) == []
    assert bench.device.speaker is bench.first
    assert another.orders == [("close", 0, 0)]


def test_a_speaker_that_died_at_once_is_not_taken() -> None:
    """It is closed, and the tries go on."""
    bench = lost()
    dead, good = VirtualSpeaker(), VirtualSpeaker()
    dead.lose()
    bench.shelf += [dead, good]
    assert bench.pass_time(3) == list(BACK)
    assert bench.device.speaker is good
    assert dead.orders == [("close", 0, 0)]


def test_a_try_that_hangs_does_not_end_the_tries() -> None:
    """Others are made beside it, but only so many."""
    bench = lost()
    bench.pass_time(PATIENCE_S * (OPENINGS + 3), hang=True)
    assert bench.tries == pytest.approx([0.2 + PATIENCE_S * n for n in range(OPENINGS)], abs=0.21)
    bench.shelf.append(VirtualSpeaker())
    assert bench.pass_time(1) == list(BACK)


def test_tries_that_failed_leave_room_for_as_many_that_hang() -> None:
    """Neither more nor fewer."""
    bench = lost()
    bench.pass_time(10)
    failed = len(bench.tries)
    bench.pass_time(PATIENCE_S * (OPENINGS + 3), hang=True)
    assert len(bench.tries) - failed == OPENINGS


def test_of_two_that_were_opened_one_is_closed_at_once() -> None:
    """A try hung, another was made beside it, and both came back."""
    bench = lost()
    first, second = VirtualSpeaker(), VirtualSpeaker()
    bench.shelf += [first, second]
    bench.pass_time(PATIENCE_S + 1, hang=True)
    bench.work()
    assert bench.device.news() == BACK
    bench.work()
    assert bench.device.speaker is first
    assert (first.orders, second.orders) == ([], [("close", 0, 0)])


def test_it_can_be_lost_again_and_again() -> None:
    """Each loss is told, each return, and the pauses begin anew."""
    bench = lost()
    for _ in range(3):
        another = VirtualSpeaker()
        bench.shelf.append(another)
        assert bench.pass_time(0.4) == list(BACK)
        another.lose()
        assert bench.device.news() == LOST


def test_without_a_way_to_open_it_waits_for_the_same_one() -> None:
    """Captions only, or a test."""
    bench = lost(reopens=False)
    assert bench.pass_time(30) == []
    assert bench.tries == []
    bench.first.find()
    assert bench.device.news() == BACK


def test_close_closes_what_is_open_and_what_is_still_to_come() -> None:
    """Also a speaker that is opened only after the end; closing twice is fine."""
    bench = lost()
    late = VirtualSpeaker()
    bench.shelf.append(late)
    bench.pass_time(0.3, hang=True)
    bench.device.close()
    bench.device.close()
    assert bench.first.orders.count(("close", 0, 0)) == 0
    bench.work()
    assert bench.first.orders.count(("close", 0, 0)) == 1
    assert late.orders == [("close", 0, 0)]
    assert bench.device.news() == ()


def test_work_in_a_thread_is_waited_for_by_nobody() -> None:
    """It runs elsewhere, and an interpreter that ends does not wait for it."""
    free, ran = threading.Event(), threading.Event()
    found: list[threading.Thread] = []

    def work() -> None:
        found.append(threading.current_thread())
        free.wait(30)
        ran.set()

    in_thread(work)
    assert not ran.is_set()
    free.set()
    assert ran.wait(30)
    assert found[0].daemon
    assert found[0] is not threading.current_thread()


def test_close_of_a_good_speaker_is_done_when_it_returns() -> None:
    """The process may end right after it."""
    bench = Bench()
    bench.device.close()
    assert bench.first.orders == [("close", 0, 0)]
    assert bench.device.news() == ()
