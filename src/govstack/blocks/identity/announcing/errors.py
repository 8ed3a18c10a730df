"""Refusals of announcements."""

from __future__ import annotations

from govstack.kernel.errors import NotFound


class UnknownAnnouncement(NotFound):
    """There is no such announcement, or it was made for another subscriber."""

    code = "unknown-announcement"
    title = "There is no such announcement for you."
