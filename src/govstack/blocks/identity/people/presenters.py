"""How people and their identifiers are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.identity.identifiers.model import IdentifierStatus
from govstack.blocks.identity.people.model import Status
from govstack.kernel.i18n import _

STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    Status.ACTIVE: (_("Active"), "good"),
    Status.BLOCKED: (_("Blocked"), "bad"),
    Status.DEACTIVATED: (_("Ended"), "off"),
}
IDENTIFIER_STATUS_WORDS: Mapping[IdentifierStatus, tuple[str, str]] = {
    IdentifierStatus.ACTIVE: (_("Works"), "good"),
    IdentifierStatus.BLOCKED: (_("Blocked"), "bad"),
    IdentifierStatus.SPENT: (_("Used"), "off"),
    IdentifierStatus.EXPIRED: (_("Expired"), "off"),
    IdentifierStatus.REVOKED: (_("Revoked"), "off"),
}
