"""Speech engines, one a file, and the cache."""
