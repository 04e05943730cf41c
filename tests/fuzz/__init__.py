"""Hostile routine files: a generator that knows the format, a property that every file must keep, a command."""
