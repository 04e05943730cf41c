"""How a sound file is bent: gently, so that it often stays sound; hard, so that it hardly does; byte by byte."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from random import Random
from typing import Final

from tests.fuzz import nasty
from tests.fuzz.trees import Map, Raw, Spot, Tree, at, put, routine, sources, spots, text

LONGEST: Final = 500_000
"""Characters of one value; some files have a hundred of them and pass the limit of 4 MiB."""
MOST_BYTES: Final = 6 << 20
"""More is never read, so there is no point in making it."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz-_ \t"


def made(seed: int) -> bytes:
    """The file of that seed."""
    random = Random(seed)  # noqa: S311 - a repeatable choice, not a secret
    way = random.random()
    if way < 0.03:
        written = random.choice(sources())
    else:
        tree = routine(random)
        for _ in range(random.choice((0, 1, 1, 2, 3, 4))):
            _gently(tree, random)
        if way > 0.5:
            for _ in range(random.choice((1, 1, 1, 2, 3))):
                random.choice(HARD)(tree, random)
        written = text(tree, random)
    raw = _encoded(written, random)
    return (_raw(raw, random) if way > 0.85 or way < 0.03 else raw)[:MOST_BYTES]


# --- gently ---


def _gently(tree: Map, random: Random) -> None:
    if random.random() < 0.25:
        _steps(tree, random)
        return
    known = [spot for spot in spots(tree) if isinstance(spot[0], Map) and spot[0].pairs[spot[1]][0] in nasty.CHOICES]
    if known:
        spot = random.choice(known)
        key = spot[0].pairs[spot[1]][0] if isinstance(spot[0], Map) else ""
        put(spot, _choice(str(key), random))


def _choice(key: str, random: Random) -> Tree:
    options = nasty.CHOICES[key]
    if key in {"areas", "flags"}:
        return list(random.sample(options, random.randint(1, min(3, len(options)))))
    return random.choice(options)


def _steps(tree: Map, random: Random) -> None:
    """Another order, a step more, a step less, a line more."""
    steps = tree.get("steps")
    if not isinstance(steps, list) or not steps:
        return
    what = random.randrange(5)
    step = random.choice(steps)
    if what == 0:
        random.shuffle(steps)
    elif what == 1 and len(steps) > 1:
        steps.remove(step)
    elif what == 2 and isinstance(step, Map):
        steps.insert(random.randint(0, len(steps)), Map([*step.pairs]))
        step.put("name", f"again-{random.randrange(99)}")
    elif what == 3 and isinstance(step, Map):
        step.put("say", ["Slow and soft."] * random.randint(1, 12))
    elif what == 4 and isinstance(step, Map):
        reminder = Map([("at", random.choice(nasty.CHOICES["at"])), ("say", "Slow and soft.")])
        step.put("remind", [reminder] * random.randint(1, 8))


# --- hard ---


def _spot(tree: Map, random: Random) -> Spot | None:
    found = spots(tree)
    return random.choice(found) if found else None


def _replace(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot:
        put(spot, nasty.tree(random))


def _delete(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot:
        inside, number = spot
        del (inside.pairs if isinstance(inside, Map) else inside)[number]


def _double(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot:
        inside, number = spot
        times = random.choice((1, 1, 1, 5, 100))
        if isinstance(inside, Map):
            inside.pairs += [inside.pairs[number]] * times
        else:
            inside += [inside[number]] * times


def _rename(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot and isinstance(spot[0], Map):
        key, value = spot[0].pairs[spot[1]]
        renamed = _misspelt(key, random) if random.random() < 0.5 and isinstance(key, str) else nasty.tree(random)
        spot[0].pairs[spot[1]] = renamed, value


def _misspelt(key: str, random: Random) -> str:
    place = random.randint(0, len(key))
    return key[:place] + random.choice(_LETTERS) + key[place + random.randint(0, 2) :]


def _move(tree: Map, random: Random) -> None:
    """What stands in one place stands in another."""
    one, other = _spot(tree, random), _spot(tree, random)
    if one and other and isinstance(at(one), str | Raw):
        put(other, at(one))


def _wrap(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot and isinstance(at(spot), str | Raw):
        value = at(spot)
        wrapped: tuple[Tree, ...] = ([value], [[value]], Map([(value, value)]), Map([("<<", value)]))
        put(spot, random.choice(wrapped))


def _lengthen(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot and isinstance(value := at(spot), str):
        put(spot, (value * random.choice((2, 10, 1000, 20_000)))[:LONGEST])


def _add(tree: Map, random: Random) -> None:
    spot = _spot(tree, random)
    if spot and isinstance(spot[0], Map):
        spot[0].pairs.append((random.choice(nasty.KEYS), nasty.tree(random)))


HARD: Final[tuple[Callable[[Map, Random], None], ...]] = (
    _replace, _replace, _delete, _double, _rename, _move, _wrap, _lengthen, _add,
)  # fmt: skip


# --- bytes ---


def _encoded(written: str, random: Random) -> bytes:
    way = random.randrange(60)
    if way == 0:
        return b"\xef\xbb\xbf" + written.encode("utf-8", "surrogatepass")
    if way in (1, 2, 3):
        written = re.sub("\n", ("\r\n", "\r", "\x85")[way - 1], written)
    if way == 4:
        written = re.sub("^ +", lambda spaces: "\t" * len(spaces.group()), written, flags=re.MULTILINE)
    if way == 5:
        return written.encode(random.choice(("utf-16", "utf-16-le", "utf-32", "utf-7")), "surrogatepass")
    if way == 6:
        return written.encode("latin-1", "replace")
    if way == 7:
        return gzip.compress(written.encode("utf-8", "surrogatepass"), mtime=0)
    return written.encode("utf-8", "surrogatepass")


def _raw(raw: bytes, random: Random) -> bytes:
    """Flips, cuts, splices and repetitions."""
    data = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 8))):
        place = random.randint(0, len(data))
        what = random.randrange(6)
        if what == 0 and place < len(data):
            data[place] ^= 1 << random.randrange(8)
        elif what == 1:
            del data[place:]
        elif what == 2:
            del data[place : place + random.randint(1, 40)]
        elif what == 3:
            data[place:place] = random.randbytes(random.randint(1, 8))
        elif what == 4:
            other = random.choice(sources()).encode()
            begin = random.randint(0, len(other))
            data[place:place] = other[begin : begin + random.randint(1, 400)]
        else:
            piece = bytes(data[place : place + random.randint(1, 60)])
            data[place:place] = piece * random.choice((1, 2, 50))
    return bytes(data)
