"""What the message log refuses."""

from __future__ import annotations

from govstack.kernel.errors import NotFound, Unavailable


class NotRecorded(Unavailable):
    """An entry could not be written, so what it records must not happen."""

    title = "The message log cannot be written right now, so nothing was delivered. Try again in a moment."


class UnknownMessage(NotFound):
    """There is no such message, or it is none of the caller's."""

    title = "There is no message with this id among those you may see."


class NothingKept(NotFound):
    """The payload was never kept, or its time has passed."""

    title = (
        "No payload is kept for this message: the service does not ask for it, it was too large, or its time is over."
    )
