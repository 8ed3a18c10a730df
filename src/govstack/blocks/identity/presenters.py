"""What the sign-in pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govstack.blocks.identity.model import Person, work
from govstack.kernel.i18n import _

CHOOSE_SOMEBODY = _("Choose who you want to be")
OFFICIALS = _("Officials")
PEOPLE = _("People")


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to sign in as, with a word on what they do."""

    value: str
    text: str
    hint: str


def groups(people: Sequence[Person], language: str) -> list[tuple[str, list[Choice]]]:
    """Return the people in two groups, officials first."""
    officials = [person for person in people if person.roles]
    citizens = [person for person in people if not person.roles]
    made = ((OFFICIALS, officials), (PEOPLE, citizens))
    return [(title, [_choice(person, language) for person in group]) for title, group in made if group]


def _choice(person: Person, language: str) -> Choice:
    return Choice(person.id, person.name, work(person, language))
