"""Relying parties and the country's own applications as administrators see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from govstack.blocks.identity.clients.model import (
    AGE_QUESTION,
    GENERATED_CODE,
    LINKED_WALLET,
    STATIC_CODE,
    Client,
    usable_key,
)
from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, Cell, Words
from govstack.kernel.i18n import _

BIOMETRIC = "idbb:acr:biometrics"
LEVEL_WORDS: Mapping[str, str] = {
    STATIC_CODE: _("PIN or password"),
    GENERATED_CODE: _("One-time code, authenticator app or passkey"),
    LINKED_WALLET: _("Wallet on a phone, or passkey"),
    "idbb:acr:linked-wallet-static-code": _("Wallet on a phone together with a PIN"),
    BIOMETRIC: _("Biometrics"),
    "idbb:acr:biometrics-generated-code": _("Biometrics together with a one-time code"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the form of a relying party."""

    client_id: str = ""
    name: str = ""
    relying_party: str = ""
    logo: str = ""
    redirects: str = ""
    key: str = ""
    ages: str = ""
    levels: Sequence[str] = (GENERATED_CODE,)
    claims: Sequence[str] = ()
    active: bool = True


EMPTY = Given()


def parties(words: Words, found: Sequence[Client]) -> list[Sequence[Cell]]:
    """Return relying parties as rows of a table."""
    return [
        ({"text": one.name, "href": place(one)}, {"code": one.id}, {"code": one.relying_party_id}, _state(words, one))
        for one in found
    ]


def machines(words: Words, found: Sequence[Client]) -> list[Sequence[Cell]]:
    """Return the country's own applications and pages as rows of a table."""
    pages, application = words(_("Pages")), words(_("Application"))
    return [
        (
            one.id,
            pages if one.redirect_uris else application,
            words.set_apart((*one.redirect_uris, *one.scopes.split())),
            _state(words, one),
        )
        for one in found
    ]


def place(one: Client) -> str:
    """Return the address of a relying party's page."""
    return f"/relying-parties/{quote(one.id, safe='')}"


def turning(path: str, after: str, shown: Sequence[Client], *, more: bool) -> Mapping[str, str]:
    """Return the ways to the first and to the next part of a list."""
    return {"first": path if after else "", "next": f"{path}?{urlencode({'after': shown[-1].id})}" if more else ""}


def party(words: Words, one: Client) -> Mapping[str, object]:
    """Return what stands fast of a relying party: whose it is, its key, and whether that is good for anything."""
    return {
        "name": one.name,
        "here": place(one),
        "id": one.id,
        "organisation": one.relying_party_id,
        "state": _state(words, one),
        "key": msgspec.json.format(msgspec.json.encode(one.public_key or {})).decode(),
        "key_usable": usable_key(one.public_key) is not None,
    }


def given(one: Client) -> Given:
    """Return a relying party as its form shows it."""
    ages = [found[1] for claim in one.claims if (found := AGE_QUESTION.fullmatch(claim))]
    return Given(
        name=one.name, logo=one.logo_uri, redirects="\n".join(one.redirect_uris), ages=" ".join(ages),
        levels=one.acr_values, claims=one.claims, active=one.status == "active",
    )  # fmt: skip


def typed(form: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> Given:
    """Return what was typed, to be shown again beside what is wrong with it."""
    names = ("client_id", "name", "relying_party", "logo", "redirects", "key", "ages")
    texts = {name: form.get(name, "") for name in names}
    levels, claims = tuple(lists.get("levels", ())), tuple(lists.get("claims", ()))
    return Given(**texts, levels=levels, claims=claims, active=form.get("active") == "yes")


def choices(words: Words, shown: Given) -> Mapping[str, list[tuple[str, str]]]:
    """Return the levels and claims to choose from; no level by biometrics, which nobody can reach here, is offered."""
    levels = [level for level in LEVEL_WORDS if not level.startswith(BIOMETRIC) or level in shown.levels]
    return {
        "levels": [(level, words(LEVEL_WORDS[level])) for level in levels],
        "claims": [(claim, words(text)) for claim, text in CLAIM_WORDS.items()],
    }


def lines(text: str) -> list[str]:
    """Return the lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def questions(ages: str) -> list[str]:
    """Return the questions about some ages, as claims."""
    return [f"age_over_{age}" for age in ages.replace(",", " ").split()]


def _state(words: Words, one: Client) -> Mapping[str, object]:
    if one.status == "active":
        return {"status": words(_("Active")), "state": "good"}
    return {"status": words(_("Switched off")), "state": "off"}
