"""Wire shapes of the published binding, as lenient as published clients need (IDN-D9, IDN-D28)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.identity.binding.model import Wanted
from govstack.blocks.identity.binding.service import Made
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.frame.schemas import EnvelopeError, in_milliseconds, moment

JwkValue = str | bool | int | list[str] | None
BODY_BYTES_MAX = 100_000
HEADERS = {"PARTNER-ID": "The id of the partner, as registered", "PARTNER-API-KEY": "Its key"}


class ChallengeShape(msgspec.Struct, rename="camel"):
    """One challenge of a list."""

    auth_factor_type: str | None = None
    challenge: str | None = None
    format: str | None = None


class BindingShape(msgspec.Struct, rename="camel"):
    """What a wallet's server sends to bind a key."""

    individual_id: str | None = None
    auth_factor_type: str | None = None
    format: str | None = None
    challenge_list: list[ChallengeShape] | None = None
    public_key: dict[str, JwkValue] | str | None = None


class BindingRequest(msgspec.Struct, rename="camel"):
    """The envelope of a binding."""

    request_time: str | None = None
    request: BindingShape | None = None


class BindingResponse(msgspec.Struct, rename="camel"):
    """What a wallet gets: its name for the person, the certificate, and when that ends."""

    wallet_user_id: str
    certificate: str
    expire_date_time: str


class BindingAnswer(msgspec.Struct, rename="camel"):
    """The envelope of an answer."""

    response_time: str
    response: BindingResponse
    errors: list[EnvelopeError] = []


class CodeShape(msgspec.Struct, rename="camel"):
    """Who gets a code, and how."""

    individual_id: str | None = None
    otp_channels: list[str] | None = None


class CodeRequest(msgspec.Struct, rename="camel"):
    """The envelope of a request for a code."""

    request_time: str | None = None
    request: CodeShape | None = None


class CodeAnswer(msgspec.Struct, rename="camel"):
    """The same for everybody: whether there is such a person is not told."""

    response_time: str
    response: dict[str, str] = {}
    errors: list[EnvelopeError] = []


def partner(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the id and the key that a partner has sent (IDN-D27)."""
    return headers.get("partner-id", ""), headers.get("partner-api-key", "")


def individual(body: CodeRequest) -> str:
    """Return whom a code is for, "" for nobody."""
    return (body.request.individual_id if body.request else None) or ""


def challenges(given: list[ChallengeShape] | None) -> tuple[Challenge, ...]:
    """Return challenges without the gaps that the wire may have."""
    return tuple(Challenge(one.auth_factor_type or "", one.challenge or "", one.format or "") for one in given or ())


def wanted(shape: BindingShape) -> Wanted:
    """Return what is asked for."""
    return Wanted(
        shape.individual_id or "", shape.auth_factor_type or "", shape.format or "", challenges(shape.challenge_list),
        shape.public_key,
    )  # fmt: skip


def answer(made: Made) -> BindingAnswer:
    """Return what a wallet gets."""
    expires = in_milliseconds(made.bound.expires_at)
    return BindingAnswer(moment(), BindingResponse(made.bound.wallet_user_id, made.certificate, expires))
