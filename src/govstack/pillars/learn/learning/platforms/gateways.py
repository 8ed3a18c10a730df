"""Asking a tool for the keys that its messages are checked with."""

from __future__ import annotations

from joserfc.jwk import KeySet

from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, fault_of, may_connect
from govstack.kernel.errors import BadGateway, Problem
from govstack.pillars.learn.learning.platforms.model import TOOL_KEYS_MAX

SECONDS_MAX = 5.0
ANSWER_BYTES_MAX = 100_000


async def keys(context: Context, address: str, *, rules: Rules) -> KeySet:
    """Return the public keys of a tool; raises BadGateway, also for an address that may not be asked."""
    if fault_of(address, rules):
        raise BadGateway
    try:
        answer = await context.mediation.network.send(
            "GET", address, headers={"accept": "application/json"}, seconds=SECONDS_MAX, bytes_max=ANSWER_BYTES_MAX,
            avoid=lambda number: not may_connect(number, rules),
        )  # fmt: skip
        told = answer.expect(200).json()
        given = told["keys"]
        usable = [key for key in given if key.get("kty") in {"RSA", "EC"}]
        if not usable or len(given) > TOOL_KEYS_MAX:
            raise BadGateway
        return KeySet.import_key_set({"keys": usable})
    except (Problem, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadGateway from error
