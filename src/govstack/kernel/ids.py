"""Where ids, secrets and chance come from."""

from __future__ import annotations

import os
import random
import secrets
import threading
import time

SECRET_BYTES_MIN = 16
_SEQUENCE_BITS = 12
_RANDOM_BYTES = 8
_RANDOM_DIGITS = 2 * _RANDOM_BYTES
# The digit of the variant: its two upper bits are 10, its two lower ones chance.
_VARIANT_RFC = {f"{digit:x}": "89ab"[digit & 3] for digit in range(16)}

_lock = threading.Lock()
_last_tick = 0
_chance = random.SystemRandom()


def new_id() -> str:
    """A UUIDv7 (RFC 9562) as text: later ids of this process sort after earlier ones, ids of all processes by time."""
    return _text(_ticks(1), os.urandom(_RANDOM_BYTES).hex())


def new_ids(count: int) -> list[str]:
    """So many ids in their order, as `new_id` gives them; together they cost less than one by one."""
    first, chance = _ticks(count), os.urandom(_RANDOM_BYTES * count).hex()
    starts = range(0, len(chance), _RANDOM_DIGITS)
    return [_text(tick, chance[at : at + _RANDOM_DIGITS]) for tick, at in enumerate(starts, start=first)]


def _ticks(count: int) -> int:
    """Take so many ticks of the clock and return the first."""
    global _last_tick  # noqa: PLW0603 - the sequence belongs to the process
    # Method 3 of RFC 9562, 6.2: the twelve bits after the millisecond count fractions of it. A clock that stands
    # still or steps back continues from the last tick, so ids of one process never sort backwards.
    tick = (time.time_ns() << _SEQUENCE_BITS) // 1_000_000
    with _lock:
        if tick <= _last_tick:
            tick = _last_tick + 1
        _last_tick = tick + count - 1
    return tick


def _text(tick: int, chance: str) -> str:
    moment = f"{tick:015x}"  # the milliseconds in twelve digits, fractions of one in three
    return f"{moment[:8]}-{moment[8:12]}-7{moment[12:]}-{_VARIANT_RFC[chance[0]]}{chance[1:4]}-{chance[4:]}"


def new_secret(size_bytes: int = 32) -> str:
    """A secret from the operating system's randomness as URL-safe text; at least 16 bytes."""
    if size_bytes < SECRET_BYTES_MIN:
        raise ValueError(f"A secret needs at least {SECRET_BYTES_MIN} bytes of randomness.")
    return secrets.token_urlsafe(size_bytes)


def new_digits(count: int) -> str:
    """A number of so many digits, from the operating system's randomness, as a person types it."""
    return "".join(str(secrets.randbelow(10)) for _ in range(count))


def jitter(seconds: float, share: float = 0.2) -> float:
    """A duration moved at random by up to the given share either way, so that retries do not march in step."""
    return seconds * (1 + share * (2 * _chance.random() - 1))
