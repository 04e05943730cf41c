"""How hard the safety properties try: little by default, MASSAGE_VOICE_HYPOTHESIS=deep for long."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

DEEP = os.environ.get("MASSAGE_VOICE_HYPOTHESIS") == "deep"
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def tries(usual: int) -> settings:
    """`usual` examples, always the same ones; fifty times as many new ones when deep."""
    count = usual * 50 if DEEP else usual
    return settings(max_examples=count, deadline=None, suppress_health_check=_SLOW, derandomize=not DEEP)
