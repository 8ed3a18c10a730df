"""What a use case may reach: its own database, keys and settings, and other blocks through the mediator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govstack.kernel.crypto import Keyring
    from govstack.kernel.db import Database
    from govstack.kernel.mediation import MediationClient
    from govstack.kernel.settings import Settings


@dataclass(frozen=True)
class Context:
    """One running package. `memory` holds what the package keeps between calls in this process, by its own names."""

    package: str
    settings: Settings
    database: Database
    keys: Keyring
    mediation: MediationClient
    public_url: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
