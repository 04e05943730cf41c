"""`python3 scripts/run.py ROUTINE ...` is `massage-voice run ROUTINE ...`, from a fresh clone on."""

import sys

import _environment

if __name__ == "__main__":
    _environment.ready()
    _environment.hand_over([_environment.program("massage-voice"), "run", *sys.argv[1:]])
