"""What makes a good key, and how key text becomes the bytes that encrypt."""

from __future__ import annotations

import hashlib

TEXT_CHARACTERS_MIN = 12
TEXT_CHARACTERS_MAX = 1_000
KEY_BYTES = 32
SCRYPT_COST = 2**14


def problem(text: str) -> str:
    """Return what is wrong with a key that an analyst sets, or nothing."""
    if not TEXT_CHARACTERS_MIN <= len(text) <= TEXT_CHARACTERS_MAX or len(set(text)) < TEXT_CHARACTERS_MIN // 2:
        return f"A key has {TEXT_CHARACTERS_MIN} to {TEXT_CHARACTERS_MAX} characters, not the same ones over and over."
    return ""


def derive(text: str, registry_id: int) -> bytes:
    """Return the 32 bytes that encrypt for a registry; slow on purpose, since people choose the text."""
    salt = f"registry/{registry_id}".encode()
    return hashlib.scrypt(text.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, dklen=KEY_BYTES)
