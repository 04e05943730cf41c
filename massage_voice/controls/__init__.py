"""Keys turned into session events."""
