"""What the phone of the sandbox shows."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.identity.frame.presenters import Words
from govstack.blocks.identity.linking.service import Asked
from govstack.blocks.identity.people.model import Person
from govstack.kernel.i18n import _

OWN = _("A service of this state")


def holders(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Return who can hold the phone, as options."""
    return [(one.subject, one.display_name) for one in people]


def who_asks(words: Words, asked: Asked) -> str:
    """Return what the service is called that asks; the country's own pages have no name of their own."""
    return words(OWN) if asked.client.own else asked.client.name or asked.client.id
