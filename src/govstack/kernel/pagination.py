"""Paging of lists: bounded page sizes and opaque, sealed page tokens."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.kernel import crypto
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _

PAGE_SIZE_DEFAULT = 100
PAGE_SIZE_MAX = 1_000


def page_size(asked: int | None, *, default: int = PAGE_SIZE_DEFAULT, most: int = PAGE_SIZE_MAX) -> int:
    """Return the page size to use; raises BadRequest when it is not at least one."""
    if asked is None:
        return default
    if asked < 1:
        raise BadRequest("The page size must be at least 1.", fields={"pageSize": "must be at least 1"})
    return min(asked, most)


def token(keys: crypto.Keyring, purpose: str, position: object) -> str:
    """Return an opaque token for the position where the next page starts."""
    return crypto.to_base64url(keys.seal(f"page/{purpose}", msgspec.json.encode(position)))


def position(keys: crypto.Keyring, purpose: str, text: str) -> Any:
    """Return the position a token stands for; raises BadRequest for a token of another list or a changed one."""
    try:
        return msgspec.json.decode(keys.open(f"page/{purpose}", crypto.from_base64url(text)))
    except (crypto.SealBroken, ValueError) as error:
        raise BadRequest(_("The page token is not one of this list. Start again without it.")) from error
