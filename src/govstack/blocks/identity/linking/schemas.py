"""Wire shapes of linked authorisation, as lenient on the way in as published clients need (IDN-D7, IDN-D22)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.identity.binding.schemas import ChallengeShape
from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused
from govstack.blocks.identity.frame.schemas import EnvelopeError, in_milliseconds, moment, refusal_with_empty_response
from govstack.blocks.identity.linking import model
from govstack.blocks.identity.linking.model import Link, Permission
from govstack.blocks.identity.linking.service import Asked, Code, Finished
from govstack.kernel import clock
from govstack.kernel.errors import Problem


class CodeShape(msgspec.Struct, rename="camel"):
    """For which sign-in."""

    transaction_id: str | None = None


class CodeRequest(msgspec.Struct, rename="camel"):
    """Ask for a link code."""

    request_time: str | None = None
    request: CodeShape | None = None


class CodeResponse(msgspec.Struct, rename="camel"):
    """A link code, and until when it can be used."""

    transaction_id: str
    link_code: str
    expire_date_time: str


class CodeAnswer(msgspec.Struct, rename="camel"):
    """The envelope of a link code."""

    response_time: str
    response: CodeResponse
    errors: list[EnvelopeError] = []


class StatusShape(msgspec.Struct, rename="camel"):
    """Which link of which sign-in."""

    transaction_id: str | None = None
    link_code: str | None = None


class StatusRequest(msgspec.Struct, rename="camel"):
    """Wait until a wallet has linked."""

    request_time: str | None = None
    request: StatusShape | None = None


class StatusResponse(msgspec.Struct, rename="camel", omit_defaults=True):
    """LINKED and when (milliseconds since 1970), or neither as long as no wallet has linked."""

    transaction_id: str
    link_status: str = ""
    linked_date_time: str = ""


class StatusAnswer(msgspec.Struct, rename="camel"):
    """The envelope of a status; its moment stands there as published and as it is spelled elsewhere (IDN-D8)."""

    response_time: str
    published_time: str = msgspec.field(name="responseTIme")
    response: StatusResponse
    errors: list[EnvelopeError] = []


class FinishShape(msgspec.Struct, rename="camel"):
    """Which linked sign-in is waited for."""

    transaction_id: str | None = None
    linked_code: str | None = None


class FinishRequest(msgspec.Struct, rename="camel"):
    """Wait for the authorisation code."""

    request_time: str | None = None
    request: FinishShape | None = None


class FinishResponse(msgspec.Struct, rename="camel"):
    """Where the browser goes on, and with what."""

    code: str
    redirect_uri: str
    state: str
    nonce: str


class FinishAnswer(msgspec.Struct, rename="camel"):
    """The envelope of an authorisation code."""

    response_time: str
    response: FinishResponse
    errors: list[EnvelopeError] = []


class LinkShape(msgspec.Struct, rename="camel"):
    """The code that a wallet has read."""

    link_code: str | None = None


class LinkRequest(msgspec.Struct, rename="camel"):
    """Link a wallet."""

    request_time: str | None = None
    request: LinkShape | None = None


class AuthFactor(msgspec.Struct, rename="camel"):
    """One factor of a combination."""

    type: str
    count: int = 0
    bio_sub_types: list[str] = []


class LinkResponse(msgspec.Struct, rename="camel"):
    """Who asks for what, and how the person may prove to be there."""

    link_transaction_id: str
    client_name: str
    logo_url: str
    authorize_scopes: list[str]
    essential_claims: list[str]
    voluntary_claims: list[str]
    auth_factors: list[list[AuthFactor]]
    configs: dict[str, str] = {}


class LinkAnswer(msgspec.Struct, rename="camel"):
    """The envelope of a linked sign-in."""

    response_time: str
    response: LinkResponse
    errors: list[EnvelopeError] = []


class AuthenticateShape(msgspec.Struct, rename="camel"):
    """Who says to be there, and the proof."""

    linked_transaction_id: str | None = None
    individual_id: str | None = None
    challenge_list: list[ChallengeShape] | None = None


class AuthenticateRequest(msgspec.Struct, rename="camel"):
    """Prove in a wallet who signs in."""

    request_time: str | None = None
    request: AuthenticateShape | None = None


class ConsentShape(msgspec.Struct, rename="camel"):
    """What the person allows; a single text stands for a list of one (IDN-D22)."""

    linked_transaction_id: str | None = None
    permitted_authorize_scopes: list[str] | str | None = None
    accepted_claims: list[str] | str | None = None


class ConsentRequest(msgspec.Struct, rename="camel"):
    """Allow in a wallet what is passed on."""

    request_time: str | None = None
    request: ConsentShape | None = None


class LinkedResponse(msgspec.Struct, rename="camel"):
    """The linked sign-in, under the name of the document and under the one that published clients read (IDN-D21)."""

    linked_transaction_id: str
    link_transaction_id: str


class LinkedAnswer(msgspec.Struct, rename="camel"):
    """The envelope of a step in the wallet."""

    response_time: str
    response: LinkedResponse
    errors: list[EnvelopeError] = []


def code(made: Code) -> CodeAnswer:
    """Return a link code."""
    expires = in_milliseconds(made.expires_at)
    return CodeAnswer(moment(), CodeResponse(made.transaction_id, made.text, expires))


def status(link: Link) -> StatusAnswer:
    """Return how a link stands."""
    at, now = link.linked_at, moment()
    since = str(int(clock.parse(at).timestamp() * 1000)) if at else ""
    return StatusAnswer(now, now, StatusResponse(link.transaction_id, "LINKED" if at else "", since))


def status_refusal(problem: Problem) -> Mapping[str, object]:
    """Return a refusal of a status, whose moment stands under both spellings too."""
    body = refusal_with_empty_response(problem)
    return {"responseTIme": body["responseTime"], **body}


def finished(made: Finished) -> FinishAnswer:
    """Return an authorisation code."""
    return FinishAnswer(moment(), FinishResponse(made.code, made.redirect_uri, made.state, made.nonce))


def linked(found: Asked) -> LinkAnswer:
    """Return who asks for what."""
    request = found.transaction.request
    factors = [[AuthFactor(name) for name in names] for names in found.factors]
    response = LinkResponse(
        found.linked_id, found.client.name, found.client.logo_uri, list(request.scopes),
        list(request.essential_claims), list(request.voluntary_claims), factors,
    )  # fmt: skip
    return LinkAnswer(moment(), response)


def step(linked_id: str) -> LinkedAnswer:
    """Return that a step was taken."""
    return LinkedAnswer(moment(), LinkedResponse(linked_id, linked_id))


def permission(shape: ConsentShape) -> Permission:
    """Return what is allowed; raises Refused for more than there can be."""
    scopes, claims = _listed(shape.permitted_authorize_scopes), _listed(shape.accepted_claims)
    if max(len(scopes), len(claims)) > model.CLAIMS_MAX:
        raise Refused(INVALID_REQUEST, f"A list has {model.CLAIMS_MAX} entries at most.")
    return Permission(scopes, claims)


def _listed(given: list[str] | str | None) -> tuple[str, ...]:
    names = given.split() if isinstance(given, str) else given or ()
    return tuple(dict.fromkeys(names))
