"""Looking: within a time limit, and whatever goes wrong is told."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from massage_voice.checkup.finding import Finding, Probe, Verdict, examine
from massage_voice.errors import SoundError

HANGS = """
import threading
from massage_voice.checkup.finding import Probe, examine
print(examine(Probe("a", threading.Event().wait, 0.2)).finding.found)
"""


def test_what_was_found_comes_through_under_its_name() -> None:
    """With the seconds it took."""
    check = examine(Probe("disk", lambda: Finding(Verdict.OK, "all is well.")))
    assert (check.name, check.finding, check.failing) == ("disk", Finding(Verdict.OK, "all is well."), False)
    assert 0 <= check.seconds < 5


def test_an_expected_error_is_a_finding() -> None:
    """Its message, and its hint as the remedy."""

    def look() -> Finding:
        raise SoundError("no sound device", "Plug in a speaker.")

    assert examine(Probe("a", look, stuck="restart")).finding == Finding(
        Verdict.FAILING, "no sound device.", "Plug in a speaker."
    )


def test_an_unexpected_error_is_a_finding_too() -> None:
    """The other probes have their turn."""

    def look() -> Finding:
        raise ZeroDivisionError("division")

    found = examine(Probe("a", look, stuck="restart")).finding
    assert found == Finding(Verdict.FAILING, "ZeroDivisionError: division.", "restart")


def test_no_answer_is_a_finding_and_what_was_begun_is_ended() -> None:
    """At the limit, not later; `give_up` lets the look end."""
    over = threading.Event()

    def look() -> Finding:
        over.wait(30)
        return Finding(Verdict.OK, "too late.")

    began = time.monotonic()
    check = examine(Probe("a", look, 0.3, "restart", over.set))
    assert time.monotonic() - began < 2
    assert check.finding == Finding(Verdict.FAILING, "no answer within 0.3 s.", "restart")
    assert check.failing
    assert over.is_set()


def test_a_probe_that_hangs_for_ever_does_not_hold_up_the_end() -> None:
    """The process ends although its probe never does."""
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout == "no answer within 0.2 s.\n"
