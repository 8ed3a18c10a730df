"""A request to an issuer elsewhere, and how the data comes to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LINK_LASTS = timedelta(hours=24)
DATA_LASTS = timedelta(days=7)
LINK_CHARACTERS_MAX = 100


class Way(StrEnum):
    """Whether the data goes along with the request, or is fetched by a link that works once."""

    PUSH = "push"
    PULL = "pull"


@dataclass(frozen=True, slots=True)
class Issuance:
    """One request to an issuer elsewhere; of the link only a hash is kept."""

    id: str
    credential_id: str
    partner_id: str
    way: Way
    created_at: str
    expires_at: str
    fetched_at: str = ""


def hashed(link: str) -> str:
    """Return what is kept of a link."""
    return hashlib.sha256(link.encode()).hexdigest()
