"""When a reminder is due, and in which words; nothing here sounds, shows or waits."""

from typing import Final

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY: Final = ("day", "weekday", "weekend", *WEEK)
"""The days that a reminder can be asked for on."""
