"""Refusals for lack of consent."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden, Unavailable, Unprocessable


class ConsentMissing(Forbidden):
    """The person whom a caller names does not agree, and the caller's right rests on that."""

    code = "consent-missing"
    title = "The person has not agreed to this use of their data, or no longer agrees. Ask them for their consent."

    def __init__(self) -> None:
        # Callers tell this refusal from others of the same status.
        super().__init__(extra={"code": self.code})


class ConsentUnknown(Unavailable):
    """The consent block could not be asked, so nothing is shown."""

    code = "consent-unknown"
    title = "It could not be found out whether there is consent, so no data is shown. Try again later."

    def __init__(self) -> None:
        # Callers tell this refusal from others of the same status.
        super().__init__(extra={"code": self.code})


class TooManyPeople(Unprocessable):
    """A list would have to ask for the consent of more people than it may."""

    code = "consent-too-many"
    title = "Your right rests on the consent of each person, and too many were found to ask about. Narrow the search."

    def __init__(self) -> None:
        # Callers tell this refusal from others of the same status.
        super().__init__(extra={"code": self.code})
