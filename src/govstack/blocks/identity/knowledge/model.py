"""Which PINs and passwords are good enough, and how their slow hash is made."""

from __future__ import annotations

import base64
import hashlib
import os
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from govstack.blocks.identity.knowledge.errors import WeakSecret
from govstack.kernel.crypto import equal
from govstack.kernel.i18n import _

PIN_DIGITS_MIN = 6
PIN_DIGITS_MAX = 10
PASSWORD_CHARACTERS_MIN = 10
PASSWORD_CHARACTERS_MAX = 200
DIFFERENT_MIN = 5
PIN_DIFFERENT_MIN = 3
NAME_CHARACTERS_MIN = 4
COST, BLOCK_SIZE, PARALLEL = 2**15, 8, 1
MEMORY_BYTES_MAX = 64 * 1024 * 1024
SALT_BYTES = 16
HASH_BYTES = 32

# The commonest passwords of ten characters and more, without digits at their ends and without case.
_COMMON = frozenset({
    "password", "passwordpassword", "mypassword", "thisispassword", "qwertyuiop", "qwertyqwerty", "asdfghjkl",
    "qwertzuiop", "azertyuiop", "zxcvbnmasdf", "iloveyou", "letmein", "welcome", "welcomehome", "administrator",
    "adminadmin", "superman", "sunshine", "princess", "football", "basketball", "motdepasse", "contrasena",
    "contraseña", "bonjourbonjour", "hellohello", "trustno", "abcdefghij", "abcdefghijk", "abcabcabc", "onetwothree",
    "changeme", "changemenow", "secretsecret", "masterkey", "startstart", "testtesttest", "guestguest",
})  # fmt: skip


class Kind(StrEnum):
    """What is known."""

    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 (a name, not one)


METHODS = {Kind.PIN: "pin", Kind.PASSWORD: "pwd"}


@dataclass(frozen=True, slots=True)
class SlowHash:
    """A hash by scrypt (RFC 7914) with the parameters it was made with."""

    cost: int
    block_size: int
    parallel: int
    salt: str
    hash: str


@dataclass(frozen=True, slots=True)
class Known:
    """That a person has a PIN or password."""

    kind: Kind
    made_at: str
    used_at: str


def check_pin(pin: str) -> None:
    """Refuse a PIN that is none, or among the first that anybody would try; raises WeakSecret."""
    pin = _plain(pin)
    if not (pin.isascii() and pin.isdigit() and PIN_DIGITS_MIN <= len(pin) <= PIN_DIGITS_MAX):
        raise WeakSecret(_("A PIN has 6 to 10 digits."))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))
    if len(steps) == 1 or repeats or len(set(pin)) < PIN_DIFFERENT_MIN:
        raise WeakSecret(_("This PIN is too easy: digits in a row and repeated digits are tried first."))


def check_password(password: str, *, names: tuple[str, ...] = ()) -> None:
    """Refuse a password that is short, too long, common, or made of little but one's own name; raises WeakSecret."""
    plain = _plain(password)
    if len(plain) > PASSWORD_CHARACTERS_MAX:
        raise WeakSecret(_("A password has at most 200 characters."))
    if len(plain) < PASSWORD_CHARACTERS_MIN:
        raise WeakSecret(_("A password has at least 10 characters."))
    letters = plain.casefold().strip("0123456789!?.#*-_ ")
    rest = letters
    for name in names:
        rest = rest.replace(name.casefold(), "") if len(name) >= NAME_CHARACTERS_MIN else rest
    if plain.isdigit() or letters in _COMMON or len(set(plain)) < DIFFERENT_MIN or not rest:
        raise WeakSecret(_("This password is among the first that anybody would try. Use several words."))


def kind_of(secret: str) -> Kind:
    """Return what somebody who types this means: digits alone are a PIN."""
    return Kind.PIN if _plain(secret).isdigit() else Kind.PASSWORD


def slow_hash(secret: str) -> SlowHash:
    """Return a new slow hash; it takes a tenth of a second of a processor."""
    salt = os.urandom(SALT_BYTES)
    made = _scrypt(secret, salt, COST, BLOCK_SIZE, PARALLEL)
    return SlowHash(COST, BLOCK_SIZE, PARALLEL, base64.b64encode(salt).decode(), made)


def fits(secret: str, kept: SlowHash) -> bool:
    """Tell whether a secret is the one that was hashed."""
    salt = base64.b64decode(kept.salt)
    return equal(_scrypt(secret, salt, kept.cost, kept.block_size, kept.parallel), kept.hash)


def _scrypt(secret: str, salt: bytes, cost: int, block_size: int, parallel: int) -> str:
    made = hashlib.scrypt(
        _plain(secret).encode(), salt=salt, n=cost, r=block_size, p=parallel, maxmem=MEMORY_BYTES_MAX, dklen=HASH_BYTES
    )
    return base64.b64encode(made).decode()


def _plain(secret: str) -> str:
    """Return a secret as it is compared; the digits of a PIN may be typed in any script."""
    plain = unicodedata.normalize("NFKC", secret[: 2 * PASSWORD_CHARACTERS_MAX])
    return "".join(str(unicodedata.digit(letter)) for letter in plain) if plain.isdigit() else plain


# A hash that nothing fits, so that a person without a secret costs as much as one who has one.
NOBODYS = SlowHash(COST, BLOCK_SIZE, PARALLEL, base64.b64encode(bytes(SALT_BYTES)).decode(), "")
