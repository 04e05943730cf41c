"""A campaign shared among processes."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any, Final

from tests.fuzz.campaign import Tally, campaign

TELL_S: Final = 10.0


@dataclass(frozen=True)
class Order:
    """What a campaign is to do."""

    seed: int
    """Of the first file; the others follow."""
    files: int
    seconds: float
    """At most."""
    workers: int
    keep: Path


def run(order: Order, tell: Callable[[str], None]) -> Tally:
    """Judge the files in processes of their own, and tell every few seconds how far they are.

    Raises:
        RuntimeError: a process died; files have killed it.
    """
    context = multiprocessing.get_context("spawn")
    news: Any = context.Queue()
    began = told_s = time.monotonic()
    workers = [context.Process(target=_work, args=(number, order, news)) for number in range(order.workers)]
    for worker in workers:
        worker.start()
    latest: dict[int, Tally] = {}
    while any(worker.is_alive() for worker in workers) or not news.empty():
        try:
            number, tally = news.get(timeout=1)
        except Empty:
            continue
        latest[number] = tally
        if time.monotonic() - told_s >= TELL_S:
            told_s = time.monotonic()
            whole = _whole(latest)
            tell(f"{told_s - began:5.0f} s  {whole.files / (told_s - began):.0f} files/s  {whole}")
    failed = [worker.exitcode for worker in workers if worker.exitcode]
    if failed:
        raise RuntimeError(f"a worker died: {failed}, after {_whole(latest)}")
    return _whole(latest)


def _whole(latest: dict[int, Tally]) -> Tally:
    whole = Tally()
    for tally in latest.values():
        whole.merge(tally)
    return whole


def _work(number: int, order: Order, news: Any) -> None:
    seeds = range(order.seed + number, order.seed + order.files, order.workers)
    until_s = time.monotonic() + order.seconds
    tally, told_s = Tally(), 0.0
    for tally in campaign(iter(seeds), until_s, order.keep):
        if time.monotonic() - told_s >= 1:
            told_s = time.monotonic()
            news.put((number, tally))
    news.put((number, tally))
