"""A link between a sign-in and a phone, and the rules of linked authorisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govstack.blocks.identity.clients.model import GENERATED_CODE, LINKED_WALLET, STATIC_CODE
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.linking.errors import INVALID_CLAIM, INVALID_SCOPE, INVALID_TRANSACTION_ID
from govstack.blocks.identity.transactions.model import Stage, Transaction

LINK_SECONDS = 25
LIVE_CODES_MAX = 20
POLL_SECONDS = 3.0
POLL_PAUSE_SECONDS = 0.15
POLLS_MAX = 2_000
ID_CHARACTERS_MAX = 200
CLAIMS_MAX = 100

WALLET_AND_STATIC = "idbb:acr:linked-wallet-static-code"
# Which challenges an authentication context stands for (contract of the ACR values), the strongest first.
CHALLENGES_OF: Mapping[str, frozenset[str]] = {
    WALLET_AND_STATIC: frozenset({"WLA", "PIN"}),
    LINKED_WALLET: frozenset({"WLA"}),
    GENERATED_CODE: frozenset({"OTP"}),
    STATIC_CODE: frozenset({"PIN"}),
}
# How a wallet is told which factors there are: the published names, in the order in which they are tried.
FACTOR_NAMES = {"WLA": "Wallet", "PIN": "PIN", "OTP": "OTP"}


@dataclass(frozen=True, slots=True)
class Link:
    """One link code and what came of it. Codes and ids are kept as hashes alone."""

    id: str
    transaction_id: str
    expires_at: str
    linked_at: str = ""
    person_id: str = ""
    acr: str = ""
    methods: tuple[str, ...] = ()
    authenticated_at: str = ""
    permitted_at: str = ""
    scopes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    refused_at: str = ""
    finished_at: str = ""

    def known(self, now: str) -> bool:
        """Tell whether its code still means something: it has not ended, or a phone was linked before it did."""
        return bool(self.linked_at) or now < self.expires_at


@dataclass(frozen=True, slots=True)
class Permission:
    """What a person allows in a wallet; both may be left out."""

    scopes: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


def is_over(transaction: Transaction) -> bool:
    """Tell whether a sign-in was gone through; those of the published records can be gone through again."""
    return transaction.stage is Stage.CODE_ISSUED and not transaction.reusable


def check_permission(permission: Permission, transaction: Transaction) -> None:
    """Refuse to allow what nobody has asked for."""
    if set(permission.scopes) - set(transaction.request.scopes):
        raise Refused(INVALID_SCOPE, "A scope is permitted that was not asked for.")
    if set(permission.claims) - set(transaction.asked_claims):
        raise Refused(INVALID_CLAIM, "A claim is accepted that was not asked for.")


def check_open(link: Link, transaction: Transaction) -> None:
    """Refuse to authenticate twice in one link, or where the browser has gone on by itself (IDN-D21)."""
    gone_on = transaction.stage is not Stage.CREATED and not transaction.reusable
    if link.authenticated_at or link.refused_at or gone_on:
        raise Refused(INVALID_TRANSACTION_ID, "The person of this sign-in is known already, or has refused.")


def offered(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the authentication contexts that a wallet can reach of those that are wanted; all when none is named."""
    return tuple(acr for acr in wanted or CHALLENGES_OF if acr in CHALLENGES_OF)


def reached(proven: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the authentication context that proven challenges make: the first wanted one, "" when there is none."""
    have = frozenset(proven)
    return next((acr for acr in offered(wanted) if CHALLENGES_OF[acr] <= have), "")


def factors_of(wanted: Sequence[str]) -> list[list[str]]:
    """Return the combinations of factors that reach a wanted context, by their published names."""
    return [[name for kind, name in FACTOR_NAMES.items() if kind in CHALLENGES_OF[acr]] for acr in offered(wanted)]
