"""Which levels let people into the country's own packages, and what whoever works for the state needs besides."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import GENERATED_CODE, STATIC_CODE
from govstack.blocks.identity.levels import model
from govstack.blocks.identity.people.model import Person
from govstack.kernel.context import Context
from govstack.kernel.rules import one_of
from govstack.kernel.settings import Setting

PEOPLE_LEVEL = "IDENTITY_PEOPLE_LEVEL"
STAFF_LEVEL = "IDENTITY_STAFF_LEVEL"
BY_CODE, BY_PIN = "generated-code", "static-code"
SETTINGS = (
    Setting(
        PEOPLE_LEVEL,
        BY_CODE,
        "What lets people into the country's own packages: generated-code (a one-time code, an authenticator app or a "
        "passkey), or static-code (a PIN or a password is enough too)",
        one_of(BY_CODE, BY_PIN),
    ),
    Setting(
        STAFF_LEVEL,
        BY_CODE,
        "What whoever carries roles or scopes of work proves there: generated-code, or two-factors (a PIN or a "
        "password besides; a passkey is both)",
        one_of(BY_CODE, model.TWO_FACTORS),
    ),
)


def own(context: Context) -> tuple[str, ...]:
    """Return the levels that let people into the country's own packages, the one that is asked for first."""
    by_pin = context.settings.text(PEOPLE_LEVEL) == BY_PIN
    return (GENERATED_CODE, STATIC_CODE) if by_pin else (GENERATED_CODE,)


async def falls_short(context: Context, *, client_id: str, person: Person, methods: Sequence[str]) -> bool:
    """Tell whether somebody who carries roles or scopes of work has proven too little to enter a package (IDN-04)."""
    works = bool(person.roles or person.scopes)
    if not works or model.enough_for_work(methods, context.settings.text(STAFF_LEVEL)):
        return False
    client = await clients.client(context, client_id=client_id)
    return client is not None and client.own
