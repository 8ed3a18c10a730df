"""What the pages of signing in show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from govstack.blocks.identity.clients.model import Client
from govstack.blocks.identity.frame.presenters import Words
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.permissions.presenters import claim_words
from govstack.blocks.identity.transactions.model import Transaction
from govstack.kernel.i18n import _

CHOOSE_SOMEBODY = _("Choose who you want to be")
SAY_WHO = _("Enter your number, telephone number or e-mail address")
OFFICIALS = _("Officials")
PEOPLE = _("People")
WORK = "work"
WAY_WORDS: Mapping[str, str] = {
    "otp": _("One-time code"),
    "totp": _("Code of your authenticator app"),
    "pin": _("PIN"),
    "password": _("Password"),
    "passkey": _("Passkey"),
}


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


def asked(words: Words, transaction: Transaction) -> dict[str, list[tuple[str, str]]]:
    """Return the claims that are asked for: those that are needed, and those a person may leave out."""
    request = transaction.request
    return {
        "needed": [(claim, claim_words(words, claim)) for claim in request.essential_claims],
        "optional": [(claim, claim_words(words, claim)) for claim in request.voluntary_claims],
    }


def origin(redirect_uri: str) -> str:
    """Return the origin of an address, as a policy of content names it."""
    parts = urlsplit(redirect_uri)
    return f"{parts.scheme}://{parts.netloc}"


def service_name(client: Client | None) -> str:
    """Return what a relying party is called; the country's own pages need no name."""
    return "" if client is None or client.own else client.name


def _choice(person: Person, language: str) -> Choice:
    words = person.facts.get(f"{WORK}_{language}") or person.facts.get(WORK, "")
    return Choice(person.subject, person.display_name, words)
