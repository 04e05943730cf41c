"""Guides a massage by ear: a spoken routine, on time, with safety cues that cannot be skipped."""
