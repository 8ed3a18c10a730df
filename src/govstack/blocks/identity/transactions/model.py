"""A sign-in as it goes through its stages, and the pure rules of going on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from govstack.blocks.identity.transactions.errors import CodeRefused, TransactionOver
from govstack.kernel import clock
from govstack.kernel.crypto import equal, to_base64url

TRANSACTION_SECONDS = 600
CODE_SECONDS = 60
VERIFIER_CHARACTERS_MIN = 43
VERIFIER_CHARACTERS_MAX = 128


class Stage(StrEnum):
    """How far a sign-in has come; only forward."""

    CREATED = "created"
    AUTHENTICATED = "authenticated"
    PERMITTED = "permitted"
    CODE_ISSUED = "code-issued"


@dataclass(frozen=True, slots=True)
class Request:
    """What a relying party asks for, as it was checked (OpenID Connect Core 3.1.2.1, RFC 7636)."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = ""
    nonce: str = ""
    challenge: str = ""
    acr_values: tuple[str, ...] = ()
    essential_claims: tuple[str, ...] = ()
    voluntary_claims: tuple[str, ...] = ()
    claims_locales: tuple[str, ...] = ()
    # The browser that began it, as a keyed hash; empty where no browser did.
    browser: str = ""
    # Ask what may be passed on, also where it was allowed lately (prompt=consent).
    asks_again: bool = False


@dataclass(frozen=True, slots=True)
class Transaction:
    """One sign-in under way."""

    id: str
    request: Request
    stage: Stage
    expires_at: str
    person_id: str = ""
    acr: str = ""
    methods: tuple[str, ...] = ()
    authenticated_at: str = ""
    permitted_scopes: tuple[str, ...] = ()
    accepted_claims: tuple[str, ...] = ()
    # The session at the provider that it belongs to, once its person is known.
    session_id: str = ""
    # Of the published records alone: it can be gone through again.
    reusable: bool = False

    @property
    def asked_claims(self) -> tuple[str, ...]:
        """Return all claims that are asked for, the essential ones first."""
        return (*self.request.essential_claims, *self.request.voluntary_claims)

    @property
    def asks_permission(self) -> bool:
        """Tell whether the person has something to allow; `openid` alone passes on no claim."""
        return bool(self.asked_claims)


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code as kept, without its text."""

    transaction_id: str
    expires_at: str
    used_at: str | None


def authenticated(
    transaction: Transaction, *, person_id: str, acr: str, methods: tuple[str, ...], at: str, session_id: str
) -> Transaction:
    """Return a sign-in whose person is known."""
    _at_stage(transaction, Stage.CREATED)
    return replace(
        transaction, stage=Stage.AUTHENTICATED, person_id=person_id, acr=acr, methods=methods, authenticated_at=at,
        session_id=session_id,
    )  # fmt: skip


def permitted(transaction: Transaction, *, scopes: tuple[str, ...], claims: tuple[str, ...]) -> Transaction:
    """Return a sign-in whose person has allowed scopes and claims; nothing that was not asked for can be allowed."""
    _at_stage(transaction, Stage.AUTHENTICATED)
    allowed = tuple(scope for scope in transaction.request.scopes if scope in scopes or scope == "openid")
    accepted = tuple(claim for claim in transaction.asked_claims if claim in claims)
    return replace(transaction, stage=Stage.PERMITTED, permitted_scopes=allowed, accepted_claims=accepted)


def with_code(transaction: Transaction) -> Transaction:
    """Return a sign-in that gets its code now."""
    again = transaction.reusable and transaction.stage is Stage.CODE_ISSUED
    if not again:
        _at_stage(transaction, Stage.PERMITTED)
    return replace(transaction, stage=Stage.CODE_ISSUED)


def check_code(
    code: Code, transaction: Transaction, *, client_id: str, redirect_uri: str, verifier: str, now: str
) -> None:
    """Refuse a code that is used, late, or not presented by whom it was made for (RFC 6749 4.1.3, RFC 7636 4.6)."""
    if code.used_at is not None:
        raise CodeRefused("The code has been used.", transaction_id=code.transaction_id)
    if not now <= code.expires_at <= clock.latest_end(timedelta(seconds=CODE_SECONDS)):
        raise CodeRefused("The code has expired.")
    request = transaction.request
    if request.client_id != client_id or request.redirect_uri != redirect_uri:
        raise CodeRefused("The code was made for another client or address.")
    if not request.challenge:
        if verifier:
            raise CodeRefused("The sign-in began without a code challenge.")
        return
    if not VERIFIER_CHARACTERS_MIN <= len(verifier) <= VERIFIER_CHARACTERS_MAX:
        raise CodeRefused("The code verifier is missing.")
    if not equal(to_base64url(hashlib.sha256(verifier.encode()).digest()), request.challenge):
        raise CodeRefused("The code verifier does not fit.")


def _at_stage(transaction: Transaction, stage: Stage) -> None:
    if transaction.stage is not stage:
        raise TransactionOver
