"""What the phone of the sandbox shows."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.linking.service import Asked
from govstack.blocks.identity.people.model import Person


def holders(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Return who can hold the phone, as options."""
    return [(one.subject, one.display_name) for one in people]


def who_asks(asked: Asked) -> str:
    """Return what the service is called that asks."""
    return asked.client.name or asked.client.id
