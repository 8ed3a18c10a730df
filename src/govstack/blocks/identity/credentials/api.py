"""The API of credentials: ask, follow, manage, find, download and check (IDN-29)."""

from __future__ import annotations

from govstack.blocks.identity.credentials import schemas, service
from govstack.blocks.identity.credentials.errors import (
    NotInForce,
    OwnCredential,
    UnknownCredential,
    UnknownKind,
    WrongStep,
)
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.signing.errors import NotSignedHere
from govstack.blocks.identity.signing.model import DOCUMENT_CHARACTERS_MAX, MEDIA_TYPE
from govstack.kernel import clock
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public

routes = Routes(tags=("credentials",))
FIND = needs(service.FIND)
POLICY = by_policy("the person concerned, or an official who produces credentials")
NOT_KEPT = {"Cache-Control": "no-store"}


@routes.get(
    "/api/v1/credential-kinds", access=public(), answer=schemas.KindsAnswer, operation_id="credentialKinds"
)  # fmt: skip
async def kinds(call: Call) -> schemas.KindsAnswer:
    """Return the kinds of credential that can be asked for."""
    found = service.kinds(call.context)
    return schemas.KindsAnswer([schemas.kind_read(name, kind) for name, kind in found.items()])


@routes.post(
    "/api/v1/credentials", access=POLICY, body=schemas.CredentialRequest, answer=schemas.CredentialRead,
    operation_id="credentialRequest", errors=(NotAPerson, UnknownKind, UnknownCredential),
)  # fmt: skip
async def request(call: Call, body: schemas.CredentialRequest) -> schemas.CredentialRead:
    """Ask for a credential; one that has not ended is answered again."""
    found = await service.request(
        call.context, by=call.actor, kind=body.kind, individual_id=body.individual_id, language=body.language,
        delivery_address=body.delivery_address,
    )  # fmt: skip
    return schemas.shown(found, clock.timestamp())


@routes.get(
    "/api/v1/credentials", access=POLICY, answer=schemas.CredentialsAnswer, operation_id="credentialList",
    errors=(NotAPerson,),
)  # fmt: skip
async def own(call: Call) -> schemas.CredentialsAnswer:
    """List one's own credentials."""
    now = clock.timestamp()
    return schemas.CredentialsAnswer(
        [schemas.line(one, now) for one in await service.own(call.context, by=call.actor)]
    )  # fmt: skip


@routes.get(
    "/api/v1/credentials/{credentialId}", access=POLICY, answer=schemas.CredentialRead, operation_id="credentialRead",
    errors=(NotAPerson, UnknownCredential),
)  # fmt: skip
async def read(call: Call) -> schemas.CredentialRead:
    """Read how a credential stands: production, delivery, activation and what came after."""
    found = await service.read(call.context, by=call.actor, credential_id=call.path["credentialId"])
    return schemas.shown(found, clock.timestamp())


@routes.post(
    "/api/v1/credentials/status", access=POLICY, body=schemas.NumberRequest, answer=schemas.CredentialRead,
    operation_id="credentialStatus", errors=(NotAPerson, UnknownCredential),
)  # fmt: skip
async def status(call: Call, body: schemas.NumberRequest) -> schemas.CredentialRead:
    """Read how a credential stands, by its document number."""
    found = await service.read(call.context, by=call.actor, number=body.number)
    return schemas.shown(found, clock.timestamp())


@routes.post(
    "/api/v1/credentials/reissue", access=POLICY, body=schemas.NumberRequest, answer=schemas.CredentialRead,
    operation_id="credentialReissue", errors=(NotAPerson, UnknownCredential, UnknownKind, WrongStep),
)  # fmt: skip
async def reissue(call: Call, body: schemas.NumberRequest) -> schemas.CredentialRead:
    """Issue a credential like an earlier one, lost or expired, by its document number."""
    found = await service.reissue(call.context, by=call.actor, number=body.number, reason=body.reason)
    return schemas.shown(found, clock.timestamp())


@routes.post(
    "/api/v1/credentials/{credentialId}/steps", access=POLICY, body=schemas.StepRequest, answer=schemas.CredentialRead,
    operation_id="credentialStep", errors=(NotAPerson, UnknownCredential, WrongStep, OwnCredential),
)  # fmt: skip
async def step(call: Call, body: schemas.StepRequest) -> schemas.CredentialRead:
    """Take a step: produced, delivered, active, suspended, active again, revoked."""
    found = await service.step(
        call.context, by=call.actor, credential_id=call.path["credentialId"], state=body.state, reason=body.reason,
        tracking_id=body.tracking_id,
    )  # fmt: skip
    return schemas.shown(found, clock.timestamp())


@routes.post(
    "/api/v1/credentials/search", access=FIND, body=schemas.SearchRequest, answer=schemas.SearchAnswer,
    operation_id="credentialSearch",
)  # fmt: skip
async def search(call: Call, body: schemas.SearchRequest) -> schemas.SearchAnswer:
    """Find credentials by attributes of their people; the answer is document numbers alone."""
    attributes = [Attribute(one.name, one.value) for one in body.attributes]
    found = await service.search(call.context, by=call.actor, attributes=attributes, purpose=body.purpose)
    return schemas.SearchAnswer(found)


@routes.get(
    "/api/v1/credentials/{credentialId}/document", access=POLICY, operation_id="credentialDocument",
    answer_type=MEDIA_TYPE, errors=(NotAPerson, UnknownCredential, NotInForce),
)  # fmt: skip
async def document(call: Call) -> Answer:
    """Download an active credential as a signed verifiable credential."""
    made = await service.document(call.context, by=call.actor, credential_id=call.path["credentialId"])
    return Answer(body=made.encode(), media_type=MEDIA_TYPE, headers=NOT_KEPT)


@routes.post(
    "/api/v1/credentials/verify", access=public(), body=schemas.DocumentRequest, answer=schemas.StandingAnswer,
    operation_id="credentialVerify", errors=(NotSignedHere, UnknownCredential),
    body_bytes_max=DOCUMENT_CHARACTERS_MAX + 1_000,
)  # fmt: skip
async def verify(call: Call, body: schemas.DocumentRequest) -> schemas.StandingAnswer:
    """Check the signature of a credential that somebody shows, and how it stands."""
    return schemas.standing(await service.verify(call.context, document=body.document))


@routes.get(
    "/credential-status/{reference}", access=public(), answer=schemas.StandingAnswer,
    operation_id="credentialStanding", errors=(UnknownCredential,),
)  # fmt: skip
async def standing(call: Call) -> Answer:
    """Tell how a credential stands, by the reference in it and without personal data."""
    found = await service.standing(call.context, reference=call.path["reference"])
    return Answer(value=schemas.standing(found), headers=NOT_KEPT)
