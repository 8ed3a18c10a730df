"""What automations ask of others: services through the mediator, and addresses outside that operators allow."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec

from govstack.blocks.registries.automations.model import Rules, Target, address_fault
from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.destinations import may_connect
from govstack.kernel.errors import Forbidden
from govstack.kernel.mediation import Reply

SECONDS_MAX = 20.0
ANSWER_BYTES_MAX = 1_000_000
PURPOSE = "Automation of a registry"


async def call_service(context: Context, target: Target, body: Mapping[str, Any], *, key: str, user: str) -> Reply:
    """Call a service of another member; a repeat carries the same key, so that it can be told from a new call."""
    return await context.mediation.call(
        target.method,
        target.service,
        target.path,
        application=target.application,
        body=body,
        user=user,
        purpose=PURPOSE,
        headers={"idempotency-key": key},
        seconds=SECONDS_MAX,
    )


async def call_address(
    context: Context, target: Target, body: Mapping[str, Any], *, key: str, signing_key: str, rules: Rules
) -> Reply:
    """Send a signed message to an address outside, at the very machine that was checked; follows no redirect."""
    if fault := address_fault(target.address, rules):
        raise Forbidden(f"The address {fault}.")
    content, moment = msgspec.json.encode(body), str(int(clock.now().timestamp()))
    headers = {
        "content-type": "application/json",
        "idempotency-key": key,
        "webhook-id": key,
        "webhook-timestamp": moment,
        "webhook-signature": signature(signing_key, key, moment, content),
    }
    return await context.mediation.network.send(
        "POST",
        target.address,
        headers=headers,
        body=content,
        seconds=SECONDS_MAX,
        bytes_max=ANSWER_BYTES_MAX,
        avoid=lambda number: not may_connect(number, rules.destinations),
    )


def signature(signing_key: str, key: str, moment: str, content: bytes) -> str:
    """Return the signature over id, time and body, by which the receiver knows who sent it and when."""
    made = hmac.digest(signing_key.encode(), f"{key}.{moment}.".encode() + content, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"
