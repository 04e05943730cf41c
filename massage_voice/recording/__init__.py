"""Sessions as files for a phone: one format a file, chapters and tags in it, captions beside it."""
