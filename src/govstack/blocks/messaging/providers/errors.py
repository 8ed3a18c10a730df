"""What writing a text refuses."""

from __future__ import annotations


class TextTooLong(ValueError):
    """A text needs more parts than one message may have."""
