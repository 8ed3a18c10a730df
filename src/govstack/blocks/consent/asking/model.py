"""A request for consent, or for a signature beside somebody else's: where it stands, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.actor import Actor

DAYS = 30
DAYS_MAX = 365
REASON_CHARACTERS_MAX = 500
REFERENCE_CHARACTERS_MAX = 100
EMAIL_CHARACTERS_MAX = 254
PHONE_CHARACTERS_MAX = 40

Reason = Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)]
Reference = Annotated[str, Meta(max_length=REFERENCE_CHARACTERS_MAX)]
Email = Annotated[str, Meta(max_length=EMAIL_CHARACTERS_MAX, pattern=r"^$|^[^@\s,;<>]+@[^@\s,;<>]+$")]
# ITU-T E.164: a country code, and fifteen digits at most.
Phone = Annotated[str, Meta(pattern=r"^$|^\+[1-9][0-9]{6,14}$")]
Days = Annotated[int, Meta(ge=1, le=DAYS_MAX)]


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    EXPIRED = "expired"
    TAKEN_BACK = "taken back"
    NOT_NEEDED = "not needed"
    FORGOTTEN = "forgotten"


class Notice(StrEnum):
    """What became of the message to the person: taken by the messaging block, not taken, or there is no such block."""

    SENT = "sent"
    FAILED = "failed"
    OFF = "off"


class Said(msgspec.Struct, frozen=True):
    """What the asker says beside a request: who they are, why they ask, and what they call it themselves."""

    asker: str = ""
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Whom somebody asks for what, until when; `signs` names the record that is to be signed too."""

    id: str
    agreement_id: str
    individual_id: str | None
    signs: str
    asker: str
    state: State
    asked_at: str
    expires_at: str
    answered_at: str = ""
    said: Said = field(default_factory=Said)

    def at(self, moment: str) -> State:
        """Return where it stands at a moment: one that nobody answered in time has expired."""
        late = self.state in {State.OPEN, State.WAITING} and self.expires_at <= moment
        return State.EXPIRED if late else self.state


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks: of whom, by this block's id or by the identifier they sign in with, to agree or to sign.

    `email` or else `phone` is where the person can be told; it is passed on and never kept.
    """

    agreement_id: str = ""
    individual_id: str = ""
    external_id: str = ""
    signs: str = ""
    reason: str = ""
    reference: str = ""
    days: int = DAYS
    email: str = ""
    phone: str = ""
    language: str = ""


def asker_of(by: Actor) -> str:
    """Return who asks, as requests are found by: an application as such, whoever works with it."""
    return by.application if by.kind == "application" and by.application else by.id
