"""Use cases of files that belong to statements; each is part of what whoever keeps the statements does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.kernel import ids, rules
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import TooLarge
from govstack.kernel.settings import Setting
from govstack.pillars.learn.learning.attachments import model, store
from govstack.pillars.learn.learning.attachments.model import Held, Part
from govstack.pillars.learn.learning.xapi.model import Attachment

BYTES_SETTING = "LEARN_ATTACHMENT_BYTES"
SETTINGS = (
    Setting(
        BYTES_SETTING,
        "10000000",
        "How many bytes the files that are sent with statements hold together at most; 10,000,000 is our default",
        rules.whole(0, model.PARTS_BYTES_MAX),
    ),
)
SEAL = "statement-attachment"
_PART = msgspec.msgpack.Decoder(Part)


def check(context: Context, parts: Mapping[str, Part]) -> None:
    """Refuse files that are larger than this country takes; raises TooLarge."""
    most = context.settings.number(BYTES_SETTING)
    if sum(len(one.content) for one in parts.values()) > most:
        raise TooLarge(f"The files are larger than {most} bytes together.")


async def keep(
    context: Context, tx: Transaction, *, told: Mapping[int, Sequence[Attachment]], parts: Mapping[str, Part]
) -> None:
    """Keep the files that statements name, by the position of each; what several name is kept once."""
    rows: list[Held] = []
    kept: dict[str, str] = {}
    for position, attachments in told.items():
        named = {one.sha2.lower(): one for one in attachments if one.sha2.lower() in parts}
        for sha2, attachment in named.items():
            content = parts[sha2].content
            if sha2 not in kept:
                kept[sha2] = id_ = ids.new_id()
                plain = msgspec.msgpack.encode(Part(sha2, attachment.contentType, content))
                await store.add_content(tx, id=id_, content=context.keys.seal(SEAL, plain, bound_to=id_))
            rows.append(Held(position, kept[sha2], len(content)))
    if rows:
        await store.add(tx, rows)


async def held(tx: Transaction, positions: Sequence[int]) -> list[Held]:
    """Return which files some statements have."""
    return await store.held(tx, positions)


async def parts(context: Context, tx: Transaction, of: Sequence[Held]) -> list[Part]:
    """Return files, each hash once, in the order of the statements that have them."""
    found: dict[str, Part] = {}
    for id_ in dict.fromkeys(one.content_id for one in of):
        sealed = await store.content(tx, id_)
        if sealed is not None:
            part = _PART.decode(context.keys.open(SEAL, sealed, bound_to=id_))
            found.setdefault(part.sha2, part)
    return list(found.values())


async def let_go(tx: Transaction, of: Sequence[Held]) -> None:
    """Remove the files of statements that were removed, unless another statement has them too."""
    if of:
        await store.remove_unheld(tx, [one.content_id for one in of])
