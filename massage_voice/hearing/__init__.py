"""Spoken commands: from samples of the microphone to a decision. Nothing heard is kept."""
