"""Samples: mixing, bells, files, the sound card."""
