"""A private PulseAudio for the tests: one output that nobody hears, whose every sample can be recorded.

It needs no card, no D-Bus, no systemd and no root, and touches nothing of the user's: it lives in a folder of
its own and is reached by its socket alone. Packages: pulseaudio, pulseaudio-utils.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
SINK = "vs_out"
SECOND = "vs_second"
INSTALL = "apt install pulseaudio pulseaudio-utils"

_SHAPE = (f"rate={RATE}", "channels=2", "format=s16le")
_NO_REWINDS = "norewinds=1"  # rewound sound would be missing from the recording


def missing() -> bool:
    """Whether the programs it needs are not installed."""
    return not all(shutil.which(program) for program in ("pulseaudio", "pactl", "parec"))


def wait_until(true: Callable[[], bool], what: str, limit_s: float = 10.0) -> None:
    """Poll until `true()`; for what a real device does in its own time."""
    end = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"after {limit_s} s still not: {what}")
        time.sleep(0.005)


class Recording:
    """What the output has played since the recording began."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.samples: npt.NDArray[np.int16] = np.zeros((0, 2), np.int16)
        """Shape (frames, 2); whole when the recording is over."""

    @property
    def frames(self) -> int:
        """Frames on the disk so far, some 20 ms behind the output."""
        return self._path.stat().st_size // 4

    def load(self) -> None:
        """Take the samples from the disk."""
        data = np.fromfile(self._path, "<i2")
        self.samples = data[: len(data) // 2 * 2].reshape(-1, 2)


class VirtualSound:
    """The daemon; `env` is what a program under test needs in its environment to play into it."""

    def __init__(self) -> None:
        # a socket's path has at most 107 bytes, so not in pytest's folder
        self._folder = Path(tempfile.mkdtemp(prefix="vs.", dir="/tmp"))
        self.env: Mapping[str, str] = {
            "PULSE_SERVER": f"unix:{self._folder}/native",
            "PULSE_COOKIE": f"{self._folder}/cookie",
        }
        self._plug = ""
        self._log = (self._folder / "log").open("wb")
        self._daemon = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        hidden = {"DBUS_SESSION_BUS_ADDRESS", "PULSE_SERVER", "PULSE_SINK", "PULSE_SOURCE"}
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        env |= dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"), str(self._folder))
        env |= {"PULSE_RUNTIME_PATH": f"{self._folder}/run", "PULSE_STATE_PATH": f"{self._folder}/state"}
        env["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nonexistent"
        socket = f"module-native-protocol-unix socket={self._folder}/native auth-anonymous=1"
        options = ["--daemonize=no", "--use-pid-file=no", "--disable-shm=yes", "--log-target=stderr"]
        # should the tests be killed, it goes by itself after ten minutes without a client
        command = ["pulseaudio", "-n", *options, "--exit-idle-time=600", "-L", socket]
        return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def open(self) -> None:
        """Wait until the daemon answers, and plug the output in."""
        wait_until(lambda: self._answers() or self._daemon.poll() is not None, "pulseaudio answers")
        if self._daemon.poll() is not None:
            raise RuntimeError((self._folder / "log").read_text())
        _make_real_time(self._daemon.pid)
        self.replug()

    def close(self) -> None:
        """End the daemon and remove its folder."""
        self._daemon.terminate()
        try:
            self._daemon.wait(5)
        except subprocess.TimeoutExpired:
            self._daemon.kill()
            self._daemon.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def record(self, sink: str = SINK) -> Iterator[Recording]:
        """Record an output while the block runs; the samples are there after it."""
        path = self._folder / f"{time.monotonic_ns()}.raw"
        command = ["parec", "--raw", f"--device={sink}.monitor", "--latency-msec=10"]
        command += [f"--rate={RATE}", "--channels=2", "--format=s16le"]
        with path.open("wb") as file:
            recorder = subprocess.Popen(command, stdout=file, env=self._env())
        recording = Recording(path)
        try:
            wait_until(lambda: recording.frames > 0, "the recorder writes")
            _make_real_time(recorder.pid)
            yield recording
        finally:
            recorder.terminate()
            recorder.wait(5)
            recording.load()
            path.unlink()

    def unplug(self) -> None:
        """Take the output away, in mid-play."""
        self._pactl("unload-module", self._plug)

    def replug(self) -> None:
        """Put an output there, and make it the default one."""
        self._plug = self._load_sink(SINK)
        self.choose(SINK)

    def choose(self, sink: str) -> None:
        """Make an output the default one; PulseAudio moves along what plays."""
        self._pactl("set-default-sink", sink)

    @contextmanager
    def second(self) -> Iterator[None]:
        """Another output, `SECOND`, while the block runs."""
        module = self._load_sink(SECOND)
        try:
            yield
        finally:
            self._pactl("unload-module", module)
            self.choose(SINK)

    @contextmanager
    def dummy(self) -> Iterator[None]:
        """Instead of the output, while the block runs, what PulseAudio plays into when there is no card."""
        module = self._pactl("load-module", "module-always-sink")
        self.unplug()
        try:
            yield
        finally:
            self._pactl("unload-module", module)
            self.replug()

    @contextmanager
    def turned(self, *, percent: int = 100, muted: bool = False) -> Iterator[None]:
        """The output at another volume while the block runs."""
        self._turn(percent, muted=muted)
        try:
            yield
        finally:
            self._turn(100, muted=False)

    def freeze(self) -> None:
        """Stop the daemon where it stands: whoever asks it anything waits, and nothing sounds."""
        self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the daemon go on."""
        self._daemon.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the daemon without a word to its clients."""
        self._daemon.kill()
        self._daemon.wait()

    def restart(self) -> None:
        """Start the daemon again, with its output."""
        self._daemon = self._start()
        self.open()

    def _turn(self, percent: int, *, muted: bool) -> None:
        self._pactl("set-sink-volume", SINK, f"{percent}%")
        self._pactl("set-sink-mute", SINK, str(int(muted)))

    def _load_sink(self, name: str) -> str:
        description = f"sink_properties=device.description={name}"
        return self._pactl("load-module", "module-null-sink", f"sink_name={name}", *_SHAPE, description, _NO_REWINDS)

    def _answers(self) -> bool:
        return subprocess.run(["pactl", "info"], env=self._env(), capture_output=True, check=False).returncode == 0

    def _pactl(self, *arguments: str) -> str:
        command = ["pactl", *arguments]
        done = subprocess.run(command, env=self._env(), check=True, capture_output=True, text=True, timeout=20)
        return done.stdout.strip()

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.env}


def _make_real_time(pid: int) -> None:
    """As rtkit does on a desktop; without it a busy machine makes gaps. VS_RT=0 leaves it out."""
    if os.environ.get("VS_RT") == "0" or not hasattr(os, "sched_setscheduler"):
        return
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(PermissionError, ProcessLookupError):
            os.sched_setscheduler(int(task.name), os.SCHED_FIFO, os.sched_param(20))
