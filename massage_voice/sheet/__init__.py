"""The session sheet: a routine as one page for a browser or a printer, and as a player where it holds the sound."""
