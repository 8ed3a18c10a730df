"""Adds passkeys and checks what devices sign; the ceremony itself is a library's (py_webauthn).

The library is imported inside the functions that use it: every start would wait for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import msgspec

from govstack.blocks.identity.passkeys import model, store
from govstack.blocks.identity.passkeys.errors import PasskeyRefused, TooManyPasskeys, UnknownPasskey
from govstack.blocks.identity.passkeys.model import Asked, Passkey, Place, Question
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.people.service import recorded
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import from_base64url, to_base64url
from govstack.kernel.db import Transaction, UniqueViolation

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

SITE = "IDENTITY_SITE"


class Answer(msgspec.Struct):
    """The part of a device's answer that says which passkey signed."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_=-]{1,1400}$")]


async def begin_registration(context: Context, *, person: Person) -> Question:
    """Return what the device is asked in order to make a passkey; raises TooManyPasskeys."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    place, challenge = _place(context), os.urandom(model.CHALLENGE_BYTES)
    own = await passkeys(context, person_id=person.id)
    if len(own) >= model.PASSKEYS_MAX:
        raise TooManyPasskeys
    handle = from_base64url(own[0].user_handle) if own else os.urandom(model.USER_HANDLE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=place.domain,
        rp_name=place.name,
        user_name=person.display_name or person.subject,
        user_id=handle,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=from_base64url(one.credential)) for one in own],
        supported_pub_key_algs=_algorithms(),
    )
    asked_id = await _ask(
        context, kind="create", person_id=person.id, purpose="create", challenge=challenge,
        user_handle=to_base64url(handle),
    )  # fmt: skip
    return Question(asked_id, webauthn.options_to_json(options))


async def finish_registration(
    context: Context, *, by: Actor, person_id: str, asked_id: str, answer: str, name: str
) -> Passkey:
    """Keep the passkey that the device made; raises PasskeyRefused and TooManyPasskeys."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    asked = await _taken(context, asked_id, kind="create", purpose="create")
    if asked.person_id != person_id:
        raise PasskeyRefused
    place = _place(context)
    try:
        made = webauthn.verify_registration_response(
            credential=_bounded(answer),
            expected_challenge=from_base64url(asked.challenge),
            expected_rp_id=place.domain,
            expected_origin=place.origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refusal(context, f"person/{person_id}", error) from error
    passkey = Passkey(
        ids.new_id(), to_base64url(made.credential_id), person_id, name.strip()[: model.NAME_CHARACTERS_MAX],
        asked.user_handle, made.credential_public_key, made.sign_count, clock.timestamp(), "",
    )  # fmt: skip
    try:
        async with context.database.transaction() as tx:
            if len(await store.listed(tx, person_id=person_id)) >= model.PASSKEYS_MAX:
                raise TooManyPasskeys
            await store.add(tx, passkey)
            action = "identity.factor.passkey-added"
            await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")
    except UniqueViolation as error:
        raise _refusal(context, f"person/{person_id}", error) from error
    return passkey


async def begin(context: Context, *, purpose: str, person_id: str = "") -> Question:
    """Return what the device is asked in order to prove somebody; of a person who is known, their passkeys alone."""
    import webauthn
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    place, challenge = _place(context), os.urandom(model.CHALLENGE_BYTES)
    own = await passkeys(context, person_id=person_id) if person_id else []
    options = webauthn.generate_authentication_options(
        rp_id=place.domain,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=from_base64url(one.credential)) for one in own],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    asked_id = await _ask(
        context, kind="get", person_id=person_id or None, purpose=purpose, challenge=challenge, user_handle=""
    )
    return Question(asked_id, webauthn.options_to_json(options))


async def finish(context: Context, *, purpose: str, asked_id: str, answer: str) -> Passkey:
    """Return the passkey that a device has proven, for the purpose it was asked for; raises PasskeyRefused."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    asked = await _taken(context, asked_id, kind="get", purpose=purpose)
    passkey = await _named(context, answer)
    if asked.person_id not in {None, passkey.person_id}:
        raise PasskeyRefused
    place, subject = _place(context), f"person/{passkey.person_id}"
    try:
        proven = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=from_base64url(asked.challenge),
            expected_rp_id=place.domain,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refusal(context, subject, error) from error
    async with context.database.transaction() as tx:
        if not await store.use(tx, passkey, sign_count=proven.new_sign_count, now=clock.timestamp()):
            raise PasskeyRefused
    return passkey


async def passkeys(context: Context, *, person_id: str) -> list[Passkey]:
    """Return the passkeys of a person, the oldest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await kept(tx, person_id=person_id)


async def kept(tx: Transaction, *, person_id: str) -> list[Passkey]:
    """Return them inside a transaction."""
    return await store.listed(tx, person_id=person_id)


async def remove(tx: Transaction, *, by: Actor, person_id: str, passkey_id: str) -> None:
    """Remove a passkey inside the transaction that knows what else the person has; raises UnknownPasskey."""
    if not await store.remove(tx, person_id=person_id, passkey_id=passkey_id):
        raise UnknownPasskey
    action = "identity.factor.passkey-removed"
    await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


async def remove_all(tx: Transaction, *, by: Actor, person_id: str) -> None:
    """Remove the passkeys of a person in the transaction of another act; there may be none."""
    if await store.remove_all(tx, person_id=person_id):
        action = "identity.factor.passkey-removed"
        await audit.record(tx, by=recorded(by), action=action, subject=f"person/{person_id}")


def _algorithms() -> list[COSEAlgorithmIdentifier]:
    """Return the kinds of signatures that are taken, the preferred first."""
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Known

    return [Known.ECDSA_SHA_256, Known.EDDSA, Known.RSASSA_PKCS1_v1_5_SHA_256]


async def _ask(
    context: Context, *, kind: str, person_id: str | None, purpose: str, challenge: bytes, user_handle: str
) -> str:
    now = clock.now()
    asked = msgspec.convert(
        {
            "id": ids.new_secret(24), "kind": kind, "person_id": person_id, "purpose": purpose,
            "challenge": to_base64url(challenge), "user_handle": user_handle,
            "expires_at": clock.timestamp(now + model.CHALLENGE_LIFE),
        },
        Asked,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        await store.ask(tx, asked, now=clock.timestamp(now))
    return asked.id


async def _taken(context: Context, asked_id: str, *, kind: str, purpose: str) -> Asked:
    async with context.database.transaction() as tx:
        asked = await store.take(tx, asked_id)
    if asked is None or asked.kind != kind or asked.purpose != purpose or asked.expires_at < clock.timestamp():
        raise PasskeyRefused
    return asked


async def _named(context: Context, answer: str) -> Passkey:
    """Return the passkey that an answer says to be of."""
    try:
        credential = msgspec.json.decode(_bounded(answer), type=Answer).id
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise PasskeyRefused from error
    if not credential.isprintable():
        raise PasskeyRefused
    async with context.database.reading(one_statement=True) as tx:
        passkey = await store.by_credential(tx, credential.rstrip("="))
    if passkey is None:
        raise PasskeyRefused
    return passkey


def _bounded(answer: str) -> str:
    if len(answer) > model.ANSWER_CHARACTERS_MAX:
        raise PasskeyRefused
    return answer


def _refusal(context: Context, subject: str, error: Exception) -> PasskeyRefused:
    log.security(context.package, "passkey.refused", actor=subject, outcome="refused", reason=type(error).__name__)
    refusal = PasskeyRefused()
    refusal.logged = True
    return refusal


def _place(context: Context) -> Place:
    return model.place_of(context.public_url, name=context.settings.text(SITE))
