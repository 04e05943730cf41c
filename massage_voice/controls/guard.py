"""Should this process be killed without a chance to clean up, its terminal is given back all the same.

A shell waits at a pipe of which we hold the other end. When that closes unannounced and the terminal is still as
we made it, the shell makes it as it was. It stands in a session of its own, where no key and no job control
reaches it, holds nothing but the terminal, and is never there without us.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

_SCRIPT: Final = r"""
trap '' HUP INT QUIT TERM TSTP TTIN TTOU
exec 3<&1
while read -r word; do
    case $word in
        ours) mode=$(stty -g <&3) ;;
        theirs) mode= ;;
        done) exit ;;
    esac
done
if [ -z "$mode" ] || [ "$(stty -g <&3)" != "$mode" ]; then exit; fi
stty "$@" <&3
if [ "$TERM" != dumb ]; then printf '\033[?25h'; fi
"""
"""Its arguments are words for stty. `read` fails at the end of the pipe; the escape sequence shows the cursor."""
REAP_S: Final = 0.1
"""How long a guard that was dismissed may take to end; it takes a millisecond."""


class Guard:
    """Watches over terminal `fd` from the next `took` on; `words` tell stty the way back.

    Without a `/bin/sh` nobody watches, which is what most programs do.
    """

    def __init__(self, fd: int, words: Sequence[str]) -> None:
        self._pid = 0
        reading, self._pipe = os.pipe()
        actions = [
            (os.POSIX_SPAWN_DUP2, fd, 1),
            (os.POSIX_SPAWN_DUP2, reading, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        command = ["sh", "-c", _SCRIPT, "massage-voice-guard", *words]
        with suppress(OSError, NotImplementedError):
            self._pid = os.posix_spawn("/bin/sh", command, os.environ, file_actions=actions, setsid=True)
        os.close(reading)

    def took(self) -> None:
        """The terminal has just been made as we want it."""
        self._tell(b"ours\n")

    def gave(self) -> None:
        """It is somebody else's for a while, who may do with it as they please."""
        self._tell(b"theirs\n")

    def dismiss(self) -> None:
        """It is given back, and there is nothing left to watch."""
        self._tell(b"done\n")
        os.close(self._pipe)
        until = time.monotonic() + REAP_S
        with suppress(OSError):
            while self._pid and os.waitpid(self._pid, os.WNOHANG)[0] == 0 and time.monotonic() < until:
                time.sleep(0.0005)

    def _tell(self, word: bytes) -> None:
        with suppress(OSError):  # somebody has killed it
            os.write(self._pipe, word)
