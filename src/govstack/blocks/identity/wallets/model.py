"""A partner that runs wallets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govstack.kernel.i18n import _

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}"
NAME_CHARACTERS_MAX = 100
KEY_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that runs wallets; one that is not active may bind nothing more."""

    id: str
    name: str
    active: bool
    registered_at: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A partner with its key, which is shown this once."""

    partner: Partner
    key: str


def complaints(*, partner_id: str, name: str) -> dict[str, str]:
    """Return what is wrong with an id and a name, by field."""
    wrong = {}
    if re.fullmatch(ID_PATTERN, partner_id) is None:
        wrong["partner_id"] = _("Enter an id of 1 to 50 letters, digits and . _ - that begins with a letter or digit")
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        wrong["name"] = _("Enter a name of 1 to 100 characters")
    return wrong
