"""The least process that hears commands; prints its highest memory in MB."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from massage_voice.hearing.gate import Gate, Utterance, silero
from massage_voice.hearing.model import Whisper, find_model
from massage_voice.hearing.phrases import builtin_phrases
from massage_voice.hearing.recogniser import Recogniser

phrases = builtin_phrases()
recogniser = Recogniser(Whisper(find_model()), phrases)
noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * np.float32(0.01)
list(Gate(silero()).feed(noise))
recogniser.decide(Utterance(noise, 0, len(noise), len(noise)), phrases.commands)
status = Path("/proc/self/status").read_text()  # getrusage would give that of the parent, where that is higher
print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
