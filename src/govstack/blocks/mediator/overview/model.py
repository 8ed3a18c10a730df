"""How much waits to be delivered, and how much could not be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Depths:
    """How many events wait in all queues of all rooms, and how many were given up."""

    waiting: int
    dead: int
