"""Facts as data: routines, safety registry, screening, lexicon. No code."""
