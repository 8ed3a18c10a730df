"""Who is acting: a person, an application, the system itself, or nobody known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import msgspec

Kind = Literal["anonymous", "application", "person", "system"]
NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Actor:
    """The proven identity behind one call.

    `application` is the calling application as INSTANCE/CLASS/MEMBER/APPLICATION, proven by a token or a
    certificate, never taken from a header that a caller could type. `on_behalf_of` is the person for whom an
    application acts, as that application states it.
    """

    kind: Kind
    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    application: str = ""
    attributes: Mapping[str, str] = field(default_factory=lambda: NO_ATTRIBUTES, compare=False)
    on_behalf_of: str = ""

    def may(self, scope: str) -> bool:
        """Tell whether this actor holds a scope; `block:*` holds every scope of the block."""
        return scope in self.scopes or f"{scope.partition(':')[0]}:*" in self.scopes

    @property
    def signed_in(self) -> bool:
        """Tell whether anybody was proven."""
        return self.kind != "anonymous"

    def to_bytes(self) -> bytes:
        """Return what rights are decided by, to be sealed and kept for work that goes on without the caller."""
        return msgspec.json.encode(replace(self, attributes=dict(self.attributes)), order="deterministic")

    @classmethod
    def from_bytes(cls, kept: bytes) -> Actor:
        """Return an actor that was kept."""
        told: dict[str, Any] = msgspec.json.decode(kept)
        return cls(**{**told, "roles": frozenset(told["roles"]), "scopes": frozenset(told["scopes"])})

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return the platform itself acting, for example a scheduled task."""
        return cls(kind="system", id=name, name=name)


ANONYMOUS = Actor(kind="anonymous", id="anonymous")
SYSTEM = Actor.system("system")
