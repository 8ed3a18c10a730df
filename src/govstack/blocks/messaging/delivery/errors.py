"""What sending runs into."""

from __future__ import annotations


class Overtaken(Exception):
    """Somebody else wrote the next event of a message in the same moment: look again."""
