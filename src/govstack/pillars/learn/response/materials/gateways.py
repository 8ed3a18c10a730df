"""Looking whether an address still leads to something."""

from __future__ import annotations

from urllib.parse import urljoin

from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, fault_of, may_connect

SECONDS_MAX = 15.0
ANSWER_BYTES_MAX = 5_000_000
HOPS_MAX = 4
MOVED = frozenset({301, 302, 303, 307, 308})
GONE_STATUS_MIN = 400


async def look(context: Context, address: str, *, rules: Rules) -> str:
    """Return what is wrong with an address, "" when it leads somewhere; every hop must be allowed. Raises a Problem."""
    for _hop in range(HOPS_MAX):
        if fault_of(address, rules):
            return "not allowed"
        answer = await context.mediation.network.send(
            "GET", address, headers={"accept": "*/*"}, seconds=SECONDS_MAX, bytes_max=ANSWER_BYTES_MAX,
            avoid=lambda number: not may_connect(number, rules),
        )  # fmt: skip
        if answer.status not in MOVED:
            return f"status {answer.status}" if answer.status >= GONE_STATUS_MIN else ""
        address = urljoin(address, answer.headers.get("location", ""))
    return "moved too often"
