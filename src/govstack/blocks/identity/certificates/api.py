"""Operations of the authority: its certificate, the revoked ones, how one stands; issuing and revoking."""

from __future__ import annotations

from govstack.blocks.identity.certificates import schemas, service
from govstack.blocks.identity.certificates.errors import UnfitKey, UnfitRequest, UnknownCertificate
from govstack.blocks.identity.certificates.model import Kind
from govstack.kernel.routing import Answer, Call, Routes, needs, public

routes = Routes(tags=("certificates",))
BASE = "/api/v1/certificates"
ADMINISTRATOR = needs("identity:administer")
CACHED = {"Cache-Control": "public, max-age=60"}


@routes.get(
    f"{BASE}/authority", access=public(), answer_type="application/x-pem-file", operation_id="certificateAuthority"
)
async def authority(call: Call) -> Answer:
    """Return the authority's own certificate, which the others are checked with."""
    text = service.authority(call.context)
    return Answer(body=text.encode(), media_type="application/x-pem-file", headers=CACHED)


@routes.get(f"{BASE}/revoked", access=public(), answer_type="application/pkix-crl", operation_id="certificatesRevoked")
async def revoked(call: Call) -> Answer:
    """Return the signed list of revoked certificates (RFC 5280)."""
    made = await service.revoked_list(call.context)
    return Answer(body=made, media_type="application/pkix-crl", headers=CACHED)


@routes.get(
    f"{BASE}/{{serialNumber}}/state", access=public(), answer=schemas.CertificateState, errors=(UnknownCertificate,),
    operation_id="certificateState",
)  # fmt: skip
async def state(call: Call) -> schemas.CertificateState:
    """Tell how a certificate stands."""
    return schemas.state(await service.read(call.context, serial=call.path["serialNumber"]))


@routes.get(
    BASE, access=ADMINISTRATOR, query=schemas.ListQuery, answer=schemas.CertificateList,
    operation_id="certificateList",
)  # fmt: skip
async def listed(call: Call) -> schemas.CertificateList:
    """List the certificates of organisations and services."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit + 1)
    shown = found[: call.query.limit]
    return schemas.CertificateList(
        [schemas.answer(one) for one in shown], shown[-1].serial if len(found) > len(shown) else ""
    )


@routes.post(
    BASE, access=ADMINISTRATOR, body=schemas.CertificateRequest, answer=schemas.CertificateAnswer, status=201,
    errors=(UnfitKey, UnfitRequest), operation_id="certificateIssue",
)  # fmt: skip
async def issue(call: Call, body: schemas.CertificateRequest) -> schemas.CertificateAnswer:
    """Certify the key of an organisation or of a service."""
    made = await service.certify_request(
        call.context, by=call.actor, kind=Kind(body.kind), subject=body.name, request=body.signing_request
    )
    return schemas.answer(made)


@routes.post(
    f"{BASE}/{{serialNumber}}/revocation", access=ADMINISTRATOR, body=schemas.Revocation,
    answer=schemas.CertificateAnswer, errors=(UnknownCertificate,), operation_id="certificateRevoke",
)  # fmt: skip
async def revoke(call: Call, body: schemas.Revocation) -> schemas.CertificateAnswer:
    """Revoke a certificate."""
    done = await service.revoke(call.context, by=call.actor, serial=call.path["serialNumber"], reason=body.reason)
    return schemas.answer(done)
