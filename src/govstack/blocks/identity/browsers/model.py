"""Where a proof is asked for, and what of somebody's codes and tries a stranger may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# As long as a browser keeps what it is known by.
KNOWN_FOR = timedelta(days=30)
STRANGERS_PARTS, PARTS = 3, 5


@dataclass(frozen=True, slots=True)
class Origin:
    """Where somebody asks from; `known` where the person themselves has proven to be there before.

    What comes from a known one is counted for itself. All others are counted together, and each of them, where it can
    be told from others, has a part alone. The name is a keyed hash, or empty for whoever cannot be told from others.
    """

    name: str = ""
    known: bool = False


ANYWHERE = Origin()
# Somebody who is signed in and proves that it is still them.
SIGNED_IN = Origin("signed-in", known=True)


def part(limit: int) -> int:
    """Return how much of a limit one browser that nobody knows may use, so that something is left for others."""
    return max(1, limit * STRANGERS_PARTS // PARTS)
