"""What is blocked, by which kind of identifier, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.identity.blocking.errors import UnknownToBlock, WrongMoment, WrongStatus
from govstack.blocks.identity.identifiers.model import IdentifierKind
from govstack.kernel import clock

BLOCKED, UNBLOCKED = "BLOCKED", "UNBLOCKED"
IDENTIFIER_CHARACTERS_MAX = 200
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Blocked:
    """What is blocked or no longer blocked: a whole identity by its number, or one identifier alone."""

    identifier: str
    kind: IdentifierKind
    status: str
    until: str = ""


def kind_of(text: str) -> IdentifierKind:
    """Return the kind that idType names; whatever is no number of the block is an alias. Raises UnknownToBlock."""
    if not text.strip() or len(text) > IDENTIFIER_CHARACTERS_MAX:
        raise UnknownToBlock
    try:
        return IdentifierKind(text.strip().lower())
    except ValueError:
        return IdentifierKind.ALIAS


def moment_of(text: str) -> str:
    """Return a moment to come as it is kept, or nothing; raises WrongMoment."""
    if not text:
        return ""
    try:
        moment = clock.timestamp(clock.parse(text))
    except (ValueError, OverflowError) as error:
        raise WrongMoment from error
    if moment <= clock.timestamp():
        raise WrongMoment
    return moment


def check_status(text: str, *, wanted: str) -> None:
    """Refuse a status that is not the operation's own."""
    if text.upper() not in {"", wanted, wanted.removesuffix("ED")}:
        raise WrongStatus


def shown(identifier: str, kind: IdentifierKind) -> str:
    """Return an identifier as it may be said again; the secret number is in no answer."""
    return identifier if kind is not IdentifierKind.UIN else f"********{identifier[-_SHOWN:]}"
