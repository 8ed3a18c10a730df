"""What somebody wrote back, as it is passed on."""

from __future__ import annotations

import base64

import msgspec

from govstack.blocks.messaging.intake.model import Channel
from govstack.blocks.messaging.providers.model import Brought

# A receipt may come before what it is about was written down, and never much later.
LOOKS_MAX = 6
LOOK_SECONDS = 2.0


def passed_on(brought: Brought, message_id: str) -> bytes:
    """Return an answer in the published shape: facts about it in meta, and its text in base64."""
    meta = {"channel": Channel.SMS, "messageUid": message_id, "from": brought.number, "part": brought.part}
    facts = msgspec.json.encode({name: value for name, value in meta.items() if value}).decode()
    return msgspec.json.encode({"meta": facts, "content": base64.b64encode(brought.text.encode()).decode()})
