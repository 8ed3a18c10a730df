"""A service of enrolment: a machine in a centre, the public key its packets are signed with, and its officers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from govstack.blocks.identity.stations.errors import StationInvalid

NAME_CHARACTERS_MAX = 200
OFFICERS_MAX = 100
OFFICER_CHARACTERS_MAX = 100
RSA_BITS_MIN = 2048
RSA_BITS_MAX = 8192
PUBLIC_MEMBERS = frozenset({"kty", "crv", "x", "y", "n", "e"})
KEY_MEMBERS_MAX = 20
KEY_CHARACTERS_MAX = 2_000
CURVES: Mapping[str, tuple[str, ...]] = {"P-256": ("ES256",), "P-384": ("ES384",)}
RSA_ALGORITHMS = ("RS256", "PS256")
# Centre and machine stand joined by a low line in each packet, so neither has one.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,35}")
_APPLICATION = re.compile(r"[^/\s]{1,64}(/[^/\s]{1,64}){3}")


class State(StrEnum):
    """How far a service is trusted."""

    PENDING = "pending"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Station:
    """A registered service of enrolment.

    `officers` are the ids of those who may work there; none named means anybody the centre lets. `application` is who
    may send its packets, as INSTANCE/CLASS/MEMBER/APPLICATION; none named means whoever may enrol.
    """

    id: str
    centre: str
    machine: str
    name: str
    key: Mapping[str, str]
    officers: tuple[str, ...]
    application: str
    state: State
    registered_at: str
    changed_at: str

    @property
    def ref_id(self) -> str:
        """Return how packets name the service."""
        return f"{self.centre}_{self.machine}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A service that is to be registered."""

    centre: str
    machine: str
    name: str
    key: Mapping[str, object]
    officers: Sequence[str] = field(default=())
    application: str = ""


def checked(wish: Wish) -> dict[str, str]:
    """Return the public key of a service that may be registered; raises StationInvalid that names each fault."""
    faults: dict[str, str] = {}
    for name, code in (("centre", wish.centre), ("machine", wish.machine)):
        if not is_code(code):
            faults[name] = "must be up to 36 letters, digits and hyphens"
    if not wish.name.strip() or len(wish.name) > NAME_CHARACTERS_MAX:
        faults["name"] = "must be a name of up to 200 characters"
    if len(wish.officers) > OFFICERS_MAX or any(not 0 < len(one) <= OFFICER_CHARACTERS_MAX for one in wish.officers):
        faults["officers"] = "must be up to 100 ids of up to 100 characters"
    if wish.application and not _APPLICATION.fullmatch(wish.application):
        faults["application"] = "must look like INSTANCE/CLASS/MEMBER/APPLICATION"
    key = public_part(wish.key)
    if not algorithms(key):
        faults["key"] = "must be a public JSON Web Key: P-256, P-384, Ed25519, or RSA with 2048 to 8192 bits"
    if faults:
        raise StationInvalid(fields=faults)
    return key


def is_code(text: str) -> bool:
    """Tell whether a text can name a centre or a machine."""
    return _CODE.fullmatch(text) is not None


def public_part(key: Mapping[str, object]) -> dict[str, str]:
    """Return what is public of a key; a private part that was sent by mistake is left out."""
    return {name: value for name, value in key.items() if name in PUBLIC_MEMBERS and isinstance(value, str)}


def algorithms(key: Mapping[str, str]) -> tuple[str, ...]:
    """Return the algorithms that a public key signs with; none for one that cannot be used."""
    if sum(map(len, key.values())) > KEY_CHARACTERS_MAX:
        return ()
    try:
        made = import_key(dict(key))
    except (JoseError, ValueError, KeyError, TypeError):
        return ()
    if isinstance(made, RSAKey):
        return RSA_ALGORITHMS if RSA_BITS_MIN <= made.raw_value.key_size <= RSA_BITS_MAX else ()
    if isinstance(made, ECKey):
        return CURVES.get(str(key.get("crv")), ())
    if isinstance(made, OKPKey) and key.get("crv") == "Ed25519":
        return ("Ed25519", "EdDSA")
    return ()
