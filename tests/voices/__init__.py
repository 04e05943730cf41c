"""The voices, from engine to clip."""
